/**
 * @file test_engine_fair.c  Whose turn it is, and how fast it may go
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
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/engine_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct bed bed;


static void fresh(uint32_t max_calls, uint32_t rate)
{
	bed_init_limits(&bed, max_calls, rate);
	bed.store.set.scan_sec = 86400;
}


static int bed_up(void **state)
{
	(void)state;
	fresh(5000, 10);

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


static void many(int32_t id, size_t n)
{
	fake_store_campaign(&bed.store, id, n)->max_concurrent = 5000;
}


/* Calls of a campaign, of those dialled from the n-th on */
static size_t calls_of(int32_t id, size_t n)
{
	size_t count = 0;

	for (; n < bed.dialer.callc; n++)
		count += bed_call(&bed, n)->ph.campaign_id == id;

	return count;
}


/* The number of starts until a campaign has had so many, from the n-th on */
static size_t starts_until(int32_t id, size_t want, size_t n)
{
	for (int i = 0; i < 500 && calls_of(id, n) < want; i++)
		bed_pass(&bed, ENGINE_TICK_MS);

	return bed.dialer.callc - n;
}


static void a_small_campaign_is_served_beside_a_huge_one(void **state)
{
	size_t n;
	(void)state;

	many(1, 500);
	bed_start(&bed);
	bed_pass(&bed, 5000);
	assert_true(engine_live(bed.eng) > bed.dialer.callc + 16);

	n = bed.dialer.callc;
	many(2, 5);
	engine_wake(bed.eng, true);
	bed_settle(&bed);
	assert_in_range(starts_until(2, 1, n), 1, 2);
	assert_in_range(starts_until(2, 5, n), 9, 11);
}


/* Whenever it comes: the queue may have just been filled. */
static void a_phone_more_of_it_is_one_of_the_next_two(void **state)
{
	(void)state;

	many(1, 900);
	many(2, 0);
	bed_start(&bed);

	for (unsigned i = 0; i < 40; i++) {
		size_t n;

		bed_pass(&bed, 1000 + i * 60);
		n = bed.dialer.callc;
		(void)fake_store_row(&bed.store, 2, "+2");
		engine_wake(bed.eng, false);
		bed_settle(&bed);
		assert_in_range(starts_until(2, 1, n), 1, 2);
	}
}


static void campaigns_are_dialled_in_turns(void **state)
{
	(void)state;

	for (int32_t id = 1; id <= 3; id++)
		many(id, 300);
	bed_start(&bed);
	bed_pass(&bed, 20000);

	for (size_t n = 3; n + 3 <= bed.dialer.callc; n += 3) {
		for (int32_t id = 1; id <= 3; id++)
			assert_int_equal(1, calls_of(id, n)
					 - calls_of(id, n + 3));
	}
}


/* Who has nothing to dial for a while gets no more than the others then. */
static void a_turn_that_was_not_taken_is_lost(void **state)
{
	size_t n;
	(void)state;

	many(1, 500);
	many(2, 3);
	bed_start(&bed);
	bed_pass(&bed, 20000);
	assert_int_equal(3, calls_of(2, 0));

	n = bed.dialer.callc;
	for (int i = 0; i < 50; i++)
		(void)fake_store_row(&bed.store, 2, "+2");
	engine_wake(bed.eng, false);
	bed_pass(&bed, 4000);
	assert_in_range(calls_of(2, n), (bed.dialer.callc - n) / 2 - 1,
			(bed.dialer.callc - n) / 2 + 2);
}


/* What is claimed ahead is kept from all others: it stays within bounds. */
static void a_crowd_of_strangers_does_not_fill_the_queue(void **state)
{
	(void)state;

	bed_free(&bed);
	fresh(5000, 1);
	many(1, 500);
	bed_start(&bed);
	for (int32_t id = 2; id <= FAKE_CAMPAIGNS; id++) {
		many(id, 100);
		engine_wake(bed.eng, true);
		bed_pass(&bed, 200);
		assert_true(engine_live(bed.eng) - bed.dialer.callc <= 64);
	}
	for (int i = 0; i < 60; i++) {
		bed_pass(&bed, 1000);
		assert_true(engine_live(bed.eng) - bed.dialer.callc <= 64);
	}
}


static void the_rate_follows_the_setting(void **state)
{
	struct snapshot *sn;
	size_t n;
	(void)state;

	many(1, 3000);
	bed_start(&bed);
	bed_pass(&bed, 10000);
	assert_in_range(bed.dialer.callc, 97, 100);

	bed.store.set.rate = 100;
	engine_wake(bed.eng, true);
	n = bed.dialer.callc;
	bed_pass(&bed, 10000);
	assert_in_range(bed.dialer.callc - n, 970, 1001);

	bed.store.set.rate = 1;
	engine_wake(bed.eng, true);
	bed_settle(&bed);
	n = bed.dialer.callc;
	bed_pass(&bed, 10000);
	assert_in_range(bed.dialer.callc - n, 8, 10);

	sn = engine_snapshot(bed.eng);
	assert_non_null(sn);
	assert_int_equal(1, sn->rate);
	snapshot_unref(sn);
}


