/**
 * @file store_desk.c  What the store has for operators, and from them
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <stdlib.h>
#include "sql/embedded.h"
#include "sql/rows.h"
#include "sql/store_priv.h"


void store_health(const void *arg, struct store_health *health)
{
	const struct store_pg *st = arg;

	health->rtt_us = pgconn_took_us(st->pc);
	health->retry_ms = pgconn_retry_ms(st->pc);
}


static void hangups_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;
	size_t n, i;
	int64_t *v;

	if (err == EPROTO)
		store_log_refusal(st, "cannot read what is to be hung up",
				  res);
	if (err)
		return;

	n = (size_t)PQntuples(res);
	v = n ? calloc(n, sizeof(*v)) : NULL;
	if (!v)
		return;

	for (i = 0; i < n; i++)
		v[i] = rows_int(res, (int)i, 0, 0);

	st->prm.hanguph(v, n, st->prm.arg);
	free(v);
}


int store_hangups(struct store_pg *st)
{
	const char *paramv[] = { st->node };

	return pgconn_query(st->pc, sql_take_hangups, 1, paramv, NULL, NULL,
			    false, hangups_handler, st);
}
