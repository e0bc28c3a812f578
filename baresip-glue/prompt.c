/**
 * @file prompt.c  The cache of prompts and of their payloads
 */
#include "baresip-glue/prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "audio/decode.h"
#include "baresip-glue/encode.h"
#include "baresip-glue/prompt_load.h"
#include "baresip-glue/worker.h"


static uint64_t own_clock(void *arg)
{
	struct timespec ts;
	(void)arg;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


static uint64_t now(const struct prompts *prs)
{
	return prs->now_ms(prs->now_arg);
}


/*
 * Drops what is idle, and earlier while there is too much. What campaigns
 * ask for all the time stays even then: to load it in turns would be worse.
 */
static void cache_trim(struct prompts *prs, const struct prompt *keep)
{
	struct prompt **prp, **oldest, *pr;
	uint64_t idle;
	size_t bytes;

	for (;;) {
		oldest = NULL;
		bytes = 0;

		for (prp = &prs->prl; (pr = *prp); prp = &pr->next) {
			bytes += prompt_bytes(pr);
			if (pr != keep && !pr->fetch && !pr->jobs &&
			    (!oldest || pr->used_ms < (*oldest)->used_ms))
				oldest = prp;
		}

		if (!oldest)
			return;

		pr = *oldest;
		idle = now(prs) - pr->used_ms;
		if (idle < (bytes > prs->limit ? PROMPT_BUSY_SEC :
			    PROMPT_IDLE_SEC) * 1000)
			return;

		*oldest = pr->next;
		prompt_free(pr);
	}
}


static struct prompt *prompt_find(const struct prompts *prs, int32_t id,
				  const char *digest)
{
	struct prompt *pr;

	for (pr = prs->prl; pr; pr = pr->next) {
		if (pr->id == id && !strcmp(pr->digest, digest))
			break;
	}

	return pr;
}


/* An errno means that nothing was learned about the prompt. */
static int prompt_add(struct prompt **prp, struct prompts *prs, int32_t id,
		      const char *digest)
{
	struct prompt *pr;
	int err;

	if (strlen(digest) >= DIGEST_SIZE)
		return EINVAL;

	pr = calloc(1, sizeof(*pr));
	if (!pr)
		return ENOMEM;

	pr->prs = prs;
	pr->id = id;
	strcpy(pr->digest, digest);

	err = prompt_load(pr);
	if (err) {
		prompt_free(pr);
		return err;
	}

	pr->next = prs->prl;
	prs->prl = pr;
	*prp = pr;

	return 0;
}


static int prompt_get(struct prompt **prp, struct prompts *prs, int32_t id,
		      const char *digest, const char **why)
{
	struct prompt *pr = prompt_find(prs, id, digest);
	int err;

	if (!pr) {
		err = prompt_add(&pr, prs, id, digest);
		if (err) {
			*why = strerror(err);
			return err;
		}
	}

	pr->used_ms = now(prs);
	cache_trim(prs, pr);

	/* A new try that cannot even begin leaves the old words. */
	if (pr->st == PROMPT_FAILED && prompt_may_retry(prs, pr->failed_ms))
		(void)prompt_load(pr);

	*why = pr->why;

	switch (pr->st) {

	case PROMPT_LOADING:
		return EINPROGRESS;

	case PROMPT_FAILED:
		return pr->err;

	case PROMPT_READY:
		*prp = pr;
		return 0;
	}

	return EINVAL;
}


int prompts_alloc(struct prompts **prsp, prompt_fetch_h *fetchh,
		  prompt_change_h *changeh, void *arg)
{
	struct prompts *prs;
	int err;

	prs = calloc(1, sizeof(*prs));
	if (!prs)
		return ENOMEM;

	err = worker_alloc(&prs->wk, &prompt_job_ops, "ringround-work");
	if (err) {
		free(prs);
		return err;
	}

	prs->fetchh = fetchh;
	prs->changeh = changeh;
	prs->arg = arg;
	prs->now_ms = own_clock;
	prs->limit = PROMPT_CACHE_BYTES;
	*prsp = prs;

	return 0;
}


void prompts_free(struct prompts *prs)
{
	struct prompt *pr;

	if (!prs)
		return;

	worker_free(prs->wk);

	while ((pr = prs->prl)) {
		prs->prl = pr->next;
		prompt_free(pr);
	}

	free(prs);
}


void prompts_limit(struct prompts *prs, size_t bytes)
{
	prs->limit = bytes;
}


void prompts_clock(struct prompts *prs, uint64_t (*now_ms)(void *arg),
		   void *arg)
{
	prs->now_ms = now_ms;
	prs->now_arg = arg;
}


int prompts_ready(struct prompts *prs, int32_t id, const char *digest,
		  uint32_t *ms, const char **why)
{
	struct prompt *pr;
	int err;

	err = prompt_get(&pr, prs, id, digest, why);
	if (err)
		return err;

	*ms = pcm_length(pr->pcm);

	return 0;
}


int prompts_run(struct prompts *prs, struct run **runp, int32_t id,
		const char *digest, const struct aucodec *ac, uint32_t ptime,
		const char *fmtp)
{
	struct prompt *pr;
	const char *why;
	struct enc *en;
	int err;

	if (!ptime || ptime > RUN_PTIME_MAX)
		return EINVAL;

	err = prompt_get(&pr, prs, id, digest, &why);
	if (err)
		return err;

	err = prompt_encode(&en, pr, ac, ptime, fmtp);
	if (err)
		return err;

	en->used_ms = now(prs);

	switch (en->st) {

	case PROMPT_LOADING:
		return EINPROGRESS;

	case PROMPT_FAILED:
		return en->err;

	case PROMPT_READY:
		*runp = run_ref(en->run);
		return 0;
	}

	return EINVAL;
}
