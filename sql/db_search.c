/**
 * @file db_search.c  Phones sought among the numbers of a campaign
 *
 * A bit at a time, so that whoever asks can do something else in between.
 */
#include "sql/db_search.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/db_words.h"
#include "sql/embedded.h"

enum {
	CHUNK     = 2000,       /* numbers of the first step             */
	CHUNK_MIN = 100,
	CHUNK_MAX = 100000,
	STEP_US   = 30000,      /* what a step is to take                */
	STEP_SEC  = 10,         /* and may                               */
};


static void begin(struct db_search *s, const struct words *w)
{
	s->back = w->back;
	s->idc = 0;
	s->id = strtoll(w->id, NULL, 10);
	(void)snprintf(s->cld, sizeof(s->cld), "%s", w->key);
}


int db_search_begin(struct db *db, const struct db_view *vw,
		    struct db_search *s, char *why, size_t size)
{
	int64_t n = INT64_MAX;
	struct words w;
	int err = 0;

	memset(s, 0, sizeof(*s));
	s->view = *vw;
	s->any = !vw->statuses;
	if (db_view_order(vw) != DB_BY_NUMBER)
		return 0;

	if (words_fill(&w, vw)) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}
	if (vw->statuses)
		err = db_count(db, &w, &n, why, size);
	if (err)
		goto out;

	begin(s, &w);
	s->few = n <= DB_FEW;
	s->needed = !s->few && (vw->within || !s->any);
	s->chunk = s->needed ? CHUNK : vw->limit;
 out:
	words_free(&w);

	return err;
}


/* An array of numbers as the server writes it: {7,12} */
static void take_ids(struct db_search *s, const char *text)
{
	while (*text && s->idc < s->view.limit && s->idc < DB_ROWS) {
		char *end;
		long long id = strtoll(text + 1, &end, 10);

		if (end == text + 1)
			break;
		s->idv[s->idc++] = id;
		text = end;
	}
}


/* Too little before the key: the list's first page it is, then. */
static int numbers_end(struct db_search *s)
{
	struct words w;
	int err = 0;

	s->done = s->view.edge != DB_BEFORE;
	if (s->done)
		return 0;

	s->view.edge = DB_TOP;
	if (words_fill(&w, &s->view))
		err = ENOMEM;
	else
		begin(s, &w);
	words_free(&w);

	return err;
}


/* Machines differ, and so do numbers that are in memory and those on disk. */
static void pace(struct db_search *s, uint32_t took_us)
{
	const uint64_t n = (uint64_t)s->chunk * STEP_US / (took_us + 1);
	const uint64_t most = 4 * (uint64_t)s->chunk;

	s->chunk = (unsigned)(n > most ? most : n);
	if (s->chunk < CHUNK_MIN)
		s->chunk = CHUNK_MIN;
	if (s->chunk > CHUNK_MAX)
		s->chunk = CHUNK_MAX;
}


static int take(struct db_search *s, const PGresult *res)
{
	int64_t looked = 0;

	if (PQntuples(res)) {
		take_ids(s, PQgetvalue(res, 0, 0));
		db_text(s->cld, sizeof(s->cld), res, 0, 1);
		s->id = db_int(res, 0, 2);
		looked = db_int(res, 0, 3);
	}
	s->looked += looked;
	s->full = s->idc >= s->view.limit;
	s->done = s->full;
	if (!s->full && looked < s->chunk)
		return numbers_end(s);

	return 0;
}


