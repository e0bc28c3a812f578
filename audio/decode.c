/**
 * @file decode.c  An uploaded file as mono samples, at any rate
 */
#include "audio/decode.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <samplerate.h>
#include <sndfile.h>
#include "audio/memfile.h"


enum {
	CHUNK = 4096,           /* frames read or converted at a time    */
};


/* One conversion under way */
struct conv {
	SRC_STATE *src;
	SRC_DATA d;
	size_t outc;            /* samples wanted                        */
	size_t n;               /* samples written                       */
	const atomic_bool *stop;
};


__attribute__((format(printf, 4, 5)))
static int refuse(int err, char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, size, fmt, ap);
	va_end(ap);

	return err;
}


static int check_info(const SF_INFO *info, char *why, size_t size)
{
	if (info->samplerate < PCM_MIN_RATE ||
	    info->samplerate > PCM_MAX_RATE)
		return refuse(ENOTSUP, why, size,
			      "its sample rate of %d Hz is not between "
			      "%d and %d", info->samplerate,
			      PCM_MIN_RATE, PCM_MAX_RATE);

	if (info->channels < 1 || info->channels > PCM_MAX_CH)
		return refuse(ENOTSUP, why, size,
			      "it has %d channels, more than %d",
			      info->channels, PCM_MAX_CH);

	return 0;
}


static void mix(float *dst, const float *src, size_t framec, size_t ch)
{
	for (size_t i = 0; i < framec; i++) {

		float sum = 0.0f;

		for (size_t c = 0; c < ch; c++)
			sum += src[i * ch + c];

		/* Float files may hold anything. */
		dst[i] = isfinite(sum) ? sum / (float)ch : 0.0f;
	}
}


static int pcm_grow(struct pcm **pcmp, size_t sampc)
{
	struct pcm *pcm;

	pcm = realloc(*pcmp, sizeof(*pcm) + sampc * sizeof(pcm->sampv[0]));
	if (!pcm)
		return ENOMEM;

	*pcmp = pcm;

	return 0;
}


/* The number of frames in a header is a claim only: read until the end. */
static int read_all(struct pcm **pcmp, SNDFILE *sf, const SF_INFO *info,
		    char *why, size_t size)
{
	const size_t ch = (size_t)info->channels;
	const size_t max = (size_t)info->samplerate * PCM_MAX_SEC;
	float buf[CHUNK];
	size_t n = 0, room = 0;
	sf_count_t got;

	for (;;) {
		got = sf_readf_float(sf, buf, (sf_count_t)(CHUNK / ch));
		if (got <= 0)
			break;

		if (n + (size_t)got > max)
			return refuse(EFBIG, why, size,
				      "it is longer than %d minutes",
				      PCM_MAX_SEC / 60);

		if (n + (size_t)got > room) {
			room = 2 * room + CHUNK;
			if (pcm_grow(pcmp, room))
				return refuse(ENOMEM, why, size,
					      "it does not fit into memory");
		}

		mix((*pcmp)->sampv + n, buf, (size_t)got, ch);
		n += (size_t)got;
	}

	if (!n)
		return refuse(ENODATA, why, size, "it holds no audio");

	(*pcmp)->sampc = n;

	/* Shrinking: when that fails, the larger one does as well. */
	(void)pcm_grow(pcmp, n);

	return 0;
}


/*
 * The samples that the header of a file which was cut off tells of. Of WAV
 * libsndfile counts those that are there; a size near the limit is that of a
 * program which could not know it.
 */
static size_t claimed(const struct pcm *pcm, const SF_INFO *info,
		      const uint8_t *data, size_t size)
{
	size_t said = info->frames > 0 ? (size_t)info->frames : 0;
	uint64_t bytes;

	if (size > 8 && !memcmp(data, "RIFF", 4)) {
		bytes = 8 + ((uint64_t)data[7] << 24
			     | (uint64_t)data[6] << 16
			     | (uint64_t)data[5] << 8 | data[4]);
		if (bytes > size && bytes < 0x7f000000)
			said = (size_t)(pcm->sampc * bytes / size);
	}

	return said > pcm->sampc ? said : 0;
}


/* Not -32768: librem's G.711 negates it in 16 bits, and looks it up where its
 * tables have not begun. */
