/**
 * @file db_console.c  What the console reads and writes
 */
#include "sql/db_priv.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "sql/embedded.h"


static void campaign_read(struct db_campaign *c, const PGresult *res, int i)
{
	c->id = (int32_t)db_int(res, i, 0);
	db_text(c->name, sizeof(c->name), res, i, 1);
	c->paused = PQgetvalue(res, i, 2)[0] == 't';
	c->total = db_int(res, i, 3);
	c->finished = db_int(res, i, 4);
	c->live = db_int(res, i, 5);

	for (int k = 0; k < PHONE_STATUSES; k++)
		c->count[k] = db_int(res, i, 6 + k);
}


int db_campaigns(struct db *db, struct db_campaign **campv, size_t *campc,
		 char *why, size_t size)
{
	struct db_campaign *v;
	PGresult *res;
	int n, err;

	err = db_ask(db, &res, sql_console_campaigns, 0, NULL, why, size);
	if (err)
		return err;

	n = PQntuples(res);
	v = calloc((size_t)n + 1, sizeof(*v));
	if (!v) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (int i = 0; i < n; i++)
		campaign_read(&v[i], res, i);

	*campv = v;
	*campc = (size_t)n;

out:
	PQclear(res);

	return err;
}


static int phone_read(struct db_phone *ph, const PGresult *res, int i)
{
	ph->id = db_int(res, i, 0);
	db_text(ph->cld, sizeof(ph->cld), res, i, 1);
	ph->finished = PQgetvalue(res, i, 3)[0] == 't';
	ph->call_count = (int32_t)db_int(res, i, 4);
	ph->max_attempts = (int32_t)db_int(res, i, 5);
	ph->due_ms = db_int(res, i, 6);
	ph->sip_code = (int32_t)db_int(res, i, 7);
	db_text(ph->reason, sizeof(ph->reason), res, i, 8);
	db_text(ph->node, sizeof(ph->node), res, i, 9);

	return phone_status_parse(&ph->status, PQgetvalue(res, i, 2));
}


int db_phones(struct db *db, int32_t campaign, int64_t after, bool back,
	      unsigned limit, struct db_phone **phonev, size_t *phonec,
	      char *why, size_t size)
{
	char id[16], from[24], most[16];
	const char *const paramv[] = { id, from, most };
	struct db_phone *v;
	PGresult *res;
	int n, err;

	(void)snprintf(id, sizeof(id), "%" PRId32, campaign);
	(void)snprintf(from, sizeof(from), "%" PRId64, after);
	(void)snprintf(most, sizeof(most), "%u", limit);

	err = db_ask(db, &res, back ? sql_console_phones_back :
		  sql_console_phones, 3, paramv, why, size);
	if (err)
		return err;

	n = PQntuples(res);
	v = calloc((size_t)n + 1, sizeof(*v));
	if (!v) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (int i = 0; !err && i < n; i++)
		err = phone_read(&v[i], res, i);

	if (err) {
		(void)snprintf(why, size, "the database has a status that "
			       "this program does not know");
		free(v);
		goto out;
	}

	*phonev = v;
	*phonec = (size_t)n;

out:
	PQclear(res);

	return err;
}


int db_pause(struct db *db, int32_t campaign, bool paused,
	     char *why, size_t size)
{
	char id[16];
	const char *const paramv[] = { id, paused ? "true" : "false" };
	PGresult *res;
	int err;

	(void)snprintf(id, sizeof(id), "%" PRId32, campaign);

	err = db_ask(db, &res, sql_console_pause, 2, paramv, why, size);
	if (err)
		return err;

	if (!PQntuples(res)) {
		(void)snprintf(why, size, "the campaign is gone");
		err = ENOENT;
	}
	PQclear(res);

	return err;
}
