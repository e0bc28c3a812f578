/**
 * @file encode.h  Samples as the payloads of one codec and packet time
 */
#ifndef RINGROUND_ENCODE_H
#define RINGROUND_ENCODE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "audio/decode.h"
#include "baresip-glue/prompt.h"

enum {
	RUN_PTIME_MAX   = 120,  /**< milliseconds a packet               */
	RUN_PAYLOAD_MAX = 4096, /**< bytes a packet                      */
};

/**
 * Encode with a codec of the host program. Slow; any thread.
 *
 * @param runp  One reference, on 0
 * @param fmtp  The remote side's format parameters; may be NULL
 * @param stop  Gives up with ECANCELED once it is set; may be NULL
 * @return 0; EINVAL packet time out of range, ENOTSUP a codec that cannot
 *         encode, ECANCELED, ENOMEM, or the codec's errno
 */
int run_encode(struct run **runp, const struct pcm *pcm,
	       const struct aucodec *ac, uint32_t ptime, const char *fmtp,
	       const atomic_bool *stop);

/** Bytes that a run occupies */
size_t run_size(const struct run *run);

#endif
