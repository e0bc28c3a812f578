/**
 * @file db_camps.c  The campaigns of the console, and what is done to them
 */
#include "sql/db_camps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "sql/array.h"
#include "sql/embedded.h"


static int32_t camp_read(struct db_camp *c, const PGresult *res, int i)
{
	c->id = (int32_t)db_int(res, i, 0);
	db_text(c->name, sizeof(c->name), res, i, 1);
	c->paused = PQgetvalue(res, i, 2)[0] == 't';
	c->has_prompt = PQgetvalue(res, i, 4)[0] == 't';
	db_text(c->trouble, sizeof(c->trouble), res, i, 5);
	c->max_concurrent = (int32_t)db_int(res, i, 6);
	c->max_attempts = (int32_t)db_int(res, i, 7);
	c->total = db_int(res, i, 8);
	c->finished = db_int(res, i, 9);
	c->live = db_int(res, i, 10);
	for (int k = 0; k < PHONE_STATUSES; k++)
		c->count[k] = db_int(res, i, 11 + k);
	c->next_due = db_int(res, i, 17);
	c->tried = (int32_t)db_int(res, i, 18);
	c->answered = (int32_t)db_int(res, i, 19);
	c->per_sec = strtod(PQgetvalue(res, i, 20), NULL);

	return (int32_t)db_int(res, i, 3);
}


static int camps_read(struct db *db, struct db_camps *cs, const PGresult *res,
		      char *why, size_t size)
{
	const int n = PQntuples(res);
	int32_t *schedulev = calloc((size_t)n + 1, sizeof(*schedulev));
	int i, err;

	cs->v = calloc((size_t)n + 1, sizeof(*cs->v));
	if (!cs->v || !schedulev) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (i = 0; i < n; i++)
		schedulev[i] = camp_read(&cs->v[i], res, i);
	cs->n = (size_t)n;
	if (n) {
		cs->now_at = db_int(res, 0, 21);
		cs->engines = (int32_t)db_int(res, 0, 22);
	}

	err = db_schedules_judge(db, cs, schedulev, why, size);

 out:
	free(schedulev);
	if (err)
		db_camps_free(cs);

	return err;
}


int db_camps(struct db *db, struct db_camps *camps, char *why, size_t size)
{
	struct db_camps cs = {0};
	char sec[16];
	const char *const paramv[] = { sec };
	PGresult *res;
	uint32_t took_us;
	int err;

	(void)snprintf(sec, sizeof(sec), "%d", DB_LATELY_SEC);
	err = db_ask(db, &res, sql_console_camps, 1, paramv, why, size);
	if (err)
		return err;

	took_us = db->took_us;
	err = camps_read(db, &cs, res, why, size);
	db->took_us = took_us;
	PQclear(res);
	if (!err)
		*camps = cs;

	return err;
}


void db_camps_free(struct db_camps *camps)
{
	free(camps->v);
	camps->v = NULL;
	camps->n = 0;
}


static int ids_read(const PGresult *res, int32_t **idv, size_t *idc,
		    char *why, size_t size)
{
	const int n = PQntuples(res);
	int32_t *v = calloc((size_t)n + 1, sizeof(*v));

	if (!v) {
		(void)snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	for (int i = 0; i < n; i++)
		v[i] = (int32_t)db_int(res, i, 0);
	*idv = v;
	*idc = (size_t)n;

	return 0;
}


int db_pause_many(struct db *db, const int32_t *idv, size_t idc, bool paused,
		  int32_t **changed, size_t *changedc,
		  char *why, size_t size)
{
	struct array ar = {0};
	const char *paramv[] = { NULL, paused ? "t" : "f" };
	PGresult *res;
	int err;

	for (size_t i = 0; i < idc; i++)
		array_add_int(&ar, idv[i]);
	if (idc) {
		paramv[0] = array_text(&ar);
		if (!paramv[0]) {
			(void)snprintf(why, size, "out of memory");
			array_free(&ar);
			return ENOMEM;
		}
	}

	err = db_ask(db, &res, sql_console_pause_many, 2, paramv,
		     why, size);
	array_free(&ar);
	if (err)
		return err;

	err = ids_read(res, changed, changedc, why, size);
	PQclear(res);

	return err;
}


int db_stop(struct db *db, int32_t campaign, int64_t *calls,
	    char *why, size_t size)
{
	char id[16];
	const char *const paramv[] = { id };
	PGresult *res;
	int err;

	(void)snprintf(id, sizeof(id), "%" PRId32, campaign);
	err = db_ask(db, &res, sql_console_stop, 1, paramv, why, size);
	if (err)
		return err;

	if (PQgetisnull(res, 0, 0)) {
		(void)snprintf(why, size, "the campaign is gone");
		err = ENOENT;
	}
	else {
		*calls = db_int(res, 0, 0);
	}
	PQclear(res);

	return err;
}


int db_hangup(struct db *db, const int64_t *phonev, const int64_t *attemptv,
	      size_t n, int64_t *calls, char *why, size_t size)
{
	struct array phones = {0}, attempts = {0};
	const char *paramv[2];
	PGresult *res;
	int err = ENOMEM;

	for (size_t i = 0; i < n; i++) {
		array_add_int(&phones, phonev[i]);
		if (attemptv)
			array_add_int(&attempts, attemptv[i]);
		else
			array_add_null(&attempts);
	}

	paramv[0] = array_text(&phones);
	paramv[1] = array_text(&attempts);
	if (paramv[0] && paramv[1])
		err = db_ask(db, &res, sql_console_hangup, 2, paramv,
			     why, size);
	else
		(void)snprintf(why, size, "out of memory");
	array_free(&phones);
	array_free(&attempts);
	if (err)
		return err;

	*calls = db_int(res, 0, 0);
	PQclear(res);

	return 0;
}
