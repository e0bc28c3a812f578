/**
 * @file model_hangup.c  Calls that the operator hangs up
 *
 * What is tagged on the phones' screen need not be held here: its live calls
 * are found first. Either way attempts are meant, as they were when the key
 * was pressed, not phones.
 */
#include "tui/model_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* A row of the phones, or of the live calls; NULL: it is not held */
static const struct db_row *row_of(const struct model *m, int64_t phone)
{
	const struct db_page *pg = m->screen == SCREEN_LIVE ? &m->liver
		: &m->page;

	if (m->screen == SCREEN_CALL)
		return m->one_read && m->one.row.id == phone ? &m->one.row
			: NULL;

	for (size_t i = 0; i < pg->n; i++) {
		if (pg->v[i].id == phone)
			return &pg->v[i];
	}

	return NULL;
}


/*
 * Calls of this engine go by an order, others by the database.
 *
 * @param attempt  As the database has it; 0: it has none
 * @return false: it is over
 */
static bool add(struct model *m, int64_t phone, int64_t attempt)
{
	const struct snapshot_call *sc = model_call(m, phone);
	struct order *or = &m->pending_order;
	struct feed_ask *ask = &m->pending;

	if (sc && sc->st != ATT_DONE && or->phonec < ORDER_PHONES) {
		or->phonev[or->phonec++] = phone;
		return true;
	}
	if (!attempt || (sc && sc->st == ATT_DONE))
		return false;

	ask->idv[ask->idc] = phone;
	ask->attemptv[ask->idc++] = attempt;

	return true;
}


static const char *number(const struct model *m, int64_t phone)
{
	const struct snapshot_call *sc = model_call(m, phone);
	const struct db_row *row = row_of(m, phone);

	return sc ? sc->cld : row ? row->cld : "?";
}


static bool begin(struct model *m, size_t n)
{
	memset(&m->pending_order, 0, sizeof(m->pending_order));
	m->pending_order.kind = ORDER_HANGUP;

	return !do_make(&m->pending, FEED_HANGUP, n);
}


/* The first numbers of those that are to be hung up */
struct names {
	char text[DIALOG_LINE];
	size_t n;               /**< all of them                         */
};


static void name(struct names *nm, const char *cld)
{
	size_t len = strlen(nm->text);

	if (++nm->n <= DB_CALL_NAMES)
		(void)snprintf(&nm->text[len], sizeof(nm->text) - len,
			       "%s%.40s", len ? ", " : "", cld);
}


static void question(struct model *m, const struct names *nm)
{
	do_question(m);
	dialog_line(&m->dialog, "Hang up %zu %s?", nm->n,
		    nm->n == 1 ? "call" : "calls");
	if (nm->n > DB_CALL_NAMES)
		dialog_line(&m->dialog, "%s and %zu more", nm->text,
			    nm->n - DB_CALL_NAMES);
	else
		dialog_line(&m->dialog, "%s", nm->text);
	dialog_line(&m->dialog, "y: yes   any other key: no");
}


static void none(struct model *m, uint64_t now_ms)
{
	model_say(m, false, now_ms, "no call is live there");
}


/* Tagged phones: which of them are being rung? */
static void find(struct model *m, uint64_t now_ms)
{
	const struct tags *tg = &m->phones.tags;
	struct feed_ask ask = { .idv = NULL };

	if (!do_fresh(m, now_ms) || do_busy(m, now_ms) ||
	    do_make(&ask, FEED_CALLS, tg->n))
		return;

	if (tg->n)
		memcpy(ask.idv, tg->idv, tg->n * sizeof(*ask.idv));
	ask.idc = tg->n;
	ask.but = m->all;
	if (m->all)
		ask.view = m->all_view;
	ask.view.campaign = m->campaign;
	do_ask(m, &ask, now_ms);
	m->finding = m->ask.serial;
	model_say(m, false, now_ms, "looking for their calls ...");
}


void do_found(struct model *m, struct feed_ask *ask, uint64_t now_ms)
{
	struct db_calls *found = &ask->found;
	struct names nm = { .n = 0 };

	if (ask->err) {
		model_say(m, true, now_ms, "not hung up: %s", ask->why);
		return;
	}
	/* Whoever has gone on to something else is not asked. */
	if (ask->serial != m->finding || m->screen != SCREEN_PHONES ||
	    m->dialog.kind || m->editing)
		return;

	m->say_ms = 0;
	if (!begin(m, found->n))
		return;
	for (size_t i = 0; i < found->n; i++) {
		if (add(m, found->idv[i], found->attemptv[i]))
			name(&nm, nm.n < DB_CALL_NAMES && i < DB_CALL_NAMES
			     ? found->namev[i] : number(m, found->idv[i]));
	}
	if (nm.n)
		question(m, &nm);
	else
		none(m, now_ms);
}


static void take(struct model *m, struct names *nm, int64_t phone)
{
	const struct db_row *row = row_of(m, phone);

	if (phone && add(m, phone, row && row->node[0] ? row->attempt : 0))
		name(nm, number(m, phone));
}


void do_hangup(struct model *m, uint64_t now_ms)
{
	const struct model_list *ls = model_list_of(m, m->screen);
	const bool tagged = m->screen != SCREEN_CALL && ls->tags.n;
	struct names nm = { .n = 0 };

	if (m->frozen_ms && now_ms - m->frozen_ms > MODEL_STALE_MS) {
		model_say(m, true, now_ms, "nothing done: the display is "
			  "frozen; Z lets it move");
		return;
	}
	if (m->screen == SCREEN_PHONES && (m->all || tagged)) {
		find(m, now_ms);
		return;
	}

	if (!begin(m, tagged ? ls->tags.n : 1))
		return;
	for (size_t i = 0; tagged && i < ls->tags.n; i++)
		take(m, &nm, ls->tags.idv[i]);
	if (!tagged)
		take(m, &nm, model_phone(m));

	if (!nm.n)
		none(m, now_ms);
	else if (!m->pending.idc || do_fresh(m, now_ms))
		question(m, &nm);
}
