/**
 * @file model.h  What the console knows and where the operator is in it
 *
 * No curses, no database, no clock: all comes in by these functions, and
 * views read the fields. Times are milliseconds of a clock that never jumps,
 * never 0; instants (_at) are milliseconds since 1970 by the database's
 * clock. The console's thread owns it.
 */
#ifndef RINGROUND_MODEL_H
#define RINGROUND_MODEL_H

#include "core/snapshot.h"
#include "tui/dialog.h"
#include "tui/feed.h"
#include "tui/keymap.h"
#include "tui/model_list.h"

enum {
	MODEL_MIN_WIDTH  = 60,
	MODEL_MIN_HEIGHT = 16,
	MODEL_CHROME     = 6,   /**< lines of a screen that are no rows  */
	MODEL_STALE_MS   = 5000,        /**< older data is not acted on  */
	MODEL_SLOW_MS    = 3000,        /**< then PAUSING becomes PAUSE? */
	MODEL_SAY_MS     = 10000,       /**< how long a message stays    */
	MODEL_UNDO_MS    = 10000,
	MODEL_AHEAD     = 16,           /**< keys that wait for a row    */
	MODEL_TICK_MIN_MS = 500,
	MODEL_TICK_MAX_MS = 10000,
};

/** What the console has to do after a key or news; flags */
enum model_want {
	WANT_LEAVE   = 1 << 0,  /**< the console, which has no engine    */
	WANT_REDRAW  = 1 << 1,  /**< everything, not the changes         */
	WANT_VIEW    = 1 << 2,  /**< give feed to the feed               */
	WANT_ASK     = 1 << 3,  /**< give ask to the feed; its arrays, too */
	WANT_ORDER   = 1 << 4,  /**< give order to the engine            */
	WANT_COPY    = 1 << 5,  /**< give copy to the terminal           */
	WANT_EXPORT  = 1 << 6,  /**< write the screen's table to a file  */
	WANT_SUSPEND = 1 << 7,
	WANT_FLUSH   = 1 << 8,  /**< drop the keys that wait             */
	WANT_EXPORT_END = 1 << 9,       /**< stop writing phones         */
};

/** By what a list may be sorted */
enum sort_key {
	SORT_NONE = -1,
	SORT_NAME,
	SORT_STATE,
	SORT_PROGRESS,
	SORT_TOTAL,
	SORT_CALLS,
	SORT_ANSWERED,
	SORT_ETA,
	SORT_NUMBER,
	SORT_TIME,
	SORT_NODE,
	SORT_PLACE,             /**< newest first; then each stays there */
	SORT_ID,
};

/** What is being typed in the line above the keys */
enum model_editing {
	EDITING_NOT,
	EDITING_FILTER,
	EDITING_JUMP,
};

/** A pause or resume that is not done yet, or not seen to be */
struct model_intent {
	int32_t id;
	bool paused;
	uint64_t written_ms;    /**< committed; not acknowledged yet     */
	bool told;              /**< that it takes long                  */
	unsigned serial;        /**< of its ask                          */
	uint64_t since_ms;
};

/** What was changed last, for u */
struct model_undo {
	int64_t *idv;           /**< owned                               */
	size_t idc;
	bool paused;            /**< what undoing makes of them          */
	unsigned serial;        /**< of the ask that did it              */
	uint64_t since_ms;      /**< 0: nothing to undo                  */
};

/** A live call: of this engine, by its snapshot, or of any, by its row */
struct model_call {
	int64_t id;             /**< i_campaign_phone                    */
	int32_t campaign;
	const struct snapshot_call *sc; /**< NULL: another engine's      */
	const struct db_row *row;       /**< NULL: too new for the rows  */
};

/** Something that has happened to a phone */
struct model_event {
	int64_t id;
	int64_t at;
	int64_t delta_ms;       /**< since the one before; -1: the first */
	bool live;
	char what[32];
	char detail[NUMBER_SIZE + REASON_SIZE];
};

enum { MODEL_EVENTS = 8 * (DB_ATTEMPTS + 2) + TIMELINE_SIZE };

struct model {
	enum screen_id screen;
	enum screen_id below;   /**< where help goes back to             */
	enum screen_id origin;  /**< where the call screen goes back to  */
	bool own;               /**< the engine is in this process       */
	bool readonly;          /**< by the operator's own wish          */

	struct db_camps campr;  /**< owned                               */
	struct model_list camps;

	int32_t campaign;       /**< whose phones are shown; 0: none yet */
	char campaign_name[NAME_SIZE];
	struct db_page page;    /**< owned: a piece of the phones        */
	struct model_list phones;
	bool phones_read;       /**< page is what was asked for          */
	bool first, last;       /**< it has the list's ends              */
	int64_t matches;        /**< rows of the list; -1: unknown       */
	uint32_t page_us;
	int64_t base;           /**< rows before the page; -1: unknown   */
	int64_t base_next;      /**< of the page asked for               */
	int64_t base_end;       /**< rows before its end; -1: see above  */
	unsigned have;          /**< gen of page                         */
	int seek;               /**< -1, 1: the cursor goes to an end    */
	int64_t owed;           /**< rows to move when more were read    */
	int aheadv[MODEL_AHEAD];        /**< keys for a row to be read   */
	size_t aheadc;
	uint64_t ahead_ms;      /**< since when they wait                */
	int64_t looked;         /**< at so many numbers, in a search that
				     is under way; 0: none is            */
	bool all;               /**< all of all_view are tagged, but those
				     in phones.tags                      */
	struct db_view all_view;
	unsigned finding;       /**< serial of the ask for their calls   */
	bool exporting;         /**< phones are being written to a file  */