static int16_t to_s16(float f)
{
	f *= 32768.0f;

	return (int16_t)lrintf(fminf(fmaxf(f, -32767.0f), 32767.0f));
}


static int run_conv(struct conv *cv, int16_t *outv, const struct pcm *pcm)
{
	float buf[CHUNK];

	cv->d.data_in = pcm->sampv;
	cv->d.input_frames = (long)pcm->sampc;
	cv->d.end_of_input = 1;

	while (cv->n < cv->outc) {

		if (cv->stop && atomic_load(cv->stop))
			return ECANCELED;

		cv->d.data_out = buf;
		cv->d.output_frames = CHUNK;

		if (src_process(cv->src, &cv->d))
			return EINVAL;
		if (!cv->d.output_frames_gen)
			break;

		for (long i = 0; i < cv->d.output_frames_gen; i++) {
			if (cv->n < cv->outc)
				outv[cv->n++] = to_s16(buf[i]);
		}

		cv->d.data_in += cv->d.input_frames_used;
		cv->d.input_frames -= cv->d.input_frames_used;
	}

	return 0;
}


static int convert(int16_t *outv, size_t outc, const struct pcm *pcm,
		   uint32_t rate, const atomic_bool *stop)
{
	struct conv cv = { .outc = outc, .stop = stop };
	int err;

	/* The filter would take the highest tones away for nothing. */
	if (rate == pcm->rate) {
		for (size_t i = 0; i < outc; i++)
			outv[i] = to_s16(pcm->sampv[i]);
		return 0;
	}

	cv.d.src_ratio = (double)rate / (double)pcm->rate;
	cv.src = src_new(SRC_SINC_MEDIUM_QUALITY, 1, &err);
	if (!cv.src)
		return ENOMEM;

	err = run_conv(&cv, outv, pcm);
	src_delete(cv.src);

	return err;
}


struct pcm *pcm_ref(struct pcm *pcm)
{
	atomic_fetch_add_explicit(&pcm->refs, 1, memory_order_relaxed);

	return pcm;
}


void pcm_unref(struct pcm *pcm)
{
	if (!pcm)
		return;

	if (atomic_fetch_sub_explicit(&pcm->refs, 1,
				      memory_order_acq_rel) == 1)
		free(pcm);
}


uint32_t pcm_length(const struct pcm *pcm)
{
	return (uint32_t)(((uint64_t)pcm->sampc * 1000 + pcm->rate - 1) /
			  pcm->rate);
}


int pcm_decode(struct pcm **pcmp, const uint8_t *data, size_t size,
	       char *why, size_t why_size)
{
	struct memfile mf = { .data = data, .size = (sf_count_t)size };
	SF_INFO info = { .format = 0 };
	struct pcm *pcm = NULL;
	SNDFILE *sf;
	int err;

	if (!size)
		return refuse(ENODATA, why, why_size, "the file is empty");

	sf = sf_open_virtual(&memfile_io, SFM_READ, &info, &mf);
	if (!sf)
		return refuse(EBADMSG, why, why_size, "not an audio file "
			      "that libsndfile knows: %s", sf_strerror(NULL));

	err = check_info(&info, why, why_size);
	if (err)
		goto out;

	err = read_all(&pcm, sf, &info, why, why_size);
	if (err)
		goto out;

	pcm->rate = (uint32_t)info.samplerate;
	pcm->claimed = claimed(pcm, &info, data, size);
	atomic_init(&pcm->refs, 1);
	*pcmp = pcm;
	pcm = NULL;

 out:
	free(pcm);
	sf_close(sf);

	return err;
}


int pcm_resample(int16_t **sampvp, size_t *sampcp, const struct pcm *pcm,
		 uint32_t rate, const atomic_bool *stop)
{
	int16_t *outv;
	size_t outc;
	int err;

	if (rate < PCM_MIN_RATE || rate > PCM_MAX_RATE)
		return EINVAL;

	outc = (size_t)(((uint64_t)pcm->sampc * rate + pcm->rate - 1) /
			pcm->rate);

	/* Zeroed: the converter may end a sample short of what is wanted. */
	outv = calloc(outc, sizeof(*outv));
	if (!outv)
		return ENOMEM;

	err = convert(outv, outc, pcm, rate, stop);
	if (err) {
		free(outv);
		return err;
	}

	*sampvp = outv;
	*sampcp = outc;

	return 0;
}
