/**
 * @file test_encode.c  Prompts as payloads: encoded once for each codec
 *
 * links: baresip-glue/prompt.o baresip-glue/prompt_load.o
 * links: baresip-glue/worker.o baresip-glue/thread.o
 * links: baresip-glue/encode.o audio/decode.o audio/memfile.o
 */
#include "tests/unit/rig_prompt.h"


static void the_usual_codec_is_ready_with_the_prompt(void **state)
{
	struct run *run, *again;
	(void)state;

	load(1);
	assert_int_equal(50, atomic_load(&t.encoded));
	assert_int_equal(0, want(&run, &pcmu, 20, NULL));
	assert_int_equal(0, want(&again, &pcmu, 20, "annexb=no"));
	assert_ptr_equal(run, again);
	assert_int_equal(50, atomic_load(&t.encoded));

	assert_int_equal(20, run->ptime);
	assert_int_equal(8000, run->clock);
	assert_int_equal(160, run->ts_step);
	assert_int_equal(50, run->packetc);
	assert_int_equal(1000, run->length_ms);
	for (uint32_t i = 0; i <= 50; i++)
		assert_int_equal(160 * i, run->offv[i]);
	for (uint32_t i = 0; i < 50 * 160; i++)
		assert_int_equal(0x12, run->data[i]);

	run_unref(run);
	run_unref(again);
}


static void the_last_packet_is_padded_with_silence(void **state)
{
	struct run *run;
	(void)state;

	make_wav(161, 0x12);
	load(1);
	assert_int_equal(0, want(&run, &pcmu, 20, NULL));
	assert_int_equal(2, run->packetc);
	assert_int_equal(21, run->length_ms);
	assert_int_equal(320, run->offv[2]);
	assert_int_equal(0x12, run->data[160]);
	for (size_t i = 161; i < 320; i++)
		assert_int_equal(0, run->data[i]);

	run_unref(run);
}


static void each_packet_time_is_encoded_once(void **state)
{
	struct run *run30, *run60, *again;
	(void)state;

	load(1);
	run30 = encode(&pcmu, 30, NULL);
	run60 = encode(&pcmu, 60, NULL);
	assert_int_equal(34, run30->packetc);
	assert_int_equal(240, run30->ts_step);
	assert_int_equal(17, run60->packetc);
	assert_int_equal(0, want(&again, &pcmu, 30, NULL));
	assert_ptr_equal(run30, again);

	run_unref(run30);
	run_unref(run60);
	run_unref(again);
}


static void clocks_and_channels_are_the_codecs(void **state)
{
	static const uint8_t wide_want[] = { 20, 0, 320 >> 8, 320 & 0xff,
					     0 };
	static const uint8_t stereo_want[] = { 20, 's', 1920 >> 8,
					       1920 & 0xff, 1 };
	struct run *run;
	(void)state;

	load(1);

	/* As G.722: 16,000 samples a second, but a clock of 8,000 */
	run = encode(&wide, 20, NULL);
	assert_int_equal(160, run->ts_step);
	assert_int_equal(8000, run->clock);
	assert_int_equal(50, run->packetc);
	assert_memory_equal(wide_want, run->data, sizeof(wide_want));
	run_unref(run);

	/* As Opus: both channels the same */
	run = encode(&stereo, 20, "stereo=1");
	assert_int_equal(960, run->ts_step);
	assert_int_equal(50, run->packetc);
	for (uint32_t i = 1; i < 49; i++)
		assert_memory_equal(stereo_want, run->data + run->offv[i],
				    sizeof(stereo_want));
	run_unref(run);
}


static void other_parameters_are_another_encoding(void **state)
{
	struct run *a, *b;
	(void)state;

	load(1);
	a = encode(&wide, 20, "a=1");
	b = encode(&wide, 20, "b=1");
	assert_int_equal('a', a->data[1]);
	assert_int_equal('b', b->data[1]);
	run_unref(a);
	run_unref(b);
}


