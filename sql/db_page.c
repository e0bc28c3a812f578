/**
 * @file db_page.c  Lists of phones, a page at a time
 */
#include "sql/db_search.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/db_words.h"
#include "sql/embedded.h"


int db_row_read(struct db_row *row, const PGresult *res, int i)
{
	row->id = db_int(res, i, 0);
	row->campaign = (int32_t)db_int(res, i, 1);
	db_text(row->cld, sizeof(row->cld), res, i, 2);
	row->finished = PQgetvalue(res, i, 4)[0] == 't';
	row->call_count = (int32_t)db_int(res, i, 5);
	row->max_attempts = (int32_t)db_int(res, i, 6);
	row->next_call = db_int(res, i, 7);
	row->expires = db_int(res, i, 8);
	row->attempt = db_int(res, i, 9);
	db_text(row->node, sizeof(row->node), res, i, 10);
	row->setup_at = db_int(res, i, 11);
	row->connect_at = db_int(res, i, 12);
	row->end_at = db_int(res, i, 13);
	row->sip_code = (int32_t)db_int(res, i, 14);
	db_text(row->reason, sizeof(row->reason), res, i, 15);
	row->played_ms = (int32_t)db_int(res, i, 16);

	return phone_status_parse(&row->status, PQgetvalue(res, i, 3));
}


int db_page_read(struct db_page *pg, const PGresult *res,
		 char *why, size_t size)
{
	const int n = PQntuples(res);
	struct db_row *v = calloc((size_t)n + 1, sizeof(*v));

	if (!v) {
		(void)snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	for (int i = 0; i < n; i++) {
		if (!db_row_read(&v[i], res, i))
			continue;
		(void)snprintf(why, size, "the database has a status that "
			       "this program does not know");
		free(v);
		return EPROTO;
	}

	pg->v = v;
	pg->n = (size_t)n;
	pg->now_at = n ? db_int(res, 0, 17) : 0;
	pg->first_id = n ? db_int(res, 0, 18) : 0;
	pg->last_id = n ? db_int(res, 0, 19) : 0;

	return 0;
}


int db_count(struct db *db, const struct words *w, int64_t *n,
	     char *why, size_t size)
{
	const char *const paramv[] = { w->campaign, w->statuses.buf };
	PGresult *res;
	int err;

	err = db_ask(db, &res, sql_console_count, 2, paramv, why, size);
	if (err)
		return err;

	*n = db_int(res, 0, 0);
	PQclear(res);

	return 0;
}


/* Statements that bring whole rows bring them in the ascending order. */
static void reverse(struct db_page *pg)
{
	for (size_t i = 0; i < pg->n / 2; i++) {
		const struct db_row row = pg->v[i];

		pg->v[i] = pg->v[pg->n - 1 - i];
		pg->v[pg->n - 1 - i] = row;
	}
}


static int read_by_id(struct db *db, const struct words *w,
		      struct db_page *pg, char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->kinds.buf, w->statuses.buf, w->id, w->limit,
	};
	PGresult *res;
	int err;

	err = db_ask(db, &res, w->back ? sql_console_page_back
		     : sql_console_page, 5, paramv, why, size);
	if (err)
		return err;

	err = db_page_read(pg, res, why, size);
	PQclear(res);

	return err;
}


/*
 * Where few phones have the statuses wanted, numbers would be read for long
 * until some are found: these phones are read, and sorted.
 */
static int read_few(struct db *db, const struct words *w,
		    struct db_page *pg, char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->begins, w->within, w->statuses.buf, w->key,
		w->id, w->limit, w->kinds.buf,
	};
	PGresult *res;
	int err;

	err = db_ask(db, &res, w->back ? sql_console_few_back
		     : sql_console_few, 8, paramv, why, size);
	if (err)
		return err;

	err = db_page_read(pg, res, why, size);
	PQclear(res);

	return err;
}


/* Rows whose ids another statement has found, the nearest first */
static int read_found(struct db *db, const struct db_view *vw,
		      const struct words *w, const PGresult *found,
		      struct db_page *pg, char *why, size_t size)
{
	const bool turned = w->back != vw->desc;
	const int all = PQntuples(found), n = all < DB_ROWS ? all : DB_ROWS;
	int64_t idv[DB_ROWS];
	int err;

	for (int i = 0; i < n; i++)
		idv[i] = db_int(found, turned ? n - 1 - i : i, 0);

	err = db_page_rows(db, vw->campaign, idv, (size_t)n, pg, why, size);
	if (err || PQnfields(found) < 2)
		return err;

	/* Phones may have gone between the two statements. */
	for (int i = 0, k = 0; k < n && i < (int)pg->n; k++) {
		if (pg->v[i].id == idv[k])
			pg->v[i++].due_us = db_int(found, turned ? n - 1 - k
						   : k, 1);
	}

	return 0;
}


