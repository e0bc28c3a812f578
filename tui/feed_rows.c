/**
 * @file feed_rows.c  What goes between the feed and the model
 */
#include "tui/feed.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>


uint64_t feed_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


void feed_rows_reset(struct feed_rows *rows)
{
	db_camps_free(&rows->camps);
	db_page_free(&rows->page);
	db_page_free(&rows->live);
	db_one_free(&rows->one);
	free(rows->nodev);
	memset(rows, 0, sizeof(*rows));
}


void feed_ask_reset(struct feed_ask *ask)
{
	free(ask->idv);
	free(ask->attemptv);
	free(ask->changedv);
	memset(ask, 0, sizeof(*ask));
}
