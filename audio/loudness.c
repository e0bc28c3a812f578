/**
 * @file loudness.c  How loud a prompt is, by EBU R 128, and made louder
 */
#include "audio/loudness.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ebur128.h>
#include <sndfile.h>
#include "audio/decode.h"
#include "audio/memfile.h"

enum { CHUNK = 4096 };          /* samples at a time                     */


static void format_words(struct loudness *ld, int format)
{
	SF_FORMAT_INFO major = { .format = format & SF_FORMAT_TYPEMASK };
	SF_FORMAT_INFO minor = { .format = format & SF_FORMAT_SUBMASK };

	(void)sf_command(NULL, SFC_GET_FORMAT_INFO, &major, sizeof(major));
	(void)sf_command(NULL, SFC_GET_FORMAT_INFO, &minor, sizeof(minor));
	snprintf(ld->format, sizeof(ld->format), "%s%s%s",
		 major.name ? major.name : "?", minor.name ? ", " : "",
		 minor.name ? minor.name : "");
}


static SNDFILE *reading(struct memfile *mf, SF_INFO *info,
			const uint8_t *data, size_t size)
{
	SNDFILE *sf;

	memset(mf, 0, sizeof(*mf));
	memset(info, 0, sizeof(*info));
	mf->data = data;
	mf->size = (sf_count_t)size;

	sf = sf_open_virtual(&memfile_io, SFM_READ, info, mf);
	if (sf && (info->channels < 1 || info->channels > PCM_MAX_CH ||
		   info->samplerate < PCM_MIN_RATE)) {
		sf_close(sf);
		sf = NULL;
	}

	return sf;
}


static int frames_add(ebur128_state *st, SNDFILE *sf, size_t channels)
{
	float buf[CHUNK];
	sf_count_t got;

	for (;;) {
		got = sf_readf_float(sf, buf, (sf_count_t)(CHUNK / channels));
		if (got <= 0)
			return 0;
		if (ebur128_add_frames_float(st, buf, (size_t)got))
			return ENOMEM;
	}
}


static void result(struct loudness *ld, ebur128_state *st)
{
	double lufs = 0.0, peak = 0.0, most = 0.0;

	if (ebur128_loudness_global(st, &lufs))
		lufs = -HUGE_VAL;
	for (unsigned ch = 0; ch < (unsigned)ld->channels; ch++) {
		if (!ebur128_true_peak(st, ch, &peak) && peak > most)
			most = peak;
	}

	ld->lufs = lufs;
	ld->peak_db = most > 0.0 ? 20.0 * log10(most) : -HUGE_VAL;
}


int loudness_measure(struct loudness *ld, const uint8_t *data, size_t size)
{
	struct loudness new;
	struct memfile mf;
	ebur128_state *st;
	SF_INFO info;
	SNDFILE *sf;
	int err = ENOMEM;

	sf = reading(&mf, &info, data, size);
	if (!sf)
		return EBADMSG;

	memset(&new, 0, sizeof(new));
	new.rate = info.samplerate;
	new.channels = info.channels;
	format_words(&new, info.format);

	st = ebur128_init((unsigned)info.channels,
			  (unsigned long)info.samplerate,
			  EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
	if (st) {
		/* Mono is heard as such: not by two loudspeakers. */
		err = frames_add(st, sf, (size_t)info.channels);
		if (!err)
			result(&new, st);
		ebur128_destroy(&st);
	}

	sf_close(sf);
	if (!err)
		*ld = new;

	return err;
}


static int copy_louder(SNDFILE *dst, SNDFILE *src, size_t channels,
		       float gain)
{
	float buf[CHUNK];
	sf_count_t got;

	for (;;) {
		got = sf_readf_float(src, buf,
				     (sf_count_t)(CHUNK / channels));
		if (got <= 0)
			return 0;

		for (size_t i = 0; i < (size_t)got * channels; i++)
			buf[i] *= gain;
		if (sf_writef_float(dst, buf, got) != got)
			return EIO;
	}
}


static int flac_write(struct memfile *out, const uint8_t *data, size_t size,
		      float gain)
{
	SF_INFO info, outinfo = { .format = SF_FORMAT_FLAC |
					    SF_FORMAT_PCM_16 };
	SNDFILE *src, *dst;
	struct memfile mf;
	int err = EIO;

	src = reading(&mf, &info, data, size);
	if (!src)
		return EBADMSG;

	outinfo.samplerate = info.samplerate;
	outinfo.channels = info.channels;
	dst = sf_open_virtual(&memfile_io, SFM_WRITE, &outinfo, out);
	if (dst) {
		(void)sf_command(dst, SFC_SET_CLIPPING, NULL, SF_TRUE);
		err = copy_louder(dst, src, (size_t)info.channels, gain);
		sf_close(dst);
		if (out->failed)
			err = ENOMEM;
	}
	sf_close(src);

	return err;
}


int loudness_apply(struct loudness *ld, uint8_t **datap, size_t *lenp,
		   const uint8_t *data, size_t size, double lufs)
{
	struct memfile out = { .data = NULL };
	struct loudness new;
	int err;

	err = loudness_measure(&new, data, size);
	if (err)
		return err;
	if (!isfinite(new.lufs) || !isfinite(new.peak_db))
		return ENODATA;

	new.gain_db = lufs - new.lufs;
	if (new.peak_db + new.gain_db > LOUDNESS_PEAK_DB) {
		new.gain_db = LOUDNESS_PEAK_DB - new.peak_db;
		new.limited = 1;
	}

	err = flac_write(&out, data, size,
			 (float)pow(10.0, new.gain_db / 20.0));
	if (err) {
		free(out.own);
		return err;
	}

	*ld = new;
	*datap = out.own;
	*lenp = (size_t)out.size;

	return 0;
}
