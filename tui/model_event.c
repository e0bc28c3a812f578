/**
 * @file model_event.c  What has happened to a phone, attempt by attempt
 */
#include "tui/model_priv.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>


static int64_t event_id(const void *owner, size_t row)
{
	return ((const struct model *)owner)->eventv[row].id;
}


/* Instants of one attempt come in order; 0: that has not happened. */
static void add(struct model *m, int32_t no, int64_t at, bool first,
		const char *what, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

static void add(struct model *m, int32_t no, int64_t at, bool first,
		const char *what, const char *fmt, ...)
{
	struct model_event *ev = &m->eventv[m->eventc];
	va_list ap;

	if (!at || m->eventc >= MODEL_EVENTS)
		return;

	ev->at = at;
	ev->delta_ms = first || !m->eventc ? -1 : at - ev[-1].at;
	if (!first && ev->delta_ms < 0)
		ev->delta_ms = 0;
	ev->live = false;
	(void)snprintf(ev->what, sizeof(ev->what), "%s", what);
	va_start(ap, fmt);
	(void)vsnprintf(ev->detail, sizeof(ev->detail), fmt, ap);
	va_end(ap);

	/* The same event has the same id, whoever tells of it. */
	ev->id = first ? (int64_t)no * 64 + 1
		: m->eventc ? ev[-1].id + 1 : 1;
	++m->eventc;
}


static void add_end(struct model *m, const struct db_attempt *at)
{
	bool local = !strcmp(at->ended_by, "local");
	char what[32];

	if (at->connect_at)
		(void)snprintf(what, sizeof(what), "%s BYE",
			       local ? ">" : "<");
	else if (local)
		(void)snprintf(what, sizeof(what), "> CANCEL");
	else if (at->sip_code)
		(void)snprintf(what, sizeof(what), "< %d", at->sip_code);
	else
		(void)snprintf(what, sizeof(what), "ended");

	add(m, at->no, at->end_at ? at->end_at : at->setup_at, false, what,
	    "%s%s%s", at->outcome, at->reason[0] ? ": " : "", at->reason);
}


static void add_attempt(struct model *m, const struct db_attempt *at)
{
	int64_t heard = at->prompt_at && at->played_ms >=
		m->one.threshold_ms ? at->prompt_at + m->one.threshold_ms : 0;

	add(m, at->no, at->setup_at, true, "> INVITE",
	    "attempt %d, through %s", at->no, at->proxy);
	add(m, at->no, at->ring_at, false, "< 180 Ringing", "%s", "");
	add(m, at->no, at->connect_at, false, "< 200 OK", "answer");
	add(m, at->no, at->prompt_at, false, "prompt start", "%s",
	    m->one.prompt);
	add(m, at->no, heard, false, "threshold reached", "%d ms",
	    m->one.threshold_ms);
	add_end(m, at);
}


/* Was the event before our own wish to end it? */
static bool asked_end(const struct model *m)
{
	const char *what = m->eventc ? m->eventv[m->eventc - 1].what : "";

	return !strcmp(what, happening_name(HAPPENED_BYE)) ||
		!strcmp(what, happening_name(HAPPENED_CANCEL));
}


static void add_happening(struct model *m, const struct snapshot_call *sc,
			  const struct timeline_event *te, bool first)
{
	int64_t at = m->call_at + te->at_ms;
	int32_t no = (int32_t)sc->attempt_no;
	char what[32];

	switch ((enum happening)te->what) {

	case HAPPENED_CREATED:
		add(m, no, at, true, "attempt created", "attempt %u of %u",
		    sc->attempt_no, sc->max_attempts);
		break;

	case HAPPENED_INVITE:
		add(m, no, at, first, "> INVITE", "%s through %s", sc->cld,
		    sc->proxy);
		break;

	case HAPPENED_RINGING:
		(void)snprintf(what, sizeof(what), "< %u%s", te->code,
			       te->code == 180 ? " Ringing" : "");
		add(m, no, at, first, what, "%s", "");
		break;

	case HAPPENED_ANSWER:
		add(m, no, at, first, "< 200 OK", "answer");
		break;

	case HAPPENED_PROMPT:
		add(m, no, at, first, "prompt start", "%s", m->one.prompt);
		break;

	case HAPPENED_THRESHOLD:
		add(m, no, at, first, "threshold reached", "%u ms",
		    sc->threshold_ms);
		break;

	case HAPPENED_PROMPT_END:
	case HAPPENED_CANCEL:
	case HAPPENED_BYE:
		add(m, no, at, first, happening_name((enum happening)
						     te->what), "%s", "");
		break;

	case HAPPENED_CLOSED:
		if (te->code > 299)
			(void)snprintf(what, sizeof(what), "< %u", te->code);
		else
			(void)snprintf(what, sizeof(what), "%s",
				       asked_end(m) ? "closed" : "< BYE");
		add(m, no, at, first, what, "%s", "");
		break;
	}
}


static void add_live(struct model *m)
{
	const struct snapshot_call *sc = &m->call;
	size_t from = m->eventc;

	for (uint32_t i = 0; i < sc->timeline.eventc; i++)
		add_happening(m, sc, &sc->timeline.eventv[i], !i);

	for (size_t i = from; i < m->eventc; i++)
		m->eventv[i].live = true;
}


/* All that is known of a call that another engine makes */
static void add_foreign(struct model *m)
{
	const struct db_row *row = &m->one.row;

	add(m, row->call_count, row->setup_at, true, "attempt created",
	    "attempt %d of %d, engine %s", row->call_count,
	    row->max_attempts, row->node);
	add(m, row->call_count, row->connect_at, false, "< 200 OK",
	    "answer");
}


/* The last picture of a call stays until its attempt has been written. */
static void call_take(struct model *m)
{
	const struct snapshot_call *sc = model_call(m, m->phone);
	const struct snapshot_call *over = m->snap ?
		snapshot_ended(m->snap, m->phone) : NULL;

	m->call_live = sc != NULL && sc->st != ATT_DONE;
	if (sc) {
		/* Two clocks: what has been told stays as it was told. */
		if (m->call.phone_id != m->phone ||
		    m->call.attempt_id != sc->attempt_id)
			m->call_at = m->snap->wall_ms - sc->created_age;
		m->call = *sc;
		return;
	}
	if (over && m->call.phone_id == m->phone &&
	    m->call.attempt_id == over->attempt_id)
		m->call = *over;

	for (size_t i = 0; i < m->one.attemptc; i++) {
		if (m->one.attemptv[i].id == m->call.attempt_id)
			m->call.phone_id = 0;
	}
}


void events_build(struct model *m)
{
	static const struct list_ops ops = { event_id, NULL, NULL, false };
	struct cursor *cu = &m->events.cu;
	bool known;

	call_take(m);
	m->eventc = 0;
	for (size_t i = m->one_read ? m->one.attemptc : 0; i > 0; i--)
		add_attempt(m, &m->one.attemptv[i - 1]);

	known = m->call.phone_id == m->phone && m->phone;
	if (known)
		add_live(m);
	else if (m->one_read && m->one.row.node[0])
		add_foreign(m);

	(void)mlist_build(&m->events, &ops, m, m->eventc);
	if (m->scroll)
		cursor_move(cu, INT32_MAX, NULL, NULL);
	if (m->scroll && cu->n)
		cu->id = mlist_id(&m->events, cu->cur);
}
