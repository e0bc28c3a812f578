/**
 * @file engine_claim.c  Which phones may start now
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


static bool may_claim(const struct camp *cp, uint64_t now)
{
	return !cp->c.paused && cp->c.open && !cp->prompt_err
		&& cp->due_at <= now && cp->retry_at <= now
		&& cp->live < cp->c.max_concurrent;
}


/* Engines that asked at the same intervals would come in the same order. */
static uint32_t retry_ms(struct engine *eng, const struct camp *cp)
{
	if (!cp->c.shared)
		return RETRY_MS;

	eng->dice = eng->dice * 1103515245u + 12345u;

	return RETRY_MS / 2 + (eng->dice >> 16) % RETRY_MS;
}


/* Less than asked for: the rest is taken, held by others, or not due. */
static void count_claimed(struct engine *eng, uint64_t now,
			  const struct phone *phonev, size_t phonec)
{
	size_t i, k;

	for (i = 0; i < eng->reqc; i++) {
		const struct claim_req *req = &eng->reqv[i];
		struct camp *cp = engine_camp(eng, req->campaign_id);
		uint32_t got = 0;

		for (k = 0; k < phonec; k++)
			got += phonev[k].campaign_id == req->campaign_id;

		if (cp && got < req->limit) {
			cp->retry_at = now + retry_ms(eng, cp);
			eng->scan_wanted = true;
		}
	}
}


/* Slots are by the server's clock: half of the time is taken for the way. */
static uint64_t claim_base(struct engine *eng, uint64_t now)
{
	const uint64_t rtt = now - eng->claim_at;

	eng->rtt_ms = (7 * eng->rtt_ms + (uint32_t)rtt) / 8;

	return now - rtt / 2;
}


static void claim_handler(int err, const struct phone *phonev, size_t phonec,
			  void *arg)
{
	struct engine *eng = arg;
	const uint64_t now = engine_now(eng);
	const uint64_t base = claim_base(eng, now);
	size_t i;

	eng->claiming = false;
	if (err) {
		eng->trouble_until = now + TROUBLE_MS;
		return;
	}

	eng->heard_at = now;
	for (i = 0; i < phonec; i++) {
		if (!engine_add(eng, &phonev[i], base))
			continue;
		engine_log(eng, true, "out of memory: a claimed phone is "
			   "left to its lease");
	}

	count_claimed(eng, now, phonev, phonec);
	engine_step(eng);
}


static void add_request(struct engine *eng, const struct camp *cp,
			size_t share)
{
	struct claim_req *req = &eng->reqv[eng->reqc++];
	const uint32_t room = cp->c.max_concurrent - cp->live;

	memset(req, 0, sizeof(*req));
	req->campaign_id = cp->c.id;
	req->limit = share < room ? (uint32_t)share : room;
	req->prompt_ms = cp->prompt_ms;
	req->prompt_id = cp->c.prompt_id;
	memcpy(req->prompt_digest, cp->c.prompt_digest,
	       sizeof(req->prompt_digest));
}


static size_t calls_left(const struct engine *eng)
{
	return eng->used < eng->prm.max_calls
		? eng->prm.max_calls - eng->used : 0;
}


/* Those in the queue that wait for nothing but their turn */
static size_t waiting(const struct engine *eng, uint64_t now)
{
	size_t i, n = 0;

	for (i = 0; i < eng->queuec; i++) {
		const struct attempt *at = engine_attempt(eng,
							  eng->queuev[i]);

		n += at && at->dial_at <= now;
	}

	return n;
}


/*
 * Several at a time, hence not before half of them are gone. What one engine
 * has in its queue another one cannot have.
 */
static size_t room_left(const struct engine *eng, uint64_t now)
{
	const size_t room = calls_left(eng);
	const size_t ahead = eng->shared ? CLAIM_SHARED : CLAIM_AHEAD;
	const size_t n = waiting(eng, now);

	if (n > ahead / 2)
		return 0;

	return room < ahead - n ? room : ahead - n;
}


/* The first slot should not have passed when the answer arrives. */
static uint32_t claim_lead(const struct engine *eng)
{
	const uint32_t lead = 2 * eng->rtt_ms + ENGINE_TICK_MS;

	return lead < LEAD_MAX_MS ? lead : LEAD_MAX_MS;
}


