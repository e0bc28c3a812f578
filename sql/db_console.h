/**
 * @file db_console.h  What the console asks the database
 *
 * Part of sql/db.h; include that. Rows are arrays that the caller frees with
 * free(), written on 0 only. Errors are those of db.h: 0 or an errno with one
 * line in why. After ENOTCONN and ETIMEDOUT the connection is of no use any
 * more. With all others the connection is fine: EPROTO, refused; EACCES, this
 * role or a replica may not; ECANCELED, interrupted (db_interrupt()); EAGAIN,
 * a replica was at something else: ask again.
 *
 * Instants are milliseconds since 1970 (UTC) by the server's clock, 0: NULL.
 */
#ifndef RINGROUND_DB_CONSOLE_H
#define RINGROUND_DB_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/launch.h"
#include "core/phone.h"

struct db;

/*
 * The connection
 */

/** What this session may do; what is false need not be tried */
struct db_rights {
	char role[NAME_SIZE];   /**< current_user                        */
	bool standby;           /**< a replica: it can only be read      */
	bool readonly;          /**< standby, or read-only by default    */
	bool listen;            /**< news come by themselves; else read
				     every second                        */
	bool numbers;           /**< may read campaign_phones.cld; else
				     numbers come masked, and are no key */
	bool pause;             /**< db_pause_many()                     */
	bool stop;              /**< db_stop()                           */
	bool hangup;            /**< db_hangup()                         */
};

/**
 * Make a new connection the console's: time limits, LISTEN where it can be,
 * and what it may do. Call it once after db_open().
 *
 * @return 0; EPROTO or ENOENT when the schema is not this program's
 */
int db_console(struct db *db, struct db_rights *rights,
	       char *why, size_t size);

/**
 * A descriptor (an eventfd, a pipe; borrowed, never read from) that ends a
 * search under way, in db_page() or db_search_step(): once it is readable,
 * that is cancelled on the server and gives ECANCELED. -1: none, as at first.
 */
void db_interrupt(struct db *db, int fd);

/** What has changed; flags */
enum db_news {
	DB_NEWS_SETTINGS = 1 << 0,      /**< campaigns, schedules, config */
	DB_NEWS_PHONES   = 1 << 1,      /**< phones came, went, were edited */
	DB_NEWS_STATUS   = 1 << 2,      /**< engines have written         */
};

/** Take up what arrived. @return flags of enum db_news */
unsigned db_news(struct db *db);

/** The last statement's round trip in microseconds, as the client saw it */
uint32_t db_took_us(const struct db *db);

/*
 * Campaigns
 */

/** All that STATE and the other columns are made of */
struct db_camp {
	int32_t id;
	char name[NAME_SIZE];
	bool paused;
	bool open;              /**< its schedule, at the server's now   */
	int64_t change_at;      /**< when open changes; 0: never         */
	bool has_prompt;
	char trouble[REASON_SIZE];      /**< of its prompt; ""           */
	int32_t max_concurrent;
	int32_t max_attempts;
	int64_t total;
	int64_t finished;
	int64_t live;           /**< claimed rows of all engines; while a
				     paused campaign has any, it drains  */
	int64_t count[PHONE_STATUSES];
	int64_t next_due;       /**< 0: nothing waits; INT64_MAX: for ever.
				     Known when !paused && !live, else 0 */
	/* Of the latest attempts of all campaigns (DB_LATELY_SEC at most) */
	int32_t tried;          /**< attempts ended                      */
	int32_t answered;       /**< of those                            */
	double per_sec;         /**< phones finished a second; 0: unknown */
};

enum { DB_LATELY_SEC = 300 };

struct db_camps {
	struct db_camp *v;      /**< by name, then id                    */
	size_t n;
	int64_t now_at;         /**< the server's clock at the reading   */
	int32_t engines;        /**< connected now                       */
};

/**
 * All campaigns. Schedules are judged anew when they or the settings have
 * changed (db_news() has been called) or the next change has come.
 */
int db_camps(struct db *db, struct db_camps *camps, char *why, size_t size);

/** Frees the rows. All zero is fine. */
void db_camps_free(struct db_camps *camps);

