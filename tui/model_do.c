/**
 * @file model_do.c  What the operator has done
 *
 * Targets are ids, taken when the key is pressed: rows may move before the
 * question is answered.
 */
#include "tui/model_priv.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/** What a dialog is about */
enum about {
	ABOUT_ASK,              /**< pending, pending_order              */
	ABOUT_QUIT,
	ABOUT_LEAVE,            /**< hang up all and leave               */
};

enum { NAMES_SHOWN = 3 };


bool do_fresh(struct model *m, uint64_t now_ms)
{
	uint64_t age = now_ms - m->read_ms;

	if (!m->db_ok)
		model_say(m, true, now_ms, "nothing done: the database is "
			  "away");
	else if (age > MODEL_STALE_MS)
		model_say(m, true, now_ms, "nothing done: what is shown is "
			  "%u s old%s", (unsigned)(age / 1000),
			  m->frozen_ms ? "; Z lets it move" : "");
	else
		return true;

	return false;
}


bool do_busy(struct model *m, uint64_t now_ms)
{
	if (!(m->want & WANT_ASK))
		return false;

	model_say(m, true, now_ms, "nothing done: too much is under way");

	return true;
}


int do_make(struct feed_ask *ask, enum feed_do what, size_t n)
{
	feed_ask_reset(ask);
	ask->what = what;
	ask->idv = calloc(n + 1, sizeof(*ask->idv));
	if (what == FEED_HANGUP)
		ask->attemptv = calloc(n + 1, sizeof(*ask->attemptv));
	if (ask->idv && (what != FEED_HANGUP || ask->attemptv))
		return 0;

	feed_ask_reset(ask);

	return ENOMEM;
}


static int intend(struct model *m, int32_t id, bool paused, unsigned serial,
		  uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < m->intentc && m->intentv[i].id != id; i++)
		;
	if (i == TAGS_MAX)
		return EAGAIN;
	if (i == m->intentc)
		++m->intentc;

	m->intentv[i] = (struct model_intent){
		.id = id, .paused = paused, .serial = serial,
		.since_ms = now_ms,
	};

	return 0;
}


void do_ask(struct model *m, struct feed_ask *ask, uint64_t now_ms)
{
	bool paused = ask->what == FEED_PAUSE;
	const struct db_camp *c;

	ask->serial = ++m->serial;
	if (ask->what == FEED_PAUSE || ask->what == FEED_RESUME) {
		for (size_t i = 0; i < ask->idc; i++)
			(void)intend(m, (int32_t)ask->idv[i], paused,
				     ask->serial, now_ms);
		c = ask->idc ? model_campaign(m, (int32_t)ask->idv[0]) : NULL;
		if (ask->idc == 1 && c)
			model_say(m, false, now_ms, "%s %s ...", paused ?
				  "pausing" : "resuming", c->name);
		else
			model_say(m, false, now_ms, "%s %zu campaigns ...",
				  paused ? "pausing" : "resuming", ask->idc);
	}

	feed_ask_reset(&m->ask);
	m->ask = *ask;
	memset(ask, 0, sizeof(*ask));
	m->want |= WANT_ASK;
}


/* The tagged campaigns, else the one under the cursor */
static int camps_take(struct model *m, struct feed_ask *ask,
		      enum feed_do what)
{
	const struct tags *tg = &m->camps.tags;
	const struct db_camp *c = model_target(m);
	bool tagged = m->screen == SCREEN_CAMPAIGNS && tg->n;
	int err;

	err = do_make(ask, what, tagged ? tg->n : 1);
	if (err)
		return err;

	for (size_t i = 0; tagged && i < tg->n; i++) {
		if (model_campaign(m, (int32_t)tg->idv[i]))
			ask->idv[ask->idc++] = tg->idv[i];
	}
	if (!tagged && c)
		ask->idv[ask->idc++] = c->id;

	return ask->idc ? 0 : ENOENT;
}


void do_pause(struct model *m, bool paused, uint64_t now_ms)
{
	struct feed_ask ask = { .idv = NULL };

	if (!do_fresh(m, now_ms) || do_busy(m, now_ms))
		return;

	if (camps_take(m, &ask, paused ? FEED_PAUSE : FEED_RESUME)) {
		feed_ask_reset(&ask);
		return;
	}
	do_ask(m, &ask, now_ms);
}


static void dialog_begin(struct model *m, enum dialog_kind kind, int about)
{
	dialog_open(&m->dialog, kind, about);
	m->want |= WANT_FLUSH;
}


void do_question(struct model *m)
{
	dialog_begin(m, DIALOG_CONFIRM, ABOUT_ASK);
}


/* The first names, and how many there are more */
static void names_line(struct model *m, const struct feed_ask *ask)
{
	char line[DIALOG_LINE] = "";
	size_t len = 0, i;

	for (i = 0; i < ask->idc && i < NAMES_SHOWN; i++) {
		const struct db_camp *c =
			model_campaign(m, (int32_t)ask->idv[i]);
		int n = snprintf(&line[len], sizeof(line) - len, "%s%.60s",
				 i ? ", " : "", c ? c->name : "?");

		if (n > 0 && len + (size_t)n < sizeof(line))
			len += (size_t)n;
	}

	if (i < ask->idc)
		dialog_line(&m->dialog, "%s and %zu more", line,
			    ask->idc - i);
	else
		dialog_line(&m->dialog, "%s", line);
}


