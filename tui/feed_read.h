/**
 * @file feed_read.h  One reading of the database for the console
 */
#ifndef RINGROUND_FEED_READ_H
#define RINGROUND_FEED_READ_H

#include "tui/feed.h"

/**
 * Read the campaigns, and the phones of news->view
 *
 * @param news  On 0 its rows, their times and ok are written, and view as
 *              what to ask for to read the same phones again; else why
 * @return 0 or an errno of the database
 */
int feed_read(struct db *db, struct feed_news *news);

#endif
