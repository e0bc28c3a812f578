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


static int64_t campaign_id(const void *rows, size_t i)
{
	return ((const struct db_campaign *)rows)[i].id;
}


static void drop_intent(struct model *m, size_t i)
{
	--m->intentc;
	memmove(&m->intentv[i], &m->intentv[i + 1],
		(m->intentc - i) * sizeof(m->intentv[0]));
}


void model_init(struct model *m)
{
	char line[2];

	memset(m, 0, sizeof(*m));
	m->camps.rows = m->phones.rows = m->help.rows = 1;
	m->view.gen = 1;

	while (!keymap_help(line, sizeof(line), m->help.n))
		++m->help.n;
}


void model_reset(struct model *m)
{
	piece_drop(m);
	free(m->campv);
	m->campv = NULL;
	m->campc = 0;
	snapshot_unref(m->snap);
	m->snap = NULL;
}


void model_resize(struct model *m, int width, int height)
{
	size_t rows = height > MODEL_CHROME ?
		(size_t)(height - MODEL_CHROME) : 1;
	(void)width;

	cursor_resize(&m->camps, rows);
	cursor_resize(&m->phones, rows);
	cursor_resize(&m->help, rows);

	piece_resize(m);
}


void model_say(struct model *m, bool bad, uint64_t now_ms,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(m->say, sizeof(m->say), fmt, ap);
	va_end(ap);

	m->say_bad = bad;
	m->say_ms = now_ms;
}


void model_snapshot(struct model *m, struct snapshot *sn, uint64_t now_ms)
{
	snapshot_unref(m->snap);
	m->snap = sn;
	m->snap_ms = now_ms;
}


const struct db_campaign *model_campaign(const struct model *m, int32_t id)
{
	for (size_t i = 0; i < m->campc; i++) {
		if (m->campv[i].id == id)
			return &m->campv[i];
	}

	return NULL;
}


const struct db_campaign *model_target(const struct model *m)
{
	enum screen_id screen = m->screen == SCREEN_HELP
		? m->below : m->screen;

	if (screen == SCREEN_PHONES)
		return model_campaign(m, m->campaign);

	return m->camps.cur < m->campc ? &m->campv[m->camps.cur] : NULL;
}


const struct model_intent *model_intent(const struct model *m, int32_t id)
{
	for (size_t i = 0; i < m->intentc; i++) {
		if (m->intentv[i].id == id)
			return &m->intentv[i];
	}

	return NULL;
}


uint32_t model_live(const struct model *m)
{
	return m->snap ? m->snap->live : 0;
}


static void asks_done(struct model *m, const struct feed_news *news,
		      uint64_t now_ms)
{
	for (size_t k = 0; k < news->askc; k++) {
		const struct feed_ask *ask = &news->askv[k];

		for (size_t i = 0; i < m->intentc; i++) {
			struct model_intent *in = &m->intentv[i];

			if (in->id != ask->id || in->paused != ask->paused)
				continue;

			in->written = true;
			if (ask->err) {
				model_say(m, true, now_ms, "not %s: %s",
					  ask->paused ? "paused" : "resumed",
					  ask->why);
				drop_intent(m, i);
			}
			break;
		}
	}
}


static void say_seen(struct model *m, const struct db_campaign *c,
		     uint64_t now_ms)
{
	if (!c->paused)
		model_say(m, false, now_ms, "resumed %s", c->name);
	else if (c->live)
		model_say(m, false, now_ms, "paused %s, %lld calls finishing",
			  c->name, (long long)c->live);
	else
		model_say(m, false, now_ms, "paused %s", c->name);
}


/* What was written is done when it was read back, not earlier */
static void intents_seen(struct model *m, uint64_t now_ms)
{
	size_t i = 0;

	while (i < m->intentc) {
		const struct model_intent *in = &m->intentv[i];
		const struct db_campaign *c = model_campaign(m, in->id);

		if (!in->written) {
			++i;
			continue;
		}

		if (c && c->paused == in->paused)
			say_seen(m, c, now_ms);
		else if (c)
			model_say(m, true, now_ms, "%s was %s by another",
				  c->name, c->paused ? "paused" : "resumed");
		drop_intent(m, i);
	}
}


void model_news(struct model *m, struct feed_news *news, uint64_t now_ms)
{
	const struct db_campaign *c;

	m->db_ok = news->ok;
	m->retry_ms = news->retry_ms;
	memcpy(m->db_why, news->why, sizeof(m->db_why));
	asks_done(m, news, now_ms);

	if (!news->rows)
		return;

	m->read_ms = news->read_ms;
	m->took_ms = news->took_ms;
	free(m->campv);
	m->campv = news->campv;
	m->campc = news->campc;
	cursor_remap(&m->camps, m->campc, campaign_id, m->campv);
	intents_seen(m, now_ms);

	c = model_campaign(m, m->campaign);
	if (c)
		memcpy(m->campaign_name, c->name, sizeof(c->name));
	piece_take(m, news);

	news->campv = NULL;
	news->phonev = NULL;
	news->rows = false;
}


