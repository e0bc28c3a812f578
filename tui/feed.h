/**
 * @file feed.h  What the database has for the console
 *
 * A thread of its own with a synchronous connection: however slow the
 * database is, the console goes on drawing and obeys its keys. It reads when
 * told, when the database notifies (at most FEED_RATE times a second), and
 * at an interval in any case; a reading that took long is repeated less
 * often.
 */
#ifndef RINGROUND_FEED_H
#define RINGROUND_FEED_H

#include "sql/db.h"

struct feed;

enum {
	FEED_RATE   = 4,        /**< reads a second, when news abound    */
	FEED_ASKS   = 16,       /**< actions under way                   */
	FEED_TICK_MS = 1000,    /**< the interval, unless told           */
	FEED_LIVE_ROWS = 1000,  /**< live calls of other engines shown   */
	FEED_COUNT  = 1000,     /**< rows of a number's filter counted   */
};

/** What to read beside the campaigns; flags */
enum feed_what {
	FEED_PAGE  = 1 << 0,
	FEED_LIVE  = 1 << 1,
	FEED_ONE   = 1 << 2,
	FEED_NODES = 1 << 3,
};

struct feed_want {
	unsigned gen;           /**< counted up by the asker             */
	unsigned what;
	struct db_view view;    /**< PAGE                                */
	int64_t one;            /**< ONE: i_campaign_phone               */
	int64_t follow;         /**< a phone to follow; 0: none          */
	unsigned tick_ms;
	unsigned again;         /**< counted up: try a lost one now      */
};

enum feed_do {
	FEED_PAUSE,
	FEED_RESUME,
	FEED_STOP,              /**< one campaign                        */
	FEED_HANGUP,            /**< phones                              */
	FEED_CALLS,             /**< find the live calls of a filter     */
};

/** Something to be done, and how that went. Arrays are the holder's. */
struct feed_ask {
	enum feed_do what;
	unsigned serial;        /**< the asker's                         */
	int64_t *idv;           /**< campaigns or phones                 */
	int64_t *attemptv;      /**< HANGUP: see db_hangup()             */
	size_t idc;             /**< 0: all campaigns                    */
	struct db_view view;    /**< CALLS: of this filter, and of it    */
	bool but;               /**< all but those, or just those        */
	uint64_t done_ms;       /**< when it was, by CLOCK_MONOTONIC     */
	int err;                /**< of a done one                       */
	char why[WHY_SIZE];
	int32_t *changedv;      /**< PAUSE, RESUME: see db_pause_many()  */
	size_t changedc;
	int64_t calls;          /**< STOP, HANGUP: live ones             */
	struct db_calls found;  /**< CALLS                               */
};

/** Frees the arrays, not itself. */
void feed_ask_reset(struct feed_ask *ask);

/** What was read */
struct feed_rows {
	uint64_t read_ms;       /**< when, by CLOCK_MONOTONIC            */
	uint32_t took_ms;
	struct feed_want want;  /**< what it is the answer to; its view is
				     what to ask to see the same again   */
	struct db_camps camps;
	struct db_page page;
	bool first, last;       /**< the page has the list's ends        */
	int64_t looked;         /**< no page yet, but at so many numbers
				     in a search; 0: none is under way   */
	int64_t matches;        /**< rows of the list; -1: unknown       */
	uint32_t page_us;
	struct db_page live;
	struct db_one one;
	int one_err;            /**< ENOENT: it is gone                  */
	struct db_row follow;   /**< id 0: gone, or none                 */
	struct db_node *nodev;
	size_t nodec;
};

/** How long the last readings took. A zeroed one is empty. */
struct feed_usual {
	uint32_t msv[5];
	unsigned n;             /**< added, ever                         */
};

/** @return the lesser of it and the median, it included */
uint32_t feed_usual_add(struct feed_usual *us, uint32_t ms);

/** @return the median of the last five, of fewer at first; 0: of none */
uint32_t feed_usual(const struct feed_usual *us);

/** How long to leave the database alone after a reading, in milliseconds. A
 * slow link is no load, so it ends before rows would count as old. */
uint64_t feed_rest(uint64_t took_ms);

/** Frees what it owns, not itself. */
void feed_rows_reset(struct feed_rows *rows);

/** What has happened since the last feed_take() */
struct feed_news {
	bool ok;                /**< the database answered               */
	uint64_t retry_ms;      /**< !ok: when it is tried again, by
				     CLOCK_MONOTONIC; 0: right now       */
	bool refused;           /**< !ok, but it is there                */
	char why[WHY_SIZE];     /**< !ok                                 */
	struct db_rights rights;        /**< of the last connection      */
	struct feed_rows *rows; /**< NULL: none; the taker's             */
	size_t askc;
	struct feed_ask askv[FEED_ASKS];        /**< done, in order; the
						     taker resets them   */
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

/** Read this from now on, and now. Copied. */
void feed_want(struct feed *fd, const struct feed_want *want);

/**
 * Have something done. Takes the arrays over, whatever it returns.
 *
 * @return 0, or EAGAIN when too many are under way
 */
int feed_ask(struct feed *fd, const struct feed_ask *ask);

/** @return false when there is no news since the last call */
bool feed_take(struct feed *fd, struct feed_news *news);

#endif
