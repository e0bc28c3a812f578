/**
 * @file test_forecast.c  Campaigns whose end can be told by hand
 *
 * links: core/forecast.o
 */
#include "core/forecast.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

enum { DAY = 86400, HOUR = 3600, DAYS = 400 };

static const struct forecast_window always = { 0, INFINITY };
static struct forecast_group group, live;
static struct forecast_in in;
static struct forecast_out out;


/* Phones never rung that all listen, for 30 s, 10 at a time */
static int setup(void **state)
{
	(void)state;
	group = (struct forecast_group){ .n = 100 };
	in = (struct forecast_in){
		.groupv = &group, .groupc = 1, .windowv = &always,
		.windowc = 1, .windows_all = true, .max_attempts = 3,
		.backoff_sec = 600, .success = 1, .success_sec = 30,
		.failure_sec = 20, .calls = 10, .rate = INFINITY,
	};
	memset(&out, 0, sizeof(out));

	return 0;
}


static void near_to(double want, double got, double by)
{
	if (!(fabs(want - got) <= by))
		fail_msg("%f instead of %f", got, want);
}


static void run_ends(double end, double calls)
{
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_DONE, out.verdict);
	near_to(end, out.end, 1e-6 * end + 1e-6);
	near_to(calls, out.calls, 1e-6 * calls + 1e-6);
}


static void ten_at_a_time(void **state)
{
	(void)state;
	run_ends(300, 100);
	near_to(100, out.successes, 1e-6);
	assert_int_equal(FORECAST_BY_CALLS, forecast_limit(&out));

	group.n = 10;
	run_ends(30, 10);
	assert_int_equal(FORECAST_LIMITS, forecast_limit(&out));

	group.n = 1;
	in.calls = 1;
	run_ends(30, 1);
	group.n = 3;
	run_ends(90, 3);
}


static void two_a_second(void **state)
{
	(void)state;
	in.calls = 1000;
	in.rate = 2;
	group.n = 201;
	run_ends(100 + 30, 201);
	assert_int_equal(FORECAST_BY_RATE, forecast_limit(&out));
	near_to(100, out.delayv[FORECAST_BY_RATE], 1e-6);
}


static void whichever_is_slower(void **state)
{
	(void)state;
	in.rate = 10.0 / 30 / 2;
	run_ends(99 * 6 + 30, 100);
	assert_int_equal(FORECAST_BY_RATE, forecast_limit(&out));

	in.rate = 1;
	run_ends(300, 100);
	assert_int_equal(FORECAST_BY_CALLS, forecast_limit(&out));
}


static void nobody_answers(void **state)
{
	(void)state;
	in.success = 0;
	group.n = 10;
	run_ends(20 + 600 + 20 + 600 + 20, 30);
	near_to(0, out.successes, 0);
	assert_int_equal(FORECAST_BY_BACKOFF, forecast_limit(&out));
	near_to(1240, out.delayv[FORECAST_BY_BACKOFF], 1e-6);

	group.tries = 2;
	run_ends(20, 10);
	group.tries = 3;
	run_ends(0, 0);
	group.tries = 4;
	run_ends(0, 0);
}


/* Each round is over before the next is due, or long after. */
static void half_of_them_answer(void **state)
{
	(void)state;
	in.success = 0.5;
	in.success_sec = in.failure_sec = 30;
	in.backoff_sec = 10000;
	in.max_attempts = 100;
	group.n = 8;
	run_ends(4 * 10030 + 30, 16);

	in.max_attempts = 2;
	group.n = 1e6;
	in.calls = 100;
	run_ends(1.5e6 * 30 / 100, 1.5e6);
	assert_int_equal(FORECAST_BY_CALLS, forecast_limit(&out));
	near_to(7.5e5, out.successes, 1);
}


static void what_is_not_due_is_waited_for(void **state)
{
	const struct forecast_group groupv[] = {
		{ .n = 10 }, { .n = 1, .first = 5000, .last = 5000 },
	};
	(void)state;

	in.groupv = groupv;
	in.groupc = 2;
	run_ends(5030, 11);
	assert_int_equal(FORECAST_BY_BACKOFF, forecast_limit(&out));
	near_to(0, out.begin, 0);

	in.groupv = groupv + 1;
	in.groupc = 1;
	run_ends(5030, 1);
	near_to(5000, out.begin, 1e-6);
}


