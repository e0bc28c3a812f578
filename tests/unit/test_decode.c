/**
 * @file test_decode.c  Uploaded files of all kinds, and what is not one
 *
 * links: audio/decode.o audio/memfile.o
 */
#include "audio/decode.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/rig_file.h"


enum { HEADER = 44 };


static void make_wav(struct file *f, int rate, int ch, size_t framec)
{
	make_file(f, SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate, ch, framec,
		  1000.0, 0.5, false);
}


/* The level of one frequency (Goertzel, as a plain correlation) */
static double level_at(const int16_t *v, size_t n, double rate, double hz)
{
	double re = 0.0, im = 0.0;

	for (size_t i = 0; i < n; i++) {
		const double w = 2.0 * M_PI * hz * (double)i / rate;

		re += v[i] * cos(w);
		im += v[i] * sin(w);
	}

	return 2.0 * sqrt(re * re + im * im) / (double)n / 32768.0;
}


static void assert_level(double want, double got, double tolerance)
{
	if (fabs(want - got) > tolerance)
		fail_msg("level is %f, not %f", got, want);
}


static struct pcm *decode(const struct file *f)
{
	char why[160] = "";
	struct pcm *pcm = NULL;
	int err;

	err = pcm_decode(&pcm, f->data, f->size, why, sizeof(why));
	if (err)
		fail_msg("%s", why);

	return pcm;
}


static void refuse(const uint8_t *data, size_t size, int err,
		   const char *words)
{
	char why[160] = "";
	struct pcm *pcm = NULL;

	assert_int_equal(err, pcm_decode(&pcm, data, size, why, sizeof(why)));
	assert_null(pcm);
	if (!strstr(why, words))
		fail_msg("\"%s\" does not say \"%s\"", why, words);
}


static void tone_survives(int format, int rate, int ch, size_t framec,
			  uint32_t to)
{
	struct file f;
	struct pcm *pcm;
	int16_t *v;
	size_t n;

	make_file(&f, format, rate, ch, framec, 1000.0, 0.5, false);
	pcm = decode(&f);
	assert_int_equal(rate, pcm->rate);
	assert_int_equal(framec, pcm->sampc);

	assert_int_equal(0, pcm_resample(&v, &n, pcm, to, NULL));
	assert_int_equal(((uint64_t)framec * to + (uint32_t)rate - 1) /
			 (uint32_t)rate, n);

	/* Whole periods from the middle, away from the filter's ends */
	assert_true(n > to / 2);
	assert_level(0.5, level_at(v + to / 8, to / 4, to, 1000.0), 0.005);
	assert_level(0.0, level_at(v + to / 8, to / 4, to, 1400.0), 0.002);

	/* In its place, too: a filter's delay would show here. */
	for (size_t i = to / 8; i < to / 4; i++)
		assert_level(0.5 * sin(2.0 * M_PI * 1000.0 * (double)i / to),
			     v[i] / 32768.0, 0.02);

	free(v);
	pcm_unref(pcm);
	free(f.data);
}


static void a_tone_keeps_its_pitch_level_and_length(void **state)
{
	static const int ratev[] = { 8000, 11025, 16000, 22050, 44100, 48000,
				     96000 };
	(void)state;

	for (size_t i = 0; i < sizeof(ratev) / sizeof(ratev[0]); i++) {
		const size_t n = (size_t)ratev[i] + 1;

		tone_survives(SF_FORMAT_WAV | SF_FORMAT_PCM_16, ratev[i], 1,
			      n, 8000);
		tone_survives(SF_FORMAT_WAV | SF_FORMAT_PCM_24, ratev[i], 2,
			      n + 16, 16000);
		tone_survives(SF_FORMAT_WAV | SF_FORMAT_FLOAT, ratev[i], 2,
			      n + 255, 48000);
	}
}


static void other_formats_are_read(void **state)
{
	(void)state;

	tone_survives(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 2, 44101,
		      8000);
	tone_survives(SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 22050, 1, 22051,
		      8000);
	tone_survives(SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, 1, 8001, 8000);
}


