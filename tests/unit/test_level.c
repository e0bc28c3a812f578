/**
 * @file test_level.c  What a prompt sounds like: in figures, on a telephone
 *
 * links: audio/level.o audio/decode.o audio/memfile.o audio/telephone.o
 * links: audio/loudness.o audio/g711.o
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <re.h>
#include <rem.h>
#include <sndfile.h>
#include "audio/decode.h"
#include "audio/g711.h"
#include "audio/level.h"
#include "audio/loudness.h"
#include "audio/memfile.h"
#include "audio/telephone.h"

enum { RATE = 16000, SEC = 3 };

static float samplev[2 * RATE * SEC];


/* A sine of this amplitude from one second to another, else silence */
static void sine(double amplitude, int from, int to, size_t channels)
{
	for (size_t i = 0; i < RATE * SEC; i++) {
		const bool on = i >= (size_t)from * RATE &&
				i < (size_t)to * RATE;
		const double x = on ? amplitude *
			sin(2.0 * 3.14159265358979 * 1000.0 * (double)i / RATE)
			: 0.0;

		for (size_t c = 0; c < channels; c++)
			samplev[channels * i + c] = (float)x;
	}
}


/* Those samples as a file; the caller frees it */
static uint8_t *file_make(int format, size_t channels, size_t *len)
{
	SF_INFO info = { .format = format, .samplerate = RATE,
			 .channels = (int)channels };
	struct memfile mf = { .data = NULL };
	SNDFILE *sf = sf_open_virtual(&memfile_io, SFM_WRITE, &info, &mf);

	assert_non_null(sf);
	assert_int_equal(RATE * SEC, sf_writef_float(sf, samplev,
						     RATE * SEC));
	sf_close(sf);
	*len = (size_t)mf.size;

	return mf.own;
}


static struct pcm *pcm_of(const uint8_t *data, size_t len)
{
	struct pcm *pcm;
	char why[256];

	assert_int_equal(0, pcm_decode(&pcm, data, len, why, sizeof(why)));

	return pcm;
}


static void near(double expected, double got, double error)
{
	if (fabs(expected - got) > error)
		fail_msg("%f is not %f", got, expected);
}


static void measure(struct level *lv, int format, size_t channels)
{
	size_t len;
	uint8_t *data = file_make(format, channels, &len);
	struct pcm *pcm = pcm_of(data, len);

	level_measure(lv, pcm);
	pcm_unref(pcm);
	free(data);
}


