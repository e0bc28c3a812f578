/**
 * @file test_pacer.c  Starts are even, and never more than they may be
 *
 * links: core/pacer.o
 */
#include "core/pacer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

enum { T0 = 5000 };


static void it_begins_with_a_full_bucket(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 10, 3, T0);
	assert_int_equal(3, pacer_allowed(&pa, T0));
	assert_int_equal(3, pacer_allowed(&pa, T0 + 10000));
}


static void nought_counts_as_one(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 0, 0, T0);
	assert_int_equal(1, pacer_allowed(&pa, T0));
	pacer_take(&pa, 1);
	assert_int_equal(0, pacer_allowed(&pa, T0 + 999));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 1000));
}


/* Starts as soon as they are allowed, seen in all windows of the run */
static void no_window_holds_more_than_burst_and_rate(void **state)
{
	static const struct {
		uint32_t rate, burst, step;
	} testv[] = {
		{ 1, 1, 20 }, { 3, 1, 7 }, { 10, 2, 20 }, { 33, 4, 13 },
		{ 50, 6, 20 }, { 100, 11, 1 }, { 1000, 101, 20 },
		{ 999, 1, 20 },
	};
	enum { STEPS = 1000 };
	static uint32_t startv[STEPS];
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		const uint32_t rate = testv[i].rate, step = testv[i].step;
		struct pacer pa;
		uint64_t all = 0;

		pacer_init(&pa, rate, testv[i].burst, T0);
		for (uint32_t s = 0; s < STEPS; s++) {
			startv[s] = pacer_allowed(&pa, T0 + s * step);
			pacer_take(&pa, startv[s]);
			all += startv[s];
		}

		for (size_t a = 0; a < STEPS; a++) {
			uint64_t sum = 0;

			for (size_t b = a; b < STEPS; b++) {
				sum += startv[b];
				if (sum * 1000 > testv[i].burst * 1000ull
				    + rate * (b - a) * step)
					fail_msg("row %zu: %zu to %zu", i,
						 a, b);
			}
		}

		/* and it does not starve */
		if (testv[i].burst * 1000 > rate * step)
			assert_true(all * 1000 + 1000
				    > (uint64_t)rate * (STEPS - 1) * step);
	}
}


static void starts_are_spread_evenly(void **state)
{
	struct pacer pa;
	uint64_t last = 0;
	(void)state;

	pacer_init(&pa, 50, 1, T0);
	for (uint64_t now = T0; now < T0 + 10000; now++) {
		const uint32_t n = pacer_allowed(&pa, now);

		assert_true(n <= 1);
		if (!n)
			continue;
		pacer_take(&pa, 1);
		if (last)
			assert_int_equal(20, now - last);
		last = now;
	}
	assert_true(last > T0 + 9900);
}


static void a_long_sleep_is_not_made_up_for(void **state)
{
	static const uint64_t sleepv[] = {
		1000, 86400000, UINT32_MAX, UINT64_MAX / 2, UINT64_MAX - T0,
		(uint64_t)1 << 61,      /* times 1,000 is a round nought */
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(sleepv); i++) {
		struct pacer pa;
		uint64_t now = T0;

		pacer_init(&pa, 1000, 5, now);
		pacer_take(&pa, pacer_allowed(&pa, now));
		now += sleepv[i];
		assert_int_equal(5, pacer_allowed(&pa, now));
		pacer_take(&pa, 5);
		assert_int_equal(0, pacer_allowed(&pa, now));
	}
}


static void nothing_comes_of_a_clock_that_stands_still(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 1000, 2, T0);
	pacer_take(&pa, 2);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(0, pacer_allowed(&pa, T0));
}


/* It never does; if it did, no burst must come of it. */
static void nothing_comes_of_a_clock_that_goes_back(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 10, 2, T0);
	pacer_take(&pa, 2);
	assert_int_equal(0, pacer_allowed(&pa, T0 - 4000));
	assert_int_equal(0, pacer_allowed(&pa, T0));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 100));
}


static void asking_takes_nothing(void **state)
{
	struct pacer pa, twin;
	(void)state;

	pacer_init(&pa, 7, 2, T0);
	pacer_init(&twin, 7, 2, T0);
	pacer_take(&pa, 2);
	pacer_take(&twin, 2);

	for (uint64_t now = T0; now < T0 + 142; now++)
		assert_int_equal(0, pacer_allowed(&pa, now));
	assert_int_equal(pacer_allowed(&twin, T0 + 143),
			 pacer_allowed(&pa, T0 + 143));
}


static void taking_too_much_makes_no_debt(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 10, 2, T0);
	pacer_take(&pa, UINT32_MAX);
	assert_int_equal(0, pacer_allowed(&pa, T0));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 100));
}


static void one_more_start_takes_its_time_exactly(void **state)
{
	(void)state;

	for (uint32_t rate = 1; rate <= 1000; rate++) {
		const uint32_t wait = (1000 + rate - 1) / rate;
		struct pacer pa;

		pacer_init(&pa, rate, 1, T0);
		pacer_take(&pa, 1);
		assert_int_equal(0, pacer_allowed(&pa, T0 + wait - 1));
		assert_int_equal(1, pacer_allowed(&pa, T0 + wait));
	}
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(it_begins_with_a_full_bucket),
		cmocka_unit_test(nought_counts_as_one),
		cmocka_unit_test(no_window_holds_more_than_burst_and_rate),
		cmocka_unit_test(starts_are_spread_evenly),
		cmocka_unit_test(a_long_sleep_is_not_made_up_for),
		cmocka_unit_test(nothing_comes_of_a_clock_that_stands_still),
		cmocka_unit_test(nothing_comes_of_a_clock_that_goes_back),
		cmocka_unit_test(asking_takes_nothing),
		cmocka_unit_test(taking_too_much_makes_no_debt),
		cmocka_unit_test(one_more_start_takes_its_time_exactly),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
