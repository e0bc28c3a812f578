/**
 * @file dialer.c  The dialer of core/ports.h on baresip's user agents
 */
#include "baresip-glue/dialer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "baresip-glue/events.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/leg.h"
#include "baresip-glue/peers.h"
#include "baresip-glue/porter.h"
#include "baresip-glue/trust.h"
#include "core/number.h"

enum {
	HASH_SIZE      = 1024,
	CLOSINGS       = 32,    /**< hang-ups at a time                  */
	CLOSING_GAP_MS = 5,
	URI_SIZE       = 1024,
};

static struct dialer *the_dialer;      /* one for the UA event handler */


static bool has_id(struct le *le, void *arg)
{
	const struct leg *leg = le->data;
	const uint64_t *id = arg;

	return leg->id == *id;
}


static uint32_t id_key(uint64_t id)
{
	return (uint32_t)(id ^ id >> 32);
}


struct leg *leg_find(const struct dialer *dl, uint64_t id)
{
	struct le *le = hash_lookup(dl->by_id, id_key(id), has_id, &id);

	return le ? le->data : NULL;
}


static void leg_destructor(void *arg)
{
	struct leg *leg = arg;

	hash_unlink(&leg->le_id);
	list_unlink(&leg->le_closing);
	tmr_cancel(&leg->tmr);

	/* The source goes with the call, and it looks at the leg. */
	cursor_free(leg->cur);
	leg->cur = NULL;
	cursor_free(leg->cur_later);
	if (leg->call)
		peers_leave(call_id(leg->call));
	mem_deref(leg->call);
	line_put(leg->line);
}


static void closing_handler(void *arg)
{
	struct dialer *dl = arg;
	unsigned n = CLOSINGS;
	struct le *le;

	while (n-- && (le = list_head(&dl->closing))) {
		struct leg *leg = le->data;

		list_unlink(le);
		if (leg->cur)
			cursor_stop(leg->cur);
		call_hangup(leg->call, 0, NULL);
		leg_closed(leg, leg->code, leg->reason, ENDED_LOCAL);
	}

	if (!list_isempty(&dl->closing))
		tmr_start(&dl->tmr, CLOSING_GAP_MS, closing_handler, dl);
}


void leg_close(struct leg *leg, const char *reason)
{
	if (leg->le_closing.list)
		return;

	leg->reason = reason;
	list_append(&leg->dl->closing, &leg->le_closing, leg);
	if (!tmr_isrunning(&leg->dl->tmr))
		tmr_start(&leg->dl->tmr, 0, closing_handler, leg->dl);
}


/* The host allows 255 calls in the list of a UA: they are kept in ours. */
static void take_call(struct dialer *dl, struct ua *ua, struct call *call)
{
	struct le *le;

	for (le = list_tail(ua_calls(ua)); le; le = le->prev) {

		if (le->data != call)
			continue;
		list_unlink(le);
		list_append(&dl->calls, le, call);
		return;
	}
}


static int connect_leg(struct leg *leg, const struct dial_req *req)
{
	const struct phone *ph = req->phone;
	char from[URI_SIZE], to[URI_SIZE];
	struct ua *ua = line_ua(leg->line);
	char device[24];
	int err;

	/* What the call needs later is there before it begins. */
	err = media_cursor(&leg->cur_later, leg->dl->med, leg->id,
			   leg->threshold);
	if (!err)
		err = peers_reserve();
	if (err)
		return err;

	err = number_uri(from, sizeof(from), ph->cli[0] ? ph->cli : ph->cld,
			 leg->dl->host);
	if (!err)
		err = number_uri(to, sizeof(to), ph->cld, req->proxy);
	if (err)
		return err;

	err = ua_connect(ua, &leg->call, from, to, VIDMODE_OFF);
	if (err)
		return err;

	peers_hold(call_id(leg->call));
	take_call(leg->dl, ua, leg->call);
	leg_watch(leg);

	/* The INVITE is on its way: from here on it is a call, and ends. */
	(void)snprintf(device, sizeof(device), "%" PRIx64, leg->id);
	if (audio_set_devicename(call_audio(leg->call), device, ""))
		leg_close(leg, "out of memory");

	return 0;
}


/* Whoever can read the SDP can decrypt the media. */
static void warn_of_keys(struct dialer *dl, const struct dial_req *req)
{
	if (req->media != PHONE_MEDIA_SRTP || dl->keys_told
	    || strcasestr(req->proxy, ";transport=tls"))
		return;

	dl->keys_told = true;
	journal_print(true, "the keys of SRTP go to %s in the clear: use a "
		      "proxy by TLS, or dtls-srtp", req->proxy);
}


static int dialer_dial(void *arg, const struct dial_req *req)
{
	struct dialer *dl = arg;
	struct leg *leg;
	int err;

	if (!dl->med)
		return EAGAIN;

	leg = mem_zalloc(sizeof(*leg), leg_destructor);
	if (!leg)
		return ENOMEM;

	leg->dl = dl;
	leg->id = req->id;
	leg->media = req->media;
	leg->threshold = req->phone->threshold_msec;
	leg->prompt_id = req->phone->prompt_id;
	memcpy(leg->digest, req->phone->prompt_digest, sizeof(leg->digest));

	trust_proxy(req->proxy);
	err = line_get(&leg->line, dl->lines, req->phone->username,
		       req->phone->secret,
		       number_is_uri(req->phone->cld) ? req->proxy : "",
		       req->media);
	if (!err)
		err = connect_leg(leg, req);
	if (err) {
		mem_deref(leg);
		return err;
	}

	warn_of_keys(dl, req);
	hash_append(dl->by_id, id_key(leg->id), &leg->le_id, leg);
	return 0;
}


