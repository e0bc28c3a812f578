/**
 * @file test_cursor.c  One call's packets, and what is said about them
 *
 * links: baresip-glue/pacing.o baresip-glue/cursor.o
 * links: baresip-glue/burst.o baresip-glue/preload_send.o
 * links: baresip-glue/encode.o audio/decode.o audio/memfile.o
 * links: core/tally.o
 */
#include "tests/unit/rig_media.h"


static void a_prompt_plays_evenly_with_one_marker(void **state)
{
	struct cursor *cur = make_cursor(1, 3000);
	struct run *run = make_run(20, 8000, 1000);
	uint64_t sent, late;
	(void)state;

	play(cur, run);
	run_ms(1100);

	assert_int_equal(50, t.sentc);
	for (size_t i = 0; i < t.sentc; i++) {
		assert_int_equal(T0 + 1 + 20 * i, t.sentv[i].at);
		assert_int_equal(t.sentv[0].ts + (uint32_t)(160 * i),
				 t.sentv[i].ts);
		assert_int_equal(i == 0, t.sentv[i].marker);
		assert_int_equal(i, t.sentv[i].first);
		assert_int_equal(160, t.sentv[i].len);
	}

	pacing_stats(t.pc, &sent, &late);
	assert_int_equal(50, sent);
	assert_int_equal(0, late);

	cursor_free(cur);
	run_unref(run);
}


static void events_come_in_order_at_their_time(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	(void)state;

	play(cur, run);
	run_ms(600);

	assert_int_equal(3, t.seenc);
	assert_int_equal(MEDIA_EV_STARTED, t.seenv[0].ev);
	assert_int_equal(T0 + 1, t.seenv[0].at);
	assert_int_equal(20, t.seenv[0].played);

	/* With the 15th packet, not the 14th */
	assert_int_equal(MEDIA_EV_THRESHOLD, t.seenv[1].ev);
	assert_int_equal(T0 + 1 + 14 * 20, t.seenv[1].at);
	assert_int_equal(300, t.seenv[1].played);

	/* When the last packet has been heard, not sent */
	assert_int_equal(MEDIA_EV_END, t.seenv[2].ev);
	assert_int_equal(T0 + 1 + 500, t.seenv[2].at);
	assert_int_equal(500, t.seenv[2].played);

	cursor_free(cur);
	run_unref(run);
}


static void a_threshold_between_packets_needs_the_next_one(void **state)
{
	struct cursor *cur = make_cursor(7, 301);
	struct run *run = make_run(20, 8000, 500);
	(void)state;

	play(cur, run);
	run_ms(600);
	assert_int_equal(320, played_at(7, MEDIA_EV_THRESHOLD));

	cursor_free(cur);
	run_unref(run);
}


static void a_short_prompt_crosses_the_threshold_at_its_end(void **state)
{
	struct cursor *cur = make_cursor(7, 3000);
	struct run *run = make_run(20, 8000, 95);
	(void)state;

	play(cur, run);
	run_ms(100);
	assert_int_equal(5, t.sentc);
	assert_int_equal(-1, played_at(7, MEDIA_EV_THRESHOLD));

	run_ms(1);
	assert_int_equal(3, t.seenc);
	assert_int_equal(MEDIA_EV_THRESHOLD, t.seenv[1].ev);
	assert_int_equal(95, t.seenv[1].played);
	assert_int_equal(MEDIA_EV_END, t.seenv[2].ev);
	assert_int_equal(95, cursor_played(cur));

	cursor_free(cur);
	run_unref(run);
}


static void no_threshold_means_the_first_packet(void **state)
{
	struct cursor *cur = make_cursor(7, 0);
	struct run *run = make_run(20, 8000, 95);
	(void)state;

	play(cur, run);
	run_ms(1);
	assert_int_equal(20, played_at(7, MEDIA_EV_THRESHOLD));

	cursor_free(cur);
	run_unref(run);
}


static void unsent_packets_do_not_count(void **state)
{
	struct cursor *cur = make_cursor(7, 100);
	struct run *run = make_run(20, 8000, 200);
	(void)state;

	t.send_err = ENETUNREACH;
	play(cur, run);
	run_ms(61);
	assert_int_equal(0, cursor_played(cur));
	assert_int_equal(0, t.seenc);

	/* The first one that does go out is the start. */
	t.send_err = 0;
	run_ms(200);
	assert_int_equal(6, t.sentc);
	assert_true(t.sentv[0].marker);
	assert_false(t.sentv[1].marker);
	assert_int_equal(4, t.sentv[0].first);
	assert_int_equal(120, cursor_played(cur));
	assert_int_equal(100, played_at(7, MEDIA_EV_THRESHOLD));
	assert_int_not_equal(-1, played_at(7, MEDIA_EV_END));

	cursor_free(cur);
	run_unref(run);
}


static void a_prompt_that_never_left_is_not_heard(void **state)
{
	struct cursor *cur = make_cursor(7, 3000);
	struct run *run = make_run(20, 8000, 100);
	(void)state;

	t.send_err = ENETUNREACH;
	play(cur, run);
	run_ms(200);
	assert_int_equal(1, t.seenc);
	assert_int_equal(0, played_at(7, MEDIA_EV_END));

	cursor_free(cur);
	run_unref(run);
}


