/**
 * @file test_engine_slots.c  Scans between loads, and calls at their instants
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o
 * links: core/timeline.o core/meter.o core/logbook.o core/attempt.o
 * links: core/outcome.o core/pacer.o core/snapshot.o core/phone.o
 * links: core/settings.o core/address.o core/number.o
 * links: tests/unit/engine_bed.o tests/unit/fake_clock.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_store.o
 * links: tests/unit/fake_store_look.o
 * links: core/tally.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/engine_bed.h"

static struct bed bed;


static int setup(void **state)
{
	(void)state;

	bed_init(&bed);
	return 0;
}


static int teardown(void **state)
{
	(void)state;

	assert_int_equal(0, bed.store.wrong);
	bed_free(&bed);
	return 0;
}


static void an_idle_engine_scans_and_does_not_load(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	bed_pass(&bed, 50000);
	assert_int_equal(1, bed.store.loads);
	assert_in_range(bed.store.scans, 9, 11);
	assert_int_equal(5, bed.store.ahead_sec);

	bed_pass(&bed, 20000);
	assert_int_equal(2, bed.store.loads);
}


static void a_long_interval_is_kept(void **state)
{
	(void)state;

	bed.store.set.scan_sec = 600;
	fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	bed_pass(&bed, 590000);
	assert_int_equal(1, bed.store.loads);
	assert_int_equal(0, bed.store.scans);
}


/* A campaign that had nothing is asked for only when phones are new. */
static void news_of_phones_ask_for_all(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	fake_store_row(&bed.store, 1, "+1")->due_ms = BED_T0 + 3600000;
	fake_store_campaign(&bed.store, 2, 0);
	bed_start(&bed);
	bed_pass(&bed, 100);

	fake_store_row(&bed.store, 2, "+2")->due_ms = BED_T0 + 7200000;
	engine_wake(bed.eng, false);
	bed_settle(&bed);
	assert_int_equal(1, bed.store.loads);
	assert_int_equal(1, bed.store.scans);
	assert_int_equal(1, bed.store.askedc);
	assert_int_equal(2, bed.store.askedv[0]);

	engine_wake(bed.eng, true);
	bed_pass(&bed, 100);
	assert_int_equal(2, bed.store.loads);
}


static void a_campaign_it_has_not_heard_of_is_loaded(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	fake_store_campaign(&bed.store, 2, 1);
	bed_pass(&bed, 5100);
	assert_int_equal(2, bed.store.loads);
	assert_int_equal(1, bed.dialer.callc);
}


/* A row that no counter knows of, as with triggers that are switched off */
static void a_regular_scan_looks_for_itself(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	bed.store.uncounted = true;
	fake_store_row(&bed.store, 1, "+1");
	bed_pass(&bed, 5100);
	assert_int_equal(1, bed.store.loads);
	assert_int_equal(1, bed.dialer.callc);
}


static void a_scan_that_fails_is_repeated_soon(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	bed.store.reply_err = 5;
	bed_pass(&bed, 5100);
	assert_int_equal(1, bed.store.scans);
	bed.store.reply_err = 0;
	fake_store_row(&bed.store, 1, "+1");
	bed_pass(&bed, 1100);
	assert_int_equal(1, bed.dialer.callc);
}


/* The next one falls due; nobody tells, but the scan does. */
static void what_was_rung_by_others_is_not_due_any_more(void **state)
{
	struct fake_row *row;
	(void)state;

	fake_store_campaign(&bed.store, 1, 0);
	row = fake_store_row(&bed.store, 1, "+1");
	bed.store.stingy = true;
	bed_start(&bed);
	row->finished = true;
	bed_pass(&bed, 6000);

	assert_int_equal(1, bed.store.loads);
	bed.store.claims = 0;
	bed_pass(&bed, 20000);
	assert_int_equal(0, bed.store.claims);
}


static void a_slot_is_waited_for(void **state)
{
	(void)state;

	bed.store.example.slot_ms = 400;
	fake_store_campaign(&bed.store, 1, 1);
	bed_start(&bed);
	assert_int_equal(1, bed.store.claims);
	bed_pass(&bed, 380);
	assert_int_equal(0, bed.dialer.callc);
	bed_pass(&bed, 40);
	assert_int_equal(1, bed.dialer.callc);
}


/* Behind its slot others may have theirs: it is given back, for another. */
static void a_slot_that_was_missed_is_given_back(void **state)
{
	(void)state;

	bed.store.example.slot_ms = 100;
	fake_store_campaign(&bed.store, 1, 1);
	bed_start(&bed);
	bed.clock.now_ms += 200;
	bed.store.example.slot_ms = 0;
	engine_tick(bed.eng);
	assert_int_equal(0, bed.dialer.callc);
	assert_int_equal(1, fake_store_reports(&bed.store, REPORT_RELEASE));

	bed_pass(&bed, 400);
	assert_int_equal(1, bed.dialer.callc);
	assert_int_equal(1, bed_call(&bed, 0)->ph.attempt_no);
}


/* The way of a claim's answer is not added to its slots. */
static void the_first_slot_leaves_time_for_the_answer(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 60);
	fake_store_find(&bed.store, 1)->max_concurrent = 60;
	bed_start(&bed);
	assert_int_equal(ENGINE_TICK_MS, bed.store.lead_ms);
	assert_in_range(bed.store.room, 40, 100);
}


/* With one call at a time to be dialled, both kinds get their turns. */
static void slots_and_others_take_turns(void **state)
{
	size_t i, slotted = 0;
	(void)state;

	bed_free(&bed);
	bed_init_limits(&bed, 100, 10);
	fake_store_campaign(&bed.store, 1, 40);
	fake_store_campaign(&bed.store, 2, 40);
	bed.store.slots_of = 1;
	bed_start(&bed);
	bed_pass(&bed, 3000);

	assert_in_range(bed.dialer.callc, 25, 35);
	for (i = 0; i < bed.dialer.callc; i++)
		slotted += bed_call(&bed, i)->ph.campaign_id == 1;
	assert_in_range(slotted, 8, bed.dialer.callc - 8);
}


/* An engine that dials nothing leaves its share to the others. */
static void who_cannot_dial_has_no_room(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 5);
	assert_int_equal(0, engine_room(bed.eng));
	bed_start(&bed);
	assert_int_equal(95, engine_room(bed.eng));
	engine_db(bed.eng, false);
	assert_int_equal(0, engine_room(bed.eng));
	engine_db(bed.eng, true);
	bed_pass(&bed, 100);
	assert_int_equal(95, engine_room(bed.eng));
	engine_stop(bed.eng);
	assert_int_equal(0, engine_room(bed.eng));
}


int main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		test(an_idle_engine_scans_and_does_not_load),
		test(a_long_interval_is_kept),
		test(news_of_phones_ask_for_all),
		test(a_campaign_it_has_not_heard_of_is_loaded),
		test(a_regular_scan_looks_for_itself),
		test(a_scan_that_fails_is_repeated_soon),
		test(what_was_rung_by_others_is_not_due_any_more),
		test(a_slot_is_waited_for),
		test(a_slot_that_was_missed_is_given_back),
		test(the_first_slot_leaves_time_for_the_answer),
		test(slots_and_others_take_turns),
		test(who_cannot_dial_has_no_room),
	};
#undef test

	return cmocka_run_group_tests(tests, NULL, NULL);
}