static void parameters_cannot_fill_the_memory(void **state)
{
	struct run *first, *run;
	char fmtp[] = "a=1";
	(void)state;

	load(1);
	first = encode(&wide, 20, "first");

	for (int i = 0; i < 50; i++) {
		++t.now;
		fmtp[0] = (char)('0' + i);
		run_unref(encode(&wide, 20, fmtp));
	}

	/* It is out of the cache, but whoever plays it keeps it. */
	assert_int_equal('f', first->data[1]);
	assert_int_equal(1, atomic_load(&first->refs));
	assert_int_equal(EINPROGRESS, want(&run, &wide, 20, "first"));
	wait_change();
	run_unref(first);
}


static void a_failing_codec_is_not_tried_all_the_time(void **state)
{
	struct run *run;
	unsigned n;
	(void)state;

	load(1);
	n = atomic_load(&t.encoded);
	assert_int_equal(EINPROGRESS, want(&run, &bad, 20, NULL));
	wait_change();
	assert_int_equal(EPROTO, want(&run, &bad, 20, NULL));
	assert_int_equal(EPROTO, want(&run, &bad, 20, NULL));
	assert_int_equal(n + 1, atomic_load(&t.encoded));

	t.now += PROMPT_RETRY_SEC * 1000;
	assert_int_equal(EINPROGRESS, want(&run, &bad, 20, NULL));
	wait_change();
	assert_int_equal(n + 2, atomic_load(&t.encoded));

	assert_int_equal(EINPROGRESS, want(&run, &deaf, 20, NULL));
	wait_change();
	assert_int_equal(ENOTSUP, want(&run, &deaf, 20, NULL));
	assert_int_equal(0, ready(1));
}


static void a_codec_may_keep_to_its_packet_time(void **state)
{
	struct run *run;
	(void)state;

	load(1);
	run = encode(&picky, 30, NULL);
	assert_int_equal(20, run->ptime);
	assert_int_equal(160, run->ts_step);
	assert_int_equal(50, run->packetc);
	run_unref(run);
}


/* The callee may have said what it accepts at most. */
static void rather_shorter_than_longer(void **state)
{
	static const uint32_t msv[][2] = {
		{ 60, 40 }, { 50, 40 }, { 40, 40 }, { 30, 20 }, { 15, 10 },
		{ 7, 20 },
	};
	(void)state;

	load(1);
	for (size_t i = 0; i < sizeof(msv) / sizeof(msv[0]); i++) {
		struct run *run = encode(&nimble, msv[i][0], NULL);

		assert_int_equal(msv[i][1], run->ptime);
		run_unref(run);
	}
}


static void absurd_packet_times_are_refused(void **state)
{
	struct run *run;
	(void)state;

	load(1);
	assert_int_equal(EINVAL, want(&run, &pcmu, 0, NULL));
	assert_int_equal(EINVAL, want(&run, &pcmu, RUN_PTIME_MAX + 1, NULL));
}


static void work_stops_when_told(void **state)
{
	const atomic_bool stop = true;
	struct run *run = NULL;
	struct pcm *pcm;
	char why[80];
	(void)state;

	assert_int_equal(0, pcm_decode(&pcm, t.wav, t.wav_size, why,
				       sizeof(why)));

	/* Once while it encodes, once while it still resamples */
	assert_int_equal(ECANCELED,
			 run_encode(&run, pcm, &pcmu, 20, "", &stop));
	assert_int_equal(0, atomic_load(&t.encoded));
	assert_int_equal(ECANCELED,
			 run_encode(&run, pcm, &wide, 20, "", &stop));
	assert_null(run);

	pcm_unref(pcm);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(the_usual_codec_is_ready_with_the_prompt),
		RIG_TEST(the_last_packet_is_padded_with_silence),
		RIG_TEST(each_packet_time_is_encoded_once),
		RIG_TEST(clocks_and_channels_are_the_codecs),
		RIG_TEST(other_parameters_are_another_encoding),
		RIG_TEST(parameters_cannot_fill_the_memory),
		RIG_TEST(a_failing_codec_is_not_tried_all_the_time),
		RIG_TEST(a_codec_may_keep_to_its_packet_time),
		RIG_TEST(rather_shorter_than_longer),
		RIG_TEST(absurd_packet_times_are_refused),
		RIG_TEST(work_stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
