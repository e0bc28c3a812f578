/**
 * @file bed.c  The engine's store on a real database, for measuring
 */
#include "tests/bench/bed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <re.h>

enum { SECONDS = 60 };          /* for one answer                        */

struct loop {
	struct tmr tmr;
	struct bed *bd;
	bed_done_h *done;
	void *arg;
	uint64_t end_usec;
};


void bed_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	exit(1);
}


uint64_t bed_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


struct bed_campaign bed_campaign(const char *text)
{
	struct bed_campaign camp;
	int end = 0;

	if (sscanf(text, "%" SCNd32 ":%" SCNd32 ":%n", &camp.id,
		   &camp.prompt_id, &end) != 2 || !end)
		bed_die("%s: not ID:PROMPT:DIGEST", text);
	camp.digest = text + end;

	return camp;
}


static uint64_t usec_of(const struct timeval *tv)
{
	return (uint64_t)tv->tv_sec * 1000000 + (uint64_t)tv->tv_usec;
}


uint64_t bed_cpu_usec(void)
{
	struct rusage ru;

	(void)getrusage(RUSAGE_SELF, &ru);

	return usec_of(&ru.ru_utime) + usec_of(&ru.ru_stime);
}


uint64_t bed_server_usec(const struct bed *bd)
{
	const struct timespec nap = { .tv_nsec = 3000000 };
	char path[64];
	uint64_t nsec;
	FILE *f;

	(void)nanosleep(&nap, NULL);
	(void)snprintf(path, sizeof(path), "/proc/%d/schedstat", bd->server);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%" SCNu64, &nsec) != 1)
		bed_die("%s: no processor time in it", path);
	(void)fclose(f);

	return nsec / 1000;
}


uint32_t bed_number(const char *text, uint32_t min)
{
	char *end;
	const unsigned long n = strtoul(text, &end, 10);

	if (*end || !*text || n < min || n > UINT32_MAX)
		bed_die("%s: not a number from %u on", text, min);

	return (uint32_t)n;
}


static void db_handler(bool ok, const char *why, void *arg)
{
	struct bed *bd = arg;

	if (bd->up || (!ok && why))
		bed_die("the database: %s", why ? why : "came back");
	bd->up = ok;
}


static void change_handler(bool settings, void *arg)
{
	(void)settings;
	(void)arg;
}


static void life_handler(struct store_life *life, void *arg)
{
	(void)arg;

	memset(life, 0, sizeof(*life));
}


static void lease_handler(void *arg)
{
	(void)arg;

	bed_die("the leases of live calls are lost");
}


static void fatal_handler(const char *why, void *arg)
{
	(void)arg;

	bed_die("%s", why);
}


static size_t attempts_handler(int64_t *v, size_t size, void *arg)
{
	(void)v;
	(void)size;
	(void)arg;

	return 0;
}


/* Whatever the store has to say, it is not what is to be measured. */
static void log_handler(bool warn, const char *line, void *arg)
{
	(void)arg;

	if (warn)
		bed_die("the store: %s", line);
}


static uint64_t now_handler(void *arg)
{
	(void)arg;

	return bed_usec() / 1000;
}


static void tick(void *arg)
{
	struct loop *lo = arg;

	store_pg_tick(lo->bd->st, now_handler(NULL));
	if (lo->done(lo->arg))
		re_cancel();
	else if (bed_usec() > lo->end_usec)
		bed_die("no end within the time for it");
	else
		tmr_start(&lo->tmr, 1, tick, lo);
}


void bed_run(struct bed *bd, bed_done_h *done, void *arg, unsigned seconds)
{
	struct loop lo = {
		.bd       = bd,
		.done     = done,
		.arg      = arg,
		.end_usec = bed_usec() + seconds * 1000000ull,
	};

	tmr_init(&lo.tmr);
	tmr_start(&lo.tmr, 0, tick, &lo);
	if (re_main(NULL))
		bed_die("the loop does not run");
	tmr_cancel(&lo.tmr);
}


