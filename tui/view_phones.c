/**
 * @file view_phones.c  The phones of a campaign
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>


enum {
	STATUS_CELLS = 9,
	TRY_CELLS    = 5,
	NEXT_CELLS   = 9,
	SIP_CELLS    = 3,
	FIXED_CELLS  = 2 + 1 + STATUS_CELLS + 1 + TRY_CELLS + 1 + NEXT_CELLS
		     + 1 + SIP_CELLS + 1 + 1,
	NUMBER_CELLS = 16,
	NUMBER_MAX_CELLS = 33,
	SPAN_CELLS   = 11,      /**< 0:19/0:31, and longer               */
};

/** Where the columns begin, and how wide those are that stretch */
struct columns {
	int number, number_cells;
	int status, tries, next, sip;
	int event, event_cells; /**< last event, and at its end ring/play */
	int bar_cells;          /**< 0: no bar                           */
};


static struct columns columns(int width)
{
	struct columns co = { .number = 2, .number_cells = NUMBER_CELLS };
	int room = width - FIXED_CELLS - NUMBER_CELLS;

	/* A third of what is left over, for the longest numbers */
	if (room > 30) {
		int more = (room - 30) / 3;

		co.number_cells += more;
		if (co.number_cells > NUMBER_MAX_CELLS)
			co.number_cells = NUMBER_MAX_CELLS;
	}

	if (width >= 80)
		co.bar_cells = width >= 120 ? 22 : 7;

	co.status = co.number + co.number_cells + 1;
	co.tries = co.status + STATUS_CELLS + 1;
	co.next = co.tries + TRY_CELLS + 1;
	co.sip = co.next + NEXT_CELLS + 1;
	co.event = co.sip + SIP_CELLS + 1;
	co.event_cells = width - 1 - co.event;

	return co;
}


static const char *status_word(enum phone_status status, unsigned *attr)
{
	*attr = ATTR_NORMAL;

	switch (status) {

	case PHONE_IDLE:
	case PHONE_TRYING:
		break;

	case PHONE_ANSWER:
		*attr = ATTR_BOLD;
		break;

	case PHONE_FAILURE:
		*attr = ATTR_BAD;
		break;

	case PHONE_PREMATURE:
		*attr = ATTR_WARN;
		return "premature";

	case PHONE_SUCCESS:
		*attr = ATTR_GOOD;
		break;
	}

	return phone_status_name(status);
}


static void draw_title(const struct view *v, const struct db_campaign *c)
{
	char title[NAME_SIZE + TEXT_SIZE], done[24], total[24];

	if (c)
		(void)snprintf(title, sizeof(title),
			       "%s > PHONES   %s of %s done",
			       v->m->campaign_name,
			       view_count(done, sizeof(done), c->finished),
			       view_count(total, sizeof(total), c->total));
	else
		(void)snprintf(title, sizeof(title), "%s > PHONES   gone",
			       v->m->campaign_name);

	view_title(v, title);
}


static void draw_counts(const struct view *v, const struct db_campaign *c)
{
	char text[TEXT_SIZE], n[24];
	int width = canvas_width(v->cv), col = 1;
	unsigned attr;

	if (!c)
		return;

	attr = view_state(v, c, text, sizeof(text));
	col += canvas_put(v->cv, 1, col, width, attr, text) + 2;

	for (int i = 0; i < PHONE_STATUSES; i++) {
		const char *word = status_word((enum phone_status)i, &attr);

		(void)snprintf(text, sizeof(text), "%s %s", word,
			       view_short(n, sizeof(n), c->count[i]));
		col += canvas_put(v->cv, 1, col, width, ATTR_NORMAL, text)
			+ (width >= 80 ? 2 : 1);
	}
}


static void draw_heads(const struct view *v, const struct columns *co)
{
	struct canvas *cv = v->cv;
	int w = canvas_width(cv);

	canvas_put(cv, 2, co->number, w, ATTR_BOLD, "NUMBER");
	canvas_put(cv, 2, co->status, w, ATTR_BOLD, "STATUS");
	canvas_put(cv, 2, co->tries, w, ATTR_BOLD, "TRY");
	canvas_put(cv, 2, co->next, w, ATTR_BOLD, "NEXT CALL");
	canvas_put(cv, 2, co->sip, w, ATTR_BOLD, "SIP");
	canvas_put(cv, 2, co->event, w, ATTR_BOLD, "LAST EVENT");
	if (co->event_cells >= 22)
		canvas_right(cv, 2, co->event, co->event_cells, ATTR_BOLD,
			     "RING/PLAY");
}


static const char *next_word(const struct view *v, const struct db_phone *ph,
			     bool live, char *buf, size_t size)
{
	int64_t ahead;

	if (live || (ph->finished && ph->status == PHONE_SUCCESS) ||
	    ph->status == PHONE_TRYING || ph->status == PHONE_ANSWER)
		return "-";
	if (ph->finished)
		return "exhausted";
	if (ph->due_ms < 0)
		return "now";

	ahead = view_ahead(v, ph->due_ms, v->m->read_ms);

	return ahead ? view_when(v, buf, size, ahead) : "now";
}


