/**
 * @file schedule_oracle.c  What a schedule should say, by libc's clocks
 */
#include "tests/unit/schedule_oracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	MINUTE    = 60,
	CLOCKSTEP = 6 * 3600,   /* no zone changes its clocks twice within */
};


int oracle_zone(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	if (access(path, R_OK))
		return EINVAL;

	snprintf(path, sizeof(path), ":%s", name);
	if (setenv("TZ", path, 1))
		return errno;
	tzset();

	return 0;
}


static bool day_matches(const struct oracle_record *rec, int wday)
{
	int day = rec->start_wday;

	if (rec->start_wday == ORACLE_NULL || rec->stop_wday == ORACLE_NULL)
		return true;

	/* Walk from the first day to the last, round the week. */
	while (day != wday) {
		if (day == rec->stop_wday)
			return false;
		day = day == 7 ? 1 : day + 1;
	}

	return true;
}


static bool time_matches(const struct oracle_record *rec, int sec)
{
	if (rec->start_sec == ORACLE_NULL || rec->stop_sec == ORACLE_NULL)
		return true;
	if (rec->start_sec > rec->stop_sec)
		return sec >= rec->start_sec || sec <= rec->stop_sec;

	return sec >= rec->start_sec && sec <= rec->stop_sec;
}


static bool open_at(const struct oracle_record *recv, size_t recc,
		    const struct tm *tm)
{
	const int wday = tm->tm_wday ? tm->tm_wday : 7;
	const int sec = tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;

	for (size_t i = 0; i < recc; i++) {
		if (day_matches(&recv[i], wday)
		    && time_matches(&recv[i], sec))
			return true;
	}

	return false;
}


static struct tm local(time_t at)
{
	struct tm tm = {0};

	if (!localtime_r(&at, &tm))
		abort();

	return tm;
}


bool oracle_open(const struct oracle_record *recv, size_t recc, time_t at)
{
	const struct tm tm = local(at);

	return open_at(recv, recc, &tm);
}


/* Within a minute of the clock: 'from' to 59, in the minute of tm */
static int minute_next(const struct oracle_record *recv, size_t recc,
		       struct tm tm, int from, bool was)
{
	for (tm.tm_sec = from; tm.tm_sec < MINUTE; tm.tm_sec++) {
		if (open_at(recv, recc, &tm) != was)
			return tm.tm_sec;
	}

	return -1;
}


/* Nothing begins or ends within most minutes but at their first second. */
static bool minute_has_edge(const struct oracle_record *recv, size_t recc,
			    const struct tm *tm)
{
	const int minute = tm->tm_hour * 60 + tm->tm_min;

	for (size_t i = 0; i < recc; i++) {
		if (recv[i].start_sec / MINUTE == minute
		    || recv[i].stop_sec / MINUTE == minute)
			return true;
	}

	return false;
}


time_t oracle_next(const struct oracle_record *recv, size_t recc, time_t at)
{
	const bool was = oracle_open(recv, recc, at);
	time_t minute = at + 1 - (at + 1) % MINUTE;

	for (; minute < at + ORACLE_HORIZON; minute += MINUTE) {
		const struct tm tm = local(minute);
		int from = minute > at ? 0 : (int)(at - minute) + 1;
		int sec = -1;

		if (tm.tm_gmtoff % MINUTE)
			abort();
		if (minute_has_edge(recv, recc, &tm))
			sec = minute_next(recv, recc, tm, from, was);
		else if (from == 0 && open_at(recv, recc, &tm) != was)
			sec = 0;
		if (sec >= 0)
			return minute + sec;
	}

	return -1;
}


time_t oracle_clock_change(time_t at, time_t end)
{
	const long offset = local(at).tm_gmtoff;
	time_t low = at;
	time_t high;

	for (;; low = high) {
		high = low + CLOCKSTEP;
		if (low >= end)
			return -1;
		if (local(high).tm_gmtoff != offset)
			break;
	}

	while (high - low > 1) {
		const time_t mid = low + (high - low) / 2;

		if (local(mid).tm_gmtoff == offset)
			low = mid;
		else
			high = mid;
	}

	return high;
}
