/**
 * @file feed_read.h  One reading of the database for the console
 */
#ifndef RINGROUND_FEED_READ_H
#define RINGROUND_FEED_READ_H

#include "tui/feed.h"

/**
 * Read what is wanted
 *
 * @param rows  Set on 0; the caller's
 * @return 0; ECANCELED when something else was asked meanwhile; or another
 *         errno of the database with why
 */
int feed_read(struct db *db, const struct feed_want *want,
	      struct feed_rows **rows, char *why, size_t size);

/** Do what is asked; the result goes into it. */
void feed_do(struct db *db, struct feed_ask *ask);

#endif