static int read_by_kind(struct db *db, const struct db_view *vw,
			const struct words *w, struct db_page *pg,
			char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->kinds.buf, w->statuses.buf, w->kind, w->id,
		w->limit,
	};
	PGresult *res;
	int err;

	err = db_ask(db, &res, w->back ? sql_console_kinds_back
		     : sql_console_kinds, 6, paramv, why, size);
	if (err)
		return err;

	err = read_found(db, vw, w, res, pg, why, size);
	PQclear(res);

	return err;
}


static int read_by_due(struct db *db, const struct db_view *vw,
		       const struct words *w, struct db_page *pg,
		       char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->due, w->id, w->limit,
	};
	PGresult *res;
	int err;

	err = db_ask(db, &res, w->back ? sql_console_due_back
		     : sql_console_due, 4, paramv, why, size);
	if (err)
		return err;

	err = read_found(db, vw, w, res, pg, why, size);
	PQclear(res);

	return err;
}


static int read_by_number(struct db *db, const struct db_view *vw,
			  const struct words *w, struct db_page *pg,
			  char *why, size_t size)
{
	struct db_search s;
	int err;

	err = db_search_begin(db, vw, &s, why, size);
	if (err)
		return err;

	if (!s.few)
		return db_search_run(db, &s, pg, why, size);

	err = read_few(db, w, pg, why, size);
	if (!err && vw->desc)
		reverse(pg);

	return err;
}


static int read_page(struct db *db, const struct db_view *vw,
		     struct db_page *pg, char *why, size_t size)
{
	struct words w;
	int err;

	err = words_fill(&w, vw);
	if (err) {
		(void)snprintf(why, size, "out of memory");
		goto out;
	}

	switch (db_view_order(vw)) {

	case DB_BY_ID:
		err = read_by_id(db, &w, pg, why, size);
		if (!err && vw->desc)
			reverse(pg);
		break;

	case DB_BY_NUMBER:
		err = read_by_number(db, vw, &w, pg, why, size);
		break;

	case DB_BY_STATUS:
		err = read_by_kind(db, vw, &w, pg, why, size);
		break;

	case DB_BY_DUE:
		err = read_by_due(db, vw, &w, pg, why, size);
		break;
	}

 out:
	words_free(&w);

	return err;
}


/* Too few before the key: the page is filled up from the beginning. */
int db_page(struct db *db, const struct db_view *vw, struct db_page *pg,
	    char *why, size_t size)
{
	struct db_view top = *vw;
	struct db_page got;
	int err;

	err = read_page(db, vw, &got, why, size);
	if (err)
		return err;

	if (vw->edge == DB_BEFORE && got.n < vw->limit) {
		db_page_free(&got);
		top.edge = DB_TOP;
		err = read_page(db, &top, &got, why, size);
	}
	if (!err)
		*pg = got;

	return err;
}


void db_page_free(struct db_page *pg)
{
	free(pg->v);
	pg->v = NULL;
	pg->n = 0;
}


static int count_numbers(struct db *db, const struct words *w, bool any,
			 bool few, int64_t most, int64_t *n,
			 char *why, size_t size)
{
	char limit[24];
	const char *const paramv[] = {
		w->campaign, w->begins, any ? NULL : w->statuses.buf,
		few ? w->kinds.buf : limit,
	};
	PGresult *res;
	int err;

	(void)snprintf(limit, sizeof(limit), "%" PRId64, most + 1);
	err = db_ask(db, &res, few ? sql_console_count_few
		     : sql_console_count_numbers, 4, paramv, why, size);
	if (err)
		return err;

	*n = db_int(res, 0, 0);
	if (few && *n > most)
		*n = most + 1;
	else if (!few && db_int(res, 0, 1) > most)
		*n = *n > most ? most + 1 : -1;
	PQclear(res);

	return 0;
}


int db_matches(struct db *db, const struct db_view *vw, int64_t most,
	       int64_t *n, char *why, size_t size)
{
	struct words w;
	int64_t all = 0;
	int err;

	if ((vw->number[0] && vw->within) || db_view_order(vw) == DB_BY_DUE) {
		*n = -1;
		return 0;
	}

	err = words_fill(&w, vw);
	if (err)
		(void)snprintf(why, size, "out of memory");
	else
		err = db_count(db, &w, &all, why, size);
	if (!err && vw->number[0])
		err = count_numbers(db, &w, !vw->statuses,
				    vw->statuses && all <= DB_FEW, most, &all,
				    why, size);
	if (!err)
		*n = all;
	words_free(&w);

	return err;
}


int db_live(struct db *db, unsigned limit, struct db_page *pg,
	    char *why, size_t size)
{
	char most[16];
	const char *const paramv[] = { most };
	PGresult *res;
	int err;

	(void)snprintf(most, sizeof(most), "%u", limit);
	err = db_ask(db, &res, sql_console_live, 1, paramv, why, size);
	if (err)
		return err;

	err = db_page_read(pg, res, why, size);
	PQclear(res);

	return err;
}