static void levels_are_those_of_what_is_heard(void **state)
{
	struct level lv;
	(void)state;

	sine(0.5, 0, 3, 1);
	measure(&lv, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
	assert_int_equal(3000, lv.length_ms);
	near(-6.02, lv.peak_db, 0.02);
	near(-9.03, lv.rms_db, 0.02);
	assert_int_equal(0, lv.clipped);
	assert_int_equal(0, lv.silent_ms);

	sine(0.5, 0, 3, 2);
	measure(&lv, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2);
	near(-9.03, lv.rms_db, 0.02);
}


static void silence_is_found_where_it_is(void **state)
{
	struct level lv;
	(void)state;

	sine(0.5, 1, 2, 1);
	measure(&lv, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
	assert_int_equal(1000, lv.lead_ms);
	assert_int_equal(1000, lv.trail_ms);
	assert_int_equal(2000, lv.silent_ms);

	sine(0.001, 1, 2, 1);
	measure(&lv, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
	assert_int_equal(3000, lv.lead_ms);
	assert_int_equal(3000, lv.silent_ms);

	sine(0.0, 0, 0, 1);
	measure(&lv, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
	assert_true(isinf(lv.rms_db));
	assert_int_equal(3000, lv.silent_ms);
}


static void what_is_cut_off_is_counted(void **state)
{
	struct level lv;
	(void)state;

	sine(1.0, 0, 3, 1);
	for (size_t i = 0; i < RATE * SEC; i++)
		samplev[i] = i < 100 ? (i % 2 ? 1.0f : -1.0f) : 0.1f;
	measure(&lv, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
	assert_int_equal(100, lv.clipped);
	near(0.0, lv.peak_db, 0.01);
}


/* Debian 12's libsndfile reads and writes it; the codec adds some silence. */
static void mp3_is_audio_too(void **state)
{
	struct level lv;
	(void)state;

	sine(0.5, 0, 3, 1);
	measure(&lv, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1);
	near(3000.0, lv.length_ms, 150.0);
	near(-9.03, lv.rms_db, 0.5);
}


/* Engines encode by librem. It takes -32768 for zero, or worse, and hears the
 * step around zero, in mu-law, as 2 where the standard has 0. */
static void g711_is_that_of_the_calls(void **state)
{
	(void)state;

	for (int x = -32767; x <= 32767; x++) {
		const int16_t v = (int16_t)x;

		const int16_t ulaw = g711_ulaw2pcm(g711_pcm2ulaw(v));

		if (g711_through_ulaw(v) != (abs(x) < 4 ? 0 : ulaw))
			fail_msg("mu-law of %d", x);
		if (g711_through_alaw(v) != g711_alaw2pcm(g711_pcm2alaw(v)))
			fail_msg("A-law of %d", x);
	}
	assert_int_equal(-32124, g711_through_ulaw(-32768));
	assert_int_equal(-32256, g711_through_alaw(-32768));
}


static void a_telephone_has_8_khz_and_g711(void **state)
{
	size_t len, wavlen, n;
	int16_t *plainv, got;
	struct pcm *pcm;
	uint8_t *data, *wav;
	(void)state;

	sine(0.7, 0, 3, 1);
	data = file_make(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, &len);
	pcm = pcm_of(data, len);
	assert_int_equal(0, pcm_resample(&plainv, &n, pcm, 8000, NULL));

	for (int alaw = 0; alaw < 2; alaw++) {
		assert_int_equal(0, telephone_wav(&wav, &wavlen, pcm, alaw));
		assert_int_equal(44 + 2 * n, wavlen);
		for (size_t i = 0; i < n; i++) {
			memcpy(&got, wav + 44 + 2 * i, sizeof(got));
			assert_int_equal(alaw ? g711_through_alaw(plainv[i])
					 : g711_through_ulaw(plainv[i]), got);
		}
		free(wav);
	}

	free(plainv);
	pcm_unref(pcm);
	free(data);
}


static void loudness_is_brought_to_what_is_wanted(void **state)
{
	struct loudness ld, now;
	uint8_t *data, *louder;
	size_t len, n;
	(void)state;

	/* A sine of 1 kHz at 0 dB is -3.01 LUFS, in one channel. */
	sine(0.1, 0, 3, 1);
	data = file_make(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, &len);
	assert_int_equal(0, loudness_measure(&ld, data, len));
	near(-23.0, ld.lufs, 0.3);
	near(-20.0, ld.peak_db, 0.2);
	assert_int_equal(RATE, ld.rate);
	assert_int_equal(1, ld.channels);

	assert_int_equal(0, loudness_apply(&ld, &louder, &n, data, len,
					   -16.0));
	assert_false(ld.limited);
	near(7.0, ld.gain_db, 0.3);
	assert_int_equal(0, loudness_measure(&now, louder, n));
	near(-16.0, now.lufs, 0.1);
	assert_memory_equal("fLaC", louder, 4);
	free(louder);

	/* As loud as nothing is cut off */
	assert_int_equal(0, loudness_apply(&ld, &louder, &n, data, len,
					   -1.0));
	assert_true(ld.limited);
	assert_int_equal(0, loudness_measure(&now, louder, n));
	near(-1.0, now.peak_db, 0.1);
	free(louder);
	free(data);
}


static void silence_is_not_made_louder(void **state)
{
	struct loudness ld;
	uint8_t *data, *louder = NULL;
	size_t len, n;
	(void)state;

	sine(0.0, 0, 0, 1);
	data = file_make(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, &len);
	assert_int_equal(ENODATA, loudness_apply(&ld, &louder, &n, data, len,
						 -16.0));
	assert_null(louder);
	assert_int_equal(EBADMSG, loudness_measure(&ld, data, 20));
	free(data);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(levels_are_those_of_what_is_heard),
		cmocka_unit_test(silence_is_found_where_it_is),
		cmocka_unit_test(what_is_cut_off_is_counted),
		cmocka_unit_test(mp3_is_audio_too),
		cmocka_unit_test(g711_is_that_of_the_calls),
		cmocka_unit_test(a_telephone_has_8_khz_and_g711),
		cmocka_unit_test(loudness_is_brought_to_what_is_wanted),
		cmocka_unit_test(silence_is_not_made_louder),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
