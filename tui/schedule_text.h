/**
 * @file schedule_text.h  The records of schedules as people write them
 *
 * "mon-fri 09:00-17:30", "sat,sun", "22:00-06:00", "always": weekdays, times,
 * or both, each a list of intervals.
 */
#ifndef RINGROUND_SCHEDULE_TEXT_H
#define RINGROUND_SCHEDULE_TEXT_H

#include <stddef.h>

enum {
	SCHEDULE_TIME_SIZE = 12,
	SCHEDULE_RECORDS   = 64,        /**< that one text may make      */
	SCHEDULE_TEXT_SIZE = 48,        /**< of one record               */
};

/** A row of schedule_records; weekdays 1 Monday to 7, 0: any */
struct schedule_record {
	int start_wday, stop_wday;
	char start_time[SCHEDULE_TIME_SIZE];    /**< empty: any          */
	char stop_time[SCHEDULE_TIME_SIZE];
};

/**
 * Read a text
 *
 * A time across midnight with weekdays is a night that begins on these: the
 * rules of schedule_records judge weekday and time alone, so it takes two
 * records.
 *
 * @param recv  SCHEDULE_RECORDS of them
 * @return 0, or EINVAL with why
 */
int schedule_text_read(struct schedule_record *recv, size_t *recc,
		       const char *text, char *why, size_t size);

/** Write a record as it is: "mon-fri 09:00-17:30"; buf has room for it */
void schedule_text_write(char *buf, size_t size,
			 const struct schedule_record *rec);

#endif
