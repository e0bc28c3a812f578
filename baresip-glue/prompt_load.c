/**
 * @file prompt_load.c  How a prompt gets into the cache
 */
#include "baresip-glue/prompt_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "baresip-glue/baresip.h"
#include "audio/decode.h"
#include "baresip-glue/encode.h"
#include "baresip-glue/worker.h"
#include "core/ptime.h"


enum {
	ENC_MAX  = 24,          /* encodings kept of one prompt          */
	WARM     = 2,           /* codecs that nearly every call takes   */
};


/* Outlives the cache when the answer comes after its end */
struct fetch {
	struct prompt *pr;              /* NULL: nobody waits any more   */
};


struct job {
	struct prompt *pr;
	uint8_t *data;                  /* NULL: it is decoded already   */
	size_t size;
	struct pcm *pcm;
	int err;
	char why[REASON_SIZE];
	struct enc *encv[WARM];
	size_t encc;
	struct run *runv[WARM];
	int errv[WARM];
};


static uint64_t now(const struct prompts *prs)
{
	return prs->now_ms(prs->now_arg);
}


static void enc_free(struct enc *en)
{
	run_unref(en->run);
	free(en->fmtp);
	free(en);
}


static void prompt_fail(struct prompt *pr, int err, const char *why)
{
	pr->st = PROMPT_FAILED;
	pr->err = err;
	pr->failed_ms = now(pr->prs);
	(void)snprintf(pr->why, sizeof(pr->why), "%s",
		       why && *why ? why : strerror(err));
}


static void job_free(struct job *job)
{
	for (size_t i = 0; i < job->encc; i++)
		run_unref(job->runv[i]);

	pcm_unref(job->pcm);
	free(job->data);
	free(job);
}


/* What a codec may know that does not know ms: rather less, since the callee
 * may not accept more; in the end what every codec knows */
static uint32_t next_best(uint32_t ms)
{
	static const uint32_t msv[] = { 40, PTIME_USUAL, 10, 5 };

	for (size_t i = 0; i < sizeof(msv) / sizeof(msv[0]); i++) {
		if (msv[i] < ms)
			return msv[i];
	}

	return PTIME_USUAL;
}


/* Opus knows no 30 ms, for one. */
static int encode(struct run **runp, const struct pcm *pcm,
		  const struct enc *en, const atomic_bool *stop)
{
	uint32_t ms = en->ptime;
	int err;

	err = run_encode(runp, pcm, en->ac, ms, en->fmtp, stop);
	while (err && err != ENOTSUP && err != ECANCELED &&
	       ms != PTIME_USUAL) {
		ms = next_best(ms);
		err = run_encode(runp, pcm, en->ac, ms, en->fmtp, stop);
	}

	return err;
}


static void job_work(void *arg, const atomic_bool *stop)
{
	struct job *job = arg;

	if (job->data) {
		job->err = pcm_decode(&job->pcm, job->data, job->size,
				      job->why, sizeof(job->why));
		if (job->err)
			return;
	}

	for (size_t i = 0; i < job->encc; i++)
		job->errv[i] = encode(&job->runv[i], job->pcm, job->encv[i],
				      stop);
}


static void enc_done(struct enc *en, const struct prompts *prs,
		     struct run *run, int err)
{
	en->st = err ? PROMPT_FAILED : PROMPT_READY;
	en->err = err;
	en->run = err ? NULL : run_ref(run);
	en->failed_ms = now(prs);
}


static void job_done(void *arg)
{
	struct job *job = arg;
	struct prompt *pr = job->pr;
	struct prompts *prs = pr->prs;

	--pr->jobs;

	for (size_t i = 0; i < job->encc; i++)
		enc_done(job->encv[i], prs, job->runv[i],
			 job->err ? job->err : job->errv[i]);

	if (job->err) {
		prompt_fail(pr, job->err, job->why);
	}
	else if (!pr->pcm) {
		pr->pcm = pcm_ref(job->pcm);
		pr->st = PROMPT_READY;
	}

	job_free(job);
	prs->changeh(prs->arg);
}


static void job_drop(void *arg)
{
	job_free(arg);
}


const struct job_ops prompt_job_ops = {
	.work = job_work,
	.done = job_done,
	.drop = job_drop,
};


static struct enc *enc_find(const struct prompt *pr, const struct aucodec *ac,
			    uint32_t ptime, const char *fmtp)
{
	struct enc *en;

	for (en = pr->encl; en; en = en->next) {
		if (en->ac == ac && en->ptime == ptime &&
		    !strcmp(en->fmtp, fmtp))
			break;
	}

	return en;
}


/*
 * Makes room for one more: the remote side writes fmtp, and must not fill
 * the memory with it.
 */
static bool enc_room(struct prompt *pr)
{
	struct enc **enp, **oldest = NULL;
	struct enc *en;
	unsigned n = 0;

	for (enp = &pr->encl; *enp; enp = &(*enp)->next) {
		++n;
		if ((*enp)->st != PROMPT_LOADING &&
		    (!oldest || (*enp)->used_ms <= (*oldest)->used_ms))
			oldest = enp;
	}

	if (n < ENC_MAX)
		return true;
	if (!oldest)
		return false;

	en = *oldest;
	*oldest = en->next;
	enc_free(en);

	return true;
}


