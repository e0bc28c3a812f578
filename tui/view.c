/**
 * @file view.c  What all screens share: title, message, key bar
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>


enum {
	SILENT_MS = 3000,
	SOON_MS   = 600000,     /**< counted by the second               */
	DAY_MS    = 86400000,
	BAR_WORDS = 24,
	NAME_MIN  = 6,
	NARROW    = 72,         /**< below it words are fewer            */
};


static const char *day_time(char *buf, size_t size, int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)localtime_r(&t, &tm);
	(void)snprintf(buf, size, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min,
		       tm.tm_sec);

	return buf;
}


static unsigned stale(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	uint64_t age = v->real_ms - m->read_ms;
	char retry[32] = "";

	if (m->retry_ms > v->real_ms)
		(void)snprintf(retry, sizeof(retry), ", retry %" PRIu64 "s",
			       (m->retry_ms - v->real_ms + 999) / 1000);

	/* The line of the reason stands below, too. */
	if (m->read_ms && retry[0] && canvas_width(v->cv) < NARROW)
		(void)snprintf(buf, size, "STALE %" PRIu64 "s%s", age / 1000,
			       retry);
	else if (m->read_ms)
		(void)snprintf(buf, size, "STALE %" PRIu64 "s db %s%s",
			       age / 1000, m->db_ok ? "slow" : m->db_refused
			       ? "refuses" : "down", retry);
	else if (m->db_why[0])
		(void)snprintf(buf, size, "db down%s", retry);
	else
		(void)snprintf(buf, size, "connecting");

	return ATTR_BAD | ATTR_REV;
}


/* Rounded, and never 0: rows that are read each second stand at 1 s. */
static unsigned freshness(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	uint64_t age = v->real_ms - m->read_ms;
	uint64_t sec = age < 1500 ? 1 : (age + 500) / 1000;
	char clock[16];

	if (m->frozen_ms) {
		(void)snprintf(buf, size, "FROZEN %s", day_time(clock,
			       sizeof(clock), v->wall_ms));
		return ATTR_WARN | ATTR_REV;
	}
	if (!m->db_ok || !m->read_ms ||
	    age > SILENT_MS + (uint64_t)m->feed.tick_ms)
		return stale(v, buf, size);

	(void)snprintf(buf, size, "LIVE %" PRIu64 "s", sec);

	return ATTR_GOOD;
}


int view_words(const struct view *v, int row, int col, unsigned attr,
	       const char *const *words, size_t n)
{
	int width = canvas_width(v->cv);

	for (size_t i = 0; i < n; i++) {
		int cells = canvas_measure(v->cv, words[i]);

		if (!words[i][0] || (i && col + cells > width - 1))
			continue;
		col += canvas_put(v->cv, row, col, width - col, attr,
				  words[i]) + 2;
	}

	return col;
}


/* @return the cells of the words, and of what stands between them */
static int words_measure(const struct view *v, const char *const *words,
			 size_t n)
{
	int cells = 0;

	for (size_t i = 0; i < n; i++) {
		if (words[i][0])
			cells += canvas_measure(v->cv, words[i]) + (i ? 2 : 0);
	}

	return cells;
}


void view_title_of(const struct view *v, const char *name,
		   const char *const *words, size_t n)
{
	char fresh[TEXT_SIZE], clock[16];
	unsigned attr = freshness(v, fresh, sizeof(fresh));
	int width = canvas_width(v->cv), right = width, most, col;
	int64_t wall = v->wall_ms + (int64_t)(v->real_ms - v->now_ms);

	/* What stands still says since when: counters go before a clock. */
	if (width >= NARROW || !(attr & ATTR_REV)) {
		(void)day_time(clock, sizeof(clock), wall);
		right -= (int)strlen(clock);
		canvas_put(v->cv, 0, right, width, ATTR_NORMAL, clock);
		right -= 3;
	}

	right -= (int)strlen(fresh);
	canvas_put(v->cv, 0, right, width, attr, fresh);

	/* For a word that has no room anyhow the name is not cut. */
	while (name[0] && n > 1 &&
	       right - 2 - words_measure(v, words, n) < NAME_MIN)
		--n;
	most = right - 2 - words_measure(v, words, n);
	col = canvas_put(v->cv, 0, 0, most < NAME_MIN ? NAME_MIN : most,
			 ATTR_BOLD, name);
	for (size_t i = 0; i < n; i++) {
		int cells = canvas_measure(v->cv, words[i]);

		if (!words[i][0] || (i && col + cells > right - 2))
			continue;
		col += canvas_put(v->cv, 0, col, right - 1 - col, ATTR_BOLD,
				  words[i]) + 2;
	}
}


void view_title(const struct view *v, const char *const *words, size_t n)
{
	view_title_of(v, "", words, n);
}


