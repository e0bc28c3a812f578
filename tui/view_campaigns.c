/**
 * @file view_campaigns.c  The list of campaigns
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>


enum {
	STATE_CELLS = 11,
	PCT_CELLS   = 4,
	DONE_CELLS  = 13,       /**< 3,611/20,000                        */
	DONE_MIN_CELLS = 9,     /**< 612k/1.0M                           */
	ACT_CELLS   = 5,
	NEXT_CELLS  = 9,
	FIXED_CELLS = 2 + 1 + STATE_CELLS + 1 + PCT_CELLS + 1 + 1
		    + ACT_CELLS + 1 + NEXT_CELLS + 1,
	NAME_MAX_CELLS = 48,
	SILENT_MS   = 3000,
};

/** Where the columns begin, and how wide those are that stretch */
struct columns {
	int name, name_cells;
	int state;
	int bar, bar_cells;     /**< 0: no bar                           */
	int pct, act, next;
	int done, done_cells;
};


static struct columns columns(int width)
{
	struct columns co = { .name = 2 };
	int room = width - FIXED_CELLS;

	co.done_cells = width >= 72 ? DONE_CELLS : DONE_MIN_CELLS;
	room -= co.done_cells;
	if (width >= 72)
		co.bar_cells = width >= 120 ? width / 5 : 12;
	if (co.bar_cells)
		room -= co.bar_cells + 1;
	if (room > NAME_MAX_CELLS) {
		co.bar_cells += room - NAME_MAX_CELLS;
		room = NAME_MAX_CELLS;
	}

	co.name_cells = room;
	co.state = co.name + room + 1;
	co.bar = co.state + STATE_CELLS + 1;
	co.pct = co.bar + (co.bar_cells ? co.bar_cells + 1 : 0);
	co.done = co.pct + PCT_CELLS + 1;
	co.act = co.done + co.done_cells + 1;
	co.next = co.act + ACT_CELLS + 1;

	return co;
}


static void draw_title(const struct view *v)
{
	const struct model *m = v->m;
	char title[TEXT_SIZE * 2], word[TEXT_SIZE];
	unsigned running = 0;
	int64_t live = 0;

	for (size_t i = 0; i < m->campc; i++) {
		(void)view_state(v, &m->campv[i], word, sizeof(word));
		running += !strcmp(word, "RUNNING") || !strcmp(word, "FULL");
		live += m->campv[i].live;
	}

	(void)snprintf(title, sizeof(title), "CAMPAIGNS %zu  RUN %u  calls %"
		       PRId64, m->campc, running, live);
	view_title(v, title);
}


static int put(const struct view *v, int col, unsigned attr,
	       const char *text)
{
	return col + 2 + canvas_put(v->cv, 1, col, canvas_width(v->cv), attr,
				    text);
}


static void draw_engine(const struct view *v)
{
	const struct model *m = v->m;
	const struct snapshot *sn = m->snap;
	char text[NAME_SIZE + 16];
	int col = 1;

	if (!sn) {
		(void)put(v, col, ATTR_WARN, "engine starting");
		return;
	}

	if (v->now_ms - m->snap_ms > SILENT_MS) {
		(void)snprintf(text, sizeof(text), "engine SILENT %" PRIu64
			       "s", (v->now_ms - m->snap_ms) / 1000);
		col = put(v, col, ATTR_BAD | ATTR_REV, text);
	}
	else if (sn->stopping) {
		(void)snprintf(text, sizeof(text), "engine STOPPING, %u live",
			       sn->live);
		col = put(v, col, ATTR_WARN, text);
	}
	else {
		col = put(v, col, ATTR_GOOD, "engine ok");
	}

	if (sn->db_ok)
		(void)snprintf(text, sizeof(text), "db ok %ums", m->took_ms);
	else
		(void)snprintf(text, sizeof(text), "db DOWN, %zu writes wait",
			       sn->pending);
	col = put(v, col, sn->db_ok ? ATTR_GOOD : ATTR_BAD, text);

	(void)snprintf(text, sizeof(text), "dialled %" PRIu64, sn->started);
	col = put(v, col, ATTR_NORMAL, text);
	(void)snprintf(text, sizeof(text), "node %s", sn->node);
	(void)put(v, col, ATTR_NORMAL, text);
}


