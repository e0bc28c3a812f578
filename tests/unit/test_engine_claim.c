/**
 * @file test_engine_claim.c  Which phones the engine claims, and when
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o
 * links: core/attempt.o core/pacer.o core/outcome.o core/number.o
 * links: core/phone.o core/settings.o core/address.o core/snapshot.o
 * links: tests/unit/engine_bed.o tests/unit/fake_store.o
 * links: tests/unit/fake_store_look.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_clock.o
 * links: core/tally.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/engine_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct bed bed;


static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);
	bed.store.set.scan_sec = 86400;

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


static void again(uint32_t max_calls, uint32_t rate)
{
	bed_free(&bed);
	bed_init_limits(&bed, max_calls, rate);
	bed.store.set.scan_sec = 86400;
}


static void nothing_is_asked_before_the_database_is_there(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	engine_wake(bed.eng, true);
	bed_pass(&bed, 20000);
	assert_int_equal(0, bed.store.loads);
	assert_int_equal(0, bed.store.claims);

	bed_start(&bed);
	assert_int_equal(3, bed.dialer.callc);
	assert_int_equal(3, bed_live(&bed, 1));
}


static const struct {
	const char *what;
	bool paused, closed, later;
	int32_t prompt_id;
	int prompt_err;
	uint32_t cap;
	bool rung;
} whov[] = {
	{ "as it should be", false, false, false, 7, 0, 20, true  },
	{ "paused",          true,  false, false, 7, 0, 20, false },
	{ "closed",          false, true,  false, 7, 0, 20, false },
	{ "due later",       false, false, true,  7, 0, 20, false },
	{ "no prompt",       false, false, false, 0, 0, 20, false },
	{ "prompt on its way", false, false, false, 7, EINPROGRESS,
	  20, false },
	{ "prompt bad",      false, false, false, 7, EBADMSG, 20,
	  false },
	{ "cap of 0",        false, false, false, 7, 0, 0,  false },
};


static void only_those_are_claimed_that_may_be_rung(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(whov); i++) {
		struct campaign *c;

		again(100, 1000);
		c = fake_store_campaign(&bed.store, 1, 1);
		c->paused = whov[i].paused;
		c->open = !whov[i].closed;
		c->prompt_id = whov[i].prompt_id;
		c->max_concurrent = whov[i].cap;
		bed.dialer.prompt_err = whov[i].prompt_err;
		bed.dialer.why = "it is bad";
		if (whov[i].later)
			bed.store.rowv[0].due_ms = BED_T0 + 60000;

		bed_start(&bed);
		bed_pass(&bed, 2000);
		if (bed.dialer.callc != whov[i].rung
		    || (bed.store.claims != 0) != whov[i].rung)
			fail_msg("%s: %zu calls, %u claims", whov[i].what,
				 bed.dialer.callc, bed.store.claims);
	}
}


static void a_prompt_nobody_wants_is_not_prepared(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 1)->paused = true;
	(void)fake_store_campaign(&bed.store, 2, 0);
	fake_store_campaign(&bed.store, 3, 1)->prompt_id = 0;
	bed_start(&bed);
	assert_int_equal(0, bed.dialer.prompts);
}


static void a_prompt_that_becomes_ready_starts_the_calls(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 2);
	bed.dialer.prompt_err = EINPROGRESS;
	bed_start(&bed);
	bed_pass(&bed, 1000);
	assert_int_equal(0, bed.dialer.callc);

	bed.dialer.prompt_err = 0;
	engine_wake(bed.eng, true);
	bed_settle(&bed);
	assert_int_equal(2, bed.dialer.callc);
}


static void a_bad_prompt_is_told_once_and_noted(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 1);
	bed.dialer.prompt_err = EBADMSG;
	bed.dialer.why = "no audio";
	bed_start(&bed);
	assert_int_equal(1, bed.warnings);
	assert_int_equal(1, bed.store.troubles);
	assert_string_equal("no audio", bed.store.trouble);

	bed.store.campv[0].troubled = true;
	for (int i = 0; i < 5; i++) {
		engine_wake(bed.eng, true);
		bed_pass(&bed, 200);
	}
	assert_int_equal(1, bed.warnings);
	assert_int_equal(1, bed.store.troubles);

	bed.dialer.prompt_err = 0;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 200);
	assert_int_equal(2, bed.store.troubles);
	assert_string_equal("-", bed.store.trouble);
}


static void the_claim_names_the_prompt_that_is_ready(void **state)
{
	struct campaign *c;
	(void)state;

	c = fake_store_campaign(&bed.store, 1, 1);
	c->prompt_id = 42;
	strcpy(c->prompt_digest, "feed");
	c->max_concurrent = 9;
	bed_start(&bed);
	assert_int_equal(1, bed.store.claims);
	assert_int_equal(1, bed.store.lastc);
	assert_int_equal(1, bed.store.lastv[0].campaign_id);
	assert_int_equal(42, bed.store.lastv[0].prompt_id);
	assert_string_equal("feed", bed.store.lastv[0].prompt_digest);
	assert_int_equal(BED_PROMPT_MS, bed.store.lastv[0].prompt_ms);
	assert_int_equal(9, bed.store.lastv[0].limit);
}


static void caps_of_campaign_and_engine_hold(void **state)
{
	(void)state;

	again(30, 1000);
	fake_store_campaign(&bed.store, 1, 50)->max_concurrent = 7;
	fake_store_campaign(&bed.store, 2, 50)->max_concurrent = 40;
	bed_start(&bed);
	bed_pass(&bed, 2000);
	assert_int_equal(7, bed_live(&bed, 1));
	assert_int_equal(23, bed_live(&bed, 2));
	assert_int_equal(30, engine_live(bed.eng));
	assert_int_equal(30, bed.dialer.callc);

	/* each end makes room for one */
	for (size_t n = 0; n < 10; n++) {
		bed_close(&bed, bed_call(&bed, n)->id, 404, 0, NULL);
		bed_pass(&bed, 400);
		assert_int_equal(30, bed.dialer.open);
	}
	assert_true(bed_live(&bed, 1) <= 7);
}


