/**
 * @file model_piece.c  The piece of a campaign's phones that the model holds
 */
#include "tui/model_piece.h"
#include <stdlib.h>


enum { PIECE_PAGES = 3, PIECE_MIN = 48, PIECE_MAX = 600 };


static int64_t phone_id(const void *rows, size_t i)
{
	return ((const struct db_phone *)rows)[i].id;
}


/* Three pages: turning one never waits, and the next piece overlaps */
static unsigned piece_limit(const struct model *m)
{
	size_t n = PIECE_PAGES * m->phones.rows;

	return n < PIECE_MIN ? PIECE_MIN : n > PIECE_MAX ? PIECE_MAX
		: (unsigned)n;
}


void piece_want(struct model *m, int64_t after, bool back)
{
	m->view.campaign = m->campaign;
	m->view.after = after;
	m->view.back = back;
	m->view.limit = piece_limit(m);
	++m->view.gen;
	m->want |= WANT_VIEW;
}


static bool more_below(const struct model *m)
{
	return m->phonec >= m->have.limit;
}


static bool more_above(const struct model *m)
{
	return m->have.after > 0;
}


/* Is the window near an end of the piece that is not the list's end? */
static void want_piece(struct model *m)
{
	const struct cursor *cu = &m->phones;
	size_t page = piece_limit(m) / PIECE_PAGES, last;

	if (!m->phonec || m->view.gen != m->have.gen)
		return;

	if (more_below(m) && cu->top + 2 * page > m->phonec &&
	    cu->top > page) {
		piece_want(m, m->phonev[cu->top - page].id - 1, false);
		return;
	}

	if (more_above(m) && cu->top < page) {
		last = cu->top + 2 * page - 1;
		if (last >= m->phonec)
			last = m->phonec - 1;
		piece_want(m, m->phonev[last].id + 1, true);
	}
}


/* Keys may be faster than pages: what a piece is too short for is owed. */
static void move(struct model *m, int64_t by)
{
	int64_t want = (int64_t)m->phones.cur + m->owed + by, rest;

	cursor_move(&m->phones, m->owed + by, phone_id, m->phonev);
	rest = want - (int64_t)m->phones.cur;
	m->owed = (rest > 0 && more_below(m)) || (rest < 0 && more_above(m))
		? rest : 0;
	want_piece(m);
}


void piece_drop(struct model *m)
{
	free(m->phonev);
	m->phonev = NULL;
	m->phonec = 0;
	m->phones_read = false;
	m->seek = 0;
	m->owed = 0;
	m->phones.n = m->phones.cur = m->phones.top = 0;
	m->phones.id = 0;
}


void piece_take(struct model *m, struct feed_news *news)
{
	/* An answer to what was asked before is of no use any more. */
	if (!news->view.campaign || news->view.gen != m->view.gen) {
		free(news->phonev);
		return;
	}

	free(m->phonev);
	m->phonev = news->phonev;
	m->phonec = news->phonec;
	m->have = news->view;
	m->phones_read = true;

	cursor_remap(&m->phones, m->phonec, phone_id, m->phonev);
	if (m->seek)
		cursor_move(&m->phones, m->seek * (int64_t)PIECE_MAX,
			  phone_id, m->phonev);
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
		piece_want(m, 0, false);
	}
	else if (end > 0 && more_below(m)) {
		m->seek = end;
		piece_want(m, INT64_MAX, true);
	}
}


void piece_resize(struct model *m)
{
	if (m->phones_read && m->view.limit != piece_limit(m))
		piece_want(m, m->have.after, m->have.back);
}
