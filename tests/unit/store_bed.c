/**
 * @file store_bed.c  A store on the test's PostgreSQL, and all it said
 */
#include "tests/unit/store_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { BEDS = 3 };

static struct sbed *bedv[BEDS];         /* those that are open           */


static void db_handler(bool ok, const char *why, void *arg)
{
	struct sbed *sb = arg;

	sb->ok = ok;
	sb->oks += ok;
	sb->downs += !ok;
	(void)snprintf(sb->why, sizeof(sb->why), "%s", why ? why : "");
}


static void change_handler(bool settings, void *arg)
{
	struct sbed *sb = arg;
	(void)settings;

	++sb->changes;
}


static void fatal_handler(const char *why, void *arg)
{
	struct sbed *sb = arg;

	++sb->fatals;
	(void)snprintf(sb->why, sizeof(sb->why), "%s", why);
}


static size_t attempts_handler(int64_t *v, size_t size, void *arg)
{
	const struct sbed *sb = arg;

	for (size_t i = 0; i < size && i < sb->knownc; i++)
		v[i] = sb->knownv[i];

	return sb->knownc;
}


static void log_handler(bool warn, const char *line, void *arg)
{
	struct sbed *sb = arg;

	sb->warnings += warn;
	(void)snprintf(sb->line, sizeof(sb->line), "%s", line);
}


static void life_handler(struct store_life *life, void *arg)
{
	const struct sbed *sb = arg;

	*life = sb->life;
}


static void lease_handler(void *arg)
{
	struct sbed *sb = arg;

	++sb->leases;
}


static void hangup_handler(const int64_t *attemptv, size_t n, void *arg)
{
	struct sbed *sb = arg;

	++sb->hangups;
	for (size_t i = 0; i < n && sb->hungc < SBED_PHONES; i++)
		sb->hungv[sb->hungc++] = attemptv[i];
}


static uint64_t now_handler(void *arg)
{
	(void)arg;

	return pg_now();
}


void sbed_make(struct sbed *sb, const char *node, const char *conninfo)
{
	struct store_pg_prm prm = {
		.conninfo  = conninfo,
		.node      = node,
		.dbh       = db_handler,
		.changeh   = change_handler,
		.lifeh     = life_handler,
		.address   = "127.0.0.1:5060",
		.version   = "0.0",
		.fatalh    = fatal_handler,
		.attemptsh = attempts_handler,
		.leaseh    = lease_handler,
		.hanguph   = hangup_handler,
		.logh      = log_handler,
		.now_ms    = now_handler,
		.arg       = sb,
	};

	memset(sb, 0, sizeof(*sb));
	settings_default(&prm.set, NULL);
	assert_int_equal(0, store_pg_alloc(&sb->st, &prm));
	for (int i = 0; i < BEDS; i++) {
		if (bedv[i])
			continue;
		bedv[i] = sb;
		return;
	}
	fail();
}


void sbed_open(struct sbed *sb, const char *node)
{
	sbed_make(sb, node, pg_conninfo());
	sbed_until(&sb->oks, 1);
}


void sbed_close(struct sbed *sb)
{
	for (int i = 0; i < BEDS; i++) {
		if (bedv[i] == sb)
			bedv[i] = NULL;
	}
	store_pg_free(sb->st);
	sb->st = NULL;
}


static void tick(uint64_t now_ms)
{
	for (int i = 0; i < BEDS; i++) {
		if (bedv[i])
			store_pg_tick(bedv[i]->st, now_ms);
	}
}


static bool reached(void *arg)
{
	const unsigned *const *v = arg;

	return *v[0] >= *v[1];
}


void sbed_until(const unsigned *count, unsigned n)
{
	const unsigned *v[] = { count, &n };

	if (!pg_loop(reached, v, tick))
		fail_msg("%u instead of %u; the store says: %s; %s", *count,
			 n, bedv[0] ? bedv[0]->why : "",
			 bedv[0] ? bedv[0]->line : "");
}


struct sql_wait {
	const char *sql;
	int64_t n;
};


static bool sql_reached(void *arg)
{
	const struct sql_wait *sw = arg;

	return pg_number("%s", sw->sql) == sw->n;
}


void sbed_until_sql(int64_t n, const char *sql)
{
	struct sql_wait sw = { sql, n };

	if (!pg_loop(sql_reached, &sw, tick))
		fail_msg("%s: not %lld", sql, (long long)n);
}


static void claim_handler(int err, const struct phone *phonev, size_t phonec,
			  void *arg)
{
	struct sbed *sb = arg;

	++sb->claims;
	sb->claim_err = err;
	assert_true(phonec <= SBED_PHONES);
	sb->phonec = phonec;
	sb->claimed += phonec;
	for (size_t i = 0; i < phonec; i++) {
		sb->phonev[i] = phonev[i];
		if (sb->knownc < SBED_PHONES)
			sb->knownv[sb->knownc++] = phonev[i].attempt_id;
	}
}


