/**
 * @file test_timers.c  The wheel, beside a sorted list
 *
 * links: baresip-glue/preload_timers.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <re.h>

enum {
	TIMERS = 64,
	T0     = 1000000,
};

/* What a timer should do, by a plain list that is searched */
struct mark {
	struct tmr tmr;
	bool on;
	uint64_t due;
	uint64_t no;            /* of its start                          */
	uint64_t again;         /* started by its handler; 0: not        */
	struct mark *kills;     /* cancelled by its handler              */
};

static uint64_t now, starts;
static struct mark markv[TIMERS];
static size_t ran;


/* libre asks for it, too. */
__attribute__((visibility("default")))
uint64_t tmr_jiffies(void)
{
	return now;
}


static void expire(void *arg);


static void start(struct mark *m, uint64_t delay)
{
	m->on = true;
	m->due = now + delay;
	m->no = ++starts;
	tmr_start(&m->tmr, delay, expire, m);
	assert_true(tmr_isrunning(&m->tmr));
	assert_int_equal(delay, tmr_get_expire(&m->tmr));
}


static void cancel(struct mark *m)
{
	m->on = false;
	tmr_cancel(&m->tmr);
	assert_false(tmr_isrunning(&m->tmr));
}


/* The one that is to run now: the earliest, of those the one started first */
static struct mark *earliest(void)
{
	struct mark *best = NULL;

	for (size_t i = 0; i < TIMERS; i++) {
		struct mark *m = &markv[i];

		if (m->on && (!best || m->due < best->due ||
			      (m->due == best->due && m->no < best->no)))
			best = m;
	}

	return best;
}


static void expire(void *arg)
{
	struct mark *m = arg;

	assert_ptr_equal(earliest(), m);
	assert_true(m->due <= now);
	m->on = false;
	++ran;

	if (m->kills)
		cancel(m->kills);
	if (m->again)
		start(m, m->again - 1);
}


static int setup(void **state)
{
	(void)state;

	memset(markv, 0, sizeof(markv));
	now = T0;
	ran = 0;

	return 0;
}


static int teardown(void **state)
{
	(void)state;

	for (size_t i = 0; i < TIMERS; i++)
		cancel(&markv[i]);
	assert_int_equal(0, tmr_next_timeout(NULL));

	return 0;
}


/* Sleeps as the host does, for no longer than the end. */
static void pass(uint64_t ms)
{
	const uint64_t end = now + ms;

	while (now < end) {
		const uint64_t to = tmr_next_timeout(NULL);
		const struct mark *m = earliest();

		assert_int_equal(!m, !to);
		if (m && m->due > now)
			assert_true(now + to <= m->due);

		now = to && now + to < end ? now + to : end;
		tmr_poll(NULL);

		m = earliest();
		assert_true(!m || m->due > now);
	}
}


static void each_runs_at_its_time(void **state)
{
	static const uint64_t delayv[] = { 0, 1, 2, 511, 512, 513, 1023, 1024,
		5000, 32000, 65535, 65536, 65537, 131072, 300000, 86400000 };
	(void)state;

	for (uint64_t phase = 0; phase < 1100; phase += 47) {
		now = T0 + phase;
		ran = 0;
		for (size_t i = 0; i < ARRAY_SIZE(delayv); i++)
			start(&markv[i], delayv[i]);
		pass(86400000);
		assert_int_equal(ARRAY_SIZE(delayv), ran);
		assert_int_equal(0, tmr_next_timeout(NULL));
	}
}


static void equal_times_run_in_the_order_of_their_starts(void **state)
{
	(void)state;

	start(&markv[0], 600);          /* goes through a block          */
	pass(100);
	start(&markv[1], 500);
	pass(480);
	start(&markv[2], 20);           /* straight into its slot        */
	start(&markv[3], 20);
	start(&markv[0], 20);           /* started anew: the last        */
	pass(20);
	assert_int_equal(4, ran);
}


static void handlers_start_and_cancel(void **state)
{
	(void)state;

	markv[0].kills = &markv[1];
	markv[2].again = 1;             /* at once: within the same poll */
	markv[3].again = 3001;
	start(&markv[0], 40);
	start(&markv[1], 40);
	pass(50);
	assert_int_equal(1, ran);

	start(&markv[3], 3000);
	pass(30000);
	assert_int_equal(11, ran);
}


static void a_long_sleep_loses_none(void **state)
{
	(void)state;

	for (uint64_t i = 0; i < TIMERS; i++)
		start(&markv[i], i * 1777);
	now += 3600000;
	tmr_poll(NULL);
	assert_int_equal(TIMERS, ran);
}


static uint64_t some_delay(void)
{
	static const int rangev[] = { 3, 40, 600, 5000, 70000, 200000 };

	return (uint64_t)(rand() % rangev[rand() % 6]);
}


static void whatever_is_started_and_cancelled(void **state)
{
	(void)state;

	srand(7);
	for (size_t i = 0; i < TIMERS; i++)
		markv[i].again = i % 3 ? 0 : 1 + (uint64_t)(rand() % 9000);

	for (size_t i = 0; i < 20000; i++) {
		struct mark *m = &markv[rand() % TIMERS];

		if (rand() % 3)
			start(m, some_delay());
		else
			cancel(m);
		pass((uint64_t)(rand() % 90));
	}
	assert_true(ran > 4000);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_runs_at_its_time,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			equal_times_run_in_the_order_of_their_starts,
			setup, teardown),
		cmocka_unit_test_setup_teardown(handlers_start_and_cancel,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_sleep_loses_none,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			whatever_is_started_and_cancelled, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