static void more_than_the_queue_holds_is_never_claimed_ahead(void **state)
{
	(void)state;

	again(5000, 1);
	fake_store_campaign(&bed.store, 1, 500)->max_concurrent = 400;
	bed_start(&bed);
	bed_pass(&bed, 20000);
	assert_true(bed.dialer.callc >= 20 && bed.dialer.callc <= 22);
	assert_true(engine_live(bed.eng) - bed.dialer.callc <= 32);
}


static void campaigns_get_equal_shares(void **state)
{
	uint32_t livev[3];
	(void)state;

	again(5000, 1);
	for (int32_t id = 1; id <= 3; id++)
		fake_store_campaign(&bed.store, id, 500)->max_concurrent
			= 400;
	bed_start(&bed);
	assert_int_equal(3, bed.store.lastc);
	bed_pass(&bed, 100000);

	for (int32_t id = 1; id <= 3; id++)
		livev[id - 1] = bed_live(&bed, id);
	for (int i = 0; i < 3; i++) {
		assert_in_range(livev[i], 30, 60);
		assert_in_range(livev[i], livev[0] - 3, livev[0] + 3);
	}
}


/* Not even one for each: another is served first each time. */
static void campaigns_take_turns_when_room_is_short(void **state)
{
	(void)state;

	again(1, 1000);
	for (int32_t id = 1; id <= 3; id++)
		(void)fake_store_campaign(&bed.store, id, 9);
	bed_start(&bed);

	for (size_t n = 0; n < 9; n++) {
		assert_int_equal(n + 1, bed.dialer.callc);
		assert_int_equal(n % 3 + 1,
				 bed_call(&bed, n)->ph.campaign_id);
		bed_close(&bed, bed_call(&bed, n)->id, 404, 0, NULL);
		bed_pass(&bed, 20);
	}
}


static void starts_keep_to_the_rate(void **state)
{
	size_t last = 0;
	(void)state;

	again(100, 10);
	fake_store_campaign(&bed.store, 1, 200)->max_concurrent = 100;
	bed_start(&bed);
	assert_int_equal(1, bed.dialer.callc);

	for (int i = 0; i < 100; i++) {
		last = bed.dialer.callc;
		bed_pass(&bed, ENGINE_TICK_MS);
		assert_true(bed.dialer.callc - last <= 1);
	}
	assert_int_equal(20, bed.dialer.callc);
}


static void pause_it(void)
{
	fake_store_find(&bed.store, 1)->paused = true;
	engine_wake(bed.eng, true);
}


static void close_it(void)
{
	fake_store_find(&bed.store, 1)->open = false;
	engine_wake(bed.eng, true);
}


static void other_prompt(void)
{
	fake_store_find(&bed.store, 1)->prompt_id = 8;
	engine_wake(bed.eng, true);
}


static void other_audio(void)
{
	strcpy(fake_store_find(&bed.store, 1)->prompt_digest, "d2");
	engine_wake(bed.eng, true);
}


static void remove_it(void)
{
	fake_store_remove(&bed.store, 1);
	engine_wake(bed.eng, true);
}


static void lower_cap(void)
{
	fake_store_find(&bed.store, 1)->max_concurrent = 0;
	engine_wake(bed.eng, true);
}


