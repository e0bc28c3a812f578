/**
 * @file test_pacer.c  Starts are even, and never more than they may be
 *
 * links: core/pacer.o
 */
#include "core/pacer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

enum {
	T0      = 5000,
	TICK_MS = 20,
	RUN_MS  = 60000,
};

/** What was started, as the callee sees it: milliseconds, in order */
static struct {
	uint64_t atv[PACER_RATE_MAX * RUN_MS / 1000 + 1000];
	size_t n;
} seen;

static uint32_t seed;


static uint32_t dice(uint32_t sides)
{
	seed = seed * 1103515245u + 12345u;

	return (seed >> 16) % sides;
}


static int in_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}


/* The most within any span of a second that ends with start no or later */
static size_t most_within_a_second(size_t no)
{
	size_t from = 0, most = 0;

	qsort(seen.atv, seen.n, sizeof(seen.atv[0]), in_order);
	for (size_t to = no; to < seen.n; to++) {
		while (seen.atv[to] - seen.atv[from] >= 1000)
			++from;
		if (to - from + 1 > most)
			most = to - from + 1;
	}

	return most;
}


/** How a run differs from the ideal */
struct trial {
	const char *what;
	uint32_t dial_us;       /**< what one start takes                */
	uint32_t way_ms;        /**< up to so much more on the way       */
	uint32_t late_ms;       /**< ticks are late by up to             */
	uint32_t stall_ms;      /**< the loop stands still now and then  */
	uint32_t pause;         /**< nothing to dial, every so many ticks */
};


/* One tick: starts as many as are allowed, each of which takes its time. */
static uint64_t tick(struct pacer *pa, const struct trial *tr, uint64_t now)
{
	uint32_t n = pacer_allowed(pa, now);
	uint64_t us = 0;

	while (n--) {
		us += tr->dial_us;
		seen.atv[seen.n++] = now + us / 1000
			+ dice(tr->way_ms + 1);
		pacer_start(pa, now + (us + 999) / 1000);
	}

	return now + us / 1000;
}


static void run(uint32_t rate, const struct trial *tr)
{
	struct pacer pa;
	uint64_t now = T0, done;
	uint32_t ticks = 0;

	seen.n = 0;
	seed = rate;
	pacer_init(&pa, rate, T0);
	for (uint64_t due = T0; due < T0 + RUN_MS; due += TICK_MS) {
		done = now;
		now = due + dice(tr->late_ms + 1);
		if (tr->stall_ms && !dice(100))
			now += tr->stall_ms;
		if (now < done)
			now = done;
		++ticks;
		if (tr->pause && ticks / tr->pause % 2)
			continue;
		now = tick(&pa, tr, now);
	}
}


static const struct trial trialv[] = {
	{ "as it should be",      0,   0,  0,   0,  0 },
	{ "slow starts",          500, 0,  0,   0,  0 },
	{ "jitter on the way",    100, 10, 0,   0,  0 },
	{ "late ticks",           100, 5,  15,  0,  0 },
	{ "ticks that fail",      100, 10, 5,   300, 0 },
	{ "long ones",            100, 10, 5,   3000, 0 },
	{ "pauses",               100, 10, 2,   0,  7 },
	{ "longer pauses",        100, 10, 2,   0,  80 },
};

static const uint32_t ratev[] = { 1, 2, 3, 7, 10, 33, 50, 100, 200, 300,
				  999, 1000 };


static void no_second_sees_more_than_the_rate(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(trialv); i++) {
		for (size_t k = 0; k < LENGTH(ratev); k++) {
			size_t most;

			run(ratev[k], &trialv[i]);
			most = most_within_a_second(0);
			if (most > ratev[k])
				fail_msg("%s: %zu at a rate of %u",
					 trialv[i].what, most, ratev[k]);
		}
	}
}


static void nearly_all_of_the_rate_is_made_use_of(void **state)
{
	(void)state;

	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < LENGTH(ratev); k++) {
			run(ratev[k], &trialv[i]);
			if (seen.n * 1000ull * 100
			    < 97ull * ratev[k] * RUN_MS)
				fail_msg("%s: %zu in %d s at a rate of %u",
					 trialv[i].what, seen.n,
					 RUN_MS / 1000, ratev[k]);
		}
	}
}


/*
 * After a pause a few come together, and spread again in some seconds: then a
 * tick has no more than what it is worth.
 */
