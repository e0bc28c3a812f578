/**
 * @file view_campaigns.c  The list of campaigns
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "tui/table.h"


enum {
	SILENT_MS = 3000,
	SOON_MS   = 600000,     /**< counted by the second               */
	ALERT_MS  = 600000,
	HOUR_MS   = 3600000,
	DAY_MS    = 86400000,
};


static const char *number(struct field *fd, int64_t n)
{
	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64, n);

	return fd->text;
}


static void id_cell(struct field *fd, const struct view *v, const void *row)
{
	(void)v;
	(void)number(fd, ((const struct db_camp *)row)->id);
}


static void name_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct db_camp *c = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s", c->name);
}


static void state_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	fd->attr = view_state(v, row, fd->text, sizeof(fd->text));
}


static void bar_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct db_camp *c = row;
	(void)v;

	fd->bar = true;
	fd->part = (uint64_t)c->finished;
	fd->whole = (uint64_t)c->total;
}


static void percent_cell(struct field *fd, const struct view *v,
			 const void *row)
{
	const struct db_camp *c = row;
	int64_t pct = c->total > 0 ? c->finished * 100 / c->total : 0;

	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64 "%s", pct,
		       v->raw ? "" : "%");
}


static void done_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct db_camp *c = row;
	char done[24], total[24];

	if (v->raw) {
		(void)number(fd, c->finished);
		return;
	}

	(void)snprintf(fd->text, sizeof(fd->text), "%s/%s",
		       view_count(done, sizeof(done), c->finished),
		       view_count(total, sizeof(total), c->total));
	if (strlen(fd->text) > 13 || (v->cv && canvas_width(v->cv) < 72))
		(void)snprintf(fd->text, sizeof(fd->text), "%s/%s",
			       view_short(done, sizeof(done), c->finished),
			       view_short(total, sizeof(total), c->total));
}


static void total_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	(void)v;
	(void)number(fd, ((const struct db_camp *)row)->total);
}


static void live_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)v;
	(void)number(fd, ((const struct db_camp *)row)->live);
}


static void answered_cell(struct field *fd, const struct view *v,
			  const void *row)
{
	const struct db_camp *c = row;
	(void)v;

	if (c->tried)
		(void)snprintf(fd->text, sizeof(fd->text), "%.1f",
			       100.0 * c->answered / c->tried);
	else
		(void)snprintf(fd->text, sizeof(fd->text), "-");
}


/* How long: 9:59, 41m, 17h02, 4d. Two digits before a colon are a time. */
static void lasts(struct field *fd, int64_t ms)
{
	if (ms < SOON_MS)
		(void)view_span(fd->text, sizeof(fd->text), ms);
	else if (ms < HOUR_MS)
		(void)snprintf(fd->text, sizeof(fd->text), "%dm",
			       (int)(ms / 60000));
	else if (ms < 4 * (int64_t)DAY_MS)
		(void)snprintf(fd->text, sizeof(fd->text), "%dh%02d",
			       (int)(ms / HOUR_MS), (int)(ms / 60000 % 60));
	else
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64 "d",
			       ms / DAY_MS);
}


/* An instant within the day as 16:00, later ones as Nov 24 */
static void falls(const struct view *v, struct field *fd, int64_t ahead_ms)
{
	time_t t = (time_t)((v->wall_ms + ahead_ms + 500) / 1000);
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)localtime_r(&t, &tm);
	if (ahead_ms > 36500 * (int64_t)DAY_MS)
		(void)snprintf(fd->text, sizeof(fd->text), "never");
	else if (!strftime(fd->text, sizeof(fd->text), ahead_ms > DAY_MS
			   ? "%b %d" : "%H:%M", &tm))
		fd->text[0] = '\0';
}


static void eta_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct db_camp *c = row;
	struct camp_state st;
	int64_t ms;

	state_of(v->m, c, v->now_ms, &st);
	ms = st.until_ms >= 0 ? st.until_ms : state_eta_ms(c, &st);
	(void)snprintf(fd->text, sizeof(fd->text), "-");

	if (ms < 0)
		return;
	if (v->raw)
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
			       ms / 1000);
	else if (st.until_ms >= 0 && (ms >= SOON_MS ||
				      st.reason == CAMPAIGN_WINDOW))
		falls(v, fd, ms);
	else
		lasts(fd, ms);
}