static void ogg_is_read(void **state)
{
	struct file f;
	struct pcm *pcm;
	(void)state;

	make_file(&f, SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 44100,
		  1000.0, 0.5, false);
	pcm = decode(&f);
	assert_int_equal(44100, pcm->sampc);
	pcm_unref(pcm);
	free(f.data);
}


static void channels_are_mixed_not_picked(void **state)
{
	struct file f;
	struct pcm *pcm;
	(void)state;

	make_file(&f, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 2, 800, 1000.0,
		  0.5, true);
	pcm = decode(&f);
	for (size_t i = 0; i < pcm->sampc; i++)
		assert_true(fabsf(pcm->sampv[i]) < 0.0001f);

	pcm_unref(pcm);
	free(f.data);
}


static void the_same_rate_is_exact(void **state)
{
	struct file f;
	struct pcm *pcm;
	int16_t *v;
	size_t n;
	(void)state;

	make_wav(&f, 8000, 1, 801);
	pcm = decode(&f);
	assert_int_equal(0, pcm_resample(&v, &n, pcm, 8000, NULL));
	assert_int_equal(801, n);
	assert_memory_equal(v, f.data + HEADER, n * sizeof(*v));

	free(v);
	pcm_unref(pcm);
	free(f.data);
}


static void what_telephones_cannot_carry_is_removed(void **state)
{
	struct file f;
	struct pcm *pcm;
	int16_t *v;
	size_t n;
	(void)state;

	/* Without a filter 7 kHz would come back as 1 kHz. */
	make_file(&f, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000,
		  7000.0, 0.5, false);
	pcm = decode(&f);
	assert_int_equal(0, pcm_resample(&v, &n, pcm, 8000, NULL));
	assert_level(0.0, level_at(v + 1000, 4000, 8000.0, 1000.0), 0.0005);

	free(v);
	pcm_unref(pcm);
	free(f.data);
}


static void loud_files_are_clipped_and_odd_values_silent(void **state)
{
	struct file f;
	struct pcm *pcm;
	int16_t *v, low = 0, high = 0;
	size_t n;
	const float nan_value = NAN;
	(void)state;

	make_file(&f, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8000, 1, 800, 1000.0,
		  3.0, false);
	memcpy(f.data + f.size - 4 * sizeof(float), &nan_value,
	       sizeof(nan_value));
	pcm = decode(&f);
	assert_int_equal(0, pcm_resample(&v, &n, pcm, 8000, NULL));

	for (size_t i = 0; i < n; i++) {
		low = v[i] < low ? v[i] : low;
		high = v[i] > high ? v[i] : high;
		assert_true(pcm->sampv[i] == pcm->sampv[i]);
	}

	assert_int_equal(-32767, low);
	assert_int_equal(32767, high);

	free(v);
	pcm_unref(pcm);
	free(f.data);
}


static void a_conversion_stops_when_told(void **state)
{
	const atomic_bool stop = true;
	int16_t *v = NULL;
	struct file f;
	struct pcm *pcm;
	size_t n;
	(void)state;

	make_wav(&f, 44100, 1, 44100);
	pcm = decode(&f);
	assert_int_equal(ECANCELED, pcm_resample(&v, &n, pcm, 8000, &stop));
	assert_null(v);

	pcm_unref(pcm);
	free(f.data);
}


static void lengths_are_rounded_up(void **state)
{
	struct pcm pcm = { .rate = 8000, .sampc = 1 };
	(void)state;

	assert_int_equal(1, pcm_length(&pcm));
	pcm.sampc = 8000;
	assert_int_equal(1000, pcm_length(&pcm));
	pcm.sampc = 8001;
	assert_int_equal(1001, pcm_length(&pcm));
}


static void a_single_sample_is_a_prompt(void **state)
{
	struct file f;
	struct pcm *pcm;
	int16_t *v;
	size_t n;
	(void)state;

	make_wav(&f, 44100, 1, 1);
	pcm = decode(&f);
	assert_int_equal(0, pcm_resample(&v, &n, pcm, 8000, NULL));
	assert_int_equal(1, n);

	free(v);
	pcm_unref(pcm);
	free(f.data);
}