static void undo_left(const struct view *v, char *buf, size_t size)
{
	const struct model_undo *un = &v->m->undo;
	uint64_t age = v->real_ms - un->since_ms;
	size_t len = strlen(buf);

	if (un->since_ms && age < MODEL_UNDO_MS)
		(void)snprintf(&buf[len], size - len, " (u: undo %us)",
			       (unsigned)((MODEL_UNDO_MS - age + 999) / 1000));
}


/* Why there is no database. Where it fails stands behind which it is. */
static void put_why(const struct view *v, char *buf, size_t size)
{
	const char *why = v->m->db_why, *end = NULL;

	for (const char *p = why; (p = strstr(p, " failed: ")); )
		end = p += strlen(" failed: ");

	if (end && canvas_measure(v->cv, why) > canvas_width(v->cv) - 2)
		(void)snprintf(buf, size, "no database: %s", end);
	else
		(void)snprintf(buf, size, "%s", why);
}


static unsigned message(const struct view *v, const char *idle,
			char *buf, size_t size)
{
	const struct model *m = v->m;
	uint32_t live = model_live(m);

	if (m->say_ms && v->real_ms - m->say_ms < MODEL_SAY_MS) {
		(void)snprintf(buf, size, "%s", m->say);
		if (m->say_undo)
			undo_left(v, buf, size);
		return m->say_bad ? ATTR_BAD : ATTR_WARN;
	}

	if (m->quitting && live)
		(void)snprintf(buf, size, "%u %s live: q again hangs up, "
			       "they finish otherwise", live,
			       live == 1 ? "call" : "calls");
	else if (m->quitting)
		(void)snprintf(buf, size, "leaving");
	else if (!m->db_ok && m->db_why[0])
		put_why(v, buf, size);
	else {
		(void)snprintf(buf, size, "%s", idle);
		return ATTR_NORMAL;
	}

	return m->quitting ? ATTR_WARN : ATTR_BAD;
}


/* What is typed keeps its end in sight. */
static void draw_edit(const struct view *v, int row)
{
	const struct model *m = v->m;
	const char *label = m->editing == EDITING_JUMP ? "id: " :
		m->screen != SCREEN_PHONES ? "filter: " : "number: ";
	const char *text = m->edit.text;
	int width = canvas_width(v->cv), col = 1;

	col += canvas_put(v->cv, row, col, width, ATTR_BOLD, label);
	while (*text && canvas_measure(v->cv, text) > width - col - 2)
		++text;
	col += canvas_put(v->cv, row, col, width - col - 1, ATTR_NORMAL,
			  text);
	canvas_put(v->cv, row, col, 1, ATTR_REV, " ");
	if (m->screen == SCREEN_PHONES && m->editing == EDITING_FILTER)
		canvas_put(v->cv, row, col + 3, width - col - 4, ATTR_DIM,
			   "begins so; Enter: anywhere in it");
}


static void draw_bar(const struct view *v, int row)
{
	struct keymap_word wordv[BAR_WORDS];
	int col = 0, width = canvas_width(v->cv);
	size_t n = keymap_bar(wordv, BAR_WORDS, v->m->screen, width - 1,
			      model_denied(v->m));

	for (size_t i = 0; i < n; i++)
		col += canvas_put(v->cv, row, col, width - col,
				  wordv[i].denied ? ATTR_DIM : ATTR_BOLD,
				  wordv[i].text);
}


/* The followed phone, wherever the operator is */
static bool follow_line(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	const struct snapshot_call *sc = model_call(m, m->follow);
	const struct db_row *row = &m->followr;
	const char *word = "", *doing = "";
	char span[TEXT_SIZE] = "";

	if (!m->follow)
		return false;

	if (sc) {
		(void)view_status(v, attempt_status(sc->st), &word);
		(void)view_doing(sc, &doing);
		(void)view_progress(v, sc, span, sizeof(span));
		(void)snprintf(buf, size, "following %s: %s %u/%u %s %s",
			       sc->cld, word, sc->attempt_no,
			       sc->max_attempts, doing, span);
	}
	else if (row->id) {
		(void)view_status(v, row->status, &word);
		(void)snprintf(buf, size, "following %s: %s %d/%d %s%s",
			       row->cld, word, row->call_count,
			       row->max_attempts, row->node[0] ? "with "
			       : row->reason, row->node);
	}
	else {
		(void)snprintf(buf, size, "following: reading ...");
	}

	return true;
}


void view_foot(const struct view *v, const char *what, const char *idle)
{
	char text[WHY_SIZE + 32], line[WHY_SIZE];
	int width = canvas_width(v->cv), row = canvas_height(v->cv) - 3;
	unsigned attr = message(v, idle, text, sizeof(text));

	if (follow_line(v, line, sizeof(line)))
		canvas_put(v->cv, row, 1, width - 1, ATTR_BOLD, line);
	else
		canvas_put(v->cv, row, 1, width - 1, ATTR_NORMAL, what);

	if (v->m->editing)
		draw_edit(v, row + 1);
	else
		canvas_put(v->cv, row + 1, 1, width - 1, attr, text);

	draw_bar(v, row + 2);
}