static const struct table_column columns[] = {
	{ .name = "id", .sort = SORT_NONE, .cellh = id_cell },
	{ .head = "NAME", .name = "name", .min = 10, .max = 48, .grow = 2,
	  .sort = SORT_NAME, .cellh = name_cell },
	{ .head = "STATE", .name = "state", .min = 11, .max = 11,
	  .sort = SORT_STATE, .cellh = state_cell },
	{ .head = "PROGRESS", .min = 12, .max = 60, .grow = 3, .rank = 4,
	  .sort = SORT_PROGRESS, .cellh = bar_cell },
	{ .head = "", .name = "percent", .min = 4, .max = 4, .right = true,
	  .rank = 1, .sort = SORT_NONE, .cellh = percent_cell },
	{ .head = "DONE/TOTAL", .name = "done", .min = 10, .max = 13,
	  .grow = 1, .right = true, .sort = SORT_TOTAL,
	  .cellh = done_cell },
	{ .name = "total", .sort = SORT_NONE, .cellh = total_cell },
	{ .head = "ACT", .name = "calls", .min = 4, .max = 5, .grow = 4,
	  .right = true, .sort = SORT_CALLS, .cellh = live_cell },
	{ .head = "ANS%", .name = "answered_percent", .min = 5, .max = 6,
	  .grow = 4, .right = true, .rank = 3, .sort = SORT_ANSWERED,
	  .cellh = answered_cell },
	{ .head = "ETA", .name = "eta_sec", .said = "eta", .min = 6,
	  .max = 8, .grow = 4, .right = true, .rank = 2,
	  .sort = SORT_ETA, .cellh = eta_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	size_t row = i < m->camps.cu.n ? m->camps.rowv[i] : SIZE_MAX;

	return row < m->campr.n ? &m->campr.v[row] : NULL;
}


const struct table *view_campaigns_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		NULL,
	};

	return &tb;
}


/** What the title sums up */
struct sums {
	unsigned running;
	int64_t live, most;
	int64_t tried, answered;
	double per_sec;
};


static void sum_up(struct sums *su, const struct view *v)
{
	const struct model *m = v->m;
	struct camp_state st;

	memset(su, 0, sizeof(*su));
	for (size_t i = 0; i < m->campr.n; i++) {
		const struct db_camp *c = &m->campr.v[i];

		state_of(m, c, v->now_ms, &st);
		su->running += state_dials(&st);
		su->live += c->live;
		/* Of a paused one there will be no more than there are. */
		su->most += c->paused ? c->live : c->max_concurrent;
		su->tried += c->tried;
		su->answered += c->answered;
		su->per_sec += c->per_sec;
	}
	if (m->snap && m->snap->max_calls && m->snap->max_calls < su->most &&
	    m->campr.engines <= 1)
		su->most = m->snap->max_calls;
	if (m->snap && m->snap->ended_5m) {
		su->tried = m->snap->ended_5m;
		su->answered = m->snap->answered_5m;
	}
}


static void draw_title(const struct view *v)
{
	const struct model *m = v->m;
	const struct snapshot *sn = m->snap;
	char name[TEXT_SIZE], run[TEXT_SIZE], calls[TEXT_SIZE];
	char cps[TEXT_SIZE] = "", ans[TEXT_SIZE] = "";
	const char *words[] = { name, run, calls, cps, ans };
	struct sums su;

	sum_up(&su, v);
	(void)snprintf(name, sizeof(name), "CAMPAIGNS %zu", m->campr.n);
	(void)snprintf(run, sizeof(run), "RUN %u", su.running);
	(void)snprintf(calls, sizeof(calls), "calls %" PRId64 "/%" PRId64,
		       su.live, su.most);
	if (sn)
		(void)snprintf(cps, sizeof(cps), "cps %.1f/%u",
			       sn->started_10s / 10.0, sn->rate);
	else if (su.per_sec > 0)
		(void)snprintf(cps, sizeof(cps), "done %.1f/s", su.per_sec);
	if (su.tried)
		(void)snprintf(ans, sizeof(ans), "ans %.1f%%",
			       100.0 * (double)su.answered /
			       (double)su.tried);
	view_title(v, words, 5);
}


static unsigned engine_word(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	const struct snapshot *sn = m->snap;

	if (!m->own && !m->read_ms)
		return ATTR_NORMAL;
	if (!m->own && !m->campr.engines) {
		(void)snprintf(buf, size, "no engine");
		return ATTR_BAD;
	}
	if (!m->own) {
		(void)snprintf(buf, size, "engines %d", m->campr.engines);
		return ATTR_GOOD;
	}
	if (!sn) {
		(void)snprintf(buf, size, "engine starting");
		return ATTR_WARN;
	}
	if (v->now_ms - m->snap_ms > SILENT_MS) {
		(void)snprintf(buf, size, "engine SILENT %" PRIu64 "s",
			       (v->now_ms - m->snap_ms) / 1000);
		return ATTR_BAD | ATTR_REV;
	}
	if (sn->stopping) {
		(void)snprintf(buf, size, "engine STOPPING, %u live",
			       sn->live);
		return ATTR_WARN;
	}
	(void)snprintf(buf, size, "engine ok");

	return ATTR_GOOD;
}


