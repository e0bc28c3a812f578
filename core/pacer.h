/**
 * @file pacer.h  How many calls may start now on this engine
 *
 * A token bucket by a clock that never jumps spreads starts evenly; what a
 * late tick has left out is made up for, what a pause has is not. And the
 * last starts are remembered: within no second, wherever it begins, are there
 * more than the rate, even where they arrive, some milliseconds later or
 * sooner than they should.
 */
#ifndef RINGROUND_PACER_H
#define RINGROUND_PACER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACER_RATE_MAX  = 1000, /**< starts a second                     */
	PACER_GUARD_MS  = 10,   /**< more than a second, for the way     */
	PACER_SECOND_MS = 1022, /**< in which there are rate starts; this
				     is more than with the guard, so that
				     those that came together spread again */
	PACER_LATE_MS   = 40,   /**< of waiting that are made up for     */
};

struct pacer {
	uint32_t rate;          /**< starts a second, 1 to PACER_RATE_MAX */
	uint64_t last_ms;       /**< when credit was counted last        */
	uint64_t credit;        /**< in rate x milliseconds              */
	uint64_t started;       /**< since the beginning                 */
	uint64_t startv[PACER_RATE_MAX];        /**< when, the last of them */
};

/** Begin as after a pause. A rate that is out of range is brought into it. */
void pacer_init(struct pacer *pa, uint32_t rate, uint64_t now_ms);

/** Another rate from now on; what has started counts on */
void pacer_set_rate(struct pacer *pa, uint32_t rate);

/** Starts that are allowed now */
uint32_t pacer_allowed(struct pacer *pa, uint64_t now_ms);

/**
 * One of those that pacer_allowed() granted was made
 *
 * @param now_ms  When it was, at the latest
 */
void pacer_start(struct pacer *pa, uint64_t now_ms);

#endif
