/**
 * @file engine_bed.h  An engine between fakes
 */
#ifndef RINGROUND_ENGINE_BED_H
#define RINGROUND_ENGINE_BED_H

#include "core/engine.h"
#include "tests/unit/fake_clock.h"
#include "tests/unit/fake_dialer.h"
#include "tests/unit/fake_store.h"

enum {
	BED_T0        = 1000000,        /**< where the clock begins      */
	BED_BYE_MS    = 320,    /**< from the prompt's end to the BYE    */
	BED_PROMPT_MS = 8000,
};

struct bed {
	struct fake_clock clock;
	struct fake_store store;
	struct fake_dialer dialer;
	struct engine *eng;
	unsigned warnings;
	char line[512];         /**< the last one that was logged        */
};

/** An engine with 100 calls and 1,000 a second; the database is away */
void bed_init(struct bed *bed);

/** The same with other limits */
void bed_init_limits(struct bed *bed, uint32_t max_calls, uint32_t rate);
void bed_free(struct bed *bed);

/** The database comes, campaigns are loaded, due phones are dialled */
void bed_start(struct bed *bed);

/** Answers all requests of the engine, until it has none */
void bed_settle(struct bed *bed);

/** Time passes in ticks, and requests are answered */
void bed_pass(struct bed *bed, uint64_t ms);

/** The n-th call that was dialled; it must be there */
struct fake_call *bed_call(struct bed *bed, size_t n);

/** An event of a call, without facts but the prompt played so far */
void bed_event(struct bed *bed, uint64_t id, enum call_ev ev,
	       uint32_t played_ms);

void bed_close(struct bed *bed, uint64_t id, uint16_t code,
	       uint32_t played_ms, const char *reason);

/** Live calls of a campaign as the engine counts them */
uint32_t bed_live(struct bed *bed, int32_t campaign_id);

#endif
