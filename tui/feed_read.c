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
	db_view_key(vw, &pg->v[0]);
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


/* @param full  As many rows were found as a page has */
static void place(struct feed_rows *rows, bool full)
{
	struct db_view *vw = &rows->want.view;

	if (vw->edge == DB_BEFORE && has_key(vw, &rows->page))
		vw->edge = DB_TOP;
	rows->first = vw->edge == DB_TOP || (vw->edge == DB_END && !full);
	rows->last = vw->edge == DB_END ||
		(vw->edge != DB_BEFORE && !full);
	stay(vw, &rows->page);
}


/* The page that was sought, its rows as they are now */
static int read_sought(struct db *db, struct feed_search *fs,
		       struct feed_rows *rows, char *why, size_t size)
{
	int err;

	if (!fs->s.done) {
		rows->want.what &= ~(unsigned)FEED_PAGE;
		rows->looked = fs->s.looked + 1;
		return 0;
	}

	err = db_search_page(db, &fs->s, &rows->page, why, size);
	if (err)
		return err;

	rows->page_us = fs->took_us;
	rows->want.view.edge = fs->edge;
	place(rows, fs->s.full);

	return 0;
}


/* @return false: it is another page now, and maybe another search */
static bool is_sought(const struct feed_search *fs,
		      const struct feed_want *want)
{
	return fs && fs->on && fs->gen == want->gen;
}


static int begin(struct db *db, struct feed_search *fs,
		 const struct feed_want *want, char *why, size_t size)
{
	int err;

	err = db_search_begin(db, &want->view, &fs->s, why, size);
	fs->on = !err && fs->s.needed;
	fs->gen = want->gen;
	fs->edge = want->view.edge;
	fs->took_us = 0;

	return err;
}


static int read_page(struct db *db, struct feed_search *fs,
		     struct feed_rows *rows, char *why, size_t size)
{
	struct db_view *vw = &rows->want.view;
	int err = 0;

	if (fs && !is_sought(fs, &rows->want))
		err = begin(db, fs, &rows->want, why, size);
	if (err)
		return err;
	if (is_sought(fs, &rows->want))
		return read_sought(db, fs, rows, why, size);

	err = db_page(db, vw, &rows->page, why, size);
	if (err)
		return err;

	rows->page_us = db_took_us(db);
	place(rows, rows->page.n >= vw->limit);

	return db_matches(db, vw, FEED_COUNT, &rows->matches, why, size);
}


bool feed_seeks(const struct feed_search *fs)
{
	return fs->on && !fs->s.done;
}


int feed_seek(struct db *db, struct feed_search *fs, char *why, size_t size)
{
	const int err = db_search_step(db, &fs->s, why, size);

	fs->took_us += db_took_us(db);
	if (err && err != ECANCELED)
		fs->on = false;

	return err;
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


static int read_all(struct db *db, struct feed_search *fs,
		    struct feed_rows *rows, char *why, size_t size)
{
	unsigned what = rows->want.what;
	int err;

	err = db_camps(db, &rows->camps, why, size);
	if (!err && what & FEED_PAGE)
		err = read_page(db, fs, rows, why, size);
	if (!err && what & FEED_LIVE)
		err = db_live(db, FEED_LIVE_ROWS, &rows->live, why, size);
	if (!err && what & FEED_ONE)
		err = read_phone(db, rows, why, size);
	if (!err && what & FEED_NODES)
		err = db_nodes(db, &rows->nodev, &rows->nodec, why, size);
	if (!err && rows->want.follow)
		err = read_follow(db, rows, why, size);

	return err;
}


int feed_read(struct db *db, const struct feed_want *want,
	      struct feed_search *fs, struct feed_rows **rowsp,
	      char *why, size_t size)
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
	err = read_all(db, fs, rows, why, size);
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

	case FEED_CALLS:
		ask->err = db_calls(db, &ask->view, ask->idv, ask->idc,
				    ask->but, &ask->found, ask->why,
				    sizeof(ask->why));
		break;
	}
}