int sbed_ask(struct sbed *sb, int32_t campaign_id, uint32_t limit)
{
	struct claim_req req = {
		.campaign_id = campaign_id,
		.limit       = limit,
		.prompt_ms   = 8000,
		.prompt_id   = 1,
	};

	(void)snprintf(req.prompt_digest, sizeof(req.prompt_digest), "%s",
		       pg_text("SELECT encode(sha256('\\x01'), 'hex')"));

	return store_pg_ops.claim(sb->st, &req, 1, 20, 100, claim_handler, sb);
}


size_t sbed_claim(struct sbed *sb, int32_t campaign_id, uint32_t limit)
{
	assert_int_equal(0, sbed_ask(sb, campaign_id, limit));
	sbed_until(&sb->claims, sb->claims + 1);
	assert_int_equal(0, sb->claim_err);

	return sb->phonec;
}


static void load_handler(int err, const struct campaign *campv, size_t campc,
			 const struct settings *set, void *arg)
{
	struct sbed *sb = arg;

	++sb->loads;
	sb->load_err = err;
	if (err)
		return;

	assert_true(campc <= SBED_CAMPS);
	memcpy(sb->campv, campv, campc * sizeof(*campv));
	sb->campc = campc;
	sb->set = *set;
}


void sbed_load(struct sbed *sb)
{
	assert_int_equal(0, store_pg_ops.load(sb->st, load_handler, sb));
	sbed_until(&sb->loads, sb->loads + 1);
}


void sbed_fill(struct report *rep, const struct phone *ph,
	       enum report_kind kind, enum outcome outcome)
{
	static const enum phone_status statusv[] = {
		PHONE_SUCCESS, PHONE_PREMATURE, PHONE_FAILURE, PHONE_FAILURE,
	};
	const uint64_t now = pg_now();

	memset(rep, 0, sizeof(*rep));
	rep->kind = kind;
	rep->phone_id = ph->id;
	rep->attempt_id = ph->attempt_id;
	rep->campaign_id = ph->campaign_id;
	rep->attempt_no = ph->attempt_no;
	memcpy(rep->cld, ph->cld, sizeof(rep->cld));
	memcpy(rep->cli, ph->cld, sizeof(rep->cli));
	strcpy(rep->proxy, "127.0.0.1:5061");
	strcpy(rep->call_id, "id@host");
	if (kind == REPORT_RELEASE)
		return;

	rep->setup_ms = now - 9000;
	rep->ring_ms = now - 8000;
	if (outcome == OUTCOME_SUCCESS || outcome == OUTCOME_PREMATURE)
		rep->connect_ms = now - 5000;
	rep->outcome = outcome;
	rep->status = kind == REPORT_ANSWER ? PHONE_ANSWER
		: statusv[outcome];
	rep->finished = kind != REPORT_ANSWER && outcome == OUTCOME_SUCCESS;
	if (kind != REPORT_END)
		return;

	rep->ended_ms = now - 10;
	rep->retry = !rep->finished;
	rep->backoff_sec = ph->backoff_sec;
	rep->ended_by = ENDED_REMOTE;
}


void sbed_flush(struct sbed *sb)
{
	static const unsigned one = 1;
	const uint64_t end = pg_now() + PG_WAIT_MS;

	while (store_pg_ops.pending(sb->st)) {
		assert_true(pg_now() < end);
		sbed_until(&one, 1);
	}
}


void sbed_report(struct sbed *sb, const struct report *rep)
{
	assert_int_equal(0, store_pg_ops.report(sb->st, rep));
	sbed_flush(sb);
}


pid_t sbed_backend(void)
{
	pid_t pid = 0;

	assert_int_equal(1, pg_backends("ringround", &pid, 1));

	return pid;
}


void sbed_cut(void)
{
	pg_do("SELECT pg_terminate_backend(%d)", (int)sbed_backend());
}


void sbed_campaign(unsigned n)
{
	pg_do("INSERT INTO ivr_prompts (name, audio) "
	      "SELECT 'prompt', '\\x01' WHERE NOT EXISTS "
	      "(TABLE ivr_prompts)");
	pg_do("INSERT INTO campaigns (name, i_ivr_prompt, "
	      "max_concurrent_calls) VALUES ('camp', 1, 100)");
	pg_do("INSERT INTO campaign_phones (i_campaign, cld) "
	      "SELECT max(i_campaign), '+1555' || g "
	      "FROM campaigns, generate_series(1, %u) g GROUP BY g "
	      "ORDER BY g", n);
}


const char *sbed_row(int64_t id)
{
	return pg_text("SELECT concat_ws(' ', status, call_count, "
		       "CASE WHEN finished THEN 'finished' ELSE 'open' END, "
		       "coalesce(claimed_by, '-'), "
		       "CASE WHEN next_call IS NULL THEN 'now' ELSE 'later' "
		       "END, CASE WHEN expires IS NULL THEN 'new' ELSE 'used' "
		       "END) FROM campaign_phones "
		       "WHERE i_campaign_phone = %lld", (long long)id);
}
