/**
 * @file model.c  What the console knows and where the operator is in it
 */
#include "tui/model.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tui/model_piece.h"
#include "tui/model_priv.h"


int model_init(struct model *m, bool own, bool readonly)
{
	char line[2];

	memset(m, 0, sizeof(*m));
	m->own = own;
	m->readonly = readonly;
	m->scroll = true;
	m->feed.gen = 1;
	m->feed.tick_ms = FEED_TICK_MS;
	m->matches = m->base = -1;
	m->camps.sort = m->nodes.sort = SORT_NAME;
	m->live.sort = SORT_PLACE;
	m->phones.sort = SORT_ID;
	m->log.sort = m->events.sort = SORT_NONE;
	model_resize(m, 0, 0);

	while (!keymap_help(line, sizeof(line), m->help.n))
		++m->help.n;

	m->intentv = calloc(TAGS_MAX, sizeof(*m->intentv));
	m->eventv = calloc(MODEL_EVENTS, sizeof(*m->eventv));
	if (m->intentv && m->eventv)
		return 0;

	model_reset(m);

	return ENOMEM;
}


void model_reset(struct model *m)
{
	for (int s = 0; s < SCREENS; s++) {
		struct model_list *ls = model_list_of(m, (enum screen_id)s);

		if (ls)
			mlist_reset(ls);
	}

	db_camps_free(&m->campr);
	db_page_free(&m->page);
	db_page_free(&m->liver);
	db_one_free(&m->one);
	free(m->nodev);
	free(m->callv);
	free(m->eventv);
	free(m->intentv);
	free(m->undo.idv);
	feed_ask_reset(&m->pending);
	feed_ask_reset(&m->ask);
	snapshot_unref(m->snap);
	snapshot_unref(m->newest);
	memset(m, 0, sizeof(*m));
}


/* The one place that says which list is whose */
#define LIST_OF(m, screen) \
	((screen) == SCREEN_CAMPAIGNS ? &(m)->camps \
	: (screen) == SCREEN_PHONES ? &(m)->phones \
	: (screen) == SCREEN_CALL ? &(m)->events \
	: (screen) == SCREEN_LIVE ? &(m)->live \
	: (screen) == SCREEN_LOG ? &(m)->log \
	: (screen) == SCREEN_NODES ? &(m)->nodes : NULL)


struct model_list *model_list_of(struct model *m, enum screen_id screen)
{
	return LIST_OF(m, screen);
}


const struct model_list *model_shown(const struct model *m)
{
	return LIST_OF(m, m->screen);
}


void model_resize(struct model *m, int width, int height)
{
	size_t rows = height > MODEL_CHROME ?
		(size_t)(height - MODEL_CHROME) : 1;
	(void)width;

	for (int s = 0; s < SCREENS; s++) {
		struct model_list *ls = model_list_of(m, (enum screen_id)s);

		if (ls)
			cursor_resize(&ls->cu, rows);
	}
	/* Help has no heads; a call has one line more above its events. */
	cursor_resize(&m->help, rows + 1);
	cursor_resize(&m->events.cu, rows > 1 ? rows - 1 : 1);

	piece_resize(m);
}


void model_export(struct model *m, int64_t rows, uint64_t now_ms)
{
	m->exporting = true;
	model_say(m, false, now_ms, "writing phones to a file: %lld   "
		  "Esc: stop", (long long)rows);
}


void model_say(struct model *m, bool bad, uint64_t now_ms,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(m->say, sizeof(m->say), fmt, ap);
	va_end(ap);

	m->say_bad = bad;
	m->say_undo = false;
	m->say_ms = now_ms;
}


const struct db_camp *model_campaign(const struct model *m, int32_t id)
{
	for (size_t i = 0; i < m->campr.n; i++) {
		if (m->campr.v[i].id == id)
			return &m->campr.v[i];
	}

	return NULL;
}


static enum screen_id seen_screen(const struct model *m)
{
	return m->screen == SCREEN_HELP ? m->below : m->screen;
}


