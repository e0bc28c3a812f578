/**
 * @file feed.h  What the database has for the console
 *
 * A thread of its own with a synchronous connection: however slow the
 * database is, the console goes on drawing and obeys its keys. It reads when
 * told, when the database notifies (at most FEED_RATE times a second), and
 * once a second in any case.
 */
#ifndef RINGROUND_FEED_H
#define RINGROUND_FEED_H

#include "sql/db.h"

struct feed;

enum {
	FEED_RATE   = 4,        /**< reads a second, when news abound    */
	FEED_ASKS   = 32,       /**< pauses and resumes under way        */
};

/** The rows of phones that the console wants beside the campaigns */
struct feed_view {
	int32_t campaign;       /**< 0: no phones                        */
	int64_t after;          /**< see db_phones()                     */
	bool back;
	unsigned limit;
	unsigned gen;           /**< counted up by the asker             */
};

/** Pause or resume a campaign, and how that went */
struct feed_ask {
	int32_t id;
	bool paused;
	int err;                /**< of a done one                       */
	char why[WHY_SIZE];
};

/** What was read since the last feed_take() */
struct feed_news {
	bool ok;                /**< the database answered               */
	uint64_t retry_ms;      /**< !ok: when it is tried again, by
				     CLOCK_MONOTONIC; 0: right now       */
	char why[WHY_SIZE];     /**< !ok                                 */
	bool rows;              /**< what follows was read               */
	uint64_t read_ms;       /**< when, by CLOCK_MONOTONIC            */
	uint32_t took_ms;
	struct db_campaign *campv;      /**< the taker frees             */
	size_t campc;
	struct feed_view view;  /**< what the phones are the answer to   */
	struct db_phone *phonev;        /**< the taker frees             */
	size_t phonec;
	size_t askc;
	struct feed_ask askv[FEED_ASKS];        /**< done, in order      */
};

/** Milliseconds of CLOCK_MONOTONIC: the clock of all times here */
uint64_t feed_now(void);

/**
 * @param conninfo  Copied; NULL: the PG* environment
 * @param wakefd    An eventfd, borrowed: written to when there is news
 */
int feed_start(struct feed **fdp, const char *conninfo, int wakefd);

/**
 * End and free. After ms (below 1,000) a thread that hangs in the database
 * is left behind: it ends when that answers, touching nothing of others.
 * NULL is fine.
 */
void feed_stop(struct feed *fd, unsigned ms);

/** Read this from now on, and now */
void feed_view(struct feed *fd, const struct feed_view *view);

/** @return 0, or EAGAIN when too many are under way */
int feed_pause(struct feed *fd, int32_t id, bool paused);

/** @return false when there is no news since the last call */
bool feed_take(struct feed *fd, struct feed_news *news);

#endif
