/**
 * @file test_pacing.c  Many calls, and a thread that comes late
 *
 * links: baresip-glue/pacing.o baresip-glue/cursor.o
 * links: baresip-glue/burst.o baresip-glue/preload_send.o
 * links: baresip-glue/encode.o audio/decode.o audio/memfile.o
 * links: core/tally.o
 */
#include "tests/unit/rig_media.h"
#include "core/tally.h"


/* The most that went out in one of the last n milliseconds */
static size_t peak(size_t from, uint64_t at, uint64_t n)
{
	size_t max = 0;

	for (uint64_t ms = at - n; ms < at; ms++) {

		size_t c = 0;

		for (size_t i = from; i < t.sentc; i++)
			c += t.sentv[i].at == ms;
		max = c > max ? c : max;
	}

	return max;
}


static void calls_are_spread_over_the_packet_time(void **state)
{
	enum { CALLS = 100 };
	struct run *run = make_run(20, 8000, 10000);
	struct cursor *curv[CALLS];
	size_t from;
	(void)state;

	for (size_t i = 0; i < CALLS; i++) {
		curv[i] = make_cursor(i, 100000);
		play(curv[i], run);
	}

	run_ms(100);
	from = t.sentc;
	run_ms(20);
	assert_int_equal(CALLS, t.sentc - from);
	assert_int_equal(CALLS / 10, peak(from, t.now + 1, 20));

	/* Those that leave make room for those that come. */
	for (size_t i = 0; i < CALLS / 2; i++)
		cursor_free(curv[i]);
	run_ms(20);
	for (size_t i = 0; i < CALLS / 2; i++) {
		curv[i] = make_cursor(i, 100000);
		play(curv[i], run);
	}
	run_ms(40);
	from = t.sentc;
	run_ms(20);
	assert_int_equal(CALLS, t.sentc - from);
	assert_int_equal(CALLS / 10, peak(from, t.now + 1, 20));

	for (size_t i = 0; i < CALLS; i++)
		cursor_free(curv[i]);
	run_unref(run);
}


/* To wake for each millisecond costs more than it is worth. */
static void every_other_millisecond_is_quiet(void **state)
{
	enum { CALLS = 100 };
	struct run *run = make_run(20, 8000, 1000);
	struct cursor *curv[CALLS];
	(void)state;

	for (size_t i = 0; i < CALLS; i++) {
		curv[i] = make_cursor(i, 100000);
		play(curv[i], run);
		run_ms(1);
	}
	run_ms(40);
	for (size_t i = 0; i < t.sentc; i++)
		assert_int_equal(0, t.sentv[i].at % 2);

	for (size_t i = 0; i < CALLS; i++)
		cursor_free(curv[i]);
	run_unref(run);
}


static void packet_times_live_side_by_side(void **state)
{
	static const uint32_t ptimev[] = { 10, 20, 30, 40, 60, 120 };
	enum { N = 6 };
	struct cursor *curv[N];
	struct run *runv[N];
	size_t countv[N] = { 0 };
	(void)state;

	for (size_t i = 0; i < N; i++) {
		runv[i] = make_run(ptimev[i], 8000, 5000);
		curv[i] = make_cursor(i, 100000);
		play(curv[i], runv[i]);
	}

	run_ms(1200 + 120);

	for (size_t i = 0; i < t.sentc; i++) {
		for (size_t k = 0; k < N; k++)
			countv[k] += t.sentv[i].len == 8 * ptimev[k];
	}

	for (size_t i = 0; i < N; i++) {
		assert_in_range(countv[i], 1200 / ptimev[i],
				1320 / ptimev[i]);
		cursor_free(curv[i]);
		run_unref(runv[i]);
	}
}


static void a_late_thread_catches_up_without_loss(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	struct packet_tally pt;
	uint64_t sent, late;
	(void)state;

	play(cur, run);
	run_ms(30);
	t.now += 100;
	pacing_run(t.pc);
	assert_int_equal(7, t.sentc);
	run_ms(400);
	assert_int_equal(25, t.sentc);

	/* Those due at 41, 61, 81, 101 and 121 went out at 130. */
	pacing_stats(t.pc, &sent, &late);
	assert_int_equal(25, sent);
	assert_int_equal(5, late);

	/* By 89, 69, 49, 29 and 9 ms */
	pacing_tally(t.pc, &pt);
	assert_int_equal(20, pt.late.countv[0]);
	assert_int_equal(1, pt.late.countv[3]);
	assert_int_equal(2, pt.late.countv[5]);
	assert_int_equal(2, pt.late.countv[6]);
	assert_int_equal(245, pt.late.sum_ms);
	assert_int_equal(0, pt.gaps);

	for (size_t i = 0; i < t.sentc; i++) {
		assert_int_equal(i, t.sentv[i].first);
		assert_int_equal(t.sentv[0].ts + 160 * i, t.sentv[i].ts);
		assert_int_equal(i == 0, t.sentv[i].marker);
	}

	cursor_free(cur);
	run_unref(run);
}


