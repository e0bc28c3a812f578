/**
 * @file encode.c  Samples as the payloads of one codec and packet time
 */
#include "baresip-glue/encode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "baresip-glue/baresip.h"


/* A run with all that it points to, in one piece */
struct block {
	struct run run;
	uint32_t memv[];
};


struct encoder {
	const struct aucodec *ac;
	struct auenc_state *aes;
	int16_t *sampv;         /* the prompt at the codec's rate        */
	size_t sampc;
	size_t step;            /* samples of the prompt a packet        */
	int16_t *frame;         /* one packet, in the codec's channels   */
	uint32_t *offv;
	uint32_t packetc;
	uint8_t *buf;           /* payloads one after the other          */
	size_t size;
};


static void frame_fill(struct encoder *en, size_t first)
{
	const size_t ch = en->ac->ch;
	int16_t *p = en->frame;

	for (size_t i = first; i < first + en->step; i++) {

		const int16_t s = i < en->sampc ? en->sampv[i] : (int16_t)0;

		for (size_t c = 0; c < ch; c++)
			*p++ = s;
	}
}


static int encode_packet(struct encoder *en, uint32_t n)
{
	size_t len = RUN_PAYLOAD_MAX;
	bool marker = false;
	uint8_t *buf;
	int err;

	if (en->offv[n] + len > en->size) {
		buf = realloc(en->buf, en->size * 2 + len);
		if (!buf)
			return ENOMEM;
		en->buf = buf;
		en->size = en->size * 2 + len;
	}

	frame_fill(en, n * en->step);

	err = en->ac->ench(en->aes, &marker, en->buf + en->offv[n], &len,
			   AUFMT_S16LE, en->frame, en->step * en->ac->ch);
	if (err)
		/* High bits: a codec that chooses its packet time (MPA) */
		return (err & ~0xffff) ? ENOTSUP : err;

	if (len > RUN_PAYLOAD_MAX || en->offv[n] > UINT32_MAX - len)
		return EOVERFLOW;

	en->offv[n + 1] = en->offv[n] + (uint32_t)len;

	return 0;
}


static int encoder_init(struct encoder *en, const struct pcm *pcm,
			uint32_t ptime, const char *fmtp,
			const atomic_bool *stop)
{
	struct auenc_param prm = { .ptime = ptime, .bitrate = 0 };
	const struct aucodec *ac = en->ac;
	int err;

	err = pcm_resample(&en->sampv, &en->sampc, pcm, ac->srate, stop);
	if (err)
		return err;

	en->step = (size_t)ac->srate * ptime / 1000;
	en->packetc = (uint32_t)((en->sampc + en->step - 1) / en->step);
	en->frame = calloc(en->step * ac->ch, sizeof(*en->frame));
	en->offv = calloc((size_t)en->packetc + 1, sizeof(*en->offv));
	if (!en->frame || !en->offv)
		return ENOMEM;

	return ac->encupdh ? ac->encupdh(&en->aes, ac, &prm, fmtp) : 0;
}


static void encoder_reset(struct encoder *en)
{
	mem_deref(en->aes);
	free(en->sampv);
	free(en->frame);
	free(en->offv);
	free(en->buf);
}


static int block_make(struct run **runp, const struct encoder *en)
{
	const size_t offc = (size_t)en->packetc + 1;
	const size_t len = en->offv[en->packetc];
	struct block *bl;
	uint8_t *data;

	bl = malloc(sizeof(*bl) + offc * sizeof(bl->memv[0]) + len);
	if (!bl)
		return ENOMEM;

	memset(&bl->run, 0, sizeof(bl->run));
	memcpy(bl->memv, en->offv, offc * sizeof(bl->memv[0]));
	data = (uint8_t *)(bl->memv + offc);
	if (len)
		memcpy(data, en->buf, len);

	atomic_init(&bl->run.refs, 1);
	bl->run.packetc = en->packetc;
	bl->run.offv = bl->memv;
	bl->run.data = data;
	*runp = &bl->run;

	return 0;
}


int run_encode(struct run **runp, const struct pcm *pcm,
	       const struct aucodec *ac, uint32_t ptime, const char *fmtp,
	       const atomic_bool *stop)
{
	struct encoder en = { .ac = ac };
	struct run *run;
	int err;

	if (!ptime || ptime > RUN_PTIME_MAX)
		return EINVAL;
	if (!ac->ench || !ac->ch || !ac->srate || !ac->crate)
		return ENOTSUP;

	err = encoder_init(&en, pcm, ptime, fmtp, stop);
	if (err)
		goto out;

	for (uint32_t i = 0; i < en.packetc; i++) {

		if (stop && atomic_load(stop)) {
			err = ECANCELED;
			goto out;
		}

		err = encode_packet(&en, i);
		if (err)
			goto out;
	}

	err = block_make(&run, &en);
	if (err)
		goto out;

	run->ptime = ptime;
	run->clock = ac->crate;
	run->ts_step = (uint32_t)((uint64_t)ac->crate * ptime / 1000);
	run->length_ms = pcm_length(pcm);
	*runp = run;

 out:
	encoder_reset(&en);

	return err;
}


size_t run_size(const struct run *run)
{
	return sizeof(struct block) +
		((size_t)run->packetc + 1) * sizeof(run->offv[0]) +
		run->offv[run->packetc];
}


struct run *run_ref(struct run *run)
{
	atomic_fetch_add_explicit(&run->refs, 1, memory_order_relaxed);

	return run;
}


void run_unref(struct run *run)
{
	if (!run)
		return;

	/* The run is the first member of its block. */
	if (atomic_fetch_sub_explicit(&run->refs, 1,
				      memory_order_acq_rel) == 1)
		free(run);
}
