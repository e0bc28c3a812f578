/**
 * @file db_page.c  Lists of phones, a page at a time
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/text.h"
#include "sql/array.h"
#include "sql/embedded.h"

enum {
	FEW       = 5000,       /* phones that may be read and sorted    */
	BEING_RUNG = 6,         /* of campaign_phones.listed             */
	PARAMS    = 8,
	KEY_SIZE  = NUMBER_SIZE + 2,
};

/** A view in the words of the statements */
struct words {
	char campaign[16];
	char id[24];
	char limit[16];
	char key[KEY_SIZE];     /* the number that the page lies at      */
	char number[KEY_SIZE];
	const char *begins;     /* of a number                           */
	const char *within;
	struct array kinds;
	struct array statuses;
	bool back;
};


static void words_free(struct words *w)
{
	array_free(&w->kinds);
	array_free(&w->statuses);
}


static int words_filter(struct words *w, const struct db_view *vw)
{
	memset(w, 0, sizeof(*w));
	(void)snprintf(w->campaign, sizeof(w->campaign), "%" PRId32,
		       vw->campaign);
	(void)snprintf(w->limit, sizeof(w->limit), "%u", vw->limit);
	(void)text_clean(w->number, sizeof(w->number), vw->number);
	w->begins = vw->within ? "" : w->number;
	w->within = vw->within ? w->number : "";

	for (int k = 0; k < PHONE_STATUSES; k++) {
		if (vw->statuses && !(vw->statuses & 1u << k))
			continue;
		array_add_int(&w->kinds, k);
		array_add_text(&w->statuses,
			       phone_status_name((enum phone_status)k));
	}
	array_add_int(&w->kinds, BEING_RUNG);

	return array_text(&w->kinds) && array_text(&w->statuses) ? 0 : ENOMEM;
}


static void words_edge(struct words *w, const struct db_view *vw)
{
	int64_t id = vw->id;

	(void)text_clean(w->key, sizeof(w->key), vw->cld);
	w->back = vw->edge == DB_END || vw->edge == DB_BEFORE;

	switch (vw->edge) {

	case DB_TOP:
		id = INT64_MIN;
		(void)snprintf(w->key, sizeof(w->key), "%s", w->begins);
		break;

	case DB_END:
		id = INT64_MAX;
		(void)snprintf(w->key, sizeof(w->key), "%s\x7f", w->begins);
		break;

	case DB_FROM:
		id -= id > INT64_MIN;
		break;

	case DB_AFTER:
	case DB_BEFORE:
		break;
	}

	(void)snprintf(w->id, sizeof(w->id), "%" PRId64, id);
}


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


static int page_read(struct db_page *pg, const PGresult *res,
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


/* How many phones have the statuses of the filter, by the kept counters */
static int count(struct db *db, const struct words *w, int64_t *n,
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


static int ask_ids(struct db *db, PGresult **resp, const struct words *w,
		   char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->kinds.buf, w->statuses.buf, w->id, w->limit,
	};

	return db_ask(db, resp, w->back ? sql_console_page_back
		      : sql_console_page, 5, paramv, why, size);
}


/*
 * Where few phones have the statuses wanted, numbers would be read for long
 * until some are found: these phones are read, and sorted.
 */
static int ask_numbers(struct db *db, PGresult **resp, const struct words *w,
		       const struct db_view *vw, char *why, size_t size)
{
	const char *paramv[PARAMS] = {
		w->campaign, w->begins, w->within, w->statuses.buf, w->key,
		w->id, w->limit, w->kinds.buf,
	};
	const char *sql = w->back ? sql_console_numbers_back
		: sql_console_numbers;
	int64_t n = INT64_MAX;
	int err = 0;

	if (vw->statuses)
		err = count(db, w, &n, why, size);
	if (err)
		return err;
	if (n <= FEW)
		return db_ask(db, resp, w->back ? sql_console_few_back
			      : sql_console_few, 8, paramv, why, size);

	if (!vw->statuses)
		paramv[3] = NULL;
	if (vw->within)
		return db_ask_slow(db, resp, sql, 7, paramv, DB_SEARCH_SEC,
				   true, why, size);

	return db_ask(db, resp, sql, 7, paramv, why, size);
}


static int read_page(struct db *db, const struct db_view *vw,
		     struct db_page *pg, char *why, size_t size)
{
	struct words w;
	PGresult *res;
	int err;

	err = words_filter(&w, vw);
	if (err) {
		(void)snprintf(why, size, "out of memory");
		goto out;
	}

	words_edge(&w, vw);
	err = vw->number[0] ? ask_numbers(db, &res, &w, vw, why, size)
		: ask_ids(db, &res, &w, why, size);
	if (err)
		goto out;

	err = page_read(pg, res, why, size);
	PQclear(res);

 out:
	words_free(&w);

	return err;
}


/* The list's beginning: the page is filled up from there. */
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

	if (vw->number[0] && vw->within) {
		*n = -1;
		return 0;
	}

	err = words_filter(&w, vw);
	if (err)
		(void)snprintf(why, size, "out of memory");
	else
		err = count(db, &w, &all, why, size);
	if (!err && vw->number[0])
		err = count_numbers(db, &w, !vw->statuses,
				    vw->statuses && all <= FEW, most, &all,
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

	err = page_read(pg, res, why, size);
	PQclear(res);

	return err;
}