/* Those that are not so already: pausing all twice asks for nothing. */
void do_all(struct model *m, bool paused, uint64_t now_ms)
{
	struct feed_ask *ask = &m->pending;

	if (!do_fresh(m, now_ms))
		return;
	if (do_make(ask, paused ? FEED_PAUSE : FEED_RESUME, m->campr.n))
		return;

	for (size_t i = 0; i < m->campr.n && ask->idc < TAGS_MAX; i++) {
		if (m->campr.v[i].paused != paused)
			ask->idv[ask->idc++] = m->campr.v[i].id;
	}
	if (!ask->idc) {
		model_say(m, false, now_ms, "all campaigns are %s already",
			  paused ? "paused" : "running");
		return;
	}

	do_question(m);
	dialog_line(&m->dialog, "%s %zu %s?", paused ? "Pause" : "Resume",
		    ask->idc, ask->idc == 1 ? "campaign" : "campaigns");
	names_line(m, ask);
	dialog_line(&m->dialog, "y: yes   any other key: no");
}


void do_undo(struct model *m, uint64_t now_ms)
{
	struct model_undo *un = &m->undo;
	struct feed_ask ask = { .idv = NULL };

	if (!un->since_ms || now_ms - un->since_ms >= MODEL_UNDO_MS) {
		model_say(m, false, now_ms, "nothing to undo");
		return;
	}
	if (!do_fresh(m, now_ms) || m->want & WANT_ASK)
		return;

	if (do_make(&ask, un->paused ? FEED_PAUSE : FEED_RESUME, un->idc))
		return;
	memcpy(ask.idv, un->idv, un->idc * sizeof(*un->idv));
	ask.idc = un->idc;
	un->since_ms = 0;
	do_ask(m, &ask, now_ms);
}


void do_stop(struct model *m, uint64_t now_ms)
{
	const struct db_camp *c = model_target(m);

	if (!c || !do_fresh(m, now_ms))
		return;
	if (do_make(&m->pending, FEED_STOP, 1))
		return;

	m->pending.idv[m->pending.idc++] = c->id;
	m->pending_order.phonec = 0;
	dialog_begin(m, DIALOG_NAME, ABOUT_ASK);
	(void)snprintf(m->dialog.want, sizeof(m->dialog.want), "%s", c->name);
	dialog_line(&m->dialog, "Stop %s?", c->name);
	if (c->live)
		dialog_line(&m->dialog, "It is paused, and its %lld live %s "
			    "hung up.", (long long)c->live, c->live == 1 ?
			    "call is" : "calls are");
	else
		dialog_line(&m->dialog, "It is paused. None of its calls is "
			    "live.");
	dialog_line(&m->dialog, "No number is lost: r goes on with them.");
	dialog_line(&m->dialog, "Type its name, then Enter; Esc: no");
}


static void order(struct model *m, enum order_kind kind, uint64_t now_ms)
{
	struct order *or = &m->order;

	if (kind != ORDER_HANGUP)
		memset(or, 0, sizeof(*or));
	or->kind = kind;
	or->serial = ++m->order_serial;
	m->order_ms = now_ms;
	m->want |= WANT_ORDER;
}


void do_quit(struct model *m, uint64_t now_ms)
{
	uint32_t live = model_live(m);

	if (!m->own) {
		m->want |= WANT_LEAVE;
		return;
	}

	if (m->quitting && !live) {
		order(m, ORDER_LEAVE, now_ms);
		return;
	}
	if (m->quitting) {
		dialog_begin(m, DIALOG_CONFIRM, ABOUT_LEAVE);
		dialog_line(&m->dialog, "Hang up %u live %s and leave?", live,
			    live == 1 ? "call" : "calls");
		dialog_line(&m->dialog, "y: yes   any other key: they "
			    "finish");
		return;
	}

	dialog_begin(m, DIALOG_CHOICE, ABOUT_QUIT);
	memcpy(m->dialog.letters, "dh", 3);
	dialog_line(&m->dialog, "The engine runs in here; %u %s live.", live,
		    live == 1 ? "call is" : "calls are");
	dialog_line(&m->dialog, "d  drain: no new calls, live ones finish, "
		    "then stop");
	dialog_line(&m->dialog, "h  headless: leave the engine running");
	dialog_line(&m->dialog, "c  cancel");
}


void do_suspend(struct model *m, uint64_t now_ms)
{
	(void)now_ms;
	if (!m->own) {
		m->want |= WANT_SUSPEND;
		return;
	}

	dialog_begin(m, DIALOG_CHOICE, ABOUT_QUIT);
	memcpy(m->dialog.letters, "h", 2);
	dialog_line(&m->dialog, "The calls are made in here: it is not "
		    "stopped.");
	dialog_line(&m->dialog, "h  headless: leave the engine running, and "
		    "the terminal");
	dialog_line(&m->dialog, "c  cancel");
}


static void answer_ask(struct model *m, uint64_t now_ms)
{
	if (m->pending_order.phonec && m->pending.what == FEED_HANGUP) {
		m->order = m->pending_order;
		order(m, ORDER_HANGUP, now_ms);
		model_say(m, false, now_ms, "hanging up ...");
	}
	memset(&m->pending_order, 0, sizeof(m->pending_order));

	if (m->pending.idc)
		do_ask(m, &m->pending, now_ms);
	if (m->ask.what == FEED_STOP && m->want & WANT_ASK)
		model_say(m, false, now_ms, "stopping ...");
}


void do_answer(struct model *m, uint64_t now_ms)
{
	switch ((enum about)m->dialog.tag) {

	case ABOUT_ASK:
		answer_ask(m, now_ms);
		break;

	case ABOUT_QUIT:
		if (m->dialog.choice == 'h') {
			order(m, ORDER_DETACH, now_ms);
			break;
		}
		m->quitting = true;
		m->say_ms = 0;
		order(m, ORDER_DRAIN, now_ms);
		break;

	case ABOUT_LEAVE:
		model_say(m, true, now_ms, "hanging up %u calls",
			  model_live(m));
		order(m, ORDER_LEAVE, now_ms);
		break;
	}
}