static void dialer_hangup(void *arg, uint64_t id)
{
	struct leg *leg = leg_find(arg, id);

	if (leg)
		leg_close(leg, NULL);
}


static const char *dialer_call_id(void *arg, uint64_t id)
{
	const struct leg *leg = leg_find(arg, id);

	return leg ? call_id(leg->call) : NULL;
}


static uint32_t dialer_played(void *arg, uint64_t id)
{
	const struct leg *leg = leg_find(arg, id);

	return leg && leg->cur ? cursor_played(leg->cur) : 0;
}


static int dialer_stats(void *arg, uint64_t id, struct call_stats *cs)
{
	struct leg *leg = leg_find(arg, id);

	if (!leg)
		return ENOENT;

	leg_stats(leg, cs);

	return 0;
}


static int dialer_prompt(void *arg, int32_t id, const char *digest,
			 uint32_t *ms, const char **why)
{
	struct dialer *dl = arg;

	return prompts_ready(dl->prm.prompts, id, digest, ms, why);
}


const struct dialer_ops dialer_baresip_ops = {
	.dial    = dialer_dial,
	.hangup  = dialer_hangup,
	.call_id = dialer_call_id,
	.played  = dialer_played,
	.stats   = dialer_stats,
	.prompt  = dialer_prompt,
};


static bool retry_play(struct le *le, void *arg)
{
	struct leg *leg = le->data;
	(void)arg;

	if (leg->waiting)
		leg_play(leg);

	return false;
}


void dialer_prompts_changed(struct dialer *dl)
{
	(void)hash_apply(dl->by_id, retry_play, NULL);
}


void dialer_media_event(struct dialer *dl, uint64_t id, enum media_ev ev,
			uint32_t played_ms)
{
	const struct call_fact fact = { .played_ms = played_ms };
	struct leg *leg = leg_find(dl, id);

	if (!leg)
		return;

	switch (ev) {

	case MEDIA_EV_STARTED:
		leg_deafen(leg);
		leg_tell(leg, CALL_EV_PROMPT, &fact);
		break;

	case MEDIA_EV_THRESHOLD:
		leg_tell(leg, CALL_EV_THRESHOLD, &fact);
		break;

	case MEDIA_EV_END:
		leg_tell(leg, CALL_EV_PROMPT_END, &fact);
		break;
	}
}


static bool has_call(struct le *le, void *arg)
{
	const struct leg *leg = le->data;

	return leg->call == arg;
}


static void ua_handler(struct ua *ua, unsigned ev, struct call *call,
		       const char *prm, void *arg)
{
	struct dialer *dl = the_dialer;
	struct le *le;
	(void)prm;
	(void)arg;

	if (!dl)
		return;

	switch (events_ua(ev)) {

	case HOST_REMOTE_SDP:
		le = hash_apply(dl->by_id, has_call, call);
		if (le)
			leg_renew(le->data);
		break;

	case HOST_SHUTDOWN:
		lines_forget(dl->lines, ua);
		break;

	case HOST_OTHER:
	case HOST_MENC:
	case HOST_RINGING:
	case HOST_PROGRESS:
	case HOST_ESTABLISHED:
	case HOST_CLOSED:
		break;
	}
}


static int host_set(struct dialer *dl, const char *host)
{
	char buf[128];
	int err;

	err = str_dup(&dl->host, host);
	if (err)
		return err;

	(void)re_snprintf(buf, sizeof(buf), "%s:9", host);

	return sa_decode(&dl->own, buf, strlen(buf));
}


int dialer_alloc(struct dialer **dlp, const struct dialer_prm *prm)
{
	struct dialer *dl = mem_zalloc(sizeof(*dl), NULL);
	int err;

	if (!dl)
		return ENOMEM;

	dl->prm = *prm;
	tmr_init(&dl->tmr);
	the_dialer = dl;

	err = host_set(dl, prm->host);
	if (!err)
		err = events_init();
	if (!err)
		err = hash_alloc(&dl->by_id, HASH_SIZE);
	if (!err)
		err = lines_alloc(&dl->lines, prm->host);
	if (!err)
		err = leg_audio_init(dl);
	if (!err)
		err = uag_event_register(ua_handler, dl);
	if (!err)
		err = porter_open();

	if (err)
		dialer_free(dl);
	else
		*dlp = dl;

	return err;
}


void dialer_free(struct dialer *dl)
{
	if (!dl)
		return;

	porter_close();
	uag_event_unregister(ua_handler);
	tmr_cancel(&dl->tmr);
	list_clear(&dl->closing);
	if (dl->by_id)
		hash_flush(dl->by_id);
	mem_deref(dl->by_id);
	mem_deref(dl->ausrc);
	lines_free(dl->lines);
	mem_deref(dl->host);
	the_dialer = NULL;
	mem_deref(dl);
}


void dialer_set_media(struct dialer *dl, struct media *med)
{
	dl->med = med;
}
