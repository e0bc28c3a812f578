/**
 * @file model_done.c  How the operator's actions went
 */
#include "tui/model_priv.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static void drop_intent(struct model *m, size_t i)
{
	--m->intentc;
	memmove(&m->intentv[i], &m->intentv[i + 1],
		(m->intentc - i) * sizeof(m->intentv[0]));
}


static void undo_keep(struct model *m, const struct feed_ask *ask,
		      uint64_t now_ms)
{
	struct model_undo *un = &m->undo;
	int64_t *idv;

	if (!ask->changedc)
		return;

	idv = malloc(ask->changedc * sizeof(*idv));
	if (!idv)
		return;
	for (size_t i = 0; i < ask->changedc; i++)
		idv[i] = ask->changedv[i];

	free(un->idv);
	un->idv = idv;
	un->idc = ask->changedc;
	un->paused = ask->what != FEED_PAUSE;
	un->serial = ask->serial;
	un->since_ms = now_ms;
}


static void pause_done(struct model *m, const struct feed_ask *ask,
		       uint64_t now_ms)
{
	size_t i = 0;

	if (ask->err)
		model_say(m, true, now_ms, "not %s: %s", ask->what ==
			  FEED_PAUSE ? "paused" : "resumed", ask->why);
	else
		undo_keep(m, ask, now_ms);

	while (i < m->intentc) {
		struct model_intent *in = &m->intentv[i];

		if (in->serial == ask->serial && ask->err) {
			drop_intent(m, i);
			continue;
		}
		if (in->serial == ask->serial)
			in->written_ms = ask->done_ms;
		++i;
	}
}


static void calls_done(struct model *m, const struct feed_ask *ask,
		       const char *what, const char *done, uint64_t now_ms)
{
	if (ask->err)
		model_say(m, true, now_ms, "not %s: %s", what, ask->why);
	else
		model_say(m, false, now_ms, "%s%lld %s hung up", done,
			  (long long)ask->calls,
			  ask->calls == 1 ? "call is" : "calls are");
}


void done_asks(struct model *m, struct feed_news *news, uint64_t now_ms)
{
	for (size_t k = 0; k < news->askc; k++) {
		struct feed_ask *ask = &news->askv[k];

		switch (ask->what) {

		case FEED_PAUSE:
		case FEED_RESUME:
			pause_done(m, ask, now_ms);
			break;

		case FEED_STOP:
			calls_done(m, ask, "stopped", "stopped: paused, ",
				   now_ms);
			break;

		case FEED_HANGUP:
			calls_done(m, ask, "hung up", "", now_ms);
			break;

		case FEED_CALLS:
			do_found(m, ask, now_ms);
			break;
		}
		feed_ask_reset(ask);
	}
	news->askc = 0;
}


/* This engine has seen it, too, when there is one in here. */
static bool is_seen(const struct model *m, const struct model_intent *in)
{
	const struct snapshot_campaign *sc = m->newest ?
		snapshot_campaign(m->newest, in->id) : NULL;

	return !sc || (sc->reason == CAMPAIGN_PAUSED) == in->paused;
}


static void say_seen(struct model *m, const struct db_camp *c, size_t n,
		     int64_t live, unsigned serial, uint64_t now_ms)
{
	char who[NAME_SIZE + 8];
	const char *done = c->paused ? "paused" : "resumed";

	if (n == 1)
		(void)snprintf(who, sizeof(who), "%s", c->name);
	else
		(void)snprintf(who, sizeof(who), "%zu campaigns", n);

	if (c->paused && live)
		model_say(m, false, now_ms, "%s %s, %lld %s finishing", done,
			  who, (long long)live, live == 1 ? "call" : "calls");
	else
		model_say(m, false, now_ms, "%s %s", done, who);
	m->say_undo = m->undo.since_ms && m->undo.serial == serial;
}


static const struct db_camp *find(const struct db_camps *camps, int32_t id)
{
	for (size_t i = 0; i < camps->n; i++) {
		if (camps->v[i].id == id)
			return &camps->v[i];
	}

	return NULL;
}


/* What was written is done when it was read back, not earlier. */
void done_intents(struct model *m, const struct db_camps *camps,
		  uint64_t since_ms, uint64_t now_ms)
{
	const struct db_camp *seen = NULL;
	unsigned serial = 0;
	int64_t live = 0;
	size_t i = 0, n = 0;

	while (i < m->intentc) {
		const struct model_intent *in = &m->intentv[i];
		const struct db_camp *c = find(camps, in->id);

		if (!in->written_ms || since_ms < in->written_ms ||
		    (c && c->paused == in->paused && !is_seen(m, in))) {
			++i;
			continue;
		}

		if (c && c->paused == in->paused) {
			seen = c;
			serial = in->serial;
			live += c->live;
			++n;
		}
		else if (c) {
			model_say(m, true, now_ms, "%s was %s by another",
				  c->name, c->paused ? "paused" : "resumed");
		}
		drop_intent(m, i);
	}

	if (seen)
		say_seen(m, seen, n, live, serial, now_ms);
}


void done_order(struct model *m, uint64_t now_ms)
{
	const struct order_ack *ack;

	if (!m->order_ms || !m->newest)
		return;

	ack = snapshot_ack(m->newest, m->order_serial);
	if (!ack)
		return;

	m->order_ms = 0;
	if (m->order.kind != ORDER_HANGUP)
		return;
	if (ack->err)
		model_say(m, false, now_ms, "no such call is live any more");
	else
		model_say(m, false, now_ms, "%u %s hung up", ack->done,
			  ack->done == 1 ? "call is" : "calls are");
}
