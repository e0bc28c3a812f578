/**
 * @file schedule_case.c  Random schedules, each with an instant to try
 */
#include "tests/unit/schedule_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

enum {
	DAY         = 86400,
	CHANGES_MAX = 256,
};

/* Half an hour, two hours and a whole day of change; changes at midnight;
 * summer time that is the standard, and that pauses for Ramadan */
static const char *const zonev[] = {
	"UTC", "Europe/Kyiv", "Europe/London", "Europe/Dublin",
	"America/New_York", "America/St_Johns", "America/Sao_Paulo",
	"America/Havana", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut",
	"Asia/Gaza", "Australia/Lord_Howe", "Antarctica/Troll",
	"Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca",
	"Africa/Cairo",
};

static const time_t first_instant = 1262304000;         /* 2010 */
static const time_t last_instant  = 2208988800;         /* 2040 */

struct maker {
	uint64_t rng;
	time_t changev[CHANGES_MAX];
	size_t changec;
};


/* xorshift64* */
static uint64_t any(struct maker *mk)
{
	mk->rng ^= mk->rng >> 12;
	mk->rng ^= mk->rng << 25;
	mk->rng ^= mk->rng >> 27;

	return mk->rng * UINT64_C(2685821657736338717);
}


static int between(struct maker *mk, int low, int high)
{
	return low + (int)((any(mk) >> 33) % (uint64_t)(high - low + 1));
}


static int any_time(struct maker *mk)
{
	static const int wellv[] = {
		0, 1, DAY - 1, DAY, 30 * 60, 3600, 3600 + 1, 5400, 7200 - 1,
		7200, 7200 + 1, 9000, 10800 - 1, 10800, 10800 + 1, 12600,
		9 * 3600, 17 * 3600, 22 * 3600, 6 * 3600, 23 * 3600,
	};

	switch (between(mk, 0, 4)) {

	case 0:
		return ORACLE_NULL;
	case 1:
	case 2:
		return wellv[between(mk, 0, LENGTH(wellv) - 1)];
	case 3:
		return between(mk, 0, 47) * 1800;
	}

	return between(mk, 0, DAY);
}


static int any_wday(struct maker *mk)
{
	return between(mk, 0, 3) ? between(mk, 1, 7) : ORACLE_NULL;
}


static void make_records(struct maker *mk, struct schedule_case *cs)
{
	/* None seldom: nothing more can be learnt from it. */
	cs->recc = (size_t)between(mk, 0, 16) % (SCHEDULE_RECORDS + 1);
	if (!cs->recc)
		cs->recc = (size_t)between(mk, 0, 1);

	for (size_t i = 0; i < cs->recc; i++) {
		struct oracle_record *rec = &cs->recv[i];

		rec->start_wday = any_wday(mk);
		rec->stop_wday  = any_wday(mk);
		rec->start_sec  = any_time(mk);
		rec->stop_sec   = any_time(mk);
		if (between(mk, 0, 9) == 0)
			rec->stop_sec = rec->start_sec;
		if (between(mk, 0, 9) == 0)
			cs->fractionv[i] = between(mk, 1, 9);
	}
}


/* About where a record begins or ends, on a day near the instant */
static time_t near_edge(struct maker *mk, const struct schedule_case *cs,
			time_t at)
{
	const struct oracle_record *rec;
	struct tm tm = {0};
	int sec;

	if (!cs->recc || !localtime_r(&at, &tm))
		return at;

	rec = &cs->recv[between(mk, 0, (int)cs->recc - 1)];
	sec = between(mk, 0, 1) ? rec->start_sec : rec->stop_sec + 1;
	tm.tm_hour = sec / 3600;
	tm.tm_min = sec / 60 % 60;
	tm.tm_sec = sec % 60;
	tm.tm_isdst = between(mk, -1, 1);

	return mktime(&tm);
}


