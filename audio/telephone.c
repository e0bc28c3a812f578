/**
 * @file telephone.c  A prompt as a callee hears it
 */
#include "audio/telephone.h"

#include <errno.h>
#include <stdlib.h>
#include <sndfile.h>
#include "audio/g711.h"
#include "audio/memfile.h"

enum { RATE = 8000 };


/* @return 0, ENOMEM or EIO; mf->own is the caller's either way */
static int samples_write(struct memfile *mf, const int16_t *v, size_t n)
{
	SF_INFO info = { .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16,
			 .channels = 1, .samplerate = RATE };
	SNDFILE *sf;
	sf_count_t done;

	sf = sf_open_virtual(&memfile_io, SFM_WRITE, &info, mf);
	if (!sf)
		return EIO;

	done = sf_writef_short(sf, v, (sf_count_t)n);
	sf_close(sf);
	if (mf->failed)
		return ENOMEM;

	return done == (sf_count_t)n ? 0 : EIO;
}


int telephone_wav(uint8_t **datap, size_t *lenp, const struct pcm *pcm,
		  bool alaw)
{
	struct memfile mf = { .data = NULL };
	int16_t *sampv = NULL;
	size_t sampc = 0;
	int err;

	err = pcm_resample(&sampv, &sampc, pcm, RATE, NULL);
	for (size_t i = 0; i < sampc; i++)
		sampv[i] = alaw ? g711_through_alaw(sampv[i]) :
			g711_through_ulaw(sampv[i]);
	if (!err)
		err = samples_write(&mf, sampv, sampc);
	free(sampv);
	if (err) {
		free(mf.own);
		return err;
	}

	*datap = mf.own;
	*lenp = (size_t)mf.size;

	return 0;
}
