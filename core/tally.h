/**
 * @file tally.h  What has been counted since the start
 */
#ifndef RINGROUND_TALLY_H
#define RINGROUND_TALLY_H

#include <stdint.h>
#include "core/ports.h"

enum {
	HISTOGRAM_BOUNDS = 12,
	TALLY_CODE_MIN   = 100,         /**< SIP status codes            */
	TALLY_CODE_MAX   = 699,
	TALLY_CODES      = TALLY_CODE_MAX - TALLY_CODE_MIN + 1,
};

/** How long something took, in buckets */
struct histogram {
	const uint32_t *boundv; /**< milliseconds, ascending; a bucket holds
				     what is not above; 0 ends them, or
				     there are HISTOGRAM_BOUNDS          */
	uint64_t countv[HISTOGRAM_BOUNDS + 1];  /**< the last: above all */
	uint64_t sum_ms;
};

/** The bucket of a value by its index */
unsigned histogram_bucket(const uint32_t *boundv, uint64_t ms);

void histogram_add(struct histogram *hg, uint64_t ms);

/** What an engine counts */
struct tally {
	uint64_t outcomev[OUTCOME_LOST + 1];    /**< attempts that ended */
	uint64_t codev[TALLY_CODES];    /**< of those, the final SIP code */
	uint64_t troubles;      /**< calls that could not be begun here  */
	struct histogram post_dial;     /**< INVITE to 18x, 200 or refusal */
	struct histogram ring;  /**< first 18x to 200                    */
	struct histogram claim; /**< a claim's statement to its answer   */
};

void tally_init(struct tally *ta);

/** An attempt has ended. @param code Of SIP; 0: none */
void tally_end(struct tally *ta, enum outcome outcome, uint16_t code);

/** What the sending of prompts counts */
struct packet_tally {
	uint64_t refused;       /**< packets that the kernel did not take */
	uint64_t gaps;          /**< a call's prompt had to wait         */
	struct histogram late;  /**< packets sent, by how late           */
};

/** The bounds of packet_tally.late */
extern const uint32_t tally_late_boundv[];

#endif