static void lose_proxy(void)
{
	bed.store.set.proxy[0] = '\0';
	engine_wake(bed.eng, true);
}


static void lose_database(void)
{
	engine_db(bed.eng, false);
	fake_store_drop(&bed.store);
}


static void stop_it(void)
{
	engine_stop(bed.eng);
}


static const struct {
	const char *what;
	void (*change)(void);
} changev[] = {
	{ "pause",            pause_it      },
	{ "closing",          close_it      },
	{ "another prompt",   other_prompt  },
	{ "another audio",    other_audio   },
	{ "deletion",         remove_it     },
	{ "a cap of 0",       lower_cap     },
	{ "a bad proxy",      lose_proxy    },
	{ "loss of database", lose_database },
	{ "stop",             stop_it       },
};


static void what_waits_is_released_by_a_change(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(changev); i++) {
		size_t queued, dialled;

		again(100, 1);
		(void)fake_store_campaign(&bed.store, 1, 20);
		bed_start(&bed);
		bed_pass(&bed, 2000);
		dialled = bed.dialer.callc;
		queued = engine_live(bed.eng) - dialled;
		assert_true(dialled >= 2 && queued >= 10);

		changev[i].change();
		bed_pass(&bed, 200);
		if (fake_store_reports(&bed.store, REPORT_RELEASE) != queued
		    || engine_live(bed.eng) != dialled
		    || bed.dialer.callc != dialled)
			fail_msg("%s: %zu of %zu released", changev[i].what,
				 fake_store_reports(&bed.store,
						    REPORT_RELEASE), queued);

		/* what was dialled goes on */
		for (size_t n = 0; n < dialled; n++)
			assert_int_equal(0, bed_call(&bed, n)->hangups);
		for (size_t n = 0; n < bed.store.rowc; n++)
			assert_int_equal(bed.store.rowv[n].attempt_id != 0,
					 bed.store.rowv[n].call_count);
	}
}


/* A claim may be answered after the change. */
static void what_comes_too_late_is_released(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(changev); i++) {
		/* the old proxy is good until the new one is known */
		if (changev[i].change == lose_proxy)
			continue;
		again(100, 1000);
		(void)fake_store_campaign(&bed.store, 1, 5);
		engine_db(bed.eng, true);
		(void)fake_store_answer(&bed.store);
		assert_int_equal(1, bed.store.claims);
		assert_int_equal(0, bed.dialer.callc);

		changev[i].change();
		bed_pass(&bed, 200);
		if (bed.dialer.callc || engine_live(bed.eng))
			fail_msg("%s: %zu calls", changev[i].what,
				 bed.dialer.callc);
		for (size_t n = 0; n < bed.store.rowc; n++)
			assert_int_equal(0, bed.store.rowv[n].attempt_id);
	}
}


/* Another campaign, whose phones stand in front, is not in the way. */
static void a_pause_does_not_wait_for_its_turn(void **state)
{
	(void)state;

	again(100, 1);
	(void)fake_store_campaign(&bed.store, 1, 10);
	(void)fake_store_campaign(&bed.store, 2, 10);
	bed_start(&bed);
	assert_int_equal(10, bed_live(&bed, 2));
	fake_store_find(&bed.store, 2)->paused = true;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 60);
	assert_int_equal(0, bed_live(&bed, 2));
	assert_int_equal(10, bed_live(&bed, 1));
}


static void a_stopped_engine_never_starts_again(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	engine_stop(bed.eng);
	(void)fake_store_row(&bed.store, 1, "+1");
	engine_wake(bed.eng, true);
	engine_db(bed.eng, false);
	engine_db(bed.eng, true);
	bed_pass(&bed, 10000);
	assert_int_equal(3, bed.dialer.callc);
}


#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		ON_BED(nothing_is_asked_before_the_database_is_there),
		ON_BED(only_those_are_claimed_that_may_be_rung),
		ON_BED(a_prompt_nobody_wants_is_not_prepared),
		ON_BED(a_prompt_that_becomes_ready_starts_the_calls),
		ON_BED(a_bad_prompt_is_told_once_and_noted),
		ON_BED(the_claim_names_the_prompt_that_is_ready),
		ON_BED(caps_of_campaign_and_engine_hold),
		ON_BED(more_than_the_queue_holds_is_never_claimed_ahead),
		ON_BED(campaigns_get_equal_shares),
		ON_BED(campaigns_take_turns_when_room_is_short),
		ON_BED(starts_keep_to_the_rate),
		ON_BED(what_waits_is_released_by_a_change),
		ON_BED(what_comes_too_late_is_released),
		ON_BED(a_pause_does_not_wait_for_its_turn),
		ON_BED(a_stopped_engine_never_starts_again),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