static void make_instant(struct maker *mk, struct schedule_case *cs)
{
	static const int usecv[] = { 0, 0, 1, 500000, 999000, 999999 };
	const int years = (int)((last_instant - first_instant) / DAY);

	cs->at = first_instant + (time_t)between(mk, 0, years) * DAY
		+ between(mk, 0, DAY - 1);
	if (mk->changec && between(mk, 0, 1)) {
		const int spread = between(mk, 0, 1) ? 3 * 3600 : 2;

		cs->at = mk->changev[between(mk, 0, (int)mk->changec - 1)]
			+ between(mk, -spread, spread);
	}
	if (between(mk, 0, 1))
		cs->at = near_edge(mk, cs, cs->at) + between(mk, -1, 1);
	cs->usec = between(mk, 0, 2) ? usecv[between(mk, 0, LENGTH(usecv) - 1)]
		: between(mk, 0, 999999);
}


static int find_changes(struct maker *mk, const char *zone)
{
	time_t at = first_instant;
	int err = oracle_zone(zone);

	if (err)
		return err;

	for (mk->changec = 0; mk->changec < CHANGES_MAX; mk->changec++) {
		at = oracle_clock_change(at, last_instant);
		if (at < 0)
			break;
		mk->changev[mk->changec] = at;
	}

	return 0;
}


struct schedule_case *schedule_cases(size_t n, uint64_t seed)
{
	struct maker mk = { .rng = seed * 2 + 1 };
	struct schedule_case *casev = calloc(n, sizeof(*casev));

	for (size_t i = 0; casev && i < n; i++) {
		struct schedule_case *cs = &casev[i];

		cs->zone = zonev[i * LENGTH(zonev) / n];
		if ((!i || cs->zone != cs[-1].zone)
		    && find_changes(&mk, cs->zone)) {
			fprintf(stderr, "no zone %s\n", cs->zone);
			free(casev);
			return NULL;
		}
		make_records(&mk, cs);
		make_instant(&mk, cs);
	}

	return casev;
}


void schedule_case_instant(const struct schedule_case *cs,
			   char *buf, size_t size)
{
	char second[32] = "";
	struct tm tm = {0};

	if (gmtime_r(&cs->at, &tm))
		strftime(second, sizeof(second), "%F %T", &tm);
	snprintf(buf, size, "%s.%06d+00", second, cs->usec);
}


static void wday_text(int wday, char *buf, size_t size)
{
	if (wday == ORACLE_NULL)
		snprintf(buf, size, "\\N");
	else
		snprintf(buf, size, "%d", wday);
}


static void time_text(int sec, int fraction, char *buf, size_t size)
{
	/* 24:00 has no fraction. */
	if (sec == ORACLE_NULL)
		snprintf(buf, size, "\\N");
	else
		snprintf(buf, size, "%02d:%02d:%02d.%d", sec / 3600,
			 sec / 60 % 60, sec % 60, sec < DAY ? fraction : 0);
}


void schedule_case_record(const struct schedule_case *cs, size_t k,
			  char *buf, size_t size)
{
	const struct oracle_record *rec = &cs->recv[k];
	char wdayv[2][16], timev[2][32];

	wday_text(rec->start_wday, wdayv[0], sizeof(wdayv[0]));
	wday_text(rec->stop_wday, wdayv[1], sizeof(wdayv[1]));
	time_text(rec->start_sec, 0, timev[0], sizeof(timev[0]));
	time_text(rec->stop_sec, cs->fractionv[k], timev[1],
		  sizeof(timev[1]));
	snprintf(buf, size, "%s\t%s\t%s\t%s", wdayv[0], wdayv[1], timev[0],
		 timev[1]);
}


static void enter_zone(const struct schedule_case *cs)
{
	static const char *zone;

	if (zone == cs->zone)
		return;
	if (oracle_zone(cs->zone))
		abort();
	zone = cs->zone;
}


bool schedule_case_open(const struct schedule_case *cs)
{
	enter_zone(cs);

	return oracle_open(cs->recv, cs->recc, cs->at);
}


time_t schedule_case_next(const struct schedule_case *cs)
{
	enter_zone(cs);

	return oracle_next(cs->recv, cs->recc, cs->at);
}
