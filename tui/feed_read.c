/**
 * @file feed_read.c  One reading of the database for the console
 */
#include "tui/feed_read.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* To see the same rows again, whatever has come before them since */
static void stay(struct db_view *vw, const struct db_page *pg)
{
	if (!pg->n || vw->edge == DB_TOP || vw->edge == DB_AFTER)
		return;

	vw->edge = DB_FROM;
	vw->id = pg->v[0].id;
	if (vw->number[0])
		memcpy(vw->cld, pg->v[0].cld, sizeof(vw->cld));
}


/* Where too little stands before the key, the list's beginning came. */
static bool has_key(const struct db_view *vw, const struct db_page *pg)
{
	for (size_t i = 0; i < pg->n; i++) {
		if (pg->v[i].id == vw->id)
			return true;
	}

	return pg->n < vw->limit;
}


static int read_page(struct db *db, struct feed_rows *rows,
		     char *why, size_t size)
{
	struct db_view *vw = &rows->want.view;
	bool full;
	int err;

	err = db_page(db, vw, &rows->page, why, size);
	if (err)
		return err;

	full = rows->page.n >= vw->limit;
	rows->page_us = db_took_us(db);
	if (vw->edge == DB_BEFORE && has_key(vw, &rows->page))
		vw->edge = DB_TOP;
	rows->first = vw->edge == DB_TOP || (vw->edge == DB_END && !full);
	rows->last = vw->edge == DB_END ||
		(vw->edge != DB_BEFORE && !full);
	stay(vw, &rows->page);
	if (vw->within) {
		rows->matches = -1;
		return 0;
	}

	return db_matches(db, vw, FEED_COUNT, &rows->matches, why, size);
}


static int read_phone(struct db *db, struct feed_rows *rows,
		      char *why, size_t size)
{
	rows->one_err = db_one(db, rows->want.one, &rows->one, why, size);

	return rows->one_err == ENOENT ? 0 : rows->one_err;
}


static int read_follow(struct db *db, struct feed_rows *rows,
		       char *why, size_t size)
{
	struct db_one one = { .attemptv = NULL };
	int err;

	err = db_one(db, rows->want.follow, &one, why, size);
	if (!err)
		rows->follow = one.row;
	db_one_free(&one);

	return err == ENOENT ? 0 : err;
}


static int read_all(struct db *db, struct feed_rows *rows,
		    char *why, size_t size)
{
	unsigned what = rows->want.what;
	int err;

	err = db_camps(db, &rows->camps, why, size);
	if (!err && what & FEED_PAGE)
		err = read_page(db, rows, why, size);
	if (!err && what & FEED_LIVE)
		err = db_live(db, FEED_CALLS, &rows->live, why, size);
	if (!err && what & FEED_ONE)
		err = read_phone(db, rows, why, size);
	if (!err && what & FEED_NODES)
		err = db_nodes(db, &rows->nodev, &rows->nodec, why, size);
	if (!err && rows->want.follow)
		err = read_follow(db, rows, why, size);

	return err;
}


int feed_read(struct db *db, const struct feed_want *want,
	      struct feed_rows **rowsp, char *why, size_t size)
{
	struct feed_rows *rows = calloc(1, sizeof(*rows));
	uint64_t start = feed_now();
	int err;

	if (!rows) {
		(void)snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	rows->want = *want;
	rows->matches = -1;
	err = read_all(db, rows, why, size);
	if (err) {
		feed_rows_reset(rows);
		free(rows);
		return err;
	}

	rows->read_ms = feed_now();
	rows->took_ms = (uint32_t)(rows->read_ms - start);
	*rowsp = rows;

	return 0;
}


static void pause_do(struct db *db, struct feed_ask *ask)
{
	int32_t *idv = malloc((ask->idc + 1) * sizeof(*idv));

	if (!idv) {
		ask->err = ENOMEM;
		return;
	}

	for (size_t i = 0; i < ask->idc; i++)
		idv[i] = (int32_t)ask->idv[i];

	ask->err = db_pause_many(db, idv, ask->idc, ask->what == FEED_PAUSE,
				 &ask->changedv, &ask->changedc,
				 ask->why, sizeof(ask->why));
	free(idv);
}


void feed_do(struct db *db, struct feed_ask *ask)
{
	switch (ask->what) {

	case FEED_PAUSE:
	case FEED_RESUME:
		pause_do(db, ask);
		break;

	case FEED_STOP:
		ask->err = db_stop(db, (int32_t)ask->idv[0], &ask->calls,
				   ask->why, sizeof(ask->why));
		break;

	case FEED_HANGUP:
		ask->err = db_hangup(db, ask->idv, ask->attemptv, ask->idc,
				     &ask->calls, ask->why,
				     sizeof(ask->why));
		break;
	}
}
