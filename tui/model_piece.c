/**
 * @file model_piece.c  The piece of a campaign's phones that the model holds
 */
#include "tui/model_piece.h"
#include <stdio.h>
#include <string.h>
#include "tui/model_priv.h"


enum { PIECE_PAGES = 3, PIECE_MIN = 48, PIECE_MAX = 600 };


/* Three pages: turning one never waits, and the next piece overlaps */
static unsigned piece_limit(const struct model *m)
{
	size_t n = PIECE_PAGES * m->phones.cu.rows;

	return n < PIECE_MIN ? PIECE_MIN : n > PIECE_MAX ? PIECE_MAX
		: (unsigned)n;
}


/* key: a row that is held; base: rows before the page, end: behind it */
static void want(struct model *m, enum db_edge edge,
		 const struct db_row *key, int64_t base, int64_t end)
{
	struct db_view *vw = &m->feed.view;

	vw->edge = edge;
	vw->limit = piece_limit(m);
	if (key)
		db_view_key(vw, key);
	m->base_next = base;
	m->base_end = end;
	model_want_feed(m);
}


static void piece_drop(struct model *m)
{
	db_page_free(&m->page);
	memset(&m->page, 0, sizeof(m->page));
	m->phones_read = false;
	m->first = m->last = false;
	m->seek = 0;
	m->owed = 0;
	m->looked = 0;
	rows_phones(m);
	m->phones.cu.cur = m->phones.cu.top = 0;
	m->phones.cu.id = 0;
}


/* Another list: from its beginning */
static void restart(struct model *m)
{
	m->matches = -1;
	sort_settle(m);
	piece_drop(m);
	want(m, DB_TOP, NULL, 0, -1);
}


void piece_open(struct model *m, const struct db_camp *c)
{
	struct db_view *vw = &m->feed.view;

	m->campaign = c->id;
	memcpy(m->campaign_name, c->name, sizeof(c->name));
	memset(vw, 0, sizeof(*vw));
	vw->campaign = c->id;
	m->phones.filter[0] = '\0';
	tag_none(m);
	restart(m);
}


static bool more_below(const struct model *m)
{
	return m->page.n && !m->last;
}


static bool more_above(const struct model *m)
{
	return m->page.n && !m->first;
}


static int64_t row_no(const struct model *m, size_t i)
{
	return m->base < 0 ? -1 : m->base + (int64_t)i;
}


/* Is the window near an end of the piece that is not the list's end? */
static void want_piece(struct model *m)
{
	const struct cursor *cu = &m->phones.cu;
	size_t page = piece_limit(m) / PIECE_PAGES, n = m->page.n, key;

	if (!n || m->feed.gen != m->have)
		return;

	if (more_below(m) && cu->top + 2 * page > n && cu->top > page) {
		key = cu->top - page - 1;
		want(m, DB_AFTER, &m->page.v[key],
		     m->base < 0 ? -1 : row_no(m, key) + 1, -1);
		return;
	}

	if (!more_above(m) || cu->top >= page)
		return;

	key = cu->top + 2 * page;
	if (key < n)
		want(m, DB_BEFORE, &m->page.v[key], -1, row_no(m, key));
	else if (m->last)
		want(m, DB_END, NULL, -1, model_counted(m) ? m->matches
		     : -1);
	else if (n > cu->cur + 1)
		want(m, DB_BEFORE, &m->page.v[n - 1], -1, row_no(m, n - 1));
}


/* Keys may be faster than pages: what a piece is too short for is owed. */
static void move(struct model *m, int64_t by)
{
	int64_t to = (int64_t)m->phones.cu.cur + m->owed + by, rest;

	mlist_move(&m->phones, m->owed + by);
	rest = to - (int64_t)m->phones.cu.cur;
	m->owed = (rest > 0 && more_below(m)) || (rest < 0 && more_above(m))
		? rest : 0;
	want_piece(m);
}


static void base_set(struct model *m, bool again)
{
	if (m->first)
		m->base = 0;
	else if (again)
		return;
	else if (m->base_next >= 0)
		m->base = m->base_next;
	else if (m->base_end >= (int64_t)m->page.n)
		m->base = m->base_end - (int64_t)m->page.n;
	else
		m->base = -1;
}