static void draw_heads(const struct view *v, const struct columns *co)
{
	struct canvas *cv = v->cv;
	int w = canvas_width(cv);

	canvas_put(cv, 2, co->name, w, ATTR_BOLD, "NAME");
	canvas_put(cv, 2, co->state, w, ATTR_BOLD, "STATE");
	if (co->bar_cells)
		canvas_put(cv, 2, co->bar, w, ATTR_BOLD, "PROGRESS");
	canvas_right(cv, 2, co->done, co->done_cells, ATTR_BOLD,
		     co->done_cells < DONE_CELLS ? "DONE/ALL" : "DONE/TOTAL");
	canvas_right(cv, 2, co->act, ACT_CELLS, ATTR_BOLD, "ACT");
	canvas_right(cv, 2, co->next, NEXT_CELLS, ATTR_BOLD, "NEXT");
}


static void draw_progress(const struct view *v, const struct columns *co,
			  int row, const struct db_campaign *c)
{
	char done[24], total[24], text[TEXT_SIZE];
	int64_t pct = c->total > 0 ? c->finished * 100 / c->total : 0;

	if (co->bar_cells)
		canvas_bar(v->cv, row, co->bar, co->bar_cells, ATTR_NORMAL,
			   (uint64_t)c->finished, (uint64_t)c->total);

	(void)snprintf(text, sizeof(text), "%" PRId64 "%%", pct);
	canvas_right(v->cv, row, co->pct, PCT_CELLS, ATTR_NORMAL, text);

	(void)snprintf(text, sizeof(text), "%s/%s",
		       view_count(done, sizeof(done), c->finished),
		       view_count(total, sizeof(total), c->total));
	if ((int)strlen(text) > co->done_cells)
		(void)snprintf(text, sizeof(text), "%s/%s",
			       view_short(done, sizeof(done), c->finished),
			       view_short(total, sizeof(total), c->total));
	canvas_right(v->cv, row, co->done, co->done_cells, ATTR_NORMAL, text);
}


static void draw_row(const struct view *v, const struct columns *co, int row,
		     const struct db_campaign *c)
{
	struct canvas *cv = v->cv;
	char text[TEXT_SIZE];
	unsigned attr = view_state(v, c, text, sizeof(text));

	canvas_put(cv, row, co->name, co->name_cells, ATTR_NORMAL, c->name);
	canvas_put(cv, row, co->state, STATE_CELLS, attr, text);
	draw_progress(v, co, row, c);
	(void)snprintf(text, sizeof(text), "%" PRId64, c->live);
	canvas_right(cv, row, co->act, ACT_CELLS, ATTR_NORMAL, text);
	canvas_right(cv, row, co->next, NEXT_CELLS, ATTR_NORMAL,
		     view_next(v, c, text, sizeof(text)));
}


void view_campaigns(const struct view *v)
{
	const struct model *m = v->m;
	const struct cursor *cu = &m->camps;
	const struct db_campaign *c = model_target(m);
	struct columns co = columns(canvas_width(v->cv));
	char what[WHY_SIZE];

	draw_title(v);
	draw_engine(v);
	draw_heads(v, &co);

	for (size_t i = cu->top; i < cu->n && i < cu->top + cu->rows; i++) {
		draw_row(v, &co, VIEW_ROW + (int)(i - cu->top),
			 &m->campv[i]);
		(void)view_mark(v, cu, i);
	}

	if (!m->campc && m->read_ms)
		canvas_put(v->cv, VIEW_ROW + 1, 2, canvas_width(v->cv),
			   ATTR_NORMAL, "There is no campaign yet: insert "
			   "one into campaigns, and it shows here.");

	view_foot(v, c ? view_explain(v, c, what, sizeof(what)) : "");
}
