/**
 * @file decode.h  An uploaded file as mono samples, at any rate
 *
 * Pure functions for any thread; a pcm is immutable once made.
 */
#ifndef RINGROUND_DECODE_H
#define RINGROUND_DECODE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PCM_MAX_SEC  = 1800,    /**< the longest prompt that is taken    */
	PCM_MIN_RATE = 4000,    /**< hertz                               */
	PCM_MAX_RATE = 192000,
	PCM_MAX_CH   = 16,
};

/** Mono samples, full scale at 1.0, at the file's own rate */
struct pcm {
	atomic_uint refs;
	uint32_t rate;          /**< hertz                               */
	size_t sampc;           /**< at least 1                          */
	size_t claimed;         /**< by the header; 0: no more than that */
	float sampv[];
};

/** @return pcm */
struct pcm *pcm_ref(struct pcm *pcm);

/** NULL is fine; the last reference frees. */
void pcm_unref(struct pcm *pcm);

/** Its length in milliseconds, rounded up */
uint32_t pcm_length(const struct pcm *pcm);

/**
 * Decode a whole file (WAV, FLAC, OGG: whatever libsndfile knows) and mix its
 * channels to one
 *
 * @param pcmp  One reference, on 0
 * @param data  Borrowed
 * @param why   Receives words about an error
 * @return 0; EBADMSG not audio, ENODATA no samples, EFBIG too long,
 *         ENOTSUP rate or channels out of range, ENOMEM
 */
int pcm_decode(struct pcm **pcmp, const uint8_t *data, size_t size,
	       char *why, size_t why_size);

/**
 * Convert to 16 bits at another rate, band-limited, rounded and clipped.
 * The length is the original's, rounded up to a sample.
 *
 * @param sampvp  To be freed with free(), on 0
 * @param stop    Gives up with ECANCELED once it is set; may be NULL
 * @return 0, EINVAL (rate out of range), ECANCELED or ENOMEM
 */
int pcm_resample(int16_t **sampvp, size_t *sampcp, const struct pcm *pcm,
		 uint32_t rate, const atomic_bool *stop);

#endif
