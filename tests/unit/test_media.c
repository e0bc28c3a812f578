/**
 * @file test_media.c  The real thread
 *
 * The tests wait for its events, not for time to pass.
 *
 * links: baresip-glue/media.o baresip-glue/thread.o
 * links: baresip-glue/pacing.o baresip-glue/cursor.o
 * links: baresip-glue/burst.o baresip-glue/preload_send.o
 * links: baresip-glue/encode.o audio/decode.o audio/memfile.o
 * links: core/tally.o
 */
#include "tests/unit/rig_media.h"


struct real {
	struct media *med;
	struct cursor *cur;
	unsigned mask;
	unsigned others;
	bool free_early;
	uint32_t threshold;
};


static void real_event(uint64_t id, enum media_ev ev, uint32_t played,
		       void *arg)
{
	struct real *re = arg;

	if (id != 1) {
		++re->others;
		return;
	}

	/* In order, each once */
	assert_true(re->mask < (1u << ev));
	re->mask |= 1u << ev;

	if (re->free_early) {
		cursor_free(re->cur);
		re_cancel();
	}

	if (ev == MEDIA_EV_END) {
		assert_int_equal(30, played);
		re_cancel();
	}
}


static void give_up(void *arg)
{
	(void)arg;
	re_cancel();
}


/* Runs the loop until the events are there, or 10 s have passed */
static void real_loop(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 10000, give_up, NULL);
	assert_int_equal(0, re_main(NULL));
	tmr_cancel(&tmr);
}


static void real_run(struct real *re)
{
	struct run *run = make_run(10, 8000, 30);

	t.real = true;
	assert_int_equal(0, media_alloc(&re->med, real_event, re));
	assert_int_equal(0, media_cursor(&re->cur, re->med, 1,
					 re->threshold));
	play(re->cur, run);
	real_loop();
	run_unref(run);
}


static void the_thread_plays_and_reports(void **state)
{
	struct real re = { .threshold = 20 };
	uint64_t sent, late;
	(void)state;

	real_run(&re);
	assert_int_equal(7, re.mask);
	assert_int_equal(3, atomic_load(&t.real_sentc));
	assert_int_equal(30, cursor_played(re.cur));
	media_stats(re.med, &sent, &late);
	assert_int_equal(3, sent);

	cursor_free(re.cur);
	media_free(re.med);
}


static void a_freed_cursor_says_nothing_more(void **state)
{
	/* No threshold: two events come with the first packet. */
	struct real re = { .free_early = true, .threshold = 0 };
	(void)state;

	real_run(&re);
	assert_int_equal(1, re.mask);
	media_free(re.med);
}


/* Nothing may be sent between the return of stop and the next play. */
static void a_stopped_cursor_sends_nothing(void **state)
{
	enum { N = 20, WANTED = 100 };
	struct run *runv[2] = { make_run(10, 8000, 60000),
				make_run(20, 8000, 60000) };
	struct real re = { .mask = 0 };
	struct cursor *curv[N];
	const uint64_t start = tmr_jiffies();
	(void)state;

	t.real = true;
	assert_int_equal(0, media_alloc(&re.med, real_event, &re));

	for (size_t i = 0; i < N; i++) {
		assert_int_equal(0, media_cursor(&curv[i], re.med, 2, 20));
		play(curv[i], runv[i % 2]);
	}

	for (size_t k = 0; atomic_load(&t.real_sentc) < WANTED; k++) {

		assert_true(tmr_jiffies() - start < 10000);

		for (size_t i = 0; i < N; i++)
			cursor_stop(curv[i]);

		atomic_store(&t.real_stopped, true);
		cursor_hold(curv[k % N], k / N & 1);
		cursor_free(curv[0]);
		assert_int_equal(0, media_cursor(&curv[0], re.med, 2, 20));
		atomic_store(&t.real_stopped, false);

		for (size_t i = 0; i < N; i++)
			play(curv[i], runv[(i + k) % 2]);
	}

	for (size_t i = 0; i < N; i++)
		cursor_free(curv[i]);

	media_free(re.med);
	run_unref(runv[0]);
	run_unref(runv[1]);
}


/* It sleeps, since there is nothing to send, and answers all the same. */
static void the_thread_answers_when_it_is_asked(void **state)
{
	const uint64_t start = tmr_jiffies();
	struct real re = { .mask = 0 };
	unsigned answers = 0;
	(void)state;

	t.real = true;
	assert_int_equal(0, media_alloc(&re.med, real_event, &re));
	assert_true(media_alive(re.med));

	while (answers < 3) {
		assert_true(tmr_jiffies() - start < 10000);
		if (media_alive(re.med))
			++answers;
	}

	media_free(re.med);
}


static void freeing_nothing_is_fine(void **state)
{
	(void)state;

	media_free(NULL);
	cursor_free(NULL);
	run_unref(NULL);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(the_thread_plays_and_reports),
		RIG_TEST(a_freed_cursor_says_nothing_more),
		RIG_TEST(a_stopped_cursor_sends_nothing),
		RIG_TEST(the_thread_answers_when_it_is_asked),
		RIG_TEST(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
