/**
 * @file schedule_oracle.h  What a schedule should say, by libc's clocks
 *
 * A second opinion on schedule_open() and schedule_next_change(): it knows
 * no SQL, and takes the local time from localtime_r(). One zone at a time,
 * one thread.
 */
#ifndef TESTS_SCHEDULE_ORACLE_H
#define TESTS_SCHEDULE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum {
	ORACLE_NULL    = -1,
	ORACLE_HORIZON = 16 * 86400,    /**< seconds; past two Sundays   */
};

struct oracle_record {
	int start_wday;                 /**< 1 Monday to 7, or NULL      */
	int stop_wday;
	int start_sec;                  /**< 0 to 86400, or NULL         */
	int stop_sec;
};

/** The zone of all that follows; EINVAL when the system has it not */
int oracle_zone(const char *name);

/** Open at this second? */
bool oracle_open(const struct oracle_record *recv, size_t recc, time_t at);

/**
 * The first second after at with another answer, stepping through them
 *
 * The zone must be whole minutes off UTC then, as all are since 1973.
 *
 * @return -1 when there is none within the horizon
 */
time_t oracle_next(const struct oracle_record *recv, size_t recc, time_t at);

/** The first second after at with other clocks; -1: none before end */
time_t oracle_clock_change(time_t at, time_t end);

#endif
