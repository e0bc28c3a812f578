/**
 * @file model_nav.c  Moving about: rows, screens, and back
 */
#include "tui/model_priv.h"
#include <string.h>
#include "tui/model_piece.h"


void nav_move(struct model *m, int64_t by)
{
	struct model_list *ls = model_list_of(m, m->screen);

	if (m->screen == SCREEN_PHONES) {
		piece_move(m, by);
	}
	else if (ls) {
		mlist_move(ls, by);
		if (m->screen == SCREEN_LOG || m->screen == SCREEN_CALL)
			m->scroll = by > 0 && ls->cu.cur + 1 >= ls->cu.n;
	}
	else {
		/* No cursor to see: the window itself moves. */
		m->help.cur = m->help.top;
		if (by > 0)
			m->help.cur += m->help.rows - 1;
		cursor_move(&m->help, by, NULL, NULL);
	}
}


void nav_seek(struct model *m, int end)
{
	if (m->screen == SCREEN_PHONES)
		piece_seek(m, end);
	else
		nav_move(m, end * (int64_t)INT32_MAX);
}


static void open_phone(struct model *m, int64_t id)
{
	if (!id)
		return;

	if (m->screen != SCREEN_CALL)
		m->origin = m->screen;
	m->phone = id;
	m->one_read = m->one_gone = false;
	m->call.phone_id = 0;
	m->phone_cld[0] = '\0';
	db_one_free(&m->one);
	memset(&m->one, 0, sizeof(m->one));
	m->scroll = true;
	model_go(m, SCREEN_CALL);
}


void nav_campaign(struct model *m)
{
	const struct db_camp *c = model_target(m);

	/* 2 goes back to the phones that were looked at last. */
	if (!c || (m->screen != SCREEN_CAMPAIGNS && c->id == m->campaign &&
		   m->phones_read)) {
		if (m->campaign)
			model_go(m, SCREEN_PHONES);
		return;
	}

	m->screen = SCREEN_PHONES;
	piece_open(m, c);
}


void nav_open(struct model *m)
{
	if (m->screen == SCREEN_CAMPAIGNS)
		nav_campaign(m);
	else
		open_phone(m, model_phone(m));
}


void nav_neighbour(struct model *m, int step)
{
	int64_t id;

	if (m->origin == SCREEN_PHONES) {
		piece_move(m, step);
		/* One that is still to be read is for the next key. */
		m->owed = 0;
		id = mlist_id(&m->phones, m->phones.cu.cur);
	}
	else {
		mlist_move(&m->live, step);
		id = mlist_id(&m->live, m->live.cu.cur);
	}
	if (id && id != m->phone)
		open_phone(m, id);
}


void nav_back(struct model *m)
{
	/* A search that takes long is what Esc ends first. */
	if (m->screen == SCREEN_PHONES && !m->phones_read &&
	    (m->looked || m->feed.view.within)) {
		piece_stop(m);
		return;
	}

	switch (m->screen) {

	case SCREEN_CALL:
		model_go(m, m->origin);
		break;

	case SCREEN_HELP:
		m->screen = m->below;
		break;

	case SCREEN_PHONES:
	case SCREEN_LIVE:
	case SCREEN_LOG:
	case SCREEN_NODES:
	case SCREEN_CAMPAIGNS:
		model_go(m, SCREEN_CAMPAIGNS);
		break;
	}
}


void nav_help(struct model *m)
{
	m->below = m->screen;
	m->screen = SCREEN_HELP;
	m->help.cur = m->help.top = 0;
}
