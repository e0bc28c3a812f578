/**
 * @file prompt_load.h  How a prompt gets into the cache: fetch, decode, encode
 *
 * Shared by prompt.c and prompt_load.c only. The loop thread's, all of it:
 * what the worker touches travels in jobs.
 */
#ifndef RINGROUND_PROMPT_LOAD_H
#define RINGROUND_PROMPT_LOAD_H

#include "baresip-glue/prompt.h"
#include "core/phone.h"

struct fetch;
struct job_ops;
struct pcm;
struct worker;

enum prompt_st {
	PROMPT_LOADING,
	PROMPT_READY,
	PROMPT_FAILED,
};

/** A prompt in one codec, packet time and set of parameters */
struct enc {
	struct enc *next;
	const struct aucodec *ac;       /**< these three never change    */
	uint32_t ptime;
	char *fmtp;
	enum prompt_st st;
	int err;
	struct run *run;                /**< when READY                  */
	uint64_t failed_ms;
	uint64_t used_ms;
};

struct prompt {
	struct prompt *next;
	struct prompts *prs;
	int32_t id;
	char digest[DIGEST_SIZE];
	enum prompt_st st;
	int err;
	char why[REASON_SIZE];
	struct fetch *fetch;            /**< under way                   */
	unsigned jobs;                  /**< under way                   */
	struct pcm *pcm;                /**< when READY                  */
	struct enc *encl;
	uint64_t failed_ms;
	uint64_t used_ms;
};

struct prompts {
	prompt_fetch_h *fetchh;
	prompt_change_h *changeh;
	void *arg;
	uint64_t (*now_ms)(void *arg);
	void *now_arg;
	size_t limit;                   /**< bytes                       */
	struct worker *wk;
	struct prompt *prl;
};

/** For worker_alloc() */
extern const struct job_ops prompt_job_ops;

/** Is the failure at since old enough for a new try? */
bool prompt_may_retry(const struct prompts *prs, uint64_t since);

/** Begin to load: LOADING on 0; on an errno nothing has changed. */
int prompt_load(struct prompt *pr);

/**
 * Find an encoding of a READY prompt, or begin to make it
 *
 * @return 0; EINPROGRESS when too many are being made; ENOMEM
 */
int prompt_encode(struct enc **enp, struct prompt *pr,
		  const struct aucodec *ac, uint32_t ptime,
		  const char *fmtp);

/** No job of it may be under way. An answer to its fetch is ignored. */
void prompt_free(struct prompt *pr);

/** Bytes that a prompt occupies */
size_t prompt_bytes(const struct prompt *pr);

#endif
