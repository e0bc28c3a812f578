/**
 * @file hush.h  Which complaints have been made lately
 *
 * A database that is full or read-only refuses the same thing several times a
 * second, for hours.
 */
#ifndef RINGROUND_HUSH_H
#define RINGROUND_HUSH_H

#include <stdbool.h>
#include <stdint.h>

enum {
	HUSH_MS    = 300000,    /**< a line comes again after that       */
	HUSH_LINES = 8,         /**< that are remembered                 */
	HUSH_SIZE  = 256,       /**< of a line what counts               */
};

/** All zero: nothing has been said */
struct hush {
	struct {
		uint64_t said_ms;
		char line[HUSH_SIZE];
	} v[HUSH_LINES];
};

/**
 * Is it to be said? If so it is remembered, in place of the oldest.
 *
 * @param line   Copied
 * @param now_ms By a steady clock
 */
bool hush_news(struct hush *hu, const char *line, uint64_t now_ms);

#endif