static void live_calls_take_places(void **state)
{
	(void)state;
	live = (struct forecast_group){ .n = 10, .tries = 1 };
	in.livev = &live;
	in.livec = 1;
	run_ends(330, 100);
	near_to(110, out.successes, 1e-6);

	in.groupc = 0;
	run_ends(30, 0);

	in.success = 0;
	run_ends(620 + 20 + 600 + 20, 20);
}


/* From 10 to 12 hours from now, and at the same time each day */
static void days(struct forecast_window *windowv)
{
	for (int i = 0; i < DAYS; i++)
		windowv[i] = (struct forecast_window){
			i * DAY + 10 * HOUR, i * DAY + 12 * HOUR };

	in.windowv = windowv;
	in.windowc = DAYS;
	in.windows_all = false;
}


static void when_it_is_open(void **state)
{
	struct forecast_window windowv[DAYS];
	(void)state;

	days(windowv);
	run_ends(10 * HOUR + 300, 100);
	near_to(10 * HOUR, out.begin, 1e-6);
	assert_int_equal(FORECAST_BY_SCHEDULE, forecast_limit(&out));

	/* A third of a call a second: 2400 fit between its first ten, which
	 * start at once, and the end. */
	group.n = 2410 * 3 + 10;
	run_ends(3 * DAY + 10 * HOUR + 30, 2410 * 3 + 10);
	near_to(10 * HOUR + 3 * 22 * HOUR,
		out.delayv[FORECAST_BY_SCHEDULE], 1);
	near_to(3 * 2 * HOUR, out.delayv[FORECAST_BY_CALLS], 1);

	group.n = 1e7;
	in.calls = 5000;
	assert_int_equal(0, forecast_run(&out, &in));
	near_to(8 * DAY + 10 * HOUR + (1e7 - 8 * 5000 * 241) / 5000 * 30,
		out.end, 60);
}


static void retries_wait_for_the_next_day(void **state)
{
	struct forecast_window windowv[DAYS];
	(void)state;

	days(windowv);
	in.success = 0;
	in.backoff_sec = 3 * HOUR;
	run_ends(2 * DAY + 10 * HOUR + 200, 300);
}


static void more_windows_are_asked_for(void **state)
{
	struct forecast_window windowv[DAYS];
	(void)state;

	days(windowv);
	group.n = 2410 * 2 + 1;
	in.windowc = 2;
	assert_int_equal(ENODATA, forecast_run(&out, &in));
	in.windows_all = true;
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_NEVER, out.verdict);
	in.windowc = 3;
	run_ends(2 * DAY + 10 * HOUR + 30, group.n);
}


static void what_never_starts(void **state)
{
	(void)state;

	in.windowc = 0;
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_NEVER, out.verdict);

	in.windowc = 1;
	in.calls = 0;
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_NEVER, out.verdict);

	in.calls = 10;
	in.rate = 0;
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_NEVER, out.verdict);

	group.n = 0;
	run_ends(0, 0);
}


static void some_take_longer_than_anybody_waits(void **state)
{
	(void)state;
	in.success = 0;
	in.max_attempts = UINT32_MAX;
	assert_int_equal(0, forecast_run(&out, &in));
	assert_int_equal(FORECAST_LATER, out.verdict);
	assert_true(out.end > 1e6 * 620 && isfinite(out.end));
}


static void fewer_than_one_answer(void **state)
{
	struct forecast_group groupv[1000];
	(void)state;

	for (int i = 0; i < 1000; i++)
		groupv[i] = (struct forecast_group){ .n = 1,
			.first = i * 100, .last = i * 100 };
	in.groupv = groupv;
	in.groupc = 1000;
	in.success = 0.9;
	in.success_sec = in.failure_sec = 30;
	in.max_attempts = 5;
	run_ends(99900 + 30, 1000 * 1.1111);
	near_to(1000 * 0.99999, out.successes, 1e-6);
}


int main(void)
{
#define FORECAST_TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		FORECAST_TEST(ten_at_a_time),
		FORECAST_TEST(two_a_second),
		FORECAST_TEST(whichever_is_slower),
		FORECAST_TEST(nobody_answers),
		FORECAST_TEST(half_of_them_answer),
		FORECAST_TEST(what_is_not_due_is_waited_for),
		FORECAST_TEST(live_calls_take_places),
		FORECAST_TEST(when_it_is_open),
		FORECAST_TEST(retries_wait_for_the_next_day),
		FORECAST_TEST(more_windows_are_asked_for),
		FORECAST_TEST(what_never_starts),
		FORECAST_TEST(some_take_longer_than_anybody_waits),
		FORECAST_TEST(fewer_than_one_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