/* Equal shares, and another campaign is served first each time. */
static void claim(struct engine *eng, uint64_t now)
{
	size_t room = room_left(eng, now), n = 0, share, i;
	struct claim_req *reqv;

	for (i = 0; i < eng->campc; i++)
		n += may_claim(&eng->campv[i], now);
	if (!room || !n || !eng->set.proxy[0])
		return;

	if (n > room)
		n = room;
	share = room / n;
	reqv = realloc(eng->reqv, n * sizeof(*reqv));
	if (!reqv)
		return;
	eng->reqv = reqv;
	eng->reqc = 0;

	for (i = 0; i < eng->campc && eng->reqc < n; i++) {
		const size_t k = (eng->turn + i) % eng->campc;

		if (may_claim(&eng->campv[k], now))
			add_request(eng, &eng->campv[k], share);
		if (eng->reqc == n)
			eng->turn = (k + 1) % eng->campc;
	}

	eng->claim_at = now;
	eng->claiming = !eng->prm.store->claim(eng->prm.store_arg, eng->reqv,
					       eng->reqc, claim_lead(eng),
					       (uint32_t)calls_left(eng),
					       claim_handler, eng);
	if (!eng->claiming)
		eng->trouble_until = now + TROUBLE_MS;
}


/*
 * A claim may be overtaken by a pause, a closing, a lower cap or another
 * prompt. While the database is away nobody keeps its lease, and after a long
 * sleep of this process another engine may have the phone.
 */
static bool still_wanted(const struct engine *eng, const struct attempt *at,
			 uint64_t now)
{
	const struct camp *cp = engine_camp(eng, at->ph.campaign_id);

	return cp && eng->db_ok && !eng->stopping && eng->set.proxy[0]
		&& at->lease_at > now + LEASE_LOW_MS
		&& !cp->c.paused && cp->c.open
		&& cp->live <= cp->c.max_concurrent
		&& cp->c.live <= cp->c.max_concurrent
		&& cp->c.prompt_id == at->ph.prompt_id
		&& !strcmp(cp->c.prompt_digest, at->ph.prompt_digest);
}


static bool too_late(const struct attempt *at, uint64_t now)
{
	return at->dial_at && now > at->dial_at + SLOT_LATE_MS;
}


/*
 * What is not wanted any more goes back at once, whatever stands before; so
 * does what has missed its slot, for another one.
 */
static void release_unwanted(struct engine *eng, uint64_t now)
{
	size_t i, n = 0;

	for (i = 0; i < eng->queuec; i++) {
		struct attempt *at = engine_attempt(eng, eng->queuev[i]);

		if (!at)
			continue;
		if (!still_wanted(eng, at, now)) {
			engine_release(eng, at);
		}
		else if (too_late(at, now)) {
			engine_release(eng, at);
			eng->scan_wanted = true;
		}
		else {
			eng->queuev[n++] = eng->queuev[i];
		}
	}

	eng->queuec = n;
}


static bool may_dial(const struct attempt *at, bool slotted, uint64_t now)
{
	return slotted ? at->dial_at && at->dial_at <= now : !at->dial_at;
}


/* Dial those with a slot, or those without, max at the most. */
static size_t dial_some(struct engine *eng, bool slotted, size_t max,
			uint64_t now)
{
	size_t i, n = 0, done = 0;

	for (i = 0; i < eng->queuec; i++) {
		struct attempt *at = engine_attempt(eng, eng->queuev[i]);

		if (done == max || now < eng->trouble_until
		    || !may_dial(at, slotted, now)) {
			eng->queuev[n++] = eng->queuev[i];
			continue;
		}

		++done;
		pacer_take(&eng->pacer, 1);
		if (!engine_dial(eng, at))
			eng->trouble_until = now + eng->trouble_ms;
	}

	eng->queuec = n;

	return done;
}


/* Where not all can be dialled, both kinds go first in turns. */
static void dispatch(struct engine *eng, uint64_t now)
{
	size_t allowed, done;

	release_unwanted(eng, now);
	allowed = pacer_allowed(&eng->pacer, now);
	if (!allowed || engine_silent(eng, now, SILENT_MS))
		return;

	done = dial_some(eng, eng->slots_first, (allowed + 1) / 2, now);
	if (done)
		eng->slots_first = !eng->slots_first;
	done += dial_some(eng, true, allowed - done, now);
	(void)dial_some(eng, false, allowed - done, now);
}


void engine_step(struct engine *eng)
{
	const uint64_t now = engine_now(eng);

	dispatch(eng, now);

	if (!eng->db_ok || eng->stopping)
		return;

	engine_load_step(eng, now);

	if (!eng->loading && !eng->claiming && now >= eng->trouble_until)
		claim(eng, now);
}
