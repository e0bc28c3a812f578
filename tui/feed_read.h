/**
 * @file feed_read.h  One reading of the database for the console
 */
#ifndef RINGROUND_FEED_READ_H
#define RINGROUND_FEED_READ_H

#include "tui/feed.h"

/** A page that is sought between readings. A zeroed one is none. */
struct feed_search {
	bool on;
	unsigned gen;           /**< whose page it is                    */
	enum db_edge edge;      /**< as wanted                           */
	uint32_t took_us;       /**< by all steps                        */
	struct db_search s;
};

/**
 * Read what is wanted
 *
 * @param fs    Takes up a search that the page needs: then there is no page
 *              until its steps are made. NULL: wait for the page
 * @param rows  Set on 0; the caller's
 * @return 0; ECANCELED when something else was asked meanwhile; or another
 *         errno of the database with why
 */
int feed_read(struct db *db, const struct feed_want *want,
	      struct feed_search *fs, struct feed_rows **rows,
	      char *why, size_t size);

/** Is there a step to make? */
bool feed_seeks(const struct feed_search *fs);

/** Make it; ECANCELED when something else was asked meanwhile. */
int feed_seek(struct db *db, struct feed_search *fs, char *why, size_t size);

/** Do what is asked; the result goes into it. */
void feed_do(struct db *db, struct feed_ask *ask);

#endif