const struct db_camp *model_target(const struct model *m)
{
	size_t row;

	switch (seen_screen(m)) {

	case SCREEN_CAMPAIGNS:
		row = mlist_row(&m->camps);
		return row < m->campr.n ? &m->campr.v[row] : NULL;

	case SCREEN_LIVE:
		row = mlist_row(&m->live);
		return row < m->callc ?
			model_campaign(m, m->callv[row].campaign) : NULL;

	case SCREEN_PHONES:
	case SCREEN_CALL:
		return model_campaign(m, m->campaign);

	case SCREEN_LOG:
	case SCREEN_NODES:
	case SCREEN_HELP:
		break;
	}

	return NULL;
}


int64_t model_phone(const struct model *m)
{
	switch (seen_screen(m)) {

	case SCREEN_PHONES:     return mlist_id(&m->phones, m->phones.cu.cur);
	case SCREEN_LIVE:       return mlist_id(&m->live, m->live.cu.cur);
	case SCREEN_CALL:       return m->phone;

	case SCREEN_CAMPAIGNS:
	case SCREEN_LOG:
	case SCREEN_NODES:
	case SCREEN_HELP:
		break;
	}

	return 0;
}


const struct model_intent *model_intent(const struct model *m, int32_t id)
{
	for (size_t i = 0; i < m->intentc; i++) {
		if (m->intentv[i].id == id)
			return &m->intentv[i];
	}

	return NULL;
}


const struct snapshot_call *model_call(const struct model *m, int64_t phone)
{
	return m->snap ? snapshot_call(m->snap, phone) : NULL;
}


/* Of a number no more are counted than take no time. */
bool model_counted(const struct model *m)
{
	return !m->feed.view.number[0] || m->matches <= FEED_COUNT;
}


uint32_t model_live(const struct model *m)
{
	return m->snap ? m->snap->live : 0;
}


int64_t model_server_at(const struct model *m, uint64_t now_ms)
{
	return m->read_ms ? (int64_t)now_ms + m->clock_ms : 0;
}


uint64_t model_denied(const struct model *m)
{
	const uint64_t pause = ACTION_BIT(ACTION_PAUSE) |
		ACTION_BIT(ACTION_RESUME) | ACTION_BIT(ACTION_PAUSE_ALL) |
		ACTION_BIT(ACTION_RESUME_ALL) | ACTION_BIT(ACTION_UNDO);
	const uint64_t stop = ACTION_BIT(ACTION_STOP);
	const uint64_t hangup = ACTION_BIT(ACTION_HANGUP);
	uint64_t denied = 0;

	if (m->readonly)
		return pause | stop | hangup;
	if (!m->rights_known)
		return 0;

	if (!m->rights.pause)
		denied |= pause;
	if (!m->rights.stop)
		denied |= stop;
	/* Its own engine's calls need no database to be hung up. */
	if (!m->rights.hangup && !m->own)
		denied |= hangup;

	return denied;
}


void model_want_feed(struct model *m)
{
	struct feed_want *fw = &m->feed;

	fw->what = 0;
	switch (seen_screen(m)) {

	case SCREEN_CAMPAIGNS:
	case SCREEN_LOG:
	case SCREEN_HELP:
		break;

	case SCREEN_PHONES:
		fw->what = FEED_PAGE;
		break;

	case SCREEN_CALL:
		fw->what = FEED_ONE | (m->origin == SCREEN_PHONES
				       ? FEED_PAGE : FEED_LIVE);
		break;

	case SCREEN_LIVE:
		fw->what = FEED_LIVE;
		break;

	case SCREEN_NODES:
		fw->what = FEED_NODES;
		break;
	}

	fw->one = m->phone;
	fw->follow = m->follow;
	++fw->gen;
	m->want |= WANT_VIEW;
}


void model_go(struct model *m, enum screen_id screen)
{
	m->screen = screen;
	rows_screen(m);
	model_want_feed(m);
}
