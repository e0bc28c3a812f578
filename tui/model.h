/**
 * @file model.h  What the console knows and where the operator is in it
 *
 * No curses, no database, no clock: all comes in by these functions, and
 * views read the fields. Times are milliseconds of a clock that never jumps,
 * never 0. The console's thread owns it.
 */
#ifndef RINGROUND_MODEL_H
#define RINGROUND_MODEL_H

#include "core/snapshot.h"
#include "tui/feed.h"
#include "tui/keymap.h"
#include "tui/model_cursor.h"

enum {
	MODEL_MIN_WIDTH  = 60,
	MODEL_MIN_HEIGHT = 16,
	MODEL_CHROME     = 5,   /**< lines of a screen that are no rows  */
	MODEL_STALE_MS   = 5000,        /**< older data is not acted on  */
	MODEL_SLOW_MS    = 3000,        /**< then PAUSING becomes PAUSE? */
	MODEL_SAY_MS     = 10000,       /**< how long a message stays    */
	MODEL_AGAIN_MS   = 700,         /**< a repeated q is no second q */
};

/** What the console has to do after an action; flags */
enum model_want {
	WANT_QUIT   = 1 << 0,
	WANT_HANGUP = 1 << 1,
	WANT_REDRAW = 1 << 2,   /**< everything, not the changes         */
	WANT_VIEW   = 1 << 3,   /**< give view to the feed               */
	WANT_ASK    = 1 << 4,   /**< give ask to the feed                */
};

/** A pause or resume that the database does not show yet */
struct model_intent {
	int32_t id;
	bool paused;
	bool written;           /**< committed; not read back yet        */
	uint64_t since_ms;
};

struct model {
	enum screen_id screen;
	enum screen_id below;      /**< where the help goes back to         */

	struct db_campaign *campv;      /**< owned                       */
	size_t campc;
	struct cursor camps;

	int32_t campaign;       /**< whose phones are shown              */
	char campaign_name[NAME_SIZE];
	struct db_phone *phonev;        /**< owned: a piece of the list  */
	size_t phonec;
	struct cursor phones;
	bool phones_read;       /**< phonev is of this campaign          */
	struct feed_view view;  /**< asked last                          */
	struct feed_view have;  /**< what phonev answers                 */
	int seek;               /**< -1, 1: the cursor goes to an end    */
	int64_t owed;           /**< rows to move when more were read    */

	struct cursor help;       /**< lines, without a cursor             */

	struct snapshot *snap;  /**< a reference, or NULL                */
	uint64_t snap_ms;       /**< when it came                        */

	bool db_ok;
	uint64_t read_ms;       /**< of what is shown; 0: nothing yet    */
	uint32_t took_ms;
	uint64_t retry_ms;
	char db_why[WHY_SIZE];

	struct model_intent intentv[FEED_ASKS];
	size_t intentc;

	bool quitting;
	uint64_t quit_ms;       /**< the last key that wanted to quit    */
	char say[WHY_SIZE];
	bool say_bad;
	uint64_t say_ms;        /**< since when; 0: nothing to say       */

	unsigned want;          /**< cleared by the console              */
	struct feed_ask ask;
};

void model_init(struct model *m);

/** Frees what it owns, not itself. */
void model_reset(struct model *m);

void model_resize(struct model *m, int width, int height);

/** Takes ownership of the reference. */
void model_snapshot(struct model *m, struct snapshot *sn, uint64_t now_ms);

/** Takes over the arrays and clears them in news. */
void model_news(struct model *m, struct feed_news *news, uint64_t now_ms);

/** Do what a key means. */
void model_act(struct model *m, enum action action, uint64_t now_ms);

/** Show a message for a while. */
void model_say(struct model *m, bool bad, uint64_t now_ms,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** @return the campaign, borrowed; or NULL */
const struct db_campaign *model_campaign(const struct model *m, int32_t id);

/** The campaign that p and r are for: under the cursor, or entered. NULL */
const struct db_campaign *model_target(const struct model *m);

/** @return the pause or resume under way, borrowed; or NULL */
const struct model_intent *model_intent(const struct model *m, int32_t id);

/** Live calls of this engine, as last told */
uint32_t model_live(const struct model *m);

#endif