	int64_t phone;          /**< of the call screen                  */
	char phone_cld[NUMBER_SIZE];
	struct db_one one;      /**< owned                               */
	bool one_read, one_gone;
	struct snapshot_call call;      /**< its last picture; id 0: none */
	bool call_live;
	int64_t call_at;        /**< when that was claimed               */
	struct model_event *eventv;     /**< owned, MODEL_EVENTS         */
	size_t eventc;
	struct model_list events;
	bool scroll;            /**< the newest line stays in sight      */

	struct db_page liver;   /**< owned                               */
	struct model_call *callv;       /**< owned                       */
	size_t callc;
	struct model_list live;
	unsigned statuses;      /**< filter of live calls; 0: any        */

	struct model_list log;
	struct db_node *nodev;  /**< owned                               */
	size_t nodec;
	struct model_list nodes;
	struct cursor help;     /**< lines, without a cursor             */

	int64_t follow;         /**< a phone; 0: none                    */
	char follow_cld[NUMBER_SIZE];
	struct db_row followr;

	struct snapshot *snap;  /**< what is shown: a reference, or NULL */
	struct snapshot *newest;        /**< another, to the last that came */
	uint64_t snap_ms;       /**< when it came                        */
	struct db_rights rights;
	bool rights_known;
	uint64_t frozen_ms;     /**< 0: the display moves                */

	bool db_ok;
	bool db_refused;        /**< !db_ok, but it is there             */
	uint64_t read_ms;       /**< of what is shown; 0: nothing yet    */
	uint64_t rows_ms;       /**< since when campr was read           */
	int64_t clock_ms;       /**< the database's clock less ours      */
	struct feed_usual usual;        /**< how long readings took      */
	uint32_t took_ms;       /**< of it, steadied                     */
	uint64_t retry_ms;
	char db_why[WHY_SIZE];

	struct model_intent *intentv;   /**< owned, TAGS_MAX             */
	size_t intentc;
	struct model_undo undo;
	unsigned serial;
	uint64_t order_serial;  /**< waits for its ack; 0: none          */
	uint64_t order_ms;

	struct dialog dialog;
	struct feed_ask pending;        /**< what the dialog is about    */
	struct order pending_order;
	enum model_editing editing;
	struct edit edit;
	char before[EDIT_SIZE]; /**< the filter before it was edited     */

	bool quitting;
	char say[WHY_SIZE];
	bool say_bad;
	bool say_undo;          /**< with the seconds left to undo it    */
	uint64_t say_ms;        /**< since when; 0: nothing to say       */

	unsigned want;          /**< cleared by the console              */
	struct feed_want feed;
	struct feed_ask ask;
	struct order order;
	char copy[NAME_SIZE];
};

/** @return 0 or ENOMEM */
int model_init(struct model *m, bool own, bool readonly);

/** Frees what it owns, not itself. */
void model_reset(struct model *m);

void model_resize(struct model *m, int width, int height);

/** So many phones were written to a file, and more are to come. */
void model_export(struct model *m, int64_t rows, uint64_t now_ms);

/** Takes ownership of the reference. */
void model_snapshot(struct model *m, struct snapshot *sn, uint64_t now_ms);

/** Takes over all that news owns. */
void model_news(struct model *m, struct feed_news *news, uint64_t now_ms);

/** Time has passed. @return true when something else is to be shown */
bool model_tick(struct model *m, uint64_t now_ms);

/** Do what a key means, to a dialog, to a line of text, or by the keymap. */
void model_key(struct model *m, int key, uint64_t now_ms);

/** Do what a key of the keymap means. */
void model_act(struct model *m, enum action action, uint64_t now_ms);

/** Show a message for a while. */
void model_say(struct model *m, bool bad, uint64_t now_ms,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** What may not be done here and now, as ACTION_BIT() */
uint64_t model_denied(const struct model *m);

/** The list of the screen; NULL: it has none */
struct model_list *model_list_of(struct model *m, enum screen_id screen);

/** The list of the screen the operator is on; NULL: it has none */
const struct model_list *model_shown(const struct model *m);

/** @return the campaign, borrowed; or NULL */
const struct db_camp *model_campaign(const struct model *m, int32_t id);

/** The campaign that p and r are for: under the cursor, or entered. NULL */
const struct db_camp *model_target(const struct model *m);

/** The phone under the cursor, or entered; 0: none */
int64_t model_phone(const struct model *m);

/** @return the pause or resume under way, borrowed; or NULL */
const struct model_intent *model_intent(const struct model *m, int32_t id);

/** A phone's call as this engine sees it, borrowed; NULL: it has none */
const struct snapshot_call *model_call(const struct model *m, int64_t phone);

/** Is the i-th phone tagged? */
bool model_tagged(const struct model *m, size_t i);

/** Is matches the number of rows, not just of those that were counted? */
bool model_counted(const struct model *m);

/** Live calls of this engine, as last told */
uint32_t model_live(const struct model *m);

/** The database's clock at an instant of ours; 0 before it is known */
int64_t model_server_at(const struct model *m, uint64_t now_ms);

#endif
