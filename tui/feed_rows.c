/**
 * @file feed_rows.c  What goes between the feed and the model
 */
#include "tui/feed.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>


enum {
	SHARE    = 20,          /**< a reading of 50 ms rests for 1 s    */
	NOISE_MS = 25,          /**< no load, but other processes        */
	REST_MS  = 2000,        /**< at the most                         */
};

enum { USUAL = sizeof(((struct feed_usual *)0)->msv) / sizeof(uint32_t) };


uint64_t feed_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


uint32_t feed_usual(const struct feed_usual *us)
{
	size_t n = us->n < USUAL ? us->n : USUAL;
	uint32_t v[USUAL];

	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		for (; at > 0 && v[at - 1] > us->msv[i]; at--)
			v[at] = v[at - 1];
		v[at] = us->msv[i];
	}

	return n ? v[(n - 1) / 2] : 0;
}


uint32_t feed_usual_add(struct feed_usual *us, uint32_t ms)
{
	uint32_t usual;

	us->msv[us->n % USUAL] = ms;
	++us->n;
	usual = feed_usual(us);

	return ms < usual ? ms : usual;
}


uint64_t feed_rest(uint64_t took_ms)
{
	const uint64_t ms = SHARE * took_ms;

	if (took_ms <= NOISE_MS)
		return 0;

	return ms < REST_MS ? ms : REST_MS;
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
	free(ask->found.idv);
	free(ask->found.attemptv);
	memset(ask, 0, sizeof(*ask));
}