static void a_truncated_file_gives_what_it_holds(void **state)
{
	struct file f;
	struct pcm *pcm;
	(void)state;

	make_wav(&f, 8000, 1, 8000);
	f.size = (size_t)HEADER + 2 * 3000;
	pcm = decode(&f);
	assert_int_equal(3000, pcm->sampc);

	pcm_unref(pcm);
	free(f.data);
}


static void what_is_no_audio_is_refused(void **state)
{
	static const char text[] = "This is not a sound but a sentence.\n";
	uint8_t noise[5000];
	struct file f;
	uint32_t x = 1;
	(void)state;

	refuse(NULL, 0, ENODATA, "empty");
	refuse((const uint8_t *)text, sizeof(text), EBADMSG,
	       "not an audio file");

	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1103515245u + 12345u;
		noise[i] = (uint8_t)(x >> 16);
	}
	refuse(noise, sizeof(noise), EBADMSG, "not an audio file");

	make_wav(&f, 8000, 1, 0);
	refuse(f.data, f.size, ENODATA, "no audio");
	free(f.data);

	make_wav(&f, 8000, 1, 100);
	refuse(f.data, 20, EBADMSG, "not an audio file");
	refuse(f.data, HEADER, ENODATA, "no audio");
	free(f.data);
}


static void absurd_files_are_refused(void **state)
{
	struct pcm pcm = { .rate = 8000, .sampc = 1 };
	struct file f;
	int16_t *v;
	size_t n;
	(void)state;

	make_wav(&f, 100, 1, 100);
	refuse(f.data, f.size, ENOTSUP, "100 Hz");
	free(f.data);

	make_wav(&f, 8000, PCM_MAX_CH + 1, 100);
	refuse(f.data, f.size, ENOTSUP, "channels");
	free(f.data);

	make_file(&f, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 4000, 1,
		  (size_t)4000 * PCM_MAX_SEC + 1, 0.0, 0.0, false);
	refuse(f.data, f.size, EFBIG, "longer than 30 minutes");
	free(f.data);

	assert_int_equal(EINVAL, pcm_resample(&v, &n, &pcm, 0, NULL));
	assert_int_equal(EINVAL, pcm_resample(&v, &n, &pcm, 1000000,
					      NULL));
}


/* Whatever bytes go bad: an answer, and no access outside of the file */
static void damaged_headers_do_no_harm(void **state)
{
	struct file f;
	struct pcm *pcm;
	char why[160];
	(void)state;

	make_wav(&f, 8000, 1, 64);

	for (size_t i = 0; i < HEADER; i++) {

		const uint8_t old = f.data[i];

		for (unsigned bad = 0; bad < 256; bad += 15) {
			f.data[i] = (uint8_t)bad;
			pcm = NULL;
			if (!pcm_decode(&pcm, f.data, f.size, why,
					sizeof(why)))
				assert_true(pcm->sampc > 0);
			pcm_unref(pcm);
		}

		f.data[i] = old;
	}

	free(f.data);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tone_keeps_its_pitch_level_and_length),
		cmocka_unit_test(other_formats_are_read),
		cmocka_unit_test(ogg_is_read),
		cmocka_unit_test(channels_are_mixed_not_picked),
		cmocka_unit_test(the_same_rate_is_exact),
		cmocka_unit_test(what_telephones_cannot_carry_is_removed),
		cmocka_unit_test(loud_files_are_clipped_and_odd_values_silent),
		cmocka_unit_test(a_conversion_stops_when_told),
		cmocka_unit_test(lengths_are_rounded_up),
		cmocka_unit_test(a_single_sample_is_a_prompt),
		cmocka_unit_test(a_truncated_file_gives_what_it_holds),
		cmocka_unit_test(what_is_no_audio_is_refused),
		cmocka_unit_test(absurd_files_are_refused),
		cmocka_unit_test(damaged_headers_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
