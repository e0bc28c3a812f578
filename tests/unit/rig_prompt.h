/**
 * @file rig_prompt.h  A prompt cache on a fake database and fake codecs
 *
 * The worker is real; tests wait for the change handler, not for time to
 * pass.
 */
#ifndef RINGROUND_RIG_PROMPT_H
#define RINGROUND_RIG_PROMPT_H

#include "baresip-glue/prompt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/encode.h"


#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)


enum { HEADER = 44 };


struct auenc_state {
	uint32_t ptime;
	uint8_t param;          /* first letter of fmtp                  */
};


/* The fake database and all that a test looks at */
static struct {
	struct prompts *prs;
	uint64_t now;
	prompt_bytes_h *h;      /* of the fetch under way                */
	void *harg;
	int32_t id;
	unsigned fetches;
	unsigned changes;
	int fetch_err;
	atomic_uint encoded;    /* frames, by the worker                 */
	uint8_t *wav;
	size_t wav_size;
} t;

static struct list codecl;


/* One byte a sample, as G.711; its high half */
static inline int byte_encode(struct auenc_state *aes, bool *marker,
			      uint8_t *buf, size_t *len, int fmt,
			      const void *sampv, size_t sampc)
{
	const int16_t *v = sampv;

	if (aes || *marker || fmt != AUFMT_S16LE || *len < sampc)
		return EINVAL;

	for (size_t i = 0; i < sampc; i++)
		buf[i] = (uint8_t)(v[i] >> 8);

	*len = sampc;
	atomic_fetch_add(&t.encoded, 1);

	return 0;
}


static inline int state_update(struct auenc_state **aesp,
			       const struct aucodec *ac,
			       struct auenc_param *prm, const char *fmtp)
{
	struct auenc_state *aes;

	if (*aesp || !ac || prm->bitrate)
		return EINVAL;

	aes = mem_zalloc(sizeof(*aes), NULL);
	if (!aes)
		return ENOMEM;

	aes->ptime = prm->ptime;
	aes->param = (uint8_t)fmtp[0];
	*aesp = aes;

	return 0;
}


/* Tells what it was given; lastly whether samples come in equal pairs */
static inline int state_encode(struct auenc_state *aes, bool *marker,
			       uint8_t *buf, size_t *len, int fmt,
			       const void *sampv, size_t sampc)
{
	const int16_t *v = sampv;
	bool pairs = true, flat = true;
	(void)marker;
	(void)fmt;

	for (size_t i = 0; i + 1 < sampc; i += 2) {
		pairs = pairs && v[i] == v[i + 1];
		flat = flat && v[i] == v[0];
	}

	buf[0] = (uint8_t)aes->ptime;
	buf[1] = aes->param;
	buf[2] = (uint8_t)(sampc >> 8);
	buf[3] = (uint8_t)sampc;
	buf[4] = pairs && !flat;
	*len = 5;

	return 0;
}


static inline int bad_encode(struct auenc_state *aes, bool *marker,
			     uint8_t *buf, size_t *len, int fmt,
			     const void *sampv, size_t sampc)
{
	(void)aes;
	(void)marker;
	(void)buf;
	(void)len;
	(void)fmt;
	(void)sampv;
	(void)sampc;
	atomic_fetch_add(&t.encoded, 1);

	return EPROTO;
}


/* As GSM */
static inline int picky_encode(struct auenc_state *aes, bool *marker,
			       uint8_t *buf, size_t *len, int fmt,
			       const void *sampv, size_t sampc)
{
	if (sampc != 160)
		return EPROTO;

	return byte_encode(aes, marker, buf, len, fmt, sampv, sampc);
}


/* 10, 20 and 40 ms alone */
static inline int nimble_encode(struct auenc_state *aes, bool *marker,
				uint8_t *buf, size_t *len, int fmt,
				const void *sampv, size_t sampc)
{
	if (sampc != 80 && sampc != 160 && sampc != 320)
		return EPROTO;

	return byte_encode(aes, marker, buf, len, fmt, sampv, sampc);
}


static const struct aucodec pcmu = {
	.name = "PCMU", .srate = 8000, .crate = 8000, .ch = 1,
	.ench = byte_encode,
};
static const struct aucodec other = {
	.name = "other", .srate = 8000, .crate = 8000, .ch = 1,
	.ench = byte_encode,
};
static const struct aucodec wide = {
	.name = "wide", .srate = 16000, .crate = 8000, .ch = 1,
	.encupdh = state_update, .ench = state_encode,
};
static const struct aucodec stereo = {
	.name = "stereo", .srate = 48000, .crate = 48000, .ch = 2,
	.encupdh = state_update, .ench = state_encode,
};
static const struct aucodec bad = {
	.name = "bad", .srate = 8000, .crate = 8000, .ch = 1,
	.ench = bad_encode,
};
static const struct aucodec picky = {
	.name = "picky", .srate = 8000, .crate = 8000, .ch = 1,
	.ench = picky_encode,
};
static const struct aucodec nimble = {
	.name = "nimble", .srate = 8000, .crate = 8000, .ch = 1,
	.ench = nimble_encode,
};
static const struct aucodec deaf = {
	.name = "deaf", .srate = 8000, .crate = 8000, .ch = 1,
};


