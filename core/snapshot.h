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
#include "core/phone.h"

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

struct snapshot_call {
	int64_t phone_id;
	int32_t campaign_id;
	enum attempt_st st;
	uint32_t attempt_no;
	uint32_t max_attempts;
	uint32_t since_ms;      /**< age of the attempt                  */
	uint32_t played_ms;
	uint32_t prompt_ms;
	char cld[NUMBER_SIZE];
};

struct snapshot {
	atomic_uint refs;
	uint64_t made_ms;       /**< by the engine's clock               */
	bool db_ok;
	bool stopping;
	char node[NAME_SIZE];
	size_t pending;         /**< reports not yet committed           */
	uint32_t live;          /**< calls in any state but queued, done */
	uint64_t started;       /**< attempts dialled since the start    */
	struct snapshot_campaign *campv;        /**< by ascending id     */
	size_t campc;
	struct snapshot_call *callv;            /**< by ascending phone_id */
	size_t callc;
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

#endif
