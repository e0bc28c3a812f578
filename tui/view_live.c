/**
 * @file view_live.c  The live calls of all campaigns
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "tui/table.h"


static void id_cell(struct field *fd, const struct view *v, const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
		       ((const struct model_call *)row)->id);
}


static void number_cell(struct field *fd, const struct view *v,
			const void *row)
{
	const struct model_call *c = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       c->sc ? c->sc->cld : c->row->cld);
}


static void campaign_cell(struct field *fd, const struct view *v,
			  const void *row)
{
	const struct model_call *c = row;
	const struct db_camp *camp = model_campaign(v->m, c->campaign);

	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       camp ? camp->name : "?");
}


static void status_cell(struct field *fd, const struct view *v,
			const void *row)
{
	const struct model_call *c = row;
	const char *word;

	fd->attr = view_status(v, c->sc ? attempt_status(c->sc->st)
			       : c->row->status, &word);
	(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
}


static void try_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct model_call *c = row;
	(void)v;

	if (c->sc)
		(void)snprintf(fd->text, sizeof(fd->text), "%u/%u",
			       c->sc->attempt_no, c->sc->max_attempts);
	else
		(void)snprintf(fd->text, sizeof(fd->text), "%d/%d",
			       c->row->call_count, c->row->max_attempts);
}


static void event_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct model_call *c = row;
	const char *word = "";
	(void)v;

	if (c->sc)
		(void)view_doing(c->sc, &word);
	(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
}


static void bar_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct model_call *c = row;

	if (!c->sc || !view_bar(c->sc))
		return;

	fd->bar = true;
	fd->part = (uint64_t)view_played(v, c->sc);
	fd->whole = c->sc->prompt_ms;
}


static void play_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct model_call *c = row;
	int64_t since = c->sc ? 0 : c->row->connect_at ? c->row->connect_at
		: c->row->setup_at;

	if (v->raw)
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
			       c->sc ? view_played(v, c->sc) : 0);
	else if (c->sc)
		(void)view_progress(v, c->sc, fd->text, sizeof(fd->text));
	else if (since)
		(void)view_span(fd->text, sizeof(fd->text),
				view_server_at(v) - since);
}


static void node_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct model_call *c = row;
	const char *own = v->m->snap ? v->m->snap->node : "";

	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       c->row ? c->row->node : own);
}


static const struct table_column columns[] = {
	{ .name = "id", .sort = SORT_NONE, .cellh = id_cell },
	{ .head = "NUMBER", .name = "number", .min = 13, .max = 33,
	  .grow = 3, .sort = SORT_NUMBER, .cellh = number_cell },
	{ .head = "CAMPAIGN", .name = "campaign", .min = 10, .max = 40,
	  .grow = 2, .sort = SORT_NAME, .cellh = campaign_cell },
	{ .head = "STATUS", .name = "status", .min = 9, .max = 9,
	  .sort = SORT_STATE, .cellh = status_cell },
	{ .head = "TRY", .name = "tries", .min = 4, .max = 5, .grow = 4,
	  .rank = 3, .sort = SORT_NONE, .cellh = try_cell },
	{ .head = "EVENT", .name = "event", .min = 8, .max = 12, .grow = 3,
	  .rank = 2, .sort = SORT_NONE, .cellh = event_cell },
	{ .head = "", .min = 7, .max = 22, .grow = 4, .rank = 5,
	  .sort = SORT_NONE, .cellh = bar_cell },
	{ .head = "RING/PLAY", .name = "played_ms",
	  .said = "played", .min = 10, .max = 11,
	  .right = true, .sort = SORT_TIME, .cellh = play_cell },
	{ .head = "ENGINE", .name = "engine", .min = 8, .max = 20,
	  .grow = 3, .rank = 4, .sort = SORT_NODE, .cellh = node_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	size_t row = i < m->live.cu.n ? m->live.rowv[i] : SIZE_MAX;

	return row < m->callc ? &m->callv[row] : NULL;
}


const struct table *view_live_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		NULL,
	};

	return &tb;
}


static void draw_counts(const struct view *v)
{
	const struct model *m = v->m;
	unsigned trying = 0, answer = 0;
	char a[TEXT_SIZE], b[TEXT_SIZE], filter[EDIT_SIZE + TEXT_SIZE];
	char tagged[TEXT_SIZE] = "";
	const char *words[] = { a, b, filter, tagged };

	for (size_t i = 0; i < m->callc; i++) {
		const struct model_call *c = &m->callv[i];
		enum phone_status st = c->sc ? attempt_status(c->sc->st)
			: c->row->status;

		trying += st == PHONE_TRYING;
		answer += st == PHONE_ANSWER || st == PHONE_SUCCESS;
	}

	(void)snprintf(a, sizeof(a), "trying %u", trying);
	(void)snprintf(b, sizeof(b), "answered %u", answer);
	(void)snprintf(filter, sizeof(filter), "filter status=%s text=%s",
		       !m->statuses ? "any" : m->statuses ==
		       1u << PHONE_TRYING ? "trying" : "answer",
		       m->live.filter[0] ? m->live.filter : "-");
	if (m->live.tags.n)
		(void)snprintf(tagged, sizeof(tagged), "tagged %zu",
			       m->live.tags.n);
	(void)view_words(v, 1, 1, ATTR_NORMAL, words, 4);
}


void view_live(const struct view *v)
{
	const struct model *m = v->m;
	char title[TEXT_SIZE], idle[WHY_SIZE] = "";
	const char *words[] = { title };
	const struct db_camp *c = model_target(m);

	(void)snprintf(title, sizeof(title), "LIVE CALLS %zu", m->callc);
	view_title(v, words, 1);
	draw_counts(v);
	table_draw(v, view_live_table(), &m->live, 2);
	if (!m->live.cu.n)
		view_none(v, 4, m->callc ? "No call is like that: \\ clears "
			  "the filters." : "No call is live.");

	if (c)
		(void)view_explain(v, c, idle, sizeof(idle));
	view_foot(v, m->liver.n >= FEED_LIVE_ROWS ?
		  "there are more: these are the first of each campaign"
		  : "", idle);
}