static struct enc *enc_add(struct prompt *pr, const struct aucodec *ac,
			   uint32_t ptime, const char *fmtp)
{
	struct enc *en;

	en = calloc(1, sizeof(*en));
	if (!en)
		return NULL;

	en->fmtp = strdup(fmtp);
	if (!en->fmtp) {
		free(en);
		return NULL;
	}

	en->ac = ac;
	en->ptime = ptime;
	en->st = PROMPT_LOADING;
	en->next = pr->encl;
	pr->encl = en;

	return en;
}


/* So that the first answered call need not wait for an encoder */
static void job_warm(struct job *job)
{
	static const char *const namev[WARM] = { "PCMU", "PCMA" };

	for (size_t i = 0; i < WARM; i++) {

		const struct aucodec *ac;
		struct enc *en;

		ac = aucodec_find(baresip_aucodecl(), namev[i], 8000, 1);
		if (!ac)
			continue;

		en = enc_find(job->pr, ac, PTIME_USUAL, "");
		if (!en && enc_room(job->pr))
			en = enc_add(job->pr, ac, PTIME_USUAL, "");
		if (!en)
			continue;

		run_unref(en->run);
		en->run = NULL;
		en->st = PROMPT_LOADING;
		en->used_ms = now(job->pr->prs);
		job->encv[job->encc++] = en;
	}
}


static int decode_start(struct prompt *pr, const uint8_t *data, size_t size)
{
	struct job *job;
	int err;

	job = calloc(1, sizeof(*job));
	if (!job)
		return ENOMEM;

	job->pr = pr;
	job->data = malloc(size + 1);
	if (!job->data) {
		free(job);
		return ENOMEM;
	}

	if (size)
		memcpy(job->data, data, size);
	job->size = size;
	job_warm(job);

	err = worker_post(pr->prs->wk, job);
	if (err) {
		for (size_t i = 0; i < job->encc; i++)
			enc_done(job->encv[i], pr->prs, NULL, err);
		job_free(job);
		return err;
	}

	++pr->jobs;

	return 0;
}


static void bytes_handler(int err, const uint8_t *data, size_t size,
			  const char *why, void *arg)
{
	struct fetch *fe = arg;
	struct prompt *pr = fe->pr;

	free(fe);
	if (!pr)
		return;

	pr->fetch = NULL;

	if (!err)
		err = decode_start(pr, data, size);
	else if (err == ENOENT && !why)
		why = "there is no such prompt";

	if (!err)
		return;

	prompt_fail(pr, err, why);
	pr->prs->changeh(pr->prs->arg);
}


static int enc_start(struct prompt *pr, struct enc *en)
{
	struct job *job;
	int err;

	job = calloc(1, sizeof(*job));
	if (!job)
		return ENOMEM;

	job->pr = pr;
	job->pcm = pcm_ref(pr->pcm);
	job->encv[job->encc++] = en;

	err = worker_post(pr->prs->wk, job);
	if (err) {
		job_free(job);
		return err;
	}

	en->st = PROMPT_LOADING;
	++pr->jobs;

	return 0;
}


bool prompt_may_retry(const struct prompts *prs, uint64_t since)
{
	return now(prs) - since >= PROMPT_RETRY_SEC * 1000;
}


int prompt_load(struct prompt *pr)
{
	struct fetch *fe;
	int err;

	fe = malloc(sizeof(*fe));
	if (!fe)
		return ENOMEM;

	fe->pr = pr;
	err = pr->prs->fetchh(pr->id, pr->digest, bytes_handler, fe,
			      pr->prs->arg);
	if (err) {
		free(fe);
		return err;
	}

	pr->fetch = fe;
	pr->st = PROMPT_LOADING;

	return 0;
}


int prompt_encode(struct enc **enp, struct prompt *pr,
		  const struct aucodec *ac, uint32_t ptime, const char *fmtp)
{
	struct enc *en;
	int err;

	/* Without an update handler the codec never sees them. */
	if (!fmtp || !ac->encupdh)
		fmtp = "";

	en = enc_find(pr, ac, ptime, fmtp);

	if (en && (en->st != PROMPT_FAILED ||
		   !prompt_may_retry(pr->prs, en->failed_ms))) {
		*enp = en;
		return 0;
	}

	if (!en) {
		if (!enc_room(pr))
			return EINPROGRESS;

		en = enc_add(pr, ac, ptime, fmtp);
		if (!en)
			return ENOMEM;
	}

	err = enc_start(pr, en);
	if (err)
		enc_done(en, pr->prs, NULL, err);

	*enp = en;

	return 0;
}


size_t prompt_bytes(const struct prompt *pr)
{
	size_t n = pr->pcm ? pr->pcm->sampc * sizeof(float) : 0;

	for (const struct enc *en = pr->encl; en; en = en->next)
		n += en->run ? run_size(en->run) : 0;

	return n;
}


void prompt_free(struct prompt *pr)
{
	struct enc *en;

	while ((en = pr->encl)) {
		pr->encl = en->next;
		enc_free(en);
	}

	if (pr->fetch)
		pr->fetch->pr = NULL;

	pcm_unref(pr->pcm);
	free(pr);
}
