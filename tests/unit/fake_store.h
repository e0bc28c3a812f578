/**
 * @file fake_store.h  A store in memory that answers when the test says so
 *
 * A small model of the database: campaigns with rows, claims, and what was
 * reported of each attempt. What no database could be told of an attempt,
 * as an end after its end, counts as wrong.
 */
#ifndef RINGROUND_FAKE_STORE_H
#define RINGROUND_FAKE_STORE_H

#include "core/ports.h"
#include "core/settings.h"

enum { FAKE_CAMPAIGNS = 8 };

/** A row of campaign_phones */
struct fake_row {
	int64_t id;
	int32_t campaign_id;
	uint64_t due_ms;
	bool finished;
	int64_t attempt_id;     /**< while it is claimed; else 0         */
	uint32_t call_count;
	enum phone_status status;
	char cld[NUMBER_SIZE];
};

/** What was reported of an attempt; its id is its place from 1 */
struct fake_attempt {
	int64_t phone_id;
	int32_t campaign_id;
	unsigned answers;
	unsigned successes;
	unsigned ends;          /**< undone ones too                     */
	unsigned releases;
};

struct fake_store {
	const uint64_t *now_ms;
	struct campaign campv[FAKE_CAMPAIGNS];
	size_t campc;
	struct phone example;   /**< cli, username ... of claimed phones */
	struct settings set;

	int err;                /**< of each request, at once            */
	int reply_err;          /**< of each answer                      */
	int report_err;
	int reserve_err;
	int extend_err;
	bool uncounted;         /**< the counters know of nothing due    */
	bool stingy;            /**< claims yield nothing                */
	int32_t slots_of;       /**< a campaign whose calls have slots: now */

	struct fake_row *rowv;
	size_t rowc;
	int64_t rows_made;
	struct fake_attempt *attv;
	size_t attc;
	struct report *repv;
	size_t repc;
	unsigned wrong;

	unsigned loads;
	unsigned scans;
	unsigned claims;
	unsigned extends;
	unsigned troubles;
	char trouble[REASON_SIZE];      /**< "-" when it was lifted      */
	int64_t *extv;          /**< attempts of the last extension      */
	size_t extc;
	uint32_t ext_sec;
	struct claim_req lastv[FAKE_CAMPAIGNS];
	size_t lastc;           /**< requests of the last claim          */

	store_load_h *loadh;    /**< waits for its answer                */
	void *load_arg;
	store_scan_h *scanh;
	void *scan_arg;
	uint32_t ahead_sec;     /**< of the last scan                    */
	int32_t askedv[FAKE_CAMPAIGNS];
	size_t askedc;
	uint32_t lead_ms;       /**< of the last claim                   */
	uint32_t room;
	store_claim_h *claimh;
	void *claim_arg;
	struct claim_req reqv[FAKE_CAMPAIGNS];
	size_t reqc;
};

/** Its argument is a struct fake_store */
extern const struct store_ops fake_store_ops;

void fake_store_init(struct fake_store *st, const uint64_t *now_ms);
void fake_store_free(struct fake_store *st);

/** Add an open campaign of default rules with n phones that are due */
struct campaign *fake_store_campaign(struct fake_store *st, int32_t id,
				     size_t n);

/** Add a row that is due. @return it, borrowed until the next */
struct fake_row *fake_store_row(struct fake_store *st, int32_t campaign_id,
				const char *cld);

struct campaign *fake_store_find(struct fake_store *st, int32_t id);
struct fake_row *fake_store_phone(struct fake_store *st, int64_t id);

/** Take a campaign away, with its rows */
void fake_store_remove(struct fake_store *st, int32_t id);

/** Answer what waits, once. @return whether something did */
bool fake_store_answer(struct fake_store *st);

/** The connection is lost: what waits ends with ENOTCONN. */
void fake_store_drop(struct fake_store *st);

/** @return the n-th report of a kind, from 0; or NULL */
const struct report *fake_store_report(const struct fake_store *st,
				       enum report_kind kind, size_t n);
size_t fake_store_reports(const struct fake_store *st,
			  enum report_kind kind);

#endif
