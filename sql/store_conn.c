/**
 * @file store_conn.c  The store's connection: greeting, recovery, life
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sql/array.h"
#include "sql/embedded.h"
#include "sql/rows.h"
#include "sql/store_priv.h"


void store_log(struct store_pg *st, bool warn, const char *line)
{
	st->prm.logh(warn, line, st->prm.arg);
}


void store_log_refusal(struct store_pg *st, const char *what,
		       const PGresult *res)
{
	const char *msg = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	char line[512];

	/* What comes of libpq itself has no fields. */
	if (!msg)
		msg = PQresultErrorMessage(res);
	(void)snprintf(line, sizeof(line), "%s: %.*s", what,
		       (int)strcspn(msg, "\n"), msg[0] ? msg : "no words");
	if (hush_news(&st->hush, line, st->now_ms))
		store_log(st, true, line);
}


/* Why it does not come back may be another reason than why it went. */
static void db_down(struct store_pg *st, const char *why)
{
	const bool first = st->ready || !st->down_told;
	const bool news = hush_news(&st->hush, why, st->now_ms);
	char line[512];

	st->ready = false;
	st->down_told = true;
	if (first) {
		st->prm.dbh(false, why, st->prm.arg);
	}
	else if (news) {
		(void)snprintf(line, sizeof(line), "still no database: %s",
			       why);
		store_log(st, true, line);
	}
}


/* Nobody waits for it: the next one comes in a few seconds. */
static void send_life(struct store_pg *st)
{
	struct store_life life = {0};
	char pid[16], schema[16], age[24], max[16], live[16], dialled[24];
	char room[16], host[256] = "";
	const char *paramv[] = { st->node, host, pid, st->version, schema,
				 st->address, age, max, live, dialled,
				 room };

	st->prm.lifeh(&life, st->prm.arg);
	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	(void)snprintf(schema, sizeof(schema), "%d", schema_version);
	(void)snprintf(age, sizeof(age), "%" PRIu64,
		       st->prm.now_ms(st->prm.arg) - st->born_ms);
	(void)snprintf(max, sizeof(max), "%" PRIu32, life.max_calls);
	(void)snprintf(live, sizeof(live), "%" PRIu32, life.live);
	(void)snprintf(dialled, sizeof(dialled), "%" PRIu64, life.dialled);
	(void)snprintf(room, sizeof(room), "%" PRIu32, life.room);

	(void)pgconn_query(st->pc, sql_engine_seen, 11, paramv, NULL, NULL,
			   false, NULL, NULL);
}


/*
 * When the database was away, other engines may still be about to come back,
 * with outcomes to write: their leases have run out, but not their calls.
 */
static void ready(struct store_pg *st)
{
	st->recover_at_ms = st->now_ms
		+ STORE_GRACE_MS;
	st->ready = true;
	st->outdated = false;
	st->met = true;
	st->down_told = false;
	st->taken_since_ms = 0;

	/* With the database the engine has room. */
	st->prm.dbh(true, NULL, st->prm.arg);
	send_life(st);
	reports_send(st->reports, st->pc);
}


static void tidy_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;
	char line[128];

	if (err == EPROTO) {
		store_log_refusal(st, "cannot take up what was left behind",
				  res);
		pgconn_reset(st->pc, "the database refuses to recover");
		return;
	}
	else if (err) {
		return;
	}

	if (!st->met && PQntuples(res) && rows_int(res, 0, 0, 0) > 0) {
		(void)snprintf(line, sizeof(line), "took up %" PRId64
			       " calls that ended with an engine",
			       rows_int(res, 0, 0, 0));
		store_log(st, false, line);
	}

	ready(st);
}


/* The attempts that the engine has, or whose reports are not written yet */
static int known_attempts(struct store_pg *st, struct array *ar)
{
	const size_t n = st->prm.attemptsh(NULL, 0, st->prm.arg);
	int64_t *idv = calloc(n + 1, sizeof(*idv));
	size_t i;

	if (!idv)
		return ENOMEM;

	(void)st->prm.attemptsh(idv, n, st->prm.arg);
	for (i = 0; i < n; i++)
		array_add_int(ar, idv[i]);
	reports_attempts(st->reports, ar);

	free(idv);
	return 0;
}


/* Rows of ours that nobody here knows of: a claim whose answer was lost. */
static int release_unknown(struct store_pg *st)
{
	struct array ar = {0};
	int err = known_attempts(st, &ar);
	const char *paramv[] = { st->node, array_text(&ar) };

	if (!paramv[1])
		err = ENOMEM;
	if (!err)
		err = pgconn_query(st->pc, sql_release_unknown, 2, paramv,
				   NULL, NULL, false, tidy_handler, st);

	array_free(&ar);
	return err;
}


static int recover(struct store_pg *st, bool own, pgconn_result_h *h)
{
	struct array ar = {0};
	int err = known_attempts(st, &ar);
	const char *paramv[] = { st->node, own ? "t" : "f", array_text(&ar) };

	if (!paramv[2])
		err = ENOMEM;
	if (!err)
		err = pgconn_query(st->pc, sql_recover_phones, 3, paramv,
				   NULL, NULL, false, h, st);

	array_free(&ar);
	return err;
}


static const char *schema_words(char *buf, size_t size, int64_t version)
{
	(void)snprintf(buf, size, "the schema of the database is version %"
		       PRId64 ", this engine knows %d: %s", version,
		       schema_version, version > schema_version
		       ? "use a newer ringround"
		       : "run: ringround db init");

	return buf;
}


