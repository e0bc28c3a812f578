/**
 * @file prompt.h  Prompts: fetched, decoded, encoded once, shared by all calls
 *
 * A worker thread decodes (libsndfile), mixes to mono, resamples and encodes
 * with baresip's own codecs. The functions belong to the loop thread unless
 * they say otherwise.
 */
#ifndef RINGROUND_PROMPT_H
#define RINGROUND_PROMPT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aucodec;
struct prompts;

enum {
	PROMPT_RETRY_SEC   = 30,        /**< from a failure to a new try */
	PROMPT_IDLE_SEC    = 600,       /**< what nobody asks for goes   */
	PROMPT_BUSY_SEC    = 60,        /**< or then, above the limit   */
	PROMPT_CACHE_BYTES = 256 << 20,
};

/**
 * A prompt as the payloads of one codec and packet time. Immutable; any
 * thread may read it while it holds a reference.
 */
struct run {
	atomic_uint refs;
	uint32_t ptime;         /**< milliseconds a packet               */
	uint32_t clock;         /**< of RTP, in hertz                    */
	uint32_t ts_step;       /**< RTP clock ticks a packet            */
	uint32_t packetc;       /**< the last one is padded with silence */
	uint32_t length_ms;     /**< of the prompt itself                */
	const uint32_t *offv;   /**< packetc + 1 offsets into data       */
	const uint8_t *data;
};

/** Any thread */
struct run *run_ref(struct run *run);
/** Any thread. NULL is fine. */
void run_unref(struct run *run);

/**
 * Delivers an uploaded file: size bytes at data, borrowed; or err with why
 * (borrowed words, may be NULL). ENOENT: there is no such prompt.
 */
typedef void (prompt_bytes_h)(int err, const uint8_t *data, size_t size,
			      const char *why, void *arg);

/** Fetch a prompt's file: an errno now, or the handler once, later. */
typedef int (prompt_fetch_h)(int32_t id, const char *digest,
			     prompt_bytes_h *h, void *harg, void *arg);

/** Something became ready or failed: ask again. Called on the loop thread. */
typedef void (prompt_change_h)(void *arg);

/** Starts the worker thread. @return 0 or an errno */
int prompts_alloc(struct prompts **prsp, prompt_fetch_h *fetchh,
		  prompt_change_h *changeh, void *arg);

/**
 * Joins the worker; drops everything; no handler runs afterwards. Runs that
 * are still referenced live on. NULL is fine.
 */
void prompts_free(struct prompts *prs);

/**
 * Limit the memory for what is cached (PROMPT_CACHE_BYTES unless set). The
 * least recently asked for goes first; what was asked for during the last
 * PROMPT_BUSY_SEC, or is being prepared, stays nevertheless.
 */
void prompts_limit(struct prompts *prs, size_t bytes);

/** For tests: a clock in milliseconds that never jumps, instead of the own */
void prompts_clock(struct prompts *prs, uint64_t (*now_ms)(void *arg),
		   void *arg);

/**
 * Is this prompt decoded and ready to be encoded? Begins to load it when it
 * is not known yet; a failure is remembered and tried again after 30 s.
 *
 * @param ms   Its length in milliseconds, on 0
 * @param why  Why not, on an errno other than EINPROGRESS; borrowed until the
 *             next call
 * @return 0, EINPROGRESS, or an errno
 */
int prompts_ready(struct prompts *prs, int32_t id, const char *digest,
		  uint32_t *ms, const char **why);

/**
 * The payloads of a ready prompt for a codec and packet time. Encoded at the
 * first time it is wanted (on the worker), shared afterwards.
 *
 * @param runp  A new reference, on 0
 * @param ptime Milliseconds wanted; a codec that cannot do these gets 20
 * @param fmtp  The remote side's format parameters; may be NULL
 * @return 0, EINPROGRESS while it is being encoded (the change handler
 *         follows), or an errno
 */
int prompts_run(struct prompts *prs, struct run **runp, int32_t id,
		const char *digest, const struct aucodec *ac, uint32_t ptime,
		const char *fmtp);

#endif
