/**
 * @file model_look.c  How the operator looks at it: freeze, tag, filter
 */
#include "tui/model_priv.h"
#include <stdio.h>
#include <string.h>
#include "tui/model_piece.h"


static const unsigned ticks[] = { 500, 1000, 2000, 5000, 10000 };

enum { TICKS = sizeof(ticks) / sizeof(ticks[0]) };


void look_filter(struct model *m, const char *text)
{
	struct model_list *ls = model_list_of(m, m->screen);

	if (m->screen == SCREEN_PHONES) {
		piece_number(m, text, false);
		return;
	}
	(void)snprintf(ls->filter, sizeof(ls->filter), "%s", text);
	rows_screen(m);
}


void look_freeze(struct model *m, uint64_t now_ms)
{
	if (!m->frozen_ms) {
		m->frozen_ms = now_ms;
		return;
	}

	m->frozen_ms = 0;
	if (m->newest) {
		snapshot_unref(m->snap);
		m->snap = snapshot_ref(m->newest);
		m->snap_ms = now_ms;
	}
	rows_screen(m);
	model_want_feed(m);
}


void look_clear(struct model *m)
{
	struct model_list *ls = model_list_of(m, m->screen);

	m->statuses = m->screen == SCREEN_LIVE ? 0 : m->statuses;
	if (m->screen == SCREEN_PHONES)
		m->feed.view.statuses = 0;
	if (ls)
		look_filter(m, "");
}


void look_status(struct model *m, uint64_t now_ms)
{
	const enum db_order order = m->feed.view.order;

	if (m->screen == SCREEN_PHONES) {
		piece_status(m);
		if (m->feed.view.order != order)
			model_say(m, false, now_ms, "by id: no index has the "
				  "next call with a status");
		return;
	}

	/* Of what is live there are two. */
	m->statuses = !m->statuses ? 1u << PHONE_TRYING
		: m->statuses == 1u << PHONE_TRYING ? 1u << PHONE_ANSWER : 0;
	rows_screen(m);
}


void look_follow(struct model *m, uint64_t now_ms)
{
	int64_t id = model_phone(m);

	if (!id || id == m->follow) {
		m->follow = 0;
		model_say(m, false, now_ms, "no phone is followed");
	}
	else {
		m->follow = id;
		memset(&m->followr, 0, sizeof(m->followr));
		m->say_ms = 0;
	}
	model_want_feed(m);
}


void look_interval(struct model *m, int step, uint64_t now_ms)
{
	int i = 0;

	while (i + 1 < TICKS && ticks[i] < m->feed.tick_ms)
		++i;
	i += step;
	m->feed.tick_ms = ticks[i < 0 ? 0 : i >= TICKS ? TICKS - 1 : i];
	model_want_feed(m);
	model_say(m, false, now_ms, "reads every %u.%u s",
		  m->feed.tick_ms / 1000, m->feed.tick_ms % 1000 / 100);
}


void look_again(struct model *m)
{
	++m->feed.again;
	model_want_feed(m);
}


static const char *copied(const struct model *m)
{
	const struct db_camp *c = model_target(m);
	size_t row;

	switch (m->screen) {

	case SCREEN_CAMPAIGNS:
		return c ? c->name : "";

	case SCREEN_PHONES:
		row = m->phones.cu.cur;
		return row < m->page.n ? m->page.v[row].cld : "";

	case SCREEN_CALL:
		if (m->call.phone_id == m->phone && m->call.call_id[0])
			return m->call.call_id;
		if (m->one.attemptc && m->one.attemptv[0].call_id[0])
			return m->one.attemptv[0].call_id;
		return m->phone_cld;

	case SCREEN_LIVE:
		row = mlist_row(&m->live);
		if (row >= m->callc)
			return "";
		return m->callv[row].sc ? m->callv[row].sc->cld
			: m->callv[row].row->cld;

	case SCREEN_LOG:
		row = mlist_row(&m->log);
		return m->snap && row < m->snap->logc ?
			m->snap->logv[row]->text : "";

	case SCREEN_NODES:
		row = mlist_row(&m->nodes);
		return row < m->nodec ? m->nodev[row].node : "";

	case SCREEN_HELP:
		break;
	}

	return "";
}


void look_copy(struct model *m, uint64_t now_ms)
{
	(void)snprintf(m->copy, sizeof(m->copy), "%s", copied(m));
	if (!m->copy[0])
		return;

	m->want |= WANT_COPY;
	model_say(m, false, now_ms, "copied, if this terminal can: %s",
		  m->copy);
}