/**
 * Pause or resume many. Idempotent.
 *
 * @param idv      Campaigns; idc 0: all there are
 * @param changed  Receives the ids that were not so before, ascending: undo
 *                 is the opposite for exactly these. The caller frees.
 */
int db_pause_many(struct db *db, const int32_t *idv, size_t idc, bool paused,
		  int32_t **changed, size_t *changedc,
		  char *why, size_t size);

/**
 * Stop a campaign: pause it and hang up its calls on all engines, in one
 * transaction. Nothing else is changed: no number is lost, calls that were
 * cut off are tried again by the campaign's rules once it is resumed.
 *
 * @param calls  How many calls their engines were told to hang up
 * @return ENOENT when it is gone
 */
int db_stop(struct db *db, int32_t campaign, int64_t *calls,
	    char *why, size_t size);

/**
 * Tell the engines to hang up the calls of phones. They obey within some
 * milliseconds; a call that is over by then is left alone, so is a later one
 * of the same phone.
 *
 * @param attemptv  The attempts (db_row.attempt) as they were on the screen;
 *                  NULL: whichever is live. As many as phones.
 * @param calls     How many of them are live
 */
int db_hangup(struct db *db, const int64_t *phonev, const int64_t *attemptv,
	      size_t n, int64_t *calls, char *why, size_t size);

/*
 * Phones
 */

struct db_row {
	int64_t id;
	int32_t campaign;
	char cld[NUMBER_SIZE];  /**< masked without rights.numbers       */
	enum phone_status status;
	bool finished;
	int32_t call_count;
	int32_t max_attempts;
	int64_t next_call;      /**< INT64_MAX: infinity                 */
	int64_t due_us;         /**< the place in a list by next call    */
	int64_t expires;
	int64_t attempt;        /**< i_attempt; 0: never tried           */
	char node[LAUNCH_NODE_SIZE];    /**< that rings it now; or ""    */
	int64_t setup_at;
	int64_t connect_at;
	int64_t end_at;         /**< disconnect_time                     */
	/* Of the last attempt that has ended; all zero without one */
	int32_t sip_code;       /**< 0: none                             */
	char reason[REASON_SIZE];
	int32_t played_ms;
};

/** Where a page begins */
enum db_edge {
	DB_TOP,                 /**< the first rows                      */
	DB_END,                 /**< the last rows                       */
	DB_AFTER,               /**< behind the key                      */
	DB_BEFORE,              /**< before the key; too few there: as
				     DB_TOP                              */
	DB_FROM,                /**< the key's row, or what follows it   */
};

/** In which order; whatever is equal goes by id */
enum db_order {
	DB_BY_ID,
	DB_BY_NUMBER,           /**< by the bytes of the cld             */
	DB_BY_STATUS,           /**< idle first, those being rung last   */
	DB_BY_DUE,              /**< those that wait for a call, only    */
};

/** Which phones of a campaign, and which page of them */
struct db_view {
	int32_t campaign;
	unsigned statuses;      /**< bits 1 << enum phone_status; 0: any.
				     DB_BY_DUE has any                   */
	char number[NUMBER_SIZE];       /**< ""; else the list is by cld */
	bool within;            /**< number may stand anywhere in the cld:
				     all numbers of the campaign may have to
				     be read; else it is the beginning   */
	enum db_order order;
	bool desc;              /**< the whole order, backwards          */
	enum db_edge edge;
	/* The key of AFTER, BEFORE, FROM, see db_view_key(): a row that was
	 * seen; by id any id */
	int64_t id;
	char cld[NUMBER_SIZE];
	int kind;
	int64_t due_us;
	unsigned limit;         /**< rows, at most DB_ROWS               */
};

enum {
	DB_ROWS = 1000,
	DB_FEW  = 5000,         /**< phones that may be read and sorted  */
};

/** The order that a view has: a number's filter has its own */
enum db_order db_view_order(const struct db_view *vw);

/** Make a row the view's key. */
void db_view_key(struct db_view *vw, const struct db_row *row);

/** Is a row, as it was read, one that the view's filter lets through? */
bool db_view_has(const struct db_view *vw, const struct db_row *row);

struct db_page {
	struct db_row *v;       /**< in the list's order whatever the edge */
	size_t n;
	int64_t now_at;
	int64_t first_id;       /**< of the campaign, whatever the filter; */
	int64_t last_id;        /**< 0: no phones. For "(51%)"           */
};