static void a_hold_stops_the_prompt_but_not_the_time(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	uint64_t tick;
	uint32_t gap;
	(void)state;

	play(cur, run);
	run_ms(100);
	cursor_hold(cur, true);
	run_ms(1000);
	assert_int_equal(5, t.sentc);
	assert_int_equal(100, cursor_played(cur));
	assert_false(pacing_next(t.pc, &tick));

	cursor_hold(cur, false);
	run_ms(1000);
	assert_int_equal(25, t.sentc);
	assert_int_equal(5, t.sentv[5].first);
	assert_true(t.sentv[5].marker);
	assert_false(t.sentv[6].marker);

	/* RTP time shows the receiver how long the silence was. */
	gap = (uint32_t)(t.sentv[5].at - t.sentv[4].at);
	assert_true(gap > 1000);
	assert_int_equal(t.sentv[4].ts + gap * 8, t.sentv[5].ts);
	assert_int_equal(300, played_at(7, MEDIA_EV_THRESHOLD));
	assert_int_equal(500, played_at(7, MEDIA_EV_END));

	cursor_free(cur);
	run_unref(run);
}


static void a_short_hold_keeps_the_rhythm(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 500);
	(void)state;

	play(cur, run);
	run_ms(30);
	cursor_hold(cur, true);
	run_ms(2);
	cursor_hold(cur, false);
	run_ms(100);

	for (size_t i = 0; i < t.sentc; i++) {
		assert_int_equal(T0 + 1 + 20 * i, t.sentv[i].at);
		assert_int_equal(t.sentv[0].ts + 160 * i, t.sentv[i].ts);
		assert_int_equal(i == 0 || i == 2, t.sentv[i].marker);
	}

	cursor_free(cur);
	run_unref(run);
}


static void another_packet_time_goes_on_at_the_same_place(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run20 = make_run(20, 8000, 600);
	struct run *run30 = make_run(30, 8000, 600);
	struct run *run60 = make_run(60, 8000, 600);
	(void)state;

	play(cur, run20);
	run_ms(110);
	assert_int_equal(6, t.sentc);

	/* Another stream from here: at 120 ms of the prompt */
	cursor_stop(cur);
	assert_int_equal(0, cursor_play(cur, STREAM(1), run30));
	run_ms(100);
	assert_ptr_equal(STREAM(1), t.sentv[6].strm);
	assert_int_equal(T0 + 1 + 120, t.sentv[6].at);
	assert_int_equal(4, t.sentv[6].first);
	assert_true(t.sentv[6].marker);
	assert_int_equal(t.sentv[0].ts + 120 * 8, t.sentv[6].ts);
	assert_int_equal(t.sentv[6].ts + 30 * 8, t.sentv[7].ts);
	assert_int_equal(9, t.sentc);
	assert_int_equal(210, cursor_played(cur));

	/* 210 ms lies inside of a packet: that one again, counted once */
	cursor_stop(cur);
	play(cur, run60);
	run_ms(60);
	assert_int_equal(10, t.sentc);
	assert_int_equal(3, t.sentv[9].first);
	assert_int_equal(240, cursor_played(cur));

	run_ms(1000);
	assert_int_equal(300, played_at(7, MEDIA_EV_THRESHOLD));
	assert_int_equal(600, played_at(7, MEDIA_EV_END));

	cursor_free(cur);
	run_unref(run20);
	run_unref(run30);
	run_unref(run60);
}


static void stopping_is_at_once_and_frees_nothing_early(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 600);
	uint64_t tick;
	(void)state;

	play(cur, run);
	run_unref(run);
	run_ms(50);
	cursor_stop(cur);
	run_ms(50);
	assert_int_equal(3, t.sentc);
	assert_false(pacing_next(t.pc, &tick));

	/* Freed while it is in a slot */
	play(cur, cur->run);
	run_ms(10);
	cursor_free(cur);
	run_ms(50);
	assert_int_equal(4, t.sentc);
	assert_false(pacing_next(t.pc, &tick));
}


static void after_the_end_nothing_starts_again(void **state)
{
	struct cursor *cur = make_cursor(7, 300);
	struct run *run = make_run(20, 8000, 100);
	(void)state;

	play(cur, run);
	run_ms(200);
	assert_int_equal(5, t.sentc);

	cursor_stop(cur);
	play(cur, run);
	cursor_hold(cur, true);
	cursor_hold(cur, false);
	run_ms(200);
	assert_int_equal(5, t.sentc);
	assert_int_equal(3, t.seenc);

	cursor_free(cur);
	run_unref(run);
}


static void time_stamps_begin_anywhere(void **state)
{
	struct cursor *cur1 = make_cursor(1, 0);
	struct cursor *cur2 = make_cursor(2, 0);
	struct run *run = make_run(20, 8000, 500);
	(void)state;

	play(cur1, run);
	play(cur2, run);
	run_ms(3);
	assert_int_equal(2, t.sentc);
	assert_int_not_equal(t.sentv[0].ts, t.sentv[1].ts);

	cursor_free(cur1);
	cursor_free(cur2);
	run_unref(run);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_prompt_plays_evenly_with_one_marker),
		RIG_TEST(events_come_in_order_at_their_time),
		RIG_TEST(a_threshold_between_packets_needs_the_next_one),
		RIG_TEST(a_short_prompt_crosses_the_threshold_at_its_end),
		RIG_TEST(no_threshold_means_the_first_packet),
		RIG_TEST(unsent_packets_do_not_count),
		RIG_TEST(a_prompt_that_never_left_is_not_heard),
		RIG_TEST(a_hold_stops_the_prompt_but_not_the_time),
		RIG_TEST(a_short_hold_keeps_the_rhythm),
		RIG_TEST(another_packet_time_goes_on_at_the_same_place),
		RIG_TEST(stopping_is_at_once_and_frees_nothing_early),
		RIG_TEST(after_the_end_nothing_starts_again),
		RIG_TEST(time_stamps_begin_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
