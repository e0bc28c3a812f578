/**
 * @file schedule_case.h  Random schedules, each with an instant to try
 *
 * Instants lie close to edges of records and to changes of clocks. The cases
 * of one zone follow each other: changing the oracle's zone is slow.
 */
#ifndef TESTS_SCHEDULE_CASE_H
#define TESTS_SCHEDULE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "tests/unit/schedule_oracle.h"

enum { SCHEDULE_RECORDS = 4 };

struct schedule_case {
	const char *zone;
	struct oracle_record recv[SCHEDULE_RECORDS];
	int fractionv[SCHEDULE_RECORDS];        /**< tenths of a second  */
	size_t recc;
	time_t at;
	int usec;
};

/** The same seed gives the same cases. @return An array to free, or NULL */
struct schedule_case *schedule_cases(size_t n, uint64_t seed);

/** Its instant as PostgreSQL reads it */
void schedule_case_instant(const struct schedule_case *cs,
			   char *buf, size_t size);

/** Record k as the columns of COPY from start_wday to stop_time */
void schedule_case_record(const struct schedule_case *cs, size_t k,
			  char *buf, size_t size);

/** What the oracle says at its instant */
bool schedule_case_open(const struct schedule_case *cs);

/** When that changes; -1: never */
time_t schedule_case_next(const struct schedule_case *cs);

#endif