static void claim_handler(int err, const struct phone *phonev, size_t phonec,
			  void *arg)
{
	struct bed *bd = arg;

	if (err)
		bed_die("claim: %s", strerror(err));

	if (bd->phonec + phonec > bd->size) {
		bd->size = (bd->phonec + phonec) * 2;
		bd->phonev = realloc(bd->phonev,
				     bd->size * sizeof(*bd->phonev));
		if (!bd->phonev)
			bed_die("out of memory");
	}
	if (phonec)
		memcpy(bd->phonev + bd->phonec, phonev,
		       phonec * sizeof(*phonev));
	bd->phonec += phonec;
	++bd->claims;
	bd->claimed_usec = bed_usec();
	re_cancel();
}


/* Ends at the answer, not at the next tick. */
static bool never(void *arg)
{
	(void)arg;

	return false;
}


static struct claim_req request(const struct bed_campaign *camp,
				uint32_t limit)
{
	struct claim_req req = {
		.campaign_id = camp->id,
		.limit       = limit,
		.prompt_ms   = 8000,
		.prompt_id   = camp->prompt_id,
	};

	(void)snprintf(req.prompt_digest, sizeof(req.prompt_digest), "%s",
		       camp->digest);

	return req;
}


uint64_t bed_claim(struct bed *bd, const struct bed_campaign *campv, size_t n,
		   uint32_t limit)
{
	struct claim_req *reqv = calloc(n, sizeof(*reqv));
	const unsigned before = bd->claims;
	uint64_t start;

	if (!reqv)
		bed_die("out of memory");
	for (size_t i = 0; i < n; i++)
		reqv[i] = request(&campv[i], limit);

	start = bed_usec();
	if (store_pg_ops.claim(bd->st, reqv, n, 0, limit * (uint32_t)n,
			       claim_handler, bd))
		bed_die("a claim cannot be sent");
	bed_run(bd, never, NULL, SECONDS);
	if (bd->claims != before + 1)
		bed_die("the loop ended without an answer");
	free(reqv);

	return bd->claimed_usec - start;
}


static void answer_handler(int err, const PGresult *res, void *arg)
{
	struct bed_answer *an = arg;

	if (err)
		bed_die("refused: %s", res ? PQresultErrorMessage(res)
			: "the connection was lost");
	an->usec = bed_usec() - an->usec;
	an->rows = PQntuples(res);
	if (an->rows && PQnfields(res))
		(void)snprintf(an->text, sizeof(an->text), "%s",
			       PQgetvalue(res, 0, 0));
	re_cancel();
}


struct bed_answer bed_ask(struct bed *bd, const char *sql, int paramc,
			  const char *const *paramv)
{
	struct bed_answer an = { .usec = bed_usec(), .rows = -1 };

	if (pgconn_query(bd->st->pc, sql, paramc, paramv, NULL, NULL, false,
			 answer_handler, &an))
		bed_die("the statement cannot be sent");
	bed_run(bd, never, NULL, SECONDS);
	if (an.rows < 0)
		bed_die("the loop ended without an answer");

	return an;
}


static bool is_up(void *arg)
{
	const struct bed *bd = arg;

	return bd->up;
}


void bed_open(struct bed *bd, const char *conninfo, const char *node)
{
	struct store_pg_prm prm = {
		.conninfo  = conninfo,
		.node      = node,
		.address   = "127.0.0.1:5060",
		.version   = "bench",
		.dbh       = db_handler,
		.changeh   = change_handler,
		.lifeh     = life_handler,
		.fatalh    = fatal_handler,
		.attemptsh = attempts_handler,
		.leaseh    = lease_handler,
		.logh      = log_handler,
		.now_ms    = now_handler,
		.arg       = bd,
	};

	memset(bd, 0, sizeof(*bd));
	settings_default(&prm.set, NULL);
	if (libre_init() || store_pg_alloc(&bd->st, &prm))
		bed_die("no store can be made");
	bed_run(bd, is_up, bd, SECONDS);
	bd->server = atoi(bed_ask(bd, "SELECT pg_backend_pid()", 0,
				  NULL).text);
}


static bool is_idle(void *arg)
{
	const struct bed *bd = arg;

	return !pgconn_pending(bd->st->pc);
}


void bed_close(struct bed *bd)
{
	store_pg_leave(bd->st);
	bed_run(bd, is_idle, bd, SECONDS);
	store_pg_free(bd->st);
	free(bd->phonev);
	libre_close();
}