static void starts_are_spread_evenly(void **state)
{
	(void)state;

	for (size_t k = 0; k < LENGTH(ratev); k++) {
		const uint64_t most = (ratev[k] * TICK_MS + 999) / 1000;
		uint64_t last = 0;
		size_t n = 0;

		run(ratev[k], &trialv[0]);
		for (size_t i = 0; i < seen.n; i++) {
			if (seen.atv[i] < T0 + 20000)
				continue;
			n = seen.atv[i] == last ? n + 1 : 1;
			last = seen.atv[i];
			if (n > most)
				fail_msg("%zu at a time at %u", n, ratev[k]);
		}
	}
}


/* Nor is what a pause has left out: a few starts, and on as before. */
static void a_pause_is_not_made_up_for(void **state)
{
	static const uint64_t sleepv[] = {
		1000, 86400000, UINT32_MAX, UINT64_MAX / 2,
		UINT64_MAX - 2 * T0,
		(uint64_t)1 << 61,      /* times 1,000 is a round nought */
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(sleepv); i++) {
		struct pacer pa;

		pacer_init(&pa, 50, T0);
		pacer_start(&pa, T0);
		assert_int_equal(2, pacer_allowed(&pa, T0 + sleepv[i]));
	}
}


static void it_begins_as_after_a_pause(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 1, T0);
	assert_int_equal(1, pacer_allowed(&pa, T0));
	pacer_init(&pa, 50, T0);
	assert_int_equal(2, pacer_allowed(&pa, T0));
	for (int i = 0; i < 2; i++)
		pacer_start(&pa, T0);
	assert_int_equal(0, pacer_allowed(&pa, T0));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 20));
}


static void a_rate_out_of_range_is_brought_into_it(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 0, T0);
	assert_int_equal(1, pa.rate);
	pacer_set_rate(&pa, 50);
	assert_int_equal(50, pa.rate);
	pacer_set_rate(&pa, UINT32_MAX);
	assert_int_equal(PACER_RATE_MAX, pa.rate);
}


/* What has started by the old rate counts by the new one. */
static void a_change_of_the_rate_holds_at_once(void **state)
{
	static const struct trial tr = { .dial_us = 100 };
	static const uint32_t fromtov[][2] = {
		{ 50, 10 }, { 1000, 1 }, { 10, 50 }, { 200, 199 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(fromtov); i++) {
		const uint32_t from = fromtov[i][0], to = fromtov[i][1];
		struct pacer pa;
		uint64_t now = T0;

		size_t n;

		pacer_init(&pa, from, now);
		for (seen.n = 0; now < T0 + 3000; now += TICK_MS)
			(void)tick(&pa, &tr, now);
		pacer_set_rate(&pa, to);
		n = seen.n;
		for (; now < T0 + 9000; now += TICK_MS)
			(void)tick(&pa, &tr, now);
		assert_true(most_within_a_second(n) <= to);
		assert_true(seen.n - n >= 4 * to);
	}
}


/* It never does; if it did, no burst must come of it. */
static void nothing_comes_of_a_clock_that_stands_or_goes_back(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 10, T0);
	pacer_start(&pa, T0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(0, pacer_allowed(&pa, T0));
	assert_int_equal(0, pacer_allowed(&pa, T0 - 4000));
	assert_int_equal(0, pacer_allowed(&pa, T0 + 62));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 63));
}


static void asking_takes_nothing(void **state)
{
	struct pacer pa;
	(void)state;

	pacer_init(&pa, 2, T0);
	pacer_start(&pa, T0);
	for (uint64_t now = T0; now < T0 + 471; now++)
		assert_int_equal(0, pacer_allowed(&pa, now));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 471));
	assert_int_equal(1, pacer_allowed(&pa, T0 + 471));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(no_second_sees_more_than_the_rate),
		cmocka_unit_test(nearly_all_of_the_rate_is_made_use_of),
		cmocka_unit_test(starts_are_spread_evenly),
		cmocka_unit_test(a_pause_is_not_made_up_for),
		cmocka_unit_test(it_begins_as_after_a_pause),
		cmocka_unit_test(a_rate_out_of_range_is_brought_into_it),
		cmocka_unit_test(a_change_of_the_rate_holds_at_once),
		cmocka_unit_test(
			nothing_comes_of_a_clock_that_stands_or_goes_back),
		cmocka_unit_test(asking_takes_nothing),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