static void schema_wrong(struct store_pg *st, int64_t version)
{
	char why[200];

	schema_words(why, sizeof(why), version);
	if (st->met)
		pgconn_reset(st->pc, why);
	else
		st->prm.fatalh(why, st->prm.arg);
}


/*
 * A newer schema came while calls are live. What they come to is still to be
 * written: a phone that has heard the prompt must not be rung again.
 */
static void schema_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;
	const int64_t version = err ? 0 : rows_int(res, 0, 0, 0);
	char why[200];

	if (err || st->outdated == (version != schema_version))
		return;

	st->outdated = !st->outdated;
	st->prm.dbh(!st->outdated, st->outdated
		    ? schema_words(why, sizeof(why), version) : NULL,
		    st->prm.arg);
}


int store_check_schema(struct store_pg *st)
{
	return pgconn_query(st->pc, sql_schema_current, 0, NULL, NULL, NULL,
			    false, schema_handler, st);
}


bool store_is_outdated(const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return state && !strcmp(state, "RR001");
}


static void hello_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;
	int64_t version;

	if (err == EPROTO) {
		const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

		if (state && !strcmp(state, "42P01")) {
			schema_wrong(st, 0);
			return;
		}
		store_log_refusal(st, "the database refuses this engine", res);
		pgconn_reset(st->pc, "refused");
		return;
	}
	else if (err) {
		return;
	}

	/* under a newer one what is left can still be written */
	version = rows_int(res, 0, 0, 0);
	if (version < schema_version || (version > schema_version && !st->met))
		schema_wrong(st, version);
	else if (PQgetvalue(res, 0, 1)[0] != 't')
		store_name_taken(st);
	else
		err = pgconn_query(st->pc, "LISTEN ringround", 0, NULL,
				   NULL, NULL, false, NULL, NULL)
			|| (st->met ? release_unknown(st)
			    : recover(st, true, tidy_handler));

	if (err)
		pgconn_reset(st->pc, "out of memory");
}


static void up_handler(void *arg)
{
	struct store_pg *st = arg;
	char schema[16];
	const char *paramv[] = { st->node, schema };

	(void)snprintf(schema, sizeof(schema), "%d", schema_version);
	if (pgconn_query(st->pc, sql_hello, 2, paramv, NULL, NULL, false,
			 hello_handler, st))
		pgconn_reset(st->pc, "cannot greet the database");
}


static void down_handler(const char *why, void *arg)
{
	db_down(arg, why);
}


static void notify_handler(const char *channel, const char *payload,
			   void *arg)
{
	struct store_pg *st = arg;
	(void)channel;

	if (!st->ready)
		return;

	if (!strcmp(payload, "hangups"))
		(void)store_hangups(st);
	else
		st->prm.changeh(strcmp(payload, "phones"), st->prm.arg);
}


static uint64_t reports_now(void *arg)
{
	const struct store_pg *st = arg;

	return st->prm.now_ms(st->prm.arg);
}


static void reports_log(const char *line, void *arg)
{
	store_log(arg, true, line);
}


static void recovered_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;

	if (err == EPROTO)
		store_log_refusal(st, "cannot look for lost calls", res);
	else if (!err && rows_int(res, 0, 0, 0) > 0)
		st->prm.changeh(false, st->prm.arg);
}


/* What is not written yet will be news then. */
static void tell_news(struct store_pg *st)
{
	if (!st->news || st->now_ms < st->news_at_ms)
		return;

	st->news = reports_pending(st->reports) > 0;
	st->news_at_ms = st->now_ms + STORE_NEWS_MS;
	(void)pgconn_query(st->pc, "NOTIFY ringround_status", 0, NULL, NULL,
			   NULL, false, NULL, NULL);
}


void store_pg_tick(struct store_pg *st, uint64_t now_ms)
{
	st->now_ms = now_ms;
	pgconn_tick(st->pc, now_ms);

	if (!st->ready)
		return;

	reports_send(st->reports, st->pc);
	tell_news(st);
	if (now_ms >= st->recover_at_ms) {
		st->recover_at_ms = now_ms + STORE_RECOVER_MS;
		(void)recover(st, false, recovered_handler);
		send_life(st);
		(void)store_hangups(st);
		if (st->outdated)
			(void)store_check_schema(st);
	}
}


void store_pg_leave(struct store_pg *st)
{
	const char *paramv[] = { st->node };

	if (st->ready)
		(void)pgconn_query(st->pc, sql_engine_gone, 1, paramv, NULL,
				   NULL, false, NULL, NULL);
}


int store_pg_alloc(struct store_pg **stp, const struct store_pg_prm *prm)
{
	struct store_pg *st = calloc(1, sizeof(*st));
	struct pgconn_prm pp = {
		.conninfo = prm->conninfo,
		.app      = "ringround",
		.uph      = up_handler,
		.downh    = down_handler,
		.notifyh  = notify_handler,
	};
	int err = ENOMEM;

	if (!st)
		return ENOMEM;

	st->prm = *prm;
	st->set = prm->set;
	st->born_ms = prm->now_ms(prm->arg);
	st->node = strdup(prm->node);
	st->address = strdup(prm->address);
	st->version = strdup(prm->version);
	if (!st->node || !st->address || !st->version)
		goto out;

	err = reports_alloc(&st->reports, st->node, reports_now, reports_log,
			    st);
	if (err)
		goto out;

	pp.arg = st;
	err = pgconn_alloc(&st->pc, &pp);

 out:
	if (err)
		store_pg_free(st);
	else
		*stp = st;

	return err;
}


void store_pg_free(struct store_pg *st)
{
	if (!st)
		return;

	pgconn_free(st->pc);
	reports_free(st->reports);
	free(st->node);
	free(st->address);
	free(st->version);
	free(st);
}
