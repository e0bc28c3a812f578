/**
 * @file leg_audio.c  The audio source that the host opens for each of our legs
 *
 * It never calls the host's read handler: its life says when a stream may be
 * sent to, and the pacing thread sends ready payloads.
 */
#include "baresip-glue/leg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include "baresip-glue/peers.h"
#include "baresip-glue/reach.h"
#include "core/ptime.h"

/** The host of 1.0.0 reads the first member. */
struct ausrc_st {
	const struct ausrc *as;
	struct leg *leg;
};

static struct dialer *the_dialer;      /* a source handler has no argument */


static void source_destructor(void *arg)
{
	struct ausrc_st *st = arg;
	struct leg *leg = st->leg;

	if (!leg || leg->src != st)
		return;

	leg->src = NULL;
	if (leg->cur)
		cursor_stop(leg->cur);
}


static int source_alloc(struct ausrc_st **stp, const struct ausrc *as,
			struct media_ctx **ctx, struct ausrc_prm *prm,
			const char *device, ausrc_read_h *rh,
			ausrc_error_h *errh, void *arg)
{
	struct ausrc_st *st;
	struct leg *leg;
	(void)ctx;
	(void)prm;
	(void)rh;
	(void)errh;
	(void)arg;

	if (!the_dialer || !device)
		return ENODEV;

	leg = leg_find(the_dialer, strtoull(device, NULL, 16));
	if (!leg)
		return ENODEV;

	st = mem_zalloc(sizeof(*st), source_destructor);
	if (!st)
		return ENOMEM;

	st->as = as;
	st->leg = leg;
	leg->src = st;
	*stp = st;

	leg_play(leg);
	return 0;
}


int leg_audio_init(struct dialer *dl)
{
	the_dialer = dl;

	return ausrc_register(&dl->ausrc, baresip_ausrcl(), DIALER_SOURCE,
			      source_alloc);
}


static const char *remote_fmtp(const struct stream *strm,
			       const struct aucodec *ac)
{
	const struct sdp_format *fmt;

	fmt = sdp_media_rformat(stream_sdpmedia(strm), ac->name);

	return fmt ? fmt->params : NULL;
}


/* The host's own figure leaves out what the callee accepts at most. */
static uint32_t packet_time(const struct stream *strm,
			    const struct aucodec *ac)
{
	const struct sdp_media *m = stream_sdpmedia(strm);

	return ac->ptime ? ac->ptime
		: ptime_choose(sdp_media_rattr(m, "ptime"),
			       sdp_media_rattr(m, "maxptime"));
}


const char *leg_unreachable(const struct leg *leg)
{
	const struct audio *au = call_audio(leg->call);
	const struct sdp_media *m = stream_sdpmedia(audio_strm(au));
	const struct sa *own = &leg->dl->own;

	return reach_refusal(sdp_media_raddr(m), own,
			     peers_near(call_id(leg->call), own));
}


/* a=sendonly, a=inactive (RFC 3264 section 8.4) or c=0.0.0.0 (RFC 2543) */
static void hold(struct leg *leg, const struct stream *strm)
{
	const struct sdp_media *m = stream_sdpmedia(strm);
	const char *why;

	leg->held = !(sdp_media_rdir(m) & SDP_SENDONLY)
		|| !sa_isset(sdp_media_raddr(m), SA_ALL);
	why = leg->held ? NULL : leg_unreachable(leg);
	cursor_hold(leg->cur, leg->held || why);
	if (why) {
		leg->code = 200;
		leg_close(leg, why);
	}
}


void leg_play(struct leg *leg)
{
	struct audio *au = call_audio(leg->call);
	struct stream *strm = audio_strm(au);
	const struct aucodec *ac = audio_codec(au, true);
	struct run *run = NULL;
	int err;

	if (!leg->established || !leg->src || !leg->cur || !ac)
		return;
	if (leg->media != PHONE_MEDIA_NONE && !leg->secure)
		return;

	leg->ptime = packet_time(strm, ac);
	err = prompts_run(leg->dl->prm.prompts, &run, leg->prompt_id,
			  leg->digest, ac, leg->ptime,
			  remote_fmtp(strm, ac));
	leg->waiting = err == EINPROGRESS;
	if (leg->waiting)
		return;

	if (!err) {
		hold(leg, strm);
		err = cursor_play(leg->cur, strm, run);
		run_unref(run);
	}
	if (err)
		leg_close(leg, "the prompt cannot be played");
}


void leg_renew(struct leg *leg)
{
	struct audio *au = call_audio(leg->call);
	struct stream *strm = audio_strm(au);
	const struct aucodec *ac = audio_codec(au, true);

	if (!leg->cur)
		return;

	hold(leg, strm);
	if (ac && packet_time(strm, ac) != leg->ptime)
		leg_play(leg);
}


/*
 * Nobody listens to the callee, and each packet of it would wake the loop.
 * Its socket stays open, with the least room that the kernel gives: what does
 * not fit is counted there. The host's counter holds what came before.
 */
void leg_deafen(struct leg *leg)
{
	const int fd = cursor_fd(leg->cur);
	const int least = 0;

	/* Where the last flight of DTLS was lost it is asked for again. */
	if (fd < 0 || leg->deaf || leg->media == PHONE_MEDIA_DTLS)
		return;

	fd_close(fd);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	leg->deaf = true;
}


static uint32_t unread(struct leg *leg)
{
	const int fd = leg->deaf ? cursor_fd(leg->cur) : -1;
	uint32_t memv[SK_MEMINFO_VARS];
	socklen_t size = sizeof(memv);
	char byte;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memv, &size))
		return leg->rx_thrown;

	while (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0)
		++leg->rx_thrown;

	return leg->rx_thrown + memv[SK_MEMINFO_DROPS];
}


void leg_stats(struct leg *leg, struct call_stats *cs)
{
	const struct audio *au = call_audio(leg->call);
	const struct stream *strm = audio_strm(au);
	const struct aucodec *ac = audio_codec(au, true);
	const struct rtcp_stats *rtcp = stream_rtcp_stats(strm);

	memset(cs, 0, sizeof(*cs));
	cs->tx = stream_metric_get_tx_n_packets(strm);
	cs->rx = stream_metric_get_rx_n_packets(strm) + unread(leg);
	cs->held = leg->held;
	if (rtcp) {
		cs->tx_lost = rtcp->tx.lost;
		cs->rx_lost = rtcp->rx.lost;
	}
	if (ac)
		(void)snprintf(cs->codec, sizeof(cs->codec), "%s", ac->name);
}
