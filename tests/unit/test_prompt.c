/**
 * @file test_prompt.c  The prompt cache: loaded once, dropped when idle
 *
 * links: baresip-glue/prompt.o baresip-glue/prompt_load.o
 * links: baresip-glue/worker.o baresip-glue/thread.o
 * links: baresip-glue/encode.o audio/decode.o audio/memfile.o
 */
#include "tests/unit/rig_prompt.h"


static void a_prompt_is_fetched_once(void **state)
{
	const char *why;
	uint32_t ms = 0;
	(void)state;

	make_wav(8001, 0);
	assert_int_equal(EINPROGRESS, ready(1));
	assert_int_equal(EINPROGRESS, ready(1));
	answer(0, NULL);
	assert_int_equal(EINPROGRESS, ready(1));
	wait_change();

	assert_int_equal(0, prompts_ready(t.prs, 1, "abc", &ms, &why));
	assert_int_equal(1001, ms);
	assert_int_equal(1, t.fetches);
}


static void another_digest_is_another_prompt(void **state)
{
	const char *why;
	uint32_t ms;
	(void)state;

	load(1);
	assert_int_equal(EINPROGRESS,
			 prompts_ready(t.prs, 1, "abd", &ms, &why));
	assert_int_equal(2, t.fetches);
	answer(ENOENT, NULL);
	assert_int_equal(0, ready(1));
}


static void failures_are_told_and_tried_again_later(void **state)
{
	(void)state;

	assert_int_equal(EINPROGRESS, ready(1));
	answer(ENOENT, NULL);
	assert_int_equal(1, t.changes);
	assert_failed(1, ENOENT, "no such prompt");

	assert_int_equal(EINPROGRESS, ready(2));
	answer(EIO, "disk on fire");
	assert_failed(2, EIO, "disk on fire");

	t.now += PROMPT_RETRY_SEC * 1000 - 1;
	assert_failed(1, ENOENT, "no such prompt");
	assert_int_equal(2, t.fetches);

	t.now += 1;
	load(1);
	assert_int_equal(3, t.fetches);
}


static void what_is_no_audio_fails_with_words(void **state)
{
	struct run *run;
	(void)state;

	memset(t.wav, 'x', HEADER);
	assert_int_equal(EINPROGRESS, ready(1));
	answer(0, NULL);
	wait_change();
	assert_failed(1, EBADMSG, "not an audio file");
	assert_int_equal(EBADMSG, want(&run, &pcmu, 20, NULL));

	make_wav(8000, 0x12);
	t.now += PROMPT_RETRY_SEC * 1000;
	load(1);
	assert_int_equal(0, want(&run, &pcmu, 20, NULL));
	run_unref(run);
}


static void a_refused_fetch_is_not_remembered(void **state)
{
	(void)state;

	t.fetch_err = ENOTCONN;
	assert_failed(1, ENOTCONN, "");
	t.fetch_err = 0;
	load(1);
	assert_int_equal(1, t.changes);
}


static void idle_prompts_go(void **state)
{
	(void)state;

	load(1);
	t.now += PROMPT_IDLE_SEC * 1000 - 1;
	load(2);
	assert_int_equal(0, ready(1));

	t.now += PROMPT_IDLE_SEC * 1000;
	assert_int_equal(0, ready(2));
	assert_int_equal(EINPROGRESS, ready(1));
	assert_int_equal(3, t.fetches);
	answer(ENOENT, NULL);
}


static void the_least_recently_used_goes_first(void **state)
{
	(void)state;

	prompts_limit(t.prs, 100000);

	/* About 40,000 bytes each; all three are busy at first. */
	load(1);
	++t.now;
	load(2);
	++t.now;
	load(3);
	assert_int_equal(0, ready(1));
	assert_int_equal(0, ready(2));
	assert_int_equal(0, ready(3));

	t.now += PROMPT_BUSY_SEC * 1000 - 1;
	assert_int_equal(0, ready(1));
	assert_int_equal(0, ready(3));
	t.now += 1;
	assert_int_equal(0, ready(1));
	assert_int_equal(0, ready(3));
	assert_int_equal(3, t.fetches);
	assert_int_equal(EINPROGRESS, ready(2));
	answer(ENOENT, NULL);
}


static void runs_outlive_the_cache(void **state)
{
	struct run *run;

	load(1);
	assert_int_equal(0, want(&run, &pcmu, 20, NULL));
	assert_int_equal(0, teardown(state));
	assert_int_equal(1, atomic_load(&run->refs));
	assert_int_equal(0x12, run->data[0]);
	run_unref(run);
	assert_int_equal(0, setup(state));
}


static void a_late_answer_meets_nobody(void **state)
{
	prompt_bytes_h *h;
	void *harg;

	assert_int_equal(EINPROGRESS, ready(1));
	h = t.h;
	harg = t.harg;
	assert_int_equal(0, teardown(state));
	assert_int_equal(0, setup(state));
	h(0, t.wav, t.wav_size, NULL, harg);
	assert_int_equal(0, t.changes);
}


static void work_under_way_is_dropped(void **state)
{
	struct run *run;

	load(1);
	assert_int_equal(EINPROGRESS, want(&run, &stereo, 20, NULL));
	assert_int_equal(EINPROGRESS, want(&run, &other, 20, NULL));
	assert_int_equal(EINPROGRESS, ready(2));
	answer(0, NULL);
	assert_int_equal(0, teardown(state));
	assert_int_equal(1, t.changes);
	assert_int_equal(0, setup(state));
	prompts_free(NULL);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_prompt_is_fetched_once),
		RIG_TEST(another_digest_is_another_prompt),
		RIG_TEST(failures_are_told_and_tried_again_later),
		RIG_TEST(what_is_no_audio_fails_with_words),
		RIG_TEST(a_refused_fetch_is_not_remembered),
		RIG_TEST(idle_prompts_go),
		RIG_TEST(the_least_recently_used_goes_first),
		RIG_TEST(runs_outlive_the_cache),
		RIG_TEST(a_late_answer_meets_nobody),
		RIG_TEST(work_under_way_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
