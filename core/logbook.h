/**
 * @file logbook.h  The last lines of the log, for whoever comes to look
 *
 * A line never changes and is shared by reference: taking all of them costs
 * no copying. A logbook itself belongs to one thread at a time; the lines are
 * for any thread.
 */
#ifndef RINGROUND_LOGBOOK_H
#define RINGROUND_LOGBOOK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOGBOOK_LINES = 512 };   /**< kept; older ones go              */

struct logline {
	atomic_uint refs;
	uint64_t no;            /**< 1 for the first since the start     */
	int64_t wall_ms;        /**< since 1970, UTC                     */
	bool warn;
	char text[];            /**< UTF-8 without control characters    */
};

/** All zero is an empty one. */
struct logbook {
	uint64_t last;          /**< number of the newest line; 0: none  */
	struct logline *linev[LOGBOOK_LINES];  /**< by no modulo size   */
};

/** @return 0 or ENOMEM, then the line is missing */
int logbook_add(struct logbook *lb, int64_t wall_ms, bool warn,
		const char *text);

/**
 * The lines, the oldest first, a new reference to each
 *
 * @param v  Has room for LOGBOOK_LINES
 * @return how many there are
 */
size_t logbook_copy(const struct logbook *lb, struct logline **v);

/** Drops all lines. */
void logbook_clear(struct logbook *lb);

/** Any thread. NULL is fine. */
void logline_unref(struct logline *ln);

#endif
