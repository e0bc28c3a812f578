/**
 * @file telephone.h  A prompt as a callee hears it
 */
#ifndef RINGROUND_TELEPHONE_H
#define RINGROUND_TELEPHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "audio/decode.h"

/**
 * At 8 kHz and through G.711, decoded again, as a WAV file of 16 bits
 *
 * @param alaw   A-law, else mu-law
 * @param datap  For the caller to free, on 0
 * @return 0, ENOMEM, or EIO when libsndfile cannot
 */
int telephone_wav(uint8_t **datap, size_t *lenp, const struct pcm *pcm,
		  bool alaw);

#endif