static void stand_still(uint64_t ms)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	size_t n;

	play(cur, run);
	run_ms(30);
	assert_int_equal(2, t.sentc);

	t.now += ms;
	pacing_run(t.pc);
	run_ms(40);

	/* Not in one burst, and nothing of the prompt is missing. */
	n = t.sentc;
	assert_in_range(n, 3, 2 + 10 + 2);
	assert_true(t.sentv[2].at - t.sentv[1].at >= ms);
	assert_int_equal(2, t.sentv[2].first);
	assert_int_equal(0, (t.sentv[n - 1].at - t.sentv[0].at) % 20);

	run_ms(600);
	assert_int_equal(25, t.sentc);
	assert_int_equal(500, cursor_played(cur));

	cursor_free(cur);
	run_unref(run);
}


static void after_a_stand_still_the_schedule_moves(void **state)
{
	static const uint64_t msv[] = { 300, 455, 456, 457, 458, 480, 511,
					1000, 60000, 3600000 };

	for (size_t i = 0; i < sizeof(msv) / sizeof(msv[0]); i++) {
		stand_still(msv[i]);
		assert_int_equal(0, teardown(state));
		assert_int_equal(0, setup(state));
	}
}


static void the_gap_of_a_stand_still_is_marked(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	uint32_t gap;
	(void)state;

	play(cur, run);
	run_ms(30);
	t.now += 5000;
	pacing_run(t.pc);
	run_ms(40);

	assert_true(t.sentv[2].marker);
	gap = (uint32_t)(t.sentv[2].at - t.sentv[1].at);
	assert_int_equal(t.sentv[1].ts + gap * 8, t.sentv[2].ts);

	cursor_free(cur);
	run_unref(run);
}


static void a_stand_still_delays_no_call_further(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(120, 8000, 1200);
	struct packet_tally pt;
	(void)state;

	play(cur, run);
	run_ms(2);
	assert_int_equal(1, t.sentc);
	t.now += 5000;
	pacing_run(t.pc);
	run_ms(120);
	assert_int_equal(2, t.sentc);
	pacing_tally(t.pc, &pt);
	assert_int_equal(1, pt.gaps);

	cursor_free(cur);
	run_unref(run);
}


/* The kernel says so only when all of a slot are handed over together. */
static void what_the_kernel_refuses_was_not_played(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	struct packet_tally pt;
	uint64_t sent, late;
	(void)state;

	t.kept = true;
	play(cur, run);
	run_ms(100);
	assert_int_equal(0, cursor_played(cur));
	assert_int_equal(-1, played_at(7, MEDIA_EV_STARTED));
	assert_int_equal(-1, cursor_fd(cur));
	pacing_stats(t.pc, &sent, &late);
	assert_int_equal(0, sent);
	pacing_tally(t.pc, &pt);
	assert_int_equal(5, pt.refused);

	t.kept = false;
	run_ms(500);
	assert_int_equal(20, played_at(7, MEDIA_EV_STARTED));
	assert_int_equal(400, cursor_played(cur));

	cursor_free(cur);
	run_unref(run);
}


static void the_thread_wakes_only_when_a_packet_is_due(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	uint64_t tick;
	(void)state;

	assert_false(pacing_next(t.pc, &tick));
	play(cur, run);
	assert_true(pacing_next(t.pc, &tick));
	assert_int_equal(T0 + 1, tick);

	t.now = tick;
	pacing_run(t.pc);
	assert_true(pacing_next(t.pc, &tick));
	assert_int_equal(T0 + 21, tick);

	cursor_free(cur);
	run_unref(run);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(calls_are_spread_over_the_packet_time),
		RIG_TEST(every_other_millisecond_is_quiet),
		RIG_TEST(packet_times_live_side_by_side),
		RIG_TEST(a_late_thread_catches_up_without_loss),
		RIG_TEST(after_a_stand_still_the_schedule_moves),
		RIG_TEST(the_gap_of_a_stand_still_is_marked),
		RIG_TEST(a_stand_still_delays_no_call_further),
		RIG_TEST(what_the_kernel_refuses_was_not_played),
		RIG_TEST(the_thread_wakes_only_when_a_packet_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
