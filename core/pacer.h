/**
 * @file pacer.h  How many calls may start now on this engine
 *
 * A token bucket by a clock that never jumps: starts are spread evenly, and
 * a pause is not made up for by a burst larger than the bucket.
 */
#ifndef RINGROUND_PACER_H
#define RINGROUND_PACER_H

#include <stdint.h>

struct pacer {
	uint32_t rate;          /**< starts a second, 1 to 1,000         */
	uint32_t burst;         /**< starts at once after a pause        */
	uint64_t last_ms;       /**< when credit was counted last        */
	uint64_t credit;        /**< thousandths of a start              */
};

/** Begin full. */
void pacer_init(struct pacer *pa, uint32_t rate, uint32_t burst,
		uint64_t now_ms);

/** Starts that are allowed now */
uint32_t pacer_allowed(struct pacer *pa, uint64_t now_ms);

/** Take the credit of n starts, of those that pacer_allowed() granted */
void pacer_take(struct pacer *pa, uint32_t n);

#endif