int db_search_step(struct db *db, struct db_search *s,
		   char *why, size_t size)
{
	char id[24], chunk[16], more[16];
	struct words w;
	PGresult *res;
	int err;

	if (words_fill(&w, &s->view)) {
		(void)snprintf(why, size, "out of memory");
		words_free(&w);
		return ENOMEM;
	}

	(void)snprintf(id, sizeof(id), "%" PRId64, s->id);
	(void)snprintf(chunk, sizeof(chunk), "%u", s->chunk);
	(void)snprintf(more, sizeof(more), "%zu", s->view.limit - s->idc);

	const char *const paramv[] = {
		w.campaign, w.begins, w.within, s->any ? NULL
			: w.statuses.buf, s->cld, id, chunk, more,
	};

	const char *sql = s->back ? sql_console_search_back
		: sql_console_search;

	err = s->needed ? db_ask_slow(db, &res, sql, 8, paramv, STEP_SEC,
				      true, why, size)
		: db_ask(db, &res, sql, 8, paramv, why, size);
	if (!err) {
		err = take(s, res);
		PQclear(res);
		if (s->needed)
			pace(s, db->took_us);
	}
	words_free(&w);

	return err;
}


static int by_id(const void *key, const void *elem)
{
	const int64_t id = *(const int64_t *)key;
	const int64_t other = ((const struct db_row *)elem)->id;

	return id < other ? -1 : id > other;
}


/* Rows of a page in an order of ids; those that are gone are left out. */
static int put_rows(struct db_page *pg, const int64_t *idv, size_t n)
{
	struct db_row *v = calloc(n + 1, sizeof(*v));
	size_t k = 0;

	if (!v)
		return ENOMEM;

	for (size_t i = 0; i < n; i++) {
		const struct db_row *row = pg->n ? bsearch(&idv[i], pg->v,
			pg->n, sizeof(*pg->v), by_id) : NULL;

		if (row)
			v[k++] = *row;
	}

	free(pg->v);
	pg->v = v;
	pg->n = k;

	return 0;
}


int db_page_rows(struct db *db, int32_t campaign, const int64_t *idv,
		 size_t n, struct db_page *pg, char *why, size_t size)
{
	const uint32_t before_us = db->took_us;
	struct array ids = { .buf = NULL };
	char camp[16];
	PGresult *res;
	int err = ENOMEM;

	(void)snprintf(camp, sizeof(camp), "%" PRId32, campaign);
	for (size_t i = 0; i < n; i++)
		array_add_int(&ids, idv[i]);

	const char *const paramv[] = { camp, array_text(&ids) };

	if (paramv[1])
		err = db_ask(db, &res, sql_console_rows, 2, paramv, why,
			     size);
	else
		(void)snprintf(why, size, "out of memory");
	array_free(&ids);
	if (err)
		return err;

	db->took_us += before_us;
	err = db_page_read(pg, res, why, size);
	PQclear(res);
	if (err)
		return err;

	err = put_rows(pg, idv, n);
	if (err) {
		db_page_free(pg);
		(void)snprintf(why, size, "out of memory");
	}

	return err;
}


int db_search_page(struct db *db, const struct db_search *s,
		   struct db_page *pg, char *why, size_t size)
{
	const bool turned = s->back != s->view.desc;
	int64_t idv[DB_ROWS];
	size_t k = 0;
	int err;

	for (size_t i = 0; i < s->idc; i++)
		idv[i] = s->idv[turned ? s->idc - 1 - i : i];

	err = db_page_rows(db, s->view.campaign, idv, s->idc, pg, why, size);
	if (err)
		return err;

	for (size_t i = 0; i < pg->n; i++) {
		if (s->any || s->view.statuses & 1u << pg->v[i].status)
			pg->v[k++] = pg->v[i];
	}
	pg->n = k;

	return 0;
}


static bool interrupted(const struct db *db)
{
	struct pollfd pfd = { db->stopfd, POLLIN, 0 };

	return db->stopfd >= 0 && poll(&pfd, 1, 0) > 0;
}


int db_search_run(struct db *db, struct db_search *s, struct db_page *pg,
		  char *why, size_t size)
{
	while (!s->done) {
		int err;

		if (s->needed && s->looked && interrupted(db))
			return ECANCELED;
		err = db_search_step(db, s, why, size);
		if (err)
			return err;
	}

	return db_search_page(db, s, pg, why, size);
}