/**
 * A page, by keyset through indexes, never by OFFSET. Pages take
 * milliseconds, whatever the size of the campaign, but for those that
 * db_search_begin() tells: it reads on until it has them, or until
 * db_interrupt().
 */
int db_page(struct db *db, const struct db_view *vw, struct db_page *pg,
	    char *why, size_t size);

/** A page that many numbers have to be read for, step by step */
struct db_search {
	bool needed;            /**< else db_page() takes no time        */
	bool done;              /**< db_search_page() has the page       */
	bool full;              /**< limit rows were found               */
	bool few;               /**< that have the statuses              */
	int64_t looked;         /**< at how many numbers, so far, but for
				     the step that comes to the end      */
	/* sql/db_search.c */
	struct db_view view;
	unsigned chunk;
	bool any;               /**< status                              */
	bool back;
	char cld[NUMBER_SIZE + 2];
	int64_t id;
	int64_t idv[DB_ROWS];
	size_t idc;
};

/** Does this page need a search? Then the first step may be made. */
int db_search_begin(struct db *db, const struct db_view *vw,
		    struct db_search *s, char *why, size_t size);

/** Some hundredths of a second more; ECANCELED changes nothing. */
int db_search_step(struct db *db, struct db_search *s,
		   char *why, size_t size);

/** What was found, as it is now: what no longer fits is left out. */
int db_search_page(struct db *db, const struct db_search *s,
		   struct db_page *pg, char *why, size_t size);

/** Frees the rows. All zero is fine. */
void db_page_free(struct db_page *pg);

/**
 * Rows that a view's filter has. Of statuses alone it is the kept count and
 * exact; with a number at most most are counted; with within, or by next call,
 * none (-1).
 *
 * @param n  most + 1: more than most
 */
int db_matches(struct db *db, const struct db_view *vw, int64_t most,
	       int64_t *n, char *why, size_t size);

enum { DB_CALL_NAMES = 3 };

/** Live calls, for db_hangup(); arrays that the holder frees */
struct db_calls {
	int64_t *idv;           /**< i_campaign_phone                    */
	int64_t *attemptv;
	size_t n;
	char namev[DB_CALL_NAMES][NUMBER_SIZE]; /**< the first numbers   */
};

/**
 * The live calls of a view's campaign and filter
 *
 * @param but  Of phonev those, or all but those
 */
int db_calls(struct db *db, const struct db_view *vw, const int64_t *phonev,
	     size_t n, bool but, struct db_calls *calls,
	     char *why, size_t size);

/** The live calls of all engines, by campaign and id, limit at most */
int db_live(struct db *db, unsigned limit, struct db_page *pg,
	    char *why, size_t size);

/*
 * One phone
 */

struct db_attempt {
	int64_t id;
	int32_t no;             /**< 1 for the first                     */
	char node[LAUNCH_NODE_SIZE];
	char call_id[128];
	char proxy[256];
	char cli[NUMBER_SIZE];
	int64_t setup_at;
	int64_t ring_at;
	int64_t connect_at;
	int64_t prompt_at;
	int64_t end_at;
	int32_t played_ms;
	int32_t sip_code;
	char reason[REASON_SIZE];
	char outcome[24];       /**< success, premature hangup, no answer,
				     failure, lost                       */
	char ended_by[8];       /**< nobody, local, remote               */
};

struct db_one {
	struct db_row row;
	char campaign[NAME_SIZE];
	char prompt[NAME_SIZE]; /**< of the campaign now; ""             */
	int32_t threshold_ms;
	int64_t now_at;
	char reason[256];       /**< why_not_dialing(), a sentence       */
	int64_t until_at;       /**< and until when; 0: nobody knows     */
	struct db_attempt *attemptv;    /**< ended ones, the latest first */
	size_t attemptc;        /**< DB_ATTEMPTS at most                 */
};

enum { DB_ATTEMPTS = 50 };

/** @return ENOENT when it is gone */
int db_one(struct db *db, int64_t phone, struct db_one *one,
	   char *why, size_t size);

/** Frees the attempts. All zero is fine. */
void db_one_free(struct db_one *one);

#endif
