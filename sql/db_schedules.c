/**
 * @file db_schedules.c  Which schedules are open, judged as seldom as may be
 *
 * To judge a thousand takes as long as all the rest of a screen many times
 * over, and it changes a few times a day.
 */
#include "sql/db_camps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/array.h"
#include "sql/embedded.h"

enum { JUDGE_SEC = 15 };        /* a thousand, on a busy machine         */

struct schedule {
	int32_t id;
	bool open;
	int64_t change_at;      /* 0: never                              */
};

struct db_schedules {
	struct schedule *v;     /* owned; by id                          */
	size_t n;
	bool stale;
};


static int by_id(const void *a, const void *b)
{
	const struct schedule *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}


static struct schedule *find(const struct db_schedules *sc, int32_t id)
{
	const struct schedule key = { .id = id };

	return sc && sc->n ? bsearch(&key, sc->v, sc->n, sizeof(key), by_id)
		: NULL;
}


static void take(struct schedule *to, const PGresult *res, int row)
{
	to->id = (int32_t)db_int(res, row, 0);
	to->open = PQgetvalue(res, row, 1)[0] == 't';
	to->change_at = db_int(res, row, 2);
}


static int judge_all(struct db *db, char *why, size_t size)
{
	const char *const paramv[] = { NULL };
	struct db_schedules *sc;
	PGresult *res;
	int i, err;

	err = db_ask_slow(db, &res, sql_console_schedules, 1, paramv,
			  JUDGE_SEC, false, why, size);
	if (err)
		return err;

	sc = calloc(1, sizeof(*sc));
	if (sc)
		sc->v = calloc((size_t)PQntuples(res) + 1, sizeof(*sc->v));
	if (!sc || !sc->v) {
		free(sc);
		PQclear(res);
		(void)snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	for (i = 0; i < PQntuples(res); i++)
		take(&sc->v[sc->n++], res, i);
	PQclear(res);

	db_schedules_free(db->schedules);
	db->schedules = sc;

	return 0;
}


/* Those whose time has come */
static int judge_due(struct db *db, int64_t now_at, char *why, size_t size)
{
	struct db_schedules *sc = db->schedules;
	struct array ar = {0};
	const char *paramv[1];
	PGresult *res;
	size_t k;
	int i, err = 0;

	for (k = 0; k < sc->n; k++) {
		if (sc->v[k].change_at && sc->v[k].change_at <= now_at)
			array_add_int(&ar, sc->v[k].id);
	}
	if (!ar.len && !ar.err)
		return 0;

	paramv[0] = array_text(&ar);
	if (paramv[0])
		err = db_ask_slow(db, &res, sql_console_schedules, 1, paramv,
				  JUDGE_SEC, false, why, size);
	else
		err = ENOMEM;
	array_free(&ar);
	if (err)
		return err;

	for (i = 0; i < PQntuples(res); i++) {
		struct schedule *at = find(sc, (int32_t)db_int(res, i, 0));

		if (at)
			take(at, res, i);
	}
	PQclear(res);

	return 0;
}


int db_schedules_judge(struct db *db, struct db_camps *camps,
		       const int32_t *idv, char *why, size_t size)
{
	bool anew = !db->schedules || db->schedules->stale;
	size_t i;
	int err;

	for (i = 0; i < camps->n && !anew; i++)
		anew = idv[i] && !find(db->schedules, idv[i]);

	err = anew ? judge_all(db, why, size)
		: judge_due(db, camps->now_at, why, size);
	if (err)
		return err;

	for (i = 0; i < camps->n; i++) {
		const struct schedule *at = find(db->schedules, idv[i]);

		camps->v[i].open = !idv[i] || (at && at->open);
		camps->v[i].change_at = at ? at->change_at : 0;
	}

	return 0;
}


void db_schedules_stale(struct db *db)
{
	if (db->schedules)
		db->schedules->stale = true;
}


void db_schedules_free(struct db_schedules *sc)
{
	if (!sc)
		return;

	free(sc->v);
	free(sc);
}
