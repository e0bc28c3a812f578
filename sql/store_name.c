/**
 * @file store_name.c  The name of a node is taken: by whom, and is he alive?
 *
 * The session of an engine that has died may live on, for a moment or, when
 * its host is gone, until the server misses it. So the name is tried again,
 * unless its holder is seen to be at work.
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "sql/embedded.h"
#include "sql/rows.h"
#include "sql/store_priv.h"

/* What an engine had sent when it died is done by then. */
enum { LAST_WORDS_MS = 300 };


static void give_up(struct store_pg *st, const char *holder)
{
	char why[300];

	if (holder[0] && strcmp(holder, st->node))
		(void)snprintf(why, sizeof(why),
			       "the engine %s works on this database, and to "
			       "it the name %s looks the same: choose "
			       "another name with -n", holder, st->node);
	else
		(void)snprintf(why, sizeof(why),
			       "an engine named %s works on this database "
			       "already: stop it, or choose another name "
			       "with -n", st->node);

	st->prm.fatalh(why, st->prm.arg);
}


/* A statement that was begun since then was not left over by a dead one. */
static bool is_alive(const struct store_pg *st, const PGresult *res)
{
	const uint64_t tried = st->now_ms - st->taken_since_ms;

	return !PQgetisnull(res, 0, 1) && tried > LAST_WORDS_MS &&
		rows_int(res, 0, 1, INT64_MAX) <
		(int64_t)(tried - LAST_WORDS_MS);
}


static void holder_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;
	const bool late = st->now_ms - st->taken_since_ms > STORE_NODE_MS;
	const bool seen = !err && PQntuples(res);
	char why[200];

	if (err && err != EPROTO)
		return;

	if (!st->met && (late || (seen && is_alive(st, res)))) {
		give_up(st, seen ? PQgetvalue(res, 0, 0) : "");
		return;
	}

	(void)snprintf(why, sizeof(why), "the session of an engine named %s "
		       "is still there: waiting for its end, or a sign of "
		       "life", st->node);
	pgconn_reset(st->pc, why);
}


void store_name_taken(struct store_pg *st)
{
	const char *paramv[] = { st->node };

	if (!st->taken_since_ms)
		st->taken_since_ms = st->now_ms;

	if (pgconn_query(st->pc, sql_name_holder, 1, paramv, NULL, NULL,
			 false, holder_handler, st))
		pgconn_reset(st->pc, "cannot ask who has the name");
}
