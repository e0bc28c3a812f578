/**
 * @file schedule_text.c  The records of schedules as people write them
 */
#include "tui/schedule_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	DAYS      = 7,
	LIST      = 16,         /* intervals in a list                   */
	LAST_SEC  = 24 * 3600 - 1,
};

static const char *const dayv[DAYS] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun",
};

static const char *const longv[DAYS] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
	"sunday",
};

/** Inclusive: weekdays from 1, or seconds of a day */
struct interval {
	int a, b;
};

struct list {
	struct interval v[LIST];
	size_t n;
};


static int day_read(const char **p)
{
	for (int i = 0; i < DAYS; i++) {
		const size_t len = strlen(longv[i]);
		const size_t n = strncasecmp(*p, longv[i], len) ? 3 : len;

		if (strncasecmp(*p, dayv[i], 3) ||
		    isalpha((unsigned char)(*p)[n]))
			continue;

		*p += n;
		return i + 1;
	}

	return -1;
}


static int digits_read(const char **p, int max)
{
	int n = 0, digits = 0;

	while (isdigit((unsigned char)**p) && digits < 2) {
		n = 10 * n + *(*p)++ - '0';
		++digits;
	}

	return digits && n <= max && !isdigit((unsigned char)**p) ? n : -1;
}


/* 9, 09:30 or 09:30:15; 24:00 is the end of a day */
static int time_read(const char **p)
{
	int h = digits_read(p, 24), m = 0, s = 0;

	if (h >= 0 && **p == ':') {
		++*p;
		m = digits_read(p, 59);
		if (m >= 0 && **p == ':') {
			++*p;
			s = digits_read(p, 59);
		}
	}

	if (h < 0 || m < 0 || s < 0 || (h == 24 && (m || s)))
		return -1;

	return h * 3600 + m * 60 + s;
}


/* A list of intervals up to a blank; a lone weekday is one of itself. */
static int list_read(struct list *ls, const char **p, bool days)
{
	int (*read)(const char **p) = days ? day_read : time_read;

	ls->n = 0;
	do {
		struct interval *in = &ls->v[ls->n];

		if (ls->n)
			++*p;
		if (ls->n == LIST)
			return EINVAL;

		in->a = in->b = read(p);
		if (in->a >= 0 && **p == '-') {
			++*p;
			in->b = read(p);
		}
		else if (!days) {
			return EINVAL;
		}
		if (in->a < 0 || in->b < 0)
			return EINVAL;
		++ls->n;
	} while (**p == ',');

	return **p && !isspace((unsigned char)**p) ? EINVAL : 0;
}


static void time_write(char *buf, int sec)
{
	const int h = sec / 3600, m = sec / 60 % 60, s = sec % 60;

	if (s)
		snprintf(buf, SCHEDULE_TIME_SIZE, "%02d:%02d:%02d", h % 100,
			 m, s);
	else
		snprintf(buf, SCHEDULE_TIME_SIZE, "%02d:%02d", h % 100, m);
}


static int record_add(struct schedule_record *recv, size_t *recc,
		      const struct interval *days, int shift, int a, int b)
{
	struct schedule_record *rec = &recv[*recc];

	if (*recc == SCHEDULE_RECORDS)
		return EINVAL;

	memset(rec, 0, sizeof(*rec));
	if (days) {
		rec->start_wday = (days->a - 1 + shift) % DAYS + 1;
		rec->stop_wday = (days->b - 1 + shift) % DAYS + 1;
	}
	if (a >= 0) {
		time_write(rec->start_time, a);
		time_write(rec->stop_time, b);
	}
	++*recc;

	return 0;
}


/* The night that begins on the last of these days belongs to them. */
static int records_add(struct schedule_record *recv, size_t *recc,
		       const struct interval *days,
		       const struct interval *times)
{
	int err;

	if (!times)
		return record_add(recv, recc, days, 0, -1, -1);
	if (!days || times->a <= times->b)
		return record_add(recv, recc, days, 0, times->a, times->b);

	err = record_add(recv, recc, days, 0, times->a, LAST_SEC);

	return err ? err : record_add(recv, recc, days, 1, 0, times->b);
}


static const char *skip(const char *p)
{
	while (isspace((unsigned char)*p))
		++p;

	return p;
}


int schedule_text_read(struct schedule_record *recv, size_t *recc,
		       const char *text, char *why, size_t size)
{
	struct list days = { .n = 0 }, times = { .n = 0 };
	const char *p = skip(text);
	size_t n = 0;
	int err = 0;

	if (!strcasecmp(p, "always")) {
		p += strlen(p);
		n = 0;
		err = record_add(recv, &n, NULL, 0, -1, -1);
		*recc = n;
		return err;
	}

	if (isalpha((unsigned char)*p))
		err = list_read(&days, &p, true);
	p = skip(p);
	if (!err && *p)
		err = list_read(&times, &p, false);
	if (*skip(p) || (!days.n && !times.n))
		err = EINVAL;

	for (size_t d = 0; !err && d < (days.n ? days.n : 1); d++) {
		for (size_t t = 0; !err && t < (times.n ? times.n : 1); t++)
			err = records_add(recv, &n,
					  days.n ? &days.v[d] : NULL,
					  times.n ? &times.v[t] : NULL);
	}

	if (err) {
		snprintf(why, size, "'%.80s' is no time to ring: write it "
			 "like 'mon-fri 09:00-17:30', 'sat,sun', "
			 "'22:00-06:00' or 'always'", text);
		return EINVAL;
	}

	*recc = n;

	return 0;
}


void schedule_text_write(char *buf, size_t size,
			 const struct schedule_record *rec)
{
	const bool days = rec->start_wday >= 1 && rec->start_wday <= DAYS &&
			  rec->stop_wday >= 1 && rec->stop_wday <= DAYS;
	const bool times = rec->start_time[0] && rec->stop_time[0];
	char part[16] = "";

	if (days && rec->start_wday == rec->stop_wday)
		snprintf(part, sizeof(part), "%s",
			 dayv[rec->start_wday - 1]);
	else if (days)
		snprintf(part, sizeof(part), "%s-%s",
			 dayv[rec->start_wday - 1],
			 dayv[rec->stop_wday - 1]);

	if (times)
		snprintf(buf, size, "%s%s%s-%s", part, days ? " " : "",
			 rec->start_time, rec->stop_time);
	else
		snprintf(buf, size, "%s", days ? part : "always");
}
