/**
 * @file view.c  What all screens share: title, message, key bar, numbers
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>


enum { SILENT_MS = 3000, DAY_MS = 86400000 };


static void local_time(struct tm *tm, int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);

	memset(tm, 0, sizeof(*tm));
	(void)localtime_r(&t, tm);
}


static unsigned freshness(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	uint64_t age = v->now_ms - m->read_ms;
	char retry[32] = "";

	if (m->db_ok && m->read_ms && age < SILENT_MS) {
		(void)snprintf(buf, size, "LIVE %" PRIu64 "s", age / 1000);
		return ATTR_GOOD;
	}

	if (m->retry_ms > v->now_ms)
		(void)snprintf(retry, sizeof(retry), ", retry %" PRIu64 "s",
			       (m->retry_ms - v->now_ms + 999) / 1000);

	if (m->read_ms)
		(void)snprintf(buf, size, "STALE %" PRIu64 "s db %s%s",
			       age / 1000, m->db_ok ? "slow" : "down",
			       retry);
	else if (m->db_why[0])
		(void)snprintf(buf, size, "db down%s", retry);
	else
		(void)snprintf(buf, size, "connecting");

	return ATTR_BAD | ATTR_REV;
}


void view_title(const struct view *v, const char *title)
{
	char fresh[TEXT_SIZE], clock[16];
	struct tm tm;
	unsigned attr = freshness(v, fresh, sizeof(fresh));
	int width = canvas_width(v->cv), right;

	local_time(&tm, v->wall_ms);
	(void)snprintf(clock, sizeof(clock), "%02d:%02d:%02d",
		       tm.tm_hour, tm.tm_min, tm.tm_sec);

	right = width - (int)strlen(clock);
	canvas_put(v->cv, 0, right, width, ATTR_NORMAL, clock);

	right -= (int)strlen(fresh) + 3;
	canvas_put(v->cv, 0, right, width, attr, fresh);
	canvas_put(v->cv, 0, 0, right - 1, ATTR_BOLD, title);
}


static bool message(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	uint32_t live = model_live(m);

	if (m->say_ms && v->now_ms - m->say_ms < MODEL_SAY_MS) {
		(void)snprintf(buf, size, "%s", m->say);
		return m->say_bad;
	}

	if (m->quitting && live)
		(void)snprintf(buf, size, "%u %s live: q again hangs up, "
			       "they finish otherwise", live,
			       live == 1 ? "call" : "calls");
	else if (m->quitting)
		(void)snprintf(buf, size, "leaving");
	else if (!m->db_ok)
		(void)snprintf(buf, size, "%s", m->db_why);
	else
		buf[0] = '\0';

	return !m->quitting;
}


void view_foot(const struct view *v, const char *what)
{
	char text[WHY_SIZE], bar[256];
	int width = canvas_width(v->cv), row = canvas_height(v->cv) - 2;
	bool bad = message(v, text, sizeof(text));

	if (text[0])
		canvas_put(v->cv, row, 1, width, bad ? ATTR_BAD : ATTR_WARN,
			   text);
	else
		canvas_put(v->cv, row, 1, width, ATTR_NORMAL, what);

	canvas_put(v->cv, row + 1, 0, width, ATTR_BOLD,
		   keymap_bar(bar, sizeof(bar), v->m->screen, width - 1));
}


int view_mark(const struct view *v, const struct cursor *cu, size_t i)
{
	int row = VIEW_ROW + (int)(i - cu->top);

	if (i == cu->cur) {
		canvas_put(v->cv, row, 0, 1, ATTR_NORMAL, ">");
		canvas_mark(v->cv, row, ATTR_REV);
	}

	return row;
}


const char *view_count(char *buf, size_t size, int64_t n)
{
	char digits[24];
	size_t len, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRId64, n < 0 ? 0 : n);
	len = strlen(digits);

	for (size_t i = 0; i < len && at + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';

	return buf;
}


/* Rounded down: what is not all done never looks it */
const char *view_short(char *buf, size_t size, int64_t n)
{
	static const char unit[] = "kMG";
	int64_t scale = 1000;
	size_t u = 0;

	if (n < 10000)
		return view_count(buf, size, n);

	while (u + 2 < sizeof(unit) && n / scale >= 1000) {
		scale *= 1000;
		++u;
	}

	if (n / scale < 10)
		(void)snprintf(buf, size, "%" PRId64 ".%" PRId64 "%c",
			       n / scale, n % scale / (scale / 10), unit[u]);
	else
		(void)snprintf(buf, size, "%" PRId64 "%c", n / scale,
			       unit[u]);

	return buf;
}


const char *view_span(char *buf, size_t size, int64_t ms)
{
	int64_t sec = ms > 0 ? ms / 1000 : 0;

	if (sec < 3600)
		(void)snprintf(buf, size, "%d:%02d", (int)(sec / 60),
			       (int)(sec % 60));
	else
		(void)snprintf(buf, size, "%" PRId64 ":%02d:%02d",
			       sec / 3600, (int)(sec / 60 % 60),
			       (int)(sec % 60));

	return buf;
}


const char *view_when(const struct view *v, char *buf, size_t size,
		      int64_t ahead_ms)
{
	struct tm tm;
	size_t n;

	if (ahead_ms / DAY_MS > 36500) {
		(void)snprintf(buf, size, "never");
		return buf;
	}

	/* Rounded: instants on the second must not tremble around it. */
	local_time(&tm, v->wall_ms + ahead_ms + 500);
	if (ahead_ms > 300 * (int64_t)DAY_MS)
		n = strftime(buf, size, "%b %Y", &tm);
	else if (ahead_ms > 6 * (int64_t)DAY_MS)
		n = strftime(buf, size, "%b %d", &tm);
	else if (ahead_ms > (int64_t)DAY_MS)
		n = strftime(buf, size, "%a %H:%M", &tm);
	else
		n = strftime(buf, size, "%H:%M:%S", &tm);

	if (!n)
		buf[0] = '\0';

	return buf;
}


int64_t view_ahead(const struct view *v, int64_t told_ms, uint64_t at_ms)
{
	int64_t gone = (int64_t)(v->now_ms - at_ms);

	return told_ms > gone ? told_ms - gone : 0;
}


void view_draw(const struct view *v)
{
	int width = canvas_width(v->cv), height = canvas_height(v->cv);

	canvas_clear(v->cv);

	if (width < MODEL_MIN_WIDTH || height < MODEL_MIN_HEIGHT) {
		canvas_printf(v->cv, 0, 0, width, ATTR_NORMAL,
			      "%dx%d needed, this is %dx%d",
			      MODEL_MIN_WIDTH, MODEL_MIN_HEIGHT,
			      width, height);
		return;
	}

	switch (v->m->screen) {

	case SCREEN_CAMPAIGNS:  view_campaigns(v);      break;
	case SCREEN_PHONES:     view_phones(v);         break;
	case SCREEN_HELP:       view_help(v);           break;
	}
}