/* A store that takes so many milliseconds for each answer */
static void pass_slowly(uint64_t ms, uint64_t answer_ms)
{
	const uint64_t end = bed.clock.now_ms + ms;
	uint64_t answered = bed.clock.now_ms;

	while (bed.clock.now_ms < end) {
		bed.clock.now_ms += ENGINE_TICK_MS;
		engine_tick(bed.eng);
		if (bed.clock.now_ms < answered + answer_ms)
			continue;
		(void)fake_store_answer(&bed.store);
		answered = bed.clock.now_ms;
	}
}


static void nothing_holds_back_three_hundred_a_second(void **state)
{
	static const struct {
		int32_t campaigns;
		bool shared;
		uint64_t answer_ms;
	} testv[] = {
		{ 1, false, 20 }, { 1, false, 100 }, { 1, true, 40 },
		{ FAKE_CAMPAIGNS, false, 20 }, { FAKE_CAMPAIGNS, true, 40 },
		{ FAKE_CAMPAIGNS, false, 100 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		size_t n;

		bed_free(&bed);
		fresh(20000, 300);
		for (int32_t id = 1; id <= testv[i].campaigns; id++) {
			many(id, 4000 / (size_t)testv[i].campaigns);
			fake_store_find(&bed.store, id)->shared
				= testv[i].shared;
		}
		bed_start(&bed);
		n = bed.dialer.callc;
		pass_slowly(10000, testv[i].answer_ms);
		n = bed.dialer.callc - n;
		if (n < 97 * 300 / 10)
			fail_msg("%d campaigns, answers in %d ms: %zu in "
				 "10 s", testv[i].campaigns,
				 (int)testv[i].answer_ms, n);
	}
}


/* An INVITE that could not be sent is followed by none for a while; but a call
 * that ends gives back what is missing. */
static void the_end_of_a_call_ends_a_shortage(void **state)
{
	static const int errv[] = {
		EADDRINUSE, EMFILE, ENFILE, ENOBUFS, ENOMEM,
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(errv); i++) {
		bed_free(&bed);
		fresh(100, 1000);
		many(1, 3);
		bed_start(&bed);
		assert_int_equal(3, bed.dialer.callc);

		bed.dialer.dial_err = errv[i];
		(void)fake_store_row(&bed.store, 1, "+4");
		engine_wake(bed.eng, false);
		bed_pass(&bed, 20000);
		assert_in_range(bed.dialer.tries, 6, 9);
		assert_int_equal(1, bed.warnings);
		assert_int_equal(0, bed.store.rowv[3].call_count);

		bed.dialer.dial_err = 0;
		bed_close(&bed, bed_call(&bed, 0)->id, 200, 0, NULL);
		bed_pass(&bed, 100);
		assert_int_equal(4, bed.dialer.callc);

		/* the same again is told again after a minute */
		bed.dialer.dial_err = errv[i];
		(void)fake_store_row(&bed.store, 1, "+5");
		engine_wake(bed.eng, false);
		bed_pass(&bed, 30000);
		assert_int_equal(1, bed.warnings);
		bed_pass(&bed, 60000);
		assert_int_equal(2, bed.warnings);
	}
}


static void it_does_not_end_what_is_no_shortage(void **state)
{
	(void)state;

	bed_free(&bed);
	fresh(100, 1000);
	many(1, 3);
	bed_start(&bed);
	bed.dialer.dial_err = ENETUNREACH;
	(void)fake_store_row(&bed.store, 1, "+4");
	engine_wake(bed.eng, false);
	bed_pass(&bed, 20000);

	bed.dialer.dial_err = 0;
	bed_close(&bed, bed_call(&bed, 0)->id, 200, 0, NULL);
	bed_pass(&bed, 100);
	assert_int_equal(3, bed.dialer.callc);
}


static void a_shortage_is_told_by_name(void **state)
{
	static const struct {
		int err;
		const char *words;
	} testv[] = {
		{ EADDRINUSE,  "--rtp-ports" },
		{ EMFILE,      "ulimit -n"   },
		{ ENFILE,      "fs.file-max" },
		{ ENOMEM,      "memory"      },
		{ ENETUNREACH, "unreachable" },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct snapshot *sn;

		bed_free(&bed);
		fresh(100, 1000);
		many(1, 1);
		bed.dialer.dial_err = testv[i].err;
		bed_start(&bed);
		assert_non_null(strstr(bed.line, testv[i].words));

		sn = engine_snapshot(bed.eng);
		assert_non_null(sn);
		assert_int_equal(CAMPAIGN_TROUBLE, sn->campv[0].reason);
		assert_non_null(strstr(sn->campv[0].detail, testv[i].words));
		snapshot_unref(sn);
	}
}


int main(void)
{
#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)
	const struct CMUnitTest testv[] = {
		ON_BED(a_small_campaign_is_served_beside_a_huge_one),
		ON_BED(a_phone_more_of_it_is_one_of_the_next_two),
		ON_BED(campaigns_are_dialled_in_turns),
		ON_BED(a_turn_that_was_not_taken_is_lost),
		ON_BED(a_crowd_of_strangers_does_not_fill_the_queue),
		ON_BED(the_rate_follows_the_setting),
		ON_BED(nothing_holds_back_three_hundred_a_second),
		ON_BED(the_end_of_a_call_ends_a_shortage),
		ON_BED(it_does_not_end_what_is_no_shortage),
		ON_BED(a_shortage_is_told_by_name),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
