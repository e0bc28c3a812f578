/**
 * @file engine_priv.h  What the parts of the engine share
 *
 * engine.c holds the table of attempts, engine_call.c what happens to one,
 * engine_load.c the campaigns, engine_claim.c what is claimed,
 * engine_dispatch.c what is dialled next, engine_trouble.c what keeps it from
 * being dialled, engine_order.c what an operator asks for, engine_view.c the
 * picture of it all.
 */
#ifndef RINGROUND_ENGINE_PRIV_H
#define RINGROUND_ENGINE_PRIV_H

#include "core/attempt.h"
#include "core/engine.h"
#include "core/meter.h"
#include "core/pacer.h"
#include "core/tally.h"

enum {
	CLAIM_AHEAD    = 32,    /**< claimed but not dialled, at least   */
	CLAIM_SHARED   = 8,     /**< the same with other engines about   */
	CLAIM_GAP_MS   = 50,    /**< between claims by a full queue      */
	RETRY_MS       = 250,   /**< a campaign that yielded too little  */
	LOAD_GAP_MS    = 50,    /**< between two loads, at least         */
	LOAD_EVERY_MS  = 60000, /**< all campaigns, though nothing changed */
	SAMPLE         = 16,    /**< campaigns more at each regular scan */
	SLOT_LATE_MS   = 50,    /**< a slot that is missed by more is lost */
	LEAD_MAX_MS    = 1000,  /**< before the first slot of a claim    */
	SWEEP_MS       = 100,   /**< between two looks at the time-outs  */
	BEGIN_MAX_MS   = 10000, /**< from the answer to the prompt       */
	HELD_MAX_MS    = 600000,        /**< a call beyond its prompt    */
	BYE_MS         = 200,   /**< the callee's jitter buffer runs dry */
	LEASE_LOW_MS   = 30000,         /**< a lease is extended below this */
	LEASE_MORE_SEC = 90,            /**< and then lasts so long      */
	LEASE_GAP_MS   = 5000,          /**< after one that was refused  */
	SILENT_MS      = 500,   /**< no dialling without a sign of life  */
	TROUBLE_MS     = 1000,  /**< no dialling after local trouble     */
	TROUBLE_MAX_MS = 30000, /**< it doubles up to this               */
	TOLD_MS        = 60000, /**< between two lines on the same       */
	PROBE_MS       = 5000,  /**< for the call that tries the proxy   */
};

/** When there is no such instant */
#define NEVER UINT64_MAX

/** A campaign as this engine sees it */
struct camp {
	struct campaign c;
	uint64_t change_at;     /**< its schedule opens or closes        */
	uint64_t due_at;        /**< a phone falls due                   */
	uint64_t retry_at;      /**< not before, after a short claim     */
	uint32_t live;          /**< attempts not done, queued ones too  */
	uint32_t queued;        /**< of those, who wait for their turn   */
	uint64_t served;        /**< the number of its last start        */
	uint32_t prompt_ms;
	int prompt_err;         /**< 0: ready                            */
	char why[REASON_SIZE];  /**< why the prompt cannot be played     */
	int dial_err;           /**< why none of it can be dialled here, until
				     the next load; 0                    */
};

/** An attempt; its place in the table is the low half of its id */
struct attempt {
	uint64_t id;            /**< 0: the place is free                */
	size_t next_free;       /**< then the next one such; as free_slot */
	enum attempt_st st;
	bool rang_out;
	bool hung_up;           /**< we asked for the end                */
	bool hopeless;
	bool stopped;           /**< not rung, or not answered when the
				     engine left: no attempt             */
	bool untold;            /**< of those, one as many before it     */
	uint64_t claimed_ms;
	uint64_t dial_at;       /**< its slot; 0: as soon as may be      */
	uint64_t setup_ms;
	uint64_t ring_ms;
	uint64_t connect_ms;
	uint64_t prompt_ms;
	uint64_t heard_ms;
	uint64_t lease_at;
	uint64_t bye_at;        /**< the prompt is over; 0: it is not    */
	uint32_t length_ms;     /**< of the prompt, when it was claimed  */
	uint16_t code;          /**< of SIP, seen last                   */
	struct timeline timeline;
	char reason[REASON_SIZE];       /**< ours, before SIP's          */
	char call_id[128];
	char proxy[PROXY_SIZE];
	struct phone ph;
};

struct engine {
	struct engine_prm prm;
	char node[NAME_SIZE];
	struct settings set;
	struct pacer pacer;

	struct camp *campv;     /**< by ascending id                     */
	size_t campc;
	size_t turn;            /**< whose turn it is to be served first */

	struct attempt **slotv; /**< grows, never shrinks                */
	size_t slotc;
	size_t free_slot;       /**< the first that is free, from 1; 0   */
	uint32_t generation;    /**< high half of the next id            */
	size_t used;            /**< attempts in the table               */
	uint64_t *queuev;       /**< ids of queued attempts, in order    */
	size_t queuec;
	size_t queue_size;

	struct claim_req *reqv; /**< of the claim on its way             */
	size_t reqc;
	uint64_t claim_at;      /**< when it was sent                    */
	uint32_t rtt_ms;        /**< what a claim takes, on the average  */
	uint32_t dice;          /**< other numbers on each engine        */
	bool shared;            /**< other engines are connected, too    */
	uint64_t serves;        /**< of all campaigns; see camp.served   */