static unsigned live_word(const struct snapshot_call *sc, const char **word)
{
	switch (sc->st) {

	case ATT_QUEUED:        *word = "queued";       return 0;
	case ATT_DIALING:       *word = "dialling";     return 0;
	case ATT_RINGING:       *word = "ringing";      return 180;
	case ATT_DONE:          *word = "closed";       return 0;
	case ATT_HEARD:         *word = "heard";        return 200;
	case ATT_ANSWERED:
		*word = sc->played_ms ? "playing" : "answered";
		return 200;
	}

	return 0;
}


/* A call of this engine comes with a snapshot, a moment after its row. */
static const char *last_word(const struct view *v, const struct db_phone *ph,
			     char *buf, size_t size)
{
	const struct snapshot *sn = v->m->snap;

	if (ph->node[0]) {
		if (sn && !strcmp(ph->node, sn->node))
			return "";
		(void)snprintf(buf, size, "with engine %s", ph->node);
		return buf;
	}
	if (ph->reason[0])
		return ph->reason;

	return ph->status == PHONE_SUCCESS ? "heard" : "";
}


/* Durations tick between two snapshots: packets leave every 20 ms. */
static int draw_live(const struct view *v, const struct columns *co, int row,
		     const struct snapshot_call *sc)
{
	char text[TEXT_SIZE], played[24], whole[24];
	int64_t gone = (int64_t)(v->now_ms - v->m->snap_ms);
	int64_t ms = sc->played_ms;
	int cells = 0, bar;

	if (sc->st == ATT_QUEUED)
		return 0;

	if (sc->st == ATT_DIALING || sc->st == ATT_RINGING) {
		(void)view_span(text, sizeof(text), sc->since_ms + gone);
		canvas_right(v->cv, row, co->event, co->event_cells,
			     ATTR_NORMAL, text);
		return (int)strlen(text);
	}

	if (ms && ms < sc->prompt_ms) {
		ms += gone;
		if (ms > sc->prompt_ms)
			ms = sc->prompt_ms;
	}
	(void)snprintf(text, sizeof(text), "%s/%s",
		       view_span(played, sizeof(played), ms),
		       view_span(whole, sizeof(whole), sc->prompt_ms));
	canvas_right(v->cv, row, co->event, co->event_cells, ATTR_NORMAL,
		     text);
	cells = (int)strlen(text);

	if (co->bar_cells) {
		bar = co->event + co->event_cells - cells - 1 - co->bar_cells;
		canvas_bar(v->cv, row, bar, co->bar_cells, ATTR_NORMAL,
			   (uint64_t)ms, sc->prompt_ms);
		cells += 1 + co->bar_cells;
	}

	return cells;
}


static void draw_row(const struct view *v, const struct columns *co, int row,
		     const struct db_phone *ph)
{
	const struct snapshot_call *sc = v->m->snap ?
		snapshot_call(v->m->snap, ph->id) : NULL;
	const bool live = sc && sc->st != ATT_DONE;
	char text[TEXT_SIZE], last[LAUNCH_NODE_SIZE + 16];
	const char *word, *event = last_word(v, ph, last, sizeof(last));
	unsigned attr, sip = (unsigned)ph->sip_code;
	int32_t tries = ph->call_count;
	int taken = 0;

	if (live && (int32_t)sc->attempt_no > tries)
		tries = (int32_t)sc->attempt_no;

	canvas_put(v->cv, row, co->number, co->number_cells, ATTR_NORMAL,
		   ph->cld);
	word = status_word(live ? attempt_status(sc->st) : ph->status, &attr);
	canvas_put(v->cv, row, co->status, STATUS_CELLS, attr, word);
	(void)snprintf(text, sizeof(text), "%" PRId32 "/%" PRId32,
		       tries, ph->max_attempts);
	canvas_put(v->cv, row, co->tries, TRY_CELLS, ATTR_NORMAL, text);
	canvas_put(v->cv, row, co->next, NEXT_CELLS, ATTR_NORMAL,
		   next_word(v, ph, sc, text, sizeof(text)));

	if (sc) {
		sip = live_word(sc, &event);
		taken = draw_live(v, co, row, sc);
	}

	(void)snprintf(text, sizeof(text), "%u", sip);
	canvas_put(v->cv, row, co->sip, SIP_CELLS, ATTR_NORMAL,
		   sip ? text : "-");
	canvas_put(v->cv, row, co->event,
		   co->event_cells - taken - (taken ? 1 : 0), ATTR_NORMAL,
		   event);
}


void view_phones(const struct view *v)
{
	const struct model *m = v->m;
	const struct cursor *cu = &m->phones;
	const struct db_campaign *c = model_campaign(m, m->campaign);
	struct columns co = columns(canvas_width(v->cv));
	char what[WHY_SIZE];

	draw_title(v, c);
	draw_counts(v, c);
	draw_heads(v, &co);

	for (size_t i = cu->top; i < cu->n && i < cu->top + cu->rows; i++) {
		draw_row(v, &co, VIEW_ROW + (int)(i - cu->top),
			 &m->phonev[i]);
		(void)view_mark(v, cu, i);
	}

	if (!cu->n)
		canvas_put(v->cv, VIEW_ROW + 1, 2, canvas_width(v->cv),
			   ATTR_NORMAL, m->phones_read ?
			   "The campaign has no phones." : "reading ...");

	view_foot(v, c ? view_explain(v, c, what, sizeof(what)) : "");
}