struct list *baresip_aucodecl(void)
{
	return &codecl;
}


const struct aucodec *aucodec_find(const struct list *aucodecl,
				   const char *name, uint32_t srate,
				   uint8_t ch)
{
	assert_ptr_equal(&codecl, aucodecl);
	assert_int_equal(8000, srate);
	assert_int_equal(1, ch);

	return strcmp(name, "PCMU") ? NULL : &pcmu;
}


static inline int fetch_handler(int32_t id, const char *digest,
				prompt_bytes_h *h, void *harg, void *arg)
{
	assert_ptr_equal(&t, arg);
	assert_non_null(digest);

	if (t.fetch_err)
		return t.fetch_err;

	assert_null(t.h);
	++t.fetches;
	t.id = id;
	t.h = h;
	t.harg = harg;

	return 0;
}


static inline void change_handler(void *arg)
{
	assert_ptr_equal(&t, arg);
	++t.changes;
	re_cancel();
}


static inline uint64_t clock_handler(void *arg)
{
	assert_ptr_equal(&t, arg);

	return t.now;
}


static inline void put32(uint8_t *p, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}


/* A WAV file, 8 kHz and mono; the high byte of all samples is the same */
static inline void make_wav(uint32_t sampc, uint8_t high)
{
	static const uint8_t header[HEADER] =
		"RIFF....WAVEfmt \x10\0\0\0\1\0\1\0"
		"\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data....";

	free(t.wav);
	t.wav_size = HEADER + 2 * (size_t)sampc;
	t.wav = malloc(t.wav_size);
	assert_non_null(t.wav);

	memcpy(t.wav, header, HEADER);
	put32(t.wav + 4, 36 + 2 * sampc);
	put32(t.wav + 40, 2 * sampc);
	for (size_t i = HEADER; i < t.wav_size; i += 2) {
		t.wav[i] = (uint8_t)(i * 8 % 256);
		t.wav[i + 1] = high;
	}
}


static inline int setup(void **state)
{
	(void)state;

	memset(&t, 0, sizeof(t));
	t.now = 1000000;
	make_wav(8000, 0x12);
	assert_int_equal(0, prompts_alloc(&t.prs, fetch_handler,
					  change_handler, &t));
	prompts_clock(t.prs, clock_handler, &t);

	return 0;
}


static inline int teardown(void **state)
{
	(void)state;

	prompts_free(t.prs);
	free(t.wav);

	return 0;
}


static inline void give_up(void *arg)
{
	(void)arg;
	re_cancel();
}


/* Runs the loop until something changed, or 10 s have passed */
static inline void wait_change(void)
{
	const unsigned before = t.changes;
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 10000, give_up, NULL);
	assert_int_equal(0, re_main(NULL));
	tmr_cancel(&tmr);
	assert_int_equal(before + 1, t.changes);
}


static inline void answer(int err, const char *why)
{
	prompt_bytes_h *h = t.h;

	assert_non_null(h);
	t.h = NULL;
	if (err)
		h(err, NULL, 0, why, t.harg);
	else
		h(0, t.wav, t.wav_size, NULL, t.harg);
}


static inline int ready(int32_t id)
{
	const char *why = NULL;
	uint32_t ms;

	return prompts_ready(t.prs, id, "abc", &ms, &why);
}


static inline void load(int32_t id)
{
	assert_int_equal(EINPROGRESS, ready(id));
	assert_int_equal(id, t.id);
	answer(0, NULL);
	wait_change();
	assert_int_equal(0, ready(id));
}


static inline int want(struct run **runp, const struct aucodec *ac,
		       uint32_t ptime, const char *fmtp)
{
	return prompts_run(t.prs, runp, 1, "abc", ac, ptime, fmtp);
}


static inline struct run *encode(const struct aucodec *ac, uint32_t ptime,
				 const char *fmtp)
{
	struct run *run = NULL;

	assert_int_equal(EINPROGRESS, want(&run, ac, ptime, fmtp));
	wait_change();
	assert_int_equal(0, want(&run, ac, ptime, fmtp));
	assert_non_null(run);

	return run;
}


static inline void assert_failed(int32_t id, int err, const char *words)
{
	const char *why = NULL;
	uint32_t ms;

	assert_int_equal(err, prompts_ready(t.prs, id, "abc", &ms, &why));
	if (!why || !strstr(why, words))
		fail_msg("\"%s\" does not say \"%s\"", why ? why : "",
			 words);
}

#endif
