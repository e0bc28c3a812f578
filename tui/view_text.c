/**
 * @file view_text.c  Numbers and instants as operators read them
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>


enum { DAY_MS = 86400000 };


static void local_time(struct tm *tm, int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);

	memset(tm, 0, sizeof(*tm));
	(void)localtime_r(&t, tm);
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


static const char *instant(char *buf, size_t size, int64_t at)
{
	time_t t = (time_t)(at / 1000);
	char day[32];
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	if (!strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		day[0] = '\0';
	(void)snprintf(buf, size, "%s.%03dZ", day, (int)(at % 1000));

	return buf;
}


const char *view_clock(const struct view *v, char *buf, size_t size,
		       int64_t at)
{
	struct tm tm;

	buf[0] = '\0';
	if (!at || at == INT64_MAX)
		return buf;
	if (v->raw)
		return instant(buf, size, at);

	local_time(&tm, at);
	(void)snprintf(buf, size, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min,
		       tm.tm_sec);

	return buf;
}


const char *view_clock_ms(const struct view *v, char *buf, size_t size,
			  int64_t at)
{
	char clock[TEXT_SIZE];

	if (v->raw || !at)
		return view_clock(v, buf, size, at);

	(void)snprintf(buf, size, "%s.%03d",
		       view_clock(v, clock, sizeof(clock), at),
		       (int)(at % 1000));

	return buf;
}


int64_t view_server_at(const struct view *v)
{
	return model_server_at(v->m, v->now_ms);
}
