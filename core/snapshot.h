/**
 * @file snapshot.h  What the engine looks like at one instant
 *
 * Made by the loop thread, never changed afterwards, read by the console
 * thread. A snapshot owns all that it points to.
 */
#ifndef RINGROUND_SNAPSHOT_H
#define RINGROUND_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/attempt.h"
#include "core/logbook.h"
#include "core/order.h"
#include "core/phone.h"
#include "core/settings.h"
#include "core/timeline.h"

/** Why a campaign dials, or why it does not */
enum campaign_reason {
	CAMPAIGN_RUNNING,
	CAMPAIGN_PAUSED,
	CAMPAIGN_WINDOW,        /**< closed by its schedule              */
	CAMPAIGN_FULL,          /**< max_concurrent_calls are live       */
	CAMPAIGN_BACKOFF,       /**< the next phone is due later         */
	CAMPAIGN_NO_PROMPT,     /**< none, or one that cannot be played  */
	CAMPAIGN_LOADING,       /**< its prompt is being prepared        */
	CAMPAIGN_NO_PROXY,      /**< config campaign/sipproxy is bad     */
	CAMPAIGN_TROUBLE,       /**< this machine or its network         */
	CAMPAIGN_DB_DOWN,
	CAMPAIGN_STOPPING,      /**< the engine starts no more calls     */
	CAMPAIGN_DONE,          /**< nothing is left to ring             */
};

/** A word in capitals; never NULL */
const char *campaign_reason_name(enum campaign_reason reason);

struct snapshot_campaign {
	int32_t id;
	enum campaign_reason reason;
	uint32_t live;          /**< calls of this engine                */
	int64_t until_ms;       /**< until that changes; -1: unknown     */
	char detail[REASON_SIZE];       /**< more words; may be empty    */
};

enum {
	SNAPSHOT_CALL_ID = 128,
	SNAPSHOT_ENDED   = 64,  /**< calls that ended last               */
};

/** The age of what has not happened */
#define SNAPSHOT_NEVER UINT32_MAX

/** A call to the packet. Ages are milliseconds before snapshot.made_ms. */
struct snapshot_call {
	int64_t phone_id;
	int64_t attempt_id;     /**< call_attempts.i_call_attempt        */
	int32_t campaign_id;
	enum attempt_st st;
	uint32_t attempt_no;
	uint32_t max_attempts;
	uint32_t since_ms;      /**< age of the INVITE, or of the claim  */
	uint32_t created_age;   /**< claimed; never SNAPSHOT_NEVER       */
	uint32_t invite_age;
	uint32_t ring_age;      /**< the first 18x                       */
	uint32_t answer_age;
	uint32_t prompt_age;    /**< its first packet                    */
	uint32_t heard_age;     /**< the threshold                       */
	uint32_t played_ms;     /**< prompt really sent                  */
	uint32_t prompt_ms;     /**< its length                          */
	uint32_t threshold_ms;  /**< campaigns.threshold_msec            */
	uint32_t timeout_ms;    /**< campaigns.timeout_sec               */
	uint16_t code;          /**< SIP status seen last; 0: none yet   */
	bool ending;            /**< we have asked for its end           */
	struct call_stats rtp;  /**< all zero before the answer          */
	char call_id[SNAPSHOT_CALL_ID]; /**< "" before the INVITE        */
	char proxy[PROXY_SIZE];
	char cld[NUMBER_SIZE];
	struct timeline timeline;
};

struct snapshot {
	atomic_uint refs;
	uint64_t made_ms;       /**< by the engine's clock               */
	int64_t wall_ms;        /**< the same instant since 1970, UTC    */
	uint64_t uptime_ms;
	bool stopping;
	char node[NAME_SIZE];

	bool db_ok;
	uint32_t db_rtt_us;     /**< of its last statement               */
	int64_t db_retry_ms;    /**< !db_ok: until the next try; -1: one is
				     under way                           */
	size_t pending;         /**< reports not yet committed           */

	uint32_t live;          /**< calls in any state but queued, done */
	uint32_t max_calls;     /**< this engine's limit                 */
	uint64_t started;       /**< attempts dialled since the start    */
	uint32_t started_10s;   /**< in the last 10 whole seconds        */
	uint32_t rate;          /**< starts a second, at most            */
	uint32_t ended_5m;      /**< attempts ended in the last minutes  */
	uint32_t answered_5m;   /**< that had been answered, of those    */

	struct logline **logv; /**< the engine's last lines, in order   */
	size_t logc;
	struct order_ack ackv[ORDER_ACKS];      /**< the last, in order  */
	size_t ackc;

	struct snapshot_campaign *campv;        /**< by ascending id     */
	size_t campc;
	struct snapshot_call *callv;            /**< by ascending phone_id */
	size_t callc;
	struct snapshot_call *endedv;   /**< SNAPSHOT_ENDED at most, the
					     latest last; ages as of the end */
	size_t endedc;
};

/** @return a snapshot with room for these, one reference; or NULL */
struct snapshot *snapshot_alloc(size_t campc, size_t callc);

/** Any thread. @return sn */
struct snapshot *snapshot_ref(struct snapshot *sn);

/** Any thread. NULL is fine; the last reference frees. */
void snapshot_unref(struct snapshot *sn);

/** Sort both arrays by their ids, as readers expect them */
void snapshot_sort(struct snapshot *sn);

/** @return the campaign in the snapshot, borrowed; or NULL */
const struct snapshot_campaign *
snapshot_campaign(const struct snapshot *sn, int32_t id);

/** @return the live call of a phone, borrowed; or NULL */
const struct snapshot_call *
snapshot_call(const struct snapshot *sn, int64_t phone_id);

/** @return the attempt of a phone that ended last, borrowed; or NULL */
const struct snapshot_call *
snapshot_ended(const struct snapshot *sn, int64_t phone_id);

/** @return what became of an order, borrowed; NULL: not known (yet) */
const struct order_ack *
snapshot_ack(const struct snapshot *sn, uint64_t serial);

#endif
