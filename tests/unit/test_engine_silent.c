/**
 * @file test_engine_silent.c  A server, or the engine itself, stands still
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
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/engine_priv.h"
#include "tests/unit/engine_bed.h"

enum { SLOW = 10 };             /* calls a second                        */

static struct bed bed;


static int bed_up(void **state)
{
	(void)state;
	bed_init_limits(&bed, 100, SLOW);
	bed.store.set.scan_sec = 86400;

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


/* Time passes in ticks, and the database says nothing. */
static void pass_in_silence(uint64_t ms)
{
	const uint64_t end = bed.clock.now_ms + ms;

	while (bed.clock.now_ms < end) {
		bed.clock.now_ms += ENGINE_TICK_MS;
		engine_tick(bed.eng);
	}
}


static void without_a_sign_of_life_nothing_is_dialled(void **state)
{
	size_t before;
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 20);
	bed_start(&bed);
	bed_pass(&bed, 500);
	before = bed.dialer.callc;
	assert_in_range(before, 5, 8);

	pass_in_silence(10000);
	assert_in_range(bed.dialer.callc, before, before
			+ SILENT_MS * SLOW / 1000);
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_RELEASE));

	/* with the next word it goes on */
	bed_pass(&bed, 3000);
	assert_int_equal(20, bed.dialer.callc);
}


static void with_phones_in_the_queue_it_is_asked_for_one(void **state)
{
	unsigned loads;
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 20);
	bed_start(&bed);
	bed_pass(&bed, 3000);
	assert_int_equal(20, bed.dialer.callc);

	loads = bed.store.loads;
	bed_pass(&bed, 60000);
	assert_int_equal(loads, bed.store.loads);
}


static void after_a_long_sleep_claims_go_back(void **state)
{
	size_t dialled;
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 20);
	bed_start(&bed);
	bed_pass(&bed, 100);
	dialled = bed.dialer.callc;
	assert_true(dialled < 10);
	bed.store.stingy = true;

	/* The lease is of timeout_sec, the prompt and the margin. */
	bed.clock.now_ms += 340 * 1000;
	bed_pass(&bed, 1000);
	assert_int_equal(dialled, bed.dialer.callc);
	assert_int_equal(20 - dialled, fake_store_reports(&bed.store,
							  REPORT_RELEASE));
	assert_true(!bed.store.extends || bed.store.extc == dialled);
}


static void a_short_sleep_does_not_matter(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 20);
	bed_start(&bed);
	bed_pass(&bed, 100);
	bed.clock.now_ms += 60 * 1000;
	bed_pass(&bed, 3000);
	assert_int_equal(20, bed.dialer.callc);
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_RELEASE));
}


/* The lease began when the claim was sent, or a little later. */
static void an_old_answer_to_a_claim_is_given_back(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	engine_db(bed.eng, true);
	while (!bed.store.claimh)
		assert_true(fake_store_answer(&bed.store));

	bed.clock.now_ms += 400 * 1000;
	assert_true(fake_store_answer(&bed.store));
	assert_int_equal(0, bed.dialer.callc);
	assert_int_equal(3, fake_store_reports(&bed.store, REPORT_RELEASE));

	bed_pass(&bed, 1000);
	assert_int_equal(3, bed.dialer.callc);
}


/* One is ringing, one has answered, one has heard the prompt. */
static void three_calls(void)
{
	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	bed_pass(&bed, 1000);
	assert_int_equal(3, bed.dialer.callc);
	bed_event(&bed, bed_call(&bed, 0)->id, CALL_EV_RINGING, 0);
	for (size_t i = 1; i < 3; i++) {
		bed_event(&bed, bed_call(&bed, i)->id, CALL_EV_ANSWER, 0);
		bed_event(&bed, bed_call(&bed, i)->id, CALL_EV_PROMPT, 0);
	}
	bed_event(&bed, bed_call(&bed, 2)->id, CALL_EV_THRESHOLD, 3000);
}


static void after_a_long_sleep_calls_are_given_up(void **state)
{
	const struct report *rep;
	(void)state;

	three_calls();
	bed.clock.now_ms += 400 * 1000;
	engine_tick(bed.eng);
	assert_true(bed_call(&bed, 0)->hangups);
	assert_true(bed_call(&bed, 1)->hangups);
	assert_false(bed_call(&bed, 2)->hangups);

	bed_close(&bed, bed_call(&bed, 1)->id, 0, 2000, NULL);
	rep = fake_store_report(&bed.store, REPORT_END, 0);
	assert_non_null(rep);
	assert_string_equal("the engine stood still", rep->reason);
	assert_int_equal(OUTCOME_PREMATURE, rep->outcome);
}


static void after_a_sleep_within_the_lease_calls_go_on(void **state)
{
	(void)state;

	three_calls();
	bed.clock.now_ms += 100 * 1000;
	bed_pass(&bed, 1000);
	for (size_t i = 0; i < 3; i++)
		assert_false(bed_call(&bed, i)->hangups);
}


/* Though nobody can extend their leases */
static void without_a_database_calls_go_on(void **state)
{
	(void)state;

	three_calls();
	engine_db(bed.eng, false);
	pass_in_silence(200 * 1000);
	for (size_t i = 0; i < 3; i++)
		assert_false(bed_call(&bed, i)->hangups);
}


/* A refused extension is of calls: the queue is not their fault. */
static void the_queue_is_kept_when_leases_are_lost(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 20);
	bed_start(&bed);
	engine_leases_lost(bed.eng);
	bed_pass(&bed, 3000);
	assert_int_equal(20, bed.dialer.callc);
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_RELEASE));
}


#define ENGINE(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		ENGINE(without_a_sign_of_life_nothing_is_dialled),
		ENGINE(with_phones_in_the_queue_it_is_asked_for_one),
		ENGINE(after_a_long_sleep_claims_go_back),
		ENGINE(a_short_sleep_does_not_matter),
		ENGINE(an_old_answer_to_a_claim_is_given_back),
		ENGINE(after_a_long_sleep_calls_are_given_up),
		ENGINE(after_a_sleep_within_the_lease_calls_go_on),
		ENGINE(without_a_database_calls_go_on),
		ENGINE(the_queue_is_kept_when_leases_are_lost),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
