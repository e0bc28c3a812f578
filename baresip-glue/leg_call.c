/**
 * @file leg_call.c  What the host says of a call of ours
 */
#include "baresip-glue/leg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "baresip-glue/events.h"
#include "baresip-glue/peers.h"
#include "baresip-glue/trust.h"
#include "baresip-glue/verdict.h"

enum { KEYS_MS = 8000 };        /* from the answer to those of DTLS      */


void leg_tell(const struct leg *leg, enum call_ev ev,
	      const struct call_fact *fact)
{
	leg->dl->prm.eventh(leg->id, ev, fact, leg->dl->prm.arg);
}


static void end(struct leg *leg, struct call_fact *fact)
{
	struct call_stats rtp;

	fact->played_ms = leg->cur ? cursor_played(leg->cur) : 0;

	if (leg->cur)
		cursor_stop(leg->cur);

	leg_stats(leg, &rtp);
	fact->rtp = leg->established ? &rtp : NULL;
	hash_unlink(&leg->le_id);
	leg_tell(leg, CALL_EV_CLOSED, fact);
	mem_deref(leg);
}


void leg_closed(struct leg *leg, uint16_t code, const char *reason,
		enum ended_by ended_by)
{
	struct call_fact fact = {
		.code = code, .reason = reason, .ended_by = ended_by,
	};

	end(leg, &fact);
}


static void keys_handler(void *arg)
{
	leg_close(arg, "no DTLS handshake for the media");
}


/* Did the callee agree to it? The keys come later, if it did. */
static bool is_dtls(const struct leg *leg)
{
	const struct stream *strm = audio_strm(call_audio(leg->call));
	const struct sdp_media *m = stream_sdpmedia(strm);

	return sdp_media_rport(m) && !str_casecmp(sdp_media_proto(m),
						  "UDP/TLS/RTP/SAVPF");
}


static void established(struct leg *leg)
{
	const struct call_fact fact = { .code = 200 };
	const char *why;

	if (leg->established || leg->le_closing.list)
		return;

	if (leg->media != PHONE_MEDIA_NONE && !leg->secure
	    && !(leg->media == PHONE_MEDIA_DTLS && is_dtls(leg))) {
		leg->code = fact.code;
		leg_close(leg, "answered without the media encryption that "
			  "is demanded");
		return;
	}

	if (!call_has_audio(leg->call))
		why = "answered without a codec in common";
	else
		why = leg_unreachable(leg);
	if (why) {
		leg->code = fact.code;
		leg_close(leg, why);
		return;
	}

	leg->cur = leg->cur_later;
	leg->cur_later = NULL;
	leg->established = true;
	leg_tell(leg, CALL_EV_ANSWER, &fact);
	if (leg->media == PHONE_MEDIA_DTLS && !leg->secure)
		tmr_start(&leg->tmr, KEYS_MS, keys_handler, leg);
	leg_play(leg);
}


/* "0,audio,RTP": 0 is MENC_EVENT_SECURE; DTLS has an event for RTCP, too. */
static void encrypted(struct leg *leg, const char *str)
{
	const char *of = str ? strrchr(str, ',') : NULL;

	if (!of || strncmp(str, "0,audio,", 8) || !strcmp(of, ",RTCP"))
		return;

	leg->secure = true;
	tmr_cancel(&leg->tmr);
	leg_play(leg);
}


/* The proxy's name is not known just now, or its certificate did not allow a
 * connection: nobody was rung. A redirect's name is that callee's trouble. */
static bool never_left(const struct leg *leg, const char *str)
{
	if (call_scode(leg->call) || !str)
		return false;
	if (trust_failure())
		return !strcmp(str, strerror(EPROTO));

	return !strcmp(str, strerror(EDESTADDRREQ))
		&& !peers_asked(call_id(leg->call));
}


static void remote_closed(struct leg *leg, const char *str)
{
	struct call_fact fact = { .ended_by = ENDED_REMOTE };
	char words[REASON_SIZE];

	if (leg->established) {
		leg_closed(leg, 200, str && !strncmp(str, "mediaenc", 8)
			   ? "the DTLS handshake for the media failed"
			   : NULL, ENDED_REMOTE);
		return;
	}

	fact.reason = words;
	fact.unsent = never_left(leg, str);
	if (fact.unsent && trust_failure())
		(void)snprintf(words, sizeof(words), "%s", trust_failure());
	else
		fact.code = verdict_of(words, sizeof(words),
				       call_id(leg->call),
				       call_scode(leg->call), str);
	end(leg, &fact);
}


static void call_handler(struct call *call, unsigned ev, const char *str,
			 void *arg)
{
	struct leg *leg = arg;
	struct call_fact fact = {0};
	(void)call;

	switch (events_call(ev)) {

	case HOST_RINGING:
	case HOST_PROGRESS:
		fact.code = events_call(ev) == HOST_RINGING ? 180 : 183;
		leg_tell(leg, CALL_EV_RINGING, &fact);
		break;

	case HOST_ESTABLISHED:
		established(leg);
		break;

	case HOST_MENC:
		encrypted(leg, str);
		break;

	case HOST_CLOSED:
		remote_closed(leg, str);
		break;

	case HOST_OTHER:
	case HOST_REMOTE_SDP:
	case HOST_SHUTDOWN:
		break;
	}
}


static void digit_handler(struct call *call, char key, void *arg)
{
	(void)call;
	(void)key;
	(void)arg;
}


void leg_watch(struct leg *leg)
{
	call_set_handlers(leg->call, call_handler, digit_handler, leg);
}
