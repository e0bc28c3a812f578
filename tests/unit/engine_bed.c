/**
 * @file engine_bed.c  An engine between fakes
 */
#include "tests/unit/engine_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>


static void log_handler(bool warn, const char *line, void *arg)
{
	struct bed *bed = arg;

	bed->warnings += warn;
	(void)snprintf(bed->line, sizeof(bed->line), "%s", line);
}


void bed_init_limits(struct bed *bed, uint32_t max_calls, uint32_t rate)
{
	struct engine_prm prm = {
		.node = "bed",
		.store = &fake_store_ops,
		.dialer = &fake_dialer_ops,
		.clock = &fake_clock_ops,
		.max_calls = max_calls,
		.logh = log_handler,
	};

	memset(bed, 0, sizeof(*bed));
	bed->clock.now_ms = BED_T0;
	fake_store_init(&bed->store, &bed->clock.now_ms);
	fake_dialer_init(&bed->dialer, BED_PROMPT_MS);

	settings_default(&prm.set, NULL);
	prm.set.rate = bed->store.set.rate = rate;
	prm.store_arg = &bed->store;
	prm.dialer_arg = &bed->dialer;
	prm.clock_arg = &bed->clock;
	prm.log_arg = bed;
	assert_int_equal(0, engine_alloc(&bed->eng, &prm));
}


void bed_init(struct bed *bed)
{
	bed_init_limits(bed, 100, 1000);
}


void bed_free(struct bed *bed)
{
	assert_int_equal(0, bed->store.wrong);
	engine_free(bed->eng);
	fake_store_free(&bed->store);
	fake_dialer_free(&bed->dialer);
}


void bed_settle(struct bed *bed)
{
	int turns = 1000;

	while (fake_store_answer(&bed->store))
		assert_true(--turns);
}


void bed_start(struct bed *bed)
{
	engine_db(bed->eng, true);
	bed_settle(bed);
}


void bed_pass(struct bed *bed, uint64_t ms)
{
	const uint64_t end = bed->clock.now_ms + ms;

	while (bed->clock.now_ms < end) {
		const uint64_t left = end - bed->clock.now_ms;

		bed->clock.now_ms += left < ENGINE_TICK_MS
			? left : ENGINE_TICK_MS;
		engine_tick(bed->eng);
		bed_settle(bed);
	}
}


struct fake_call *bed_call(struct bed *bed, size_t n)
{
	assert_true(n < bed->dialer.callc);

	return &bed->dialer.callv[n];
}


void bed_event(struct bed *bed, uint64_t id, enum call_ev ev,
	       uint32_t played_ms)
{
	const struct call_fact fact = { .played_ms = played_ms };

	engine_call_event(bed->eng, id, ev, &fact);
}


void bed_close(struct bed *bed, uint64_t id, uint16_t code,
	       uint32_t played_ms, const char *reason)
{
	const struct call_fact fact = {
		.code      = code,
		.played_ms = played_ms,
		.ended_by  = ENDED_REMOTE,
		.reason    = reason,
	};
	struct fake_call *call = fake_dialer_call(&bed->dialer, id);

	if (call && !call->closed) {
		call->closed = true;
		--bed->dialer.open;
	}

	engine_call_event(bed->eng, id, CALL_EV_CLOSED, &fact);
}


uint32_t bed_live(struct bed *bed, int32_t campaign_id)
{
	struct snapshot *sn = engine_snapshot(bed->eng);
	const struct snapshot_campaign *sc;
	uint32_t live;

	assert_non_null(sn);
	sc = snapshot_campaign(sn, campaign_id);
	live = sc ? sc->live : 0;
	snapshot_unref(sn);

	return live;
}