static void ask_pause(struct model *m, bool paused, uint64_t now_ms)
{
	const struct db_campaign *c = model_target(m);
	uint64_t age = now_ms - m->read_ms;
	size_t i;

	if (!c)
		return;

	if (!m->db_ok) {
		model_say(m, true, now_ms, "nothing done: the database is "
			  "away");
		return;
	}
	if (age > MODEL_STALE_MS) {
		model_say(m, true, now_ms, "nothing done: what is shown is "
			  "%u s old", (unsigned)(age / 1000));
		return;
	}

	for (i = 0; i < m->intentc; i++) {
		if (m->intentv[i].id == c->id)
			break;
	}
	if (i == FEED_ASKS) {
		model_say(m, true, now_ms, "nothing done: too much is "
			  "under way");
		return;
	}
	if (i == m->intentc)
		++m->intentc;

	m->intentv[i] = (struct model_intent){
		.id = c->id, .paused = paused, .since_ms = now_ms,
	};
	m->ask.id = c->id;
	m->ask.paused = paused;
	m->want |= WANT_ASK;
	model_say(m, false, now_ms, "%s %s ...",
		  paused ? "pausing" : "resuming", c->name);
}


static void quit(struct model *m, uint64_t now_ms)
{
	bool again = now_ms - m->quit_ms >= MODEL_AGAIN_MS;
	uint32_t live = model_live(m);

	m->quit_ms = now_ms;
	if (!m->quitting) {
		m->quitting = true;
		m->want |= WANT_QUIT;
	}
	else if (again) {
		m->want |= WANT_HANGUP;
		model_say(m, true, now_ms, "hanging up %u calls", live);
		return;
	}

	m->say_ms = 0;
}


static void move(struct model *m, int64_t by)
{
	switch (m->screen) {

	case SCREEN_CAMPAIGNS:
		cursor_move(&m->camps, by, campaign_id, m->campv);
		break;

	case SCREEN_PHONES:
		piece_move(m, by);
		break;

	case SCREEN_HELP:
		/* No cursor to see: the window itself moves. */
		m->help.cur = m->help.top;
		if (by > 0)
			m->help.cur += m->help.rows - 1;
		cursor_move(&m->help, by, NULL, NULL);
		break;
	}
}


static void seek(struct model *m, int end)
{
	if (m->screen == SCREEN_PHONES)
		piece_seek(m, end);
	else
		move(m, end * (int64_t)INT32_MAX);
}


static void open_campaign(struct model *m)
{
	const struct db_campaign *c = model_target(m);

	if (!c)
		return;

	piece_drop(m);
	m->campaign = c->id;
	memcpy(m->campaign_name, c->name, sizeof(c->name));
	m->screen = SCREEN_PHONES;
	piece_want(m, 0, false);
}


static void back(struct model *m)
{
	if (m->screen == SCREEN_HELP) {
		m->screen = m->below;
		return;
	}

	m->screen = SCREEN_CAMPAIGNS;
	m->campaign = 0;
	piece_drop(m);
	piece_want(m, 0, false);
}


static void help(struct model *m)
{
	m->below = m->screen;
	m->screen = SCREEN_HELP;
	m->help.cur = m->help.top = 0;
}


static int64_t page(const struct model *m)
{
	return (int64_t)m->camps.rows;
}


void model_act(struct model *m, enum action action, uint64_t now_ms)
{
	switch (action) {

	case ACTION_NONE:                                       break;
	case ACTION_UP:         move(m, -1);                    break;
	case ACTION_DOWN:       move(m, 1);                     break;
	case ACTION_PAGE_UP:    move(m, -page(m));              break;
	case ACTION_PAGE_DOWN:  move(m, page(m));               break;
	case ACTION_TOP:        seek(m, -1);                    break;
	case ACTION_BOTTOM:     seek(m, 1);                     break;
	case ACTION_OPEN:       open_campaign(m);               break;
	case ACTION_BACK:       back(m);                        break;
	case ACTION_PAUSE:      ask_pause(m, true, now_ms);     break;
	case ACTION_RESUME:     ask_pause(m, false, now_ms);    break;
	case ACTION_HELP:       help(m);                        break;
	case ACTION_REFETCH:    m->want |= WANT_VIEW;           break;
	case ACTION_REDRAW:     m->want |= WANT_REDRAW;         break;
	case ACTION_QUIT:       quit(m, now_ms);                break;

	case ACTION_SUSPEND:
		model_say(m, true, now_ms, "the calls are made in here: "
			  "it is not stopped. q quits");
		break;
	}
}
