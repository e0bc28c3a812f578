/**
 * @file model_news.c  What the engine and the database tell the model
 */
#include "tui/model_priv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tui/model_piece.h"


void model_snapshot(struct model *m, struct snapshot *sn, uint64_t now_ms)
{
	snapshot_unref(m->newest);
	m->newest = sn;
	done_order(m, now_ms);
	done_intents(m, &m->campr, m->rows_ms, now_ms);
	if (m->frozen_ms)
		return;

	snapshot_unref(m->snap);
	m->snap = snapshot_ref(sn);
	m->snap_ms = now_ms;
	if (m->screen != SCREEN_CAMPAIGNS && m->screen != SCREEN_NODES)
		rows_screen(m);
}


/* A number that trembles is a change on the screen each time. */
static uint32_t steady(uint32_t shown, uint32_t now)
{
	if (shown && now <= 2 * shown + 1 && 2 * now + 1 >= shown)
		return shown;

	return now ? now : 1;
}


static void take_camps(struct model *m, struct feed_rows *rows)
{
	const struct db_camp *c;

	db_camps_free(&m->campr);
	m->campr = rows->camps;
	memset(&rows->camps, 0, sizeof(rows->camps));
	m->clock_ms = m->campr.now_at - (int64_t)rows->read_ms;
	m->read_ms = rows->read_ms;
	m->rows_ms = rows->read_ms - rows->took_ms;
	(void)feed_usual_add(&m->usual, rows->took_ms);
	m->took_ms = steady(m->took_ms, feed_usual(&m->usual));
	rows_camps(m);

	c = model_campaign(m, m->campaign);
	if (c)
		memcpy(m->campaign_name, c->name, sizeof(c->name));
}


static void take_one(struct model *m, struct feed_rows *rows)
{
	if (!(rows->want.what & FEED_ONE) || rows->want.one != m->phone)
		return;

	m->one_gone = rows->one_err == ENOENT;
	if (m->one_gone)
		return;

	db_one_free(&m->one);
	m->one = rows->one;
	memset(&rows->one, 0, sizeof(rows->one));
	m->one_read = true;
	memcpy(m->phone_cld, m->one.row.cld, sizeof(m->phone_cld));
	if (!m->campaign || m->one.row.campaign != m->campaign)
		m->campaign = m->one.row.campaign;
	events_build(m);
}


static void take_live(struct model *m, struct feed_rows *rows)
{
	if (rows->want.what & FEED_LIVE) {
		db_page_free(&m->liver);
		m->liver = rows->live;
		memset(&rows->live, 0, sizeof(rows->live));
		rows_live(m);
	}
	if (rows->want.what & FEED_NODES) {
		free(m->nodev);
		m->nodev = rows->nodev;
		m->nodec = rows->nodec;
		rows->nodev = NULL;
		rows_nodes(m);
	}
	if (rows->want.follow && rows->want.follow == m->follow)
		m->followr = rows->follow;
}


void model_news(struct model *m, struct feed_news *news, uint64_t now_ms)
{
	struct feed_rows *rows = news->rows;

	m->db_ok = news->ok;
	m->db_refused = news->refused;
	m->retry_ms = news->retry_ms;
	memcpy(m->db_why, news->why, sizeof(m->db_why));
	done_asks(m, news, now_ms);
	if (news->ok) {
		m->rights = news->rights;
		m->rights_known = true;
	}
	if (!rows)
		return;

	/* What is done is seen, even though the display stands still. */
	done_intents(m, &rows->camps, rows->read_ms - rows->took_ms, now_ms);
	piece_take(m, rows);
	if (!m->frozen_ms) {
		take_camps(m, rows);
		take_one(m, rows);
		take_live(m, rows);
	}

	feed_rows_reset(rows);
	free(rows);
	news->rows = NULL;
	ahead_serve(m, now_ms);
}


static bool tell_slow(struct model *m, uint64_t now_ms)
{
	for (size_t i = 0; i < m->intentc; i++) {
		struct model_intent *in = &m->intentv[i];
		const struct db_camp *c = model_campaign(m, in->id);

		if (in->told || now_ms <= in->since_ms + MODEL_SLOW_MS)
			continue;

		in->told = true;
		model_say(m, true, now_ms, "%s: no answer yet whether it is "
			  "%s", c ? c->name : "?",
			  in->paused ? "paused" : "resumed");
		return true;
	}

	if (m->order_ms && now_ms > m->order_ms + MODEL_SLOW_MS) {
		m->order_ms = 0;
		model_say(m, true, now_ms, "the engine has not answered for "
			  "%d s", MODEL_SLOW_MS / 1000);
		return true;
	}

	return false;
}


bool model_tick(struct model *m, uint64_t now_ms)
{
	return tell_slow(m, now_ms);
}
