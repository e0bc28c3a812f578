/**
 * @file outcome.h  What became of an attempt, and what happens next
 */
#ifndef RINGROUND_OUTCOME_H
#define RINGROUND_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>
#include "core/ports.h"

/** The facts of an attempt that has ended */
struct outcome_in {
	bool answered;          /**< a 200 OK was seen                   */
	bool success;           /**< heard enough: see outcome_heard()   */
	bool rang_out;          /**< timeout_sec passed without a 200    */
	bool hopeless;          /**< no retry can help: a bad number     */
	uint32_t attempt_no;    /**< 1 for the first                     */
	uint32_t max_attempts;
};

struct outcome_out {
	enum outcome outcome;
	enum phone_status status;
	bool finished;          /**< success, or no attempt is left      */
	bool retry;             /**< again after backoff_sec             */
};

/** Decide. Exactly one of finished and retry is true. */
void outcome_decide(struct outcome_out *out, const struct outcome_in *in);

/**
 * Has the callee heard enough? A prompt shorter than the threshold has when
 * it has played to its end.
 */
bool outcome_heard(uint32_t played_ms, bool ended, uint32_t threshold_msec);

#endif