void view_none(const struct view *v, int row, const char *text)
{
	canvas_put(v->cv, row, 2, canvas_width(v->cv) - 2, ATTR_NORMAL, text);
}


static unsigned reason_attr(enum campaign_reason reason)
{
	switch (reason) {

	case CAMPAIGN_RUNNING:          return ATTR_GOOD;
	case CAMPAIGN_PAUSED:           return ATTR_WARN;
	case CAMPAIGN_WINDOW:           return ATTR_NORMAL;
	case CAMPAIGN_FULL:             return ATTR_GOOD;
	case CAMPAIGN_BACKOFF:          return ATTR_NORMAL;
	case CAMPAIGN_TROUBLE:
	case CAMPAIGN_NO_PROXY:
	case CAMPAIGN_NO_PROMPT:        return ATTR_BAD;
	case CAMPAIGN_LOADING:          return ATTR_NORMAL;
	case CAMPAIGN_DB_DOWN:          return ATTR_BAD;
	case CAMPAIGN_STOPPING:         return ATTR_WARN;
	case CAMPAIGN_DONE:             return ATTR_BOLD;
	}

	return ATTR_NORMAL;
}


unsigned view_state(const struct view *v, const struct db_camp *c,
		    char *buf, size_t size)
{
	struct camp_state st;

	state_of(v->m, c, v->now_ms, &st);
	(void)state_word(&st, buf, size);
	if (st.word == CAMP_NO_ENGINE)
		return ATTR_BAD;

	return st.word == CAMP_REASON ? reason_attr(st.reason) : ATTR_WARN;
}


const char *view_explain(const struct view *v, const struct db_camp *c,
			 char *buf, size_t size)
{
	struct camp_state st;
	char when[TEXT_SIZE + 4] = "", text[TEXT_SIZE];

	state_of(v->m, c, v->now_ms, &st);
	if (st.until_ms < 0 || st.until_ms / DAY_MS > 36500)
		when[0] = '\0';
	else if (st.reason != CAMPAIGN_BACKOFF)
		(void)view_when(v, when, sizeof(when), st.until_ms);
	else if (st.until_ms < SOON_MS)
		(void)snprintf(when, sizeof(when), "in %s", view_span(text,
			       sizeof(text), st.until_ms));
	else
		(void)snprintf(when, sizeof(when), "%s%s", st.until_ms < DAY_MS
			       ? "at " : "", view_when(v, text, sizeof(text),
						       st.until_ms));

	return state_sentence(c, &st, when, buf, size);
}


static void draw_small(const struct view *v, int width, int height)
{
	char text[TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "%dx%d needed, this is %dx%d",
		       MODEL_MIN_WIDTH, MODEL_MIN_HEIGHT, width, height);
	canvas_put(v->cv, 0, 0, width, ATTR_NORMAL, text);
}


static void draw_screen(const struct view *v)
{
	switch (v->m->screen) {

	case SCREEN_CAMPAIGNS:  view_campaigns(v);      break;
	case SCREEN_PHONES:     view_phones(v);         break;
	case SCREEN_CALL:       view_call(v);           break;
	case SCREEN_LIVE:       view_live(v);           break;
	case SCREEN_LOG:        view_log(v);            break;
	case SCREEN_NODES:      view_nodes(v);          break;
	case SCREEN_HELP:       view_help(v);           break;
	}
}


const struct table *view_table(enum screen_id screen)
{
	switch (screen) {

	case SCREEN_CAMPAIGNS:  return view_campaigns_table();
	case SCREEN_PHONES:     return view_phones_table();
	case SCREEN_CALL:       return view_call_table();
	case SCREEN_LIVE:       return view_live_table();
	case SCREEN_LOG:        return view_log_table();
	case SCREEN_NODES:      return view_nodes_table();
	case SCREEN_HELP:       break;
	}

	return NULL;
}


void view_draw(const struct view *v)
{
	struct view mine = *v;
	int width = canvas_width(v->cv), height = canvas_height(v->cv);

	canvas_clear(v->cv);
	if (width < MODEL_MIN_WIDTH || height < MODEL_MIN_HEIGHT) {
		draw_small(v, width, height);
		return;
	}

	/* A frozen display shows durations as they were. */
	mine.real_ms = v->now_ms;
	if (v->m->frozen_ms) {
		mine.now_ms = v->m->frozen_ms;
		mine.wall_ms -= (int64_t)(mine.real_ms - mine.now_ms);
	}

	draw_screen(&mine);
	if (v->m->dialog.kind)
		view_dialog(&mine);
}
