/**
 * @file store_conn.c  The store's connection: greeting, recovery, life
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

	(void)snprintf(line, sizeof(line), "%s: %s", what,
		       msg ? msg : "no words");
	store_log(st, true, line);
}


static void db_down(struct store_pg *st, const char *why)
{
	const bool was = st->ready;

	st->ready = false;
	if (was || !st->down_told) {
		st->down_told = true;
		st->prm.dbh(false, why, st->prm.arg);
	}
}


static void ready(struct store_pg *st)
{
	st->ready = true;
	st->met = true;
	st->down_told = false;
	st->taken_since_ms = 0;
	st->recover_at_ms = st->now_ms + STORE_RECOVER_MS;

	st->prm.dbh(true, NULL, st->prm.arg);
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


/* Rows of ours that nobody here knows of: a claim whose answer was lost. */
static int release_unknown(struct store_pg *st)
{
	const size_t n = st->prm.attemptsh(NULL, 0, st->prm.arg);
	int64_t *idv = calloc(n + 1, sizeof(*idv));
	struct array ar = {0};
	const char *paramv[2];
	size_t i;
	int err = ENOMEM;

	if (!idv)
		return ENOMEM;

	(void)st->prm.attemptsh(idv, n, st->prm.arg);
	for (i = 0; i < n; i++)
		array_add_int(&ar, idv[i]);
	reports_attempts(st->reports, &ar);

	paramv[0] = st->node;
	paramv[1] = array_text(&ar);
	if (paramv[1])
		err = pgconn_query(st->pc, sql_release_unknown, 2, paramv,
				   NULL, NULL, false, tidy_handler, st);

	array_free(&ar);
	free(idv);
	return err;
}


static int recover(struct store_pg *st, bool own, pgconn_result_h *h)
{
	const char *paramv[] = { st->node, own ? "t" : "f" };

	return pgconn_query(st->pc, sql_recover_phones, 2, paramv,
			    NULL, NULL, false, h, st);
}


static void schema_wrong(struct store_pg *st, int64_t version)
{
	char why[200];

	(void)snprintf(why, sizeof(why),
		       "the schema of the database is version %" PRId64
		       ", this engine knows %d: %s", version, schema_version,
		       version > schema_version
		       ? "use a newer ringround"
		       : "run: ringround db init");

	if (st->met)
		pgconn_reset(st->pc, why);
	else
		st->prm.fatalh(why, st->prm.arg);
}


/* After a crash, the server may need a moment to see that we are gone. */
static void name_taken(struct store_pg *st)
{
	char why[200];

	(void)snprintf(why, sizeof(why),
		       "an engine named %s works on this database already: "
		       "stop it, or choose another name with -n", st->node);

	if (!st->taken_since_ms)
		st->taken_since_ms = st->now_ms;

	if (!st->met && st->now_ms - st->taken_since_ms > STORE_NODE_MS)
		st->prm.fatalh(why, st->prm.arg);
	else
		pgconn_reset(st->pc, why);
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

	version = rows_int(res, 0, 0, 0);
	if (version != schema_version)
		schema_wrong(st, version);
	else if (PQgetvalue(res, 0, 1)[0] != 't')
		name_taken(st);
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
	const char *paramv[] = { st->node };

	if (pgconn_query(st->pc, sql_hello, 1, paramv, NULL, NULL, false,
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
	(void)payload;

	if (st->ready)
		st->prm.changeh(st->prm.arg);
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
		st->prm.changeh(st->prm.arg);
}


void store_pg_tick(struct store_pg *st, uint64_t now_ms)
{
	st->now_ms = now_ms;
	pgconn_tick(st->pc, now_ms);

	if (!st->ready)
		return;

	reports_send(st->reports, st->pc);
	if (now_ms >= st->recover_at_ms) {
		st->recover_at_ms = now_ms + STORE_RECOVER_MS;
		(void)recover(st, false, recovered_handler);
	}
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
	st->node = strdup(prm->node);
	if (!st->node)
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
	free(st);
}