static unsigned db_word(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;

	if (m->snap && !m->snap->db_ok) {
		(void)snprintf(buf, size, "db DOWN, %zu writes wait",
			       m->snap->pending);
		return ATTR_BAD;
	}
	if (!m->db_ok) {
		(void)snprintf(buf, size, "db %s", m->db_why[0] ? "DOWN"
			       : "connecting");
		return m->db_why[0] ? ATTR_BAD : ATTR_WARN;
	}
	(void)snprintf(buf, size, "db ok %ums", m->took_ms);

	return ATTR_GOOD;
}


static const char *sort_word(const struct model_list *ls)
{
	const struct table *tb = view_campaigns_table();

	for (size_t i = 0; i < tb->columnc; i++) {
		if (tb->columnv[i].sort == ls->sort)
			return tb->columnv[i].head;
	}

	return "-";
}


/* Who looks, from where, and whether the eyes alone are allowed */
static int draw_who(const struct view *v)
{
	const struct model *m = v->m;
	uint64_t pause = ACTION_BIT(ACTION_PAUSE);
	char who[NAME_SIZE + TEXT_SIZE];
	int width = canvas_width(v->cv), cells;
	const char *rw = m->rights.standby ? "standby, ro"
		: model_denied(m) & pause ? "ro" : "rw";

	if (!m->rights_known && !m->readonly)
		return width;

	(void)snprintf(who, sizeof(who), "%.60s%s%.60s  %s", m->rights.role,
		       m->snap ? "@" : "", m->snap ? m->snap->node : "", rw);
	cells = canvas_measure(v->cv, who);
	if (cells > width / 3)
		(void)snprintf(who, sizeof(who), "%s", rw);
	cells = canvas_measure(v->cv, who);
	canvas_put(v->cv, 1, width - 1 - cells, cells + 1, ATTR_NORMAL, who);

	return width - 2 - cells;
}


static void draw_engine(const struct view *v)
{
	const struct model_list *ls = &v->m->camps;
	char text[TEXT_SIZE] = "", line[EDIT_SIZE + TEXT_SIZE];
	int col = 1, end = draw_who(v);
	unsigned attr = engine_word(v, text, sizeof(text));

	if (text[0])
		col += canvas_put(v->cv, 1, col, end - col, attr, text) + 2;
	attr = db_word(v, text, sizeof(text));
	col += canvas_put(v->cv, 1, col, end - col, attr, text) + 2;

	(void)snprintf(line, sizeof(line), "sort %s%s  filter %s",
		       sort_word(ls), ls->invert ? "-" : "+",
		       ls->filter[0] ? ls->filter : "-");
	col += canvas_put(v->cv, 1, col, end - col, ATTR_NORMAL, line) + 2;
	if (ls->tags.n) {
		(void)snprintf(line, sizeof(line), "tagged %zu", ls->tags.n);
		canvas_put(v->cv, 1, col, end - col, ATTR_BOLD, line);
	}
}


/* The last thing that the engine complained of, while it is news */
static void alert(const struct view *v, char *buf, size_t size)
{
	const struct snapshot *sn = v->m->snap;
	char clock[TEXT_SIZE];

	buf[0] = '\0';
	for (size_t i = sn ? sn->logc : 0; i > 0; i--) {
		const struct logline *ln = sn->logv[i - 1];

		if (v->wall_ms - ln->wall_ms > ALERT_MS)
			break;
		if (!ln->warn)
			continue;
		(void)snprintf(buf, size, "%s %s  (l: log)",
			       view_clock(v, clock, sizeof(clock),
					  ln->wall_ms), ln->text);
		break;
	}
}


void view_campaigns(const struct view *v)
{
	const struct model *m = v->m;
	const struct db_camp *c = model_target(m);
	char what[WHY_SIZE], idle[WHY_SIZE] = "";

	draw_title(v);
	draw_engine(v);
	table_draw(v, view_campaigns_table(), &m->camps, 2);

	if (!m->campr.n && m->read_ms)
		view_none(v, 4, "There is no campaign yet: insert one into "
			  "campaigns, and it shows here.");
	else if (!m->camps.cu.n && m->read_ms)
		view_none(v, 4, "No campaign has that in its name: \\ clears "
			  "the filter.");

	alert(v, what, sizeof(what));
	if (c)
		(void)view_explain(v, c, idle, sizeof(idle));
	view_foot(v, what, idle);
}
