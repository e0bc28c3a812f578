/**
 * @file feed_read.c  One reading of the database for the console
 */
#include "tui/feed_read.h"
#include <stdlib.h>
#include <time.h>


uint64_t feed_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


/* What was read stays the place to read at: a page back becomes one ahead */
static int read_phones(struct db *db, struct feed_news *news)
{
	struct feed_view *vw = &news->view;
	int err;

	if (!vw->campaign)
		return 0;

	err = db_phones(db, vw->campaign, vw->after, vw->back, vw->limit,
			&news->phonev, &news->phonec,
			news->why, sizeof(news->why));
	if (err || !vw->back)
		return err;

	vw->back = false;
	if (news->phonec >= vw->limit) {
		vw->after = news->phonev[0].id - 1;
		return 0;
	}

	/* The list's beginning: the page is filled up from there. */
	free(news->phonev);
	news->phonev = NULL;
	news->phonec = 0;
	vw->after = 0;

	return db_phones(db, vw->campaign, 0, false, vw->limit,
			 &news->phonev, &news->phonec,
			 news->why, sizeof(news->why));
}


int feed_read(struct db *db, struct feed_news *news)
{
	uint64_t start = feed_now();
	int err;

	err = db_campaigns(db, &news->campv, &news->campc,
			   news->why, sizeof(news->why));
	if (!err)
		err = read_phones(db, news);

	if (err) {
		free(news->campv);
		free(news->phonev);
		news->campv = NULL;
		news->phonev = NULL;
		return err;
	}

	news->ok = true;
	news->rows = true;
	news->read_ms = feed_now();
	news->took_ms = (uint32_t)(news->read_ms - start);
	news->why[0] = '\0';

	return 0;
}
