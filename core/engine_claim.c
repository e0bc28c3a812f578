/**
 * @file engine_claim.c  Which phones are claimed, and how many ahead
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


/** How much is claimed at a time */
struct plan {
	bool strangers;         /**< only who has none in the queue      */
	size_t part;            /**< of the queue, for each campaign     */
	size_t n;               /**< campaigns to claim from             */
	size_t share;           /**< at most, of each                    */
};


static bool may_claim(const struct camp *cp, uint64_t now)
{
	return !cp->c.paused && cp->c.open && !cp->prompt_err
		&& !cp->dial_err && cp->due_at <= now && cp->retry_at <= now
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
	histogram_add(&eng->tally.claim, now - eng->claim_at);
	for (i = 0; i < phonec; i++) {
		if (!engine_add(eng, &phonev[i], base))
			continue;
		engine_log(eng, true, "out of memory: a claimed phone is "
			   "left to its lease");
	}

	count_claimed(eng, now, phonev, phonec);
	engine_step(eng);
}


static bool takes_part(const struct plan *pl, const struct camp *cp,
		       uint64_t now)
{
	return may_claim(cp, now)
		&& cp->queued < (pl->strangers ? 1 : pl->part);
}


static void add_request(struct engine *eng, const struct camp *cp,
			const struct plan *pl)
{
	struct claim_req *req = &eng->reqv[eng->reqc++];
	const uint32_t room = cp->c.max_concurrent - cp->live;
	const size_t part = pl->part - cp->queued;
	const size_t share = part < pl->share ? part : pl->share;

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


/*
 * For a quarter of a second and more, since the next claim takes its time.
 * What one engine has in its queue another one cannot have.
 */
static size_t ahead_of(const struct engine *eng)
{
	const size_t n = eng->shared ? eng->set.rate / 8 : eng->set.rate / 4;
	const size_t least = eng->shared ? CLAIM_SHARED : CLAIM_AHEAD;

	return n > least ? n : least;
}


/* Those in the queue that wait for nothing but their turn, by campaign */
static size_t count_queued(struct engine *eng, uint64_t now)
{
	size_t i, n = 0;

	for (i = 0; i < eng->campc; i++)
		eng->campv[i].queued = 0;

	for (i = 0; i < eng->queuec; i++) {
		const struct attempt *at = engine_attempt(eng,
							  eng->queuev[i]);
		struct camp *cp = at && at->dial_at <= now
			? engine_camp(eng, at->ph.campaign_id) : NULL;

		if (cp) {
			++cp->queued;
			++n;
		}
	}

	return n;
}


/*
 * How much may be claimed now. Several at a time, hence not before half of
 * those ahead are gone; but who has none among them does not wait for that.
 */
static void plan_claim(struct plan *pl, struct engine *eng, uint64_t now)
{
	const size_t ahead = ahead_of(eng), left = calls_left(eng);
	const size_t waiting = count_queued(eng, now);
	size_t i, room, may = 0;

	memset(pl, 0, sizeof(*pl));
	pl->strangers = waiting > ahead / 2;
	room = (pl->strangers ? 2 * ahead : ahead);
	room = room > waiting ? room - waiting : 0;
	room = room < left ? room : left;
	if (!room || (pl->strangers && now - eng->claim_at < CLAIM_GAP_MS))
		return;

	for (i = 0; i < eng->campc; i++)
		may += may_claim(&eng->campv[i], now);
	pl->part = may && ahead > may ? ahead / may : 1;

	for (i = 0; i < eng->campc; i++)
		pl->n += takes_part(pl, &eng->campv[i], now);
	if (pl->n > room)
		pl->n = room;
	pl->share = pl->n ? room / pl->n : 0;
}


/* The first slot should not have passed when the answer arrives. */
static uint32_t claim_lead(const struct engine *eng)
{
	const uint32_t lead = 2 * eng->rtt_ms + ENGINE_TICK_MS;

	return lead < LEAD_MAX_MS ? lead : LEAD_MAX_MS;
}


/* What is claimed can be dialled, and what becomes of it be kept. */
static bool has_memory(struct engine *eng)
{
	size_t i, n = 0;

	for (i = 0; i < eng->reqc; i++)
		n += eng->reqv[i].limit;

	if (!engine_reserve(eng, n))
		return true;

	(void)engine_rest(eng, eng->set.proxy, ENOMEM, NULL);

	return false;
}


/* Equal shares, and another campaign is served first each time. */
static void claim(struct engine *eng, uint64_t now)
{
	struct claim_req *reqv;
	struct plan pl;
	size_t i;

	plan_claim(&pl, eng, now);
	if (!pl.n || !eng->set.proxy[0])
		return;

	reqv = realloc(eng->reqv, pl.n * sizeof(*reqv));
	if (!reqv)
		return;
	eng->reqv = reqv;
	eng->reqc = 0;

	for (i = 0; i < eng->campc && eng->reqc < pl.n; i++) {
		const size_t k = (eng->turn + i) % eng->campc;

		if (takes_part(&pl, &eng->campv[k], now))
			add_request(eng, &eng->campv[k], &pl);
		if (eng->reqc == pl.n)
			eng->turn = (k + 1) % eng->campc;
	}

	if (!has_memory(eng))
		return;

	eng->claim_at = now;
	eng->claiming = !eng->prm.store->claim(eng->prm.store_arg, eng->reqv,
					       eng->reqc, claim_lead(eng),
					       (uint32_t)calls_left(eng),
					       claim_handler, eng);
	if (!eng->claiming)
		eng->trouble_until = now + TROUBLE_MS;
}


void engine_step(struct engine *eng)
{
	const uint64_t now = engine_now(eng);

	engine_dispatch(eng, now);

	if (!eng->db_ok || eng->stopping)
		return;

	engine_load_step(eng, now);

	if (!eng->loading && !eng->claiming && now >= eng->trouble_until)
		claim(eng, now);
}