	bool db_ok;
	uint64_t heard_at;      /**< the database's last answer          */
	bool stopping;
	bool load_wanted;
	bool scan_wanted;
	bool scan_all;          /**< phones are new: ask for all campaigns */
	bool loading;           /**< or scanning                         */
	bool claiming;
	size_t sample;          /**< where the next ones begin           */
	uint64_t scan_at;       /**< next scan by the interval           */
	uint64_t load_at;       /**< next load of all campaigns          */
	uint64_t load_last;     /**< a load or a scan was begun          */
	uint64_t soon_at;       /**< our own next retry falls due        */
	uint64_t trouble_until;
	int trouble_err;        /**< why nothing can be dialled; 0       */
	bool unsent;            /**< that: INVITEs do not leave          */
	uint64_t probe;         /**< the call that tries, one at a time  */
	char trouble_why[REASON_SIZE];
	char told_why[REASON_SIZE];     /**< the last that was in the log */
	uint64_t told_at;
	uint32_t trouble_ms;    /**< how long to rest after the next     */
	uint64_t sweep_at;
	uint64_t extend_at;     /**< no extension of leases before       */
	uint64_t started;
	uint64_t statev[ATTEMPT_STATES];        /**< attempts by state   */
	struct tally tally;

	uint64_t born_ms;
	struct meter startedv;  /**< by the second                       */
	struct meter endedv;    /**< attempts that were dialled          */
	struct meter answeredv; /**< of those that have ended            */
	struct snapshot_call *lastv;    /**< calls that ended last       */
	uint64_t lastc;         /**< there have been; by no modulo size  */
};

uint64_t engine_now(const struct engine *eng);

__attribute__((format(printf, 3, 4)))
void engine_log(const struct engine *eng, bool warn, const char *fmt, ...);

/** @return the campaign, borrowed until the next load; or NULL */
struct camp *engine_camp(const struct engine *eng, int32_t id);

/**
 * Put a claimed phone into the queue
 *
 * @param base  The instant that its slot is counted from
 * @return 0 or ENOMEM
 */
int engine_add(struct engine *eng, const struct phone *ph, uint64_t base);

/** Have memory for so many attempts more, to their end. @return 0 or ENOMEM */
int engine_reserve(struct engine *eng, size_t n);

/** @return the attempt, borrowed; NULL for an unknown or stale id */
struct attempt *engine_attempt(const struct engine *eng, uint64_t id);

/** The one place where an attempt changes its state, with the counters */
int engine_move(struct engine *eng, struct attempt *at, enum attempt_ev ev);

/** The attempt is done, and its place in the table is free */
void engine_forget(struct engine *eng, struct attempt *at);

/** Fill in what is known of the attempt, and write the report */
void engine_send(struct engine *eng, const struct attempt *at,
		 struct report *rep);

/** Hang up; its CLOSED follows */
void engine_hang_up(struct engine *eng, struct attempt *at);

/** The attempt is over, as fact says: report it and forget it */
void engine_finish(struct engine *eng, struct attempt *at,
		   const struct call_fact *fact);

/** Note in its timeline what happens to an attempt now */
void engine_note(const struct engine *eng, struct attempt *at,
		 enum happening what, uint16_t code);

/** The attempt is over, and still whole: keep its picture, count it */
void engine_remember(struct engine *eng, const struct attempt *at,
		     const struct call_fact *fact);

/** Give a queued attempt back, as if it had never been claimed */
void engine_release(struct engine *eng, struct attempt *at);

/** Dial a queued attempt. @return false when dialling must rest a while */
bool engine_dial(struct engine *eng, struct attempt *at);

/** Dial what may be of the queue; give back what may not any more. */
void engine_dispatch(struct engine *eng, uint64_t now);

/** Is this error of dialling trouble of this machine or of its network? */
bool engine_trouble_local(int err);

/**
 * Dial nothing for a while
 *
 * @param why  NULL: the words for err; else copied
 * @return whether it was told: it is new, or a while ago
 */
bool engine_rest(struct engine *eng, const char *proxy, int err,
		 const char *why);

/** Dial nothing of this attempt's campaign until campaigns are loaded anew */
void engine_rest_camp(struct engine *eng, const struct attempt *at, int err);

/** Why calls cannot be started, and where to look */
const char *engine_trouble_words(int err);

/** A call was begun. @return false when no other may be for now */
bool engine_trouble_dialled(struct engine *eng, uint64_t id);

/** What an event of a call says of the way to the proxy; comes first */
void engine_trouble_event(struct engine *eng, struct attempt *at,
			  enum call_ev ev, const struct call_fact *fact);

/** A call has ended: what was scarce may be there */
void engine_trouble_freed(struct engine *eng);

/** Dial again at once */
void engine_trouble_over(struct engine *eng);

/** Load, claim and dial what may be: cheap when nothing is to be done */
void engine_step(struct engine *eng);

/** With phones in the queue, has the database said nothing for so long? */
bool engine_silent(const struct engine *eng, uint64_t now, uint32_t ms);

/** Read the campaigns, or what is due of them, when it is time to */
void engine_load_step(struct engine *eng, uint64_t now);

#endif