/* Behind the last row there is none: it is the end that is meant. */
static void want_end(struct model *m)
{
	m->phones_read = false;
	m->seek = 1;
	want(m, DB_END, NULL, -1, -1);
}


void piece_take(struct model *m, struct feed_rows *rows)
{
	bool again = m->have == rows->want.gen;

	/* An answer to what was asked before is of no use any more. */
	if (rows->want.gen != m->feed.gen || (m->frozen_ms && again))
		return;

	m->looked = rows->looked;
	if (!(rows->want.what & FEED_PAGE))
		return;

	db_page_free(&m->page);
	m->page = rows->page;
	memset(&rows->page, 0, sizeof(rows->page));
	m->first = rows->first;
	m->last = rows->last;
	m->matches = rows->matches;
	if (!again)
		m->page_us = rows->page_us;
	m->feed.view = rows->want.view;
	m->have = rows->want.gen;
	m->phones_read = true;
	base_set(m, again);

	rows_phones(m);
	if (!m->page.n && !m->first) {
		want_end(m);
		return;
	}
	if (m->seek)
		mlist_move(&m->phones, m->seek * (int64_t)PIECE_MAX);
	m->seek = 0;
	move(m, 0);
}


void piece_move(struct model *m, int64_t by)
{
	m->seek = 0;
	move(m, by);
}


void piece_seek(struct model *m, int end)
{
	piece_move(m, end * (int64_t)INT32_MAX);
	m->owed = 0;

	if (end < 0 && more_above(m)) {
		m->seek = end;
		want(m, DB_TOP, NULL, 0, -1);
	}
	else if (end > 0 && more_below(m)) {
		m->seek = end;
		want(m, DB_END, NULL, -1, model_counted(m) ? m->matches
		     : -1);
	}
}


void piece_jump(struct model *m, int64_t id)
{
	struct db_view *vw = &m->feed.view;

	vw->number[0] = '\0';
	vw->within = false;
	vw->order = DB_BY_ID;
	m->phones.filter[0] = '\0';
	sort_settle(m);
	piece_drop(m);
	vw->id = id;
	want(m, DB_FROM, NULL, -1, -1);
}


/* Numbers have a + more often than operators type one. */
void piece_number(struct model *m, const char *number, bool within)
{
	struct db_view *vw = &m->feed.view;
	bool plus = !within && number[0] >= '0' && number[0] <= '9' &&
		m->page.n && m->page.v[0].cld[0] == '+';

	if (!within && vw->number[0] == '+' && number[0] >= '0' &&
	    number[0] <= '9' && !m->page.n)
		plus = true;

	(void)snprintf(m->phones.filter, sizeof(m->phones.filter), "%s",
		       number);
	(void)snprintf(vw->number, sizeof(vw->number), "%s%.*s",
		       plus ? "+" : "", (int)sizeof(vw->number) - 2, number);
	vw->within = within && number[0];
	restart(m);
}


void piece_status(struct model *m)
{
	struct db_view *vw = &m->feed.view;

	vw->statuses = !vw->statuses ? 1u << PHONE_IDLE : vw->statuses << 1;
	if (vw->statuses >= 1u << PHONE_STATUSES)
		vw->statuses = 0;
	restart(m);
}


void piece_order(struct model *m, enum db_order order, bool desc)
{
	m->feed.view.order = order;
	m->feed.view.desc = desc;
	restart(m);
}


/* A search may take long: nobody knows yet whether there is a row. */
bool piece_moves(const struct model *m)
{
	if (m->phones_read)
		return m->seek || m->owed;

	return !m->looked && !m->feed.view.within;
}


/* What the search is for is dropped: the beginning is found at once. */
void piece_stop(struct model *m)
{
	struct db_view *vw = &m->feed.view;
	char number[EDIT_SIZE];

	if (vw->within) {
		memcpy(number, m->phones.filter, sizeof(number));
		piece_number(m, number, false);
		return;
	}
	if (vw->number[0])
		vw->statuses = 0;
	piece_order(m, DB_BY_ID, vw->desc);
}


void piece_resize(struct model *m)
{
	unsigned limit = piece_limit(m);

	if (m->phones_read && m->screen == SCREEN_PHONES &&
	    m->feed.view.limit != limit) {
		m->feed.view.limit = limit;
		m->base_next = m->base;
		model_want_feed(m);
	}
}
