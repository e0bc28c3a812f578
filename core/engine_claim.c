/**
 * @file engine_claim.c  Campaigns, and which of their phones may start now
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


static int by_id(const void *a, const void *b)
{
	const struct camp *x = a, *y = b;

	return (x->c.id > y->c.id) - (x->c.id < y->c.id);
}


struct camp *engine_camp(const struct engine *eng, int32_t id)
{
	struct camp key;

	if (!eng->campc)
		return NULL;

	key.c.id = id;

	return bsearch(&key, eng->campv, eng->campc, sizeof(key), by_id);
}


static uint64_t after(uint64_t now, int64_t ms)
{
	return ms < 0 ? NEVER : now + (uint64_t)ms;
}


static void ask_prompt(struct engine *eng, struct camp *cp)
{
	const char *why = NULL;

	if (!cp->c.prompt_id) {
		cp->prompt_err = ENOENT;
		strcpy(cp->why, "the campaign has no prompt: set "
		       "i_ivr_prompt");
		return;
	}

	cp->prompt_err = eng->prm.dialer->prompt(eng->prm.dialer_arg,
						 cp->c.prompt_id,
						 cp->c.prompt_digest,
						 &cp->prompt_ms, &why);
	cp->why[0] = '\0';
	if (cp->prompt_err && why)
		strncat(cp->why, why, sizeof(cp->why) - 1);
}


/* What is no longer wanted is not even prepared. */
static bool wants_prompt(const struct camp *cp)
{
	return !cp->c.paused && cp->due_at != NEVER;
}


/* A campaign may have gone and come back while calls of it are live. */
static void count_live(struct engine *eng)
{
	size_t i;

	for (i = 0; i < eng->slotc; i++) {
		const struct attempt *at = eng->slotv[i];
		struct camp *cp = at->id
			? engine_camp(eng, at->ph.campaign_id) : NULL;

		if (cp)
			++cp->live;
	}
}


static void take_campaigns(struct engine *eng, struct camp *campv, size_t n,
			   const struct campaign *newv, uint64_t now)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct camp *cp = &campv[i];
		const struct camp *old;

		cp->c = newv[i];
		cp->change_at = after(now, cp->c.change_ms);
		cp->due_at = after(now, cp->c.due_ms);
		cp->prompt_err = EINPROGRESS;

		old = engine_camp(eng, cp->c.id);
		if (!old)
			continue;
		cp->retry_at = old->retry_at;
		cp->prompt_ms = old->prompt_ms;
		memcpy(cp->why, old->why, sizeof(cp->why));
	}

	free(eng->campv);
	eng->campv = campv;
	eng->campc = n;
	qsort(campv, n, sizeof(*campv), by_id);
	count_live(eng);
}


/* The file itself is bad: it will not get better by waiting. */
static bool bad_file(int err)
{
	return err == EBADMSG || err == ENODATA || err == EFBIG
		|| err == ENOTSUP;
}


static void tell_prompt(const struct engine *eng, const struct camp *cp,
			const char *before)
{
	const struct store_ops *store = eng->prm.store;

	if (cp->prompt_err == EINPROGRESS || !cp->c.prompt_id)
		;
	else if (!cp->prompt_err && cp->c.troubled)
		store->trouble(eng->prm.store_arg, cp->c.prompt_id,
			       cp->c.prompt_digest, NULL);
	else if (bad_file(cp->prompt_err) && !cp->c.troubled)
		store->trouble(eng->prm.store_arg, cp->c.prompt_id,
			       cp->c.prompt_digest, cp->why);

	if (cp->prompt_err && cp->prompt_err != EINPROGRESS
	    && strcmp(before, cp->why))
		engine_log(eng, true, "campaign %s does not dial: %s",
			   cp->c.name, cp->why);
}


static void ask_prompts(struct engine *eng)
{
	char before[REASON_SIZE];
	size_t i;

	for (i = 0; i < eng->campc; i++) {
		struct camp *cp = &eng->campv[i];

		if (!wants_prompt(cp))
			continue;

		memcpy(before, cp->why, sizeof(before));
		ask_prompt(eng, cp);
		tell_prompt(eng, cp, before);
	}
}


static void load_handler(int err, const struct campaign *campv, size_t campc,
			 const struct settings *set, void *arg)
{
	struct engine *eng = arg;
	const uint64_t now = engine_now(eng);
	struct camp *newv;

	eng->loading = false;
	eng->load_at = now + TROUBLE_MS;
	if (err)
		return;

	newv = calloc(campc + 1, sizeof(*newv));
	if (!newv)
		return;

	eng->set = *set;
	eng->load_at = now + eng->set.scan_sec * 1000ull;
	take_campaigns(eng, newv, campc, campv, now);
	ask_prompts(eng);

	engine_step(eng);
}


static void load(struct engine *eng, uint64_t now)
{
	eng->load_wanted = false;
	eng->load_last = now;
	eng->loading = !eng->prm.store->load(eng->prm.store_arg,
					     load_handler, eng);
	if (!eng->loading)
		eng->load_at = now + RETRY_MS;
}


static bool may_claim(const struct camp *cp, uint64_t now)
{
	return !cp->c.paused && cp->c.open && !cp->prompt_err
		&& cp->due_at <= now && cp->retry_at <= now
		&& cp->live < cp->c.max_concurrent;
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
			cp->retry_at = now + RETRY_MS;
			eng->load_wanted = true;
		}
	}
}


static void claim_handler(int err, const struct phone *phonev, size_t phonec,
			  void *arg)
{
	struct engine *eng = arg;
	const uint64_t now = engine_now(eng);
	size_t i;

	eng->claiming = false;
	if (err) {
		eng->trouble_until = now + TROUBLE_MS;
		return;
	}

	for (i = 0; i < phonec; i++) {
		if (!engine_add(eng, &phonev[i]))
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


static size_t room_left(const struct engine *eng)
{
	size_t room = eng->used < eng->prm.max_calls
		? eng->prm.max_calls - eng->used : 0;

	if (eng->queuec >= CLAIM_AHEAD)
		return 0;
	if (room > CLAIM_AHEAD - eng->queuec)
		room = CLAIM_AHEAD - eng->queuec;

	return room;
}


/* Equal shares, and another campaign is served first each time. */
static void claim(struct engine *eng, uint64_t now)
{
	size_t room = room_left(eng), n = 0, share, i;
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

	eng->claiming = !eng->prm.store->claim(eng->prm.store_arg, eng->reqv,
					       eng->reqc, claim_handler, eng);
	if (!eng->claiming)
		eng->trouble_until = now + TROUBLE_MS;
}


/*
 * A claim may be overtaken by a pause, a closing, a lower cap or another
 * prompt. While the database is away nobody keeps its lease.
 */
static bool still_wanted(const struct engine *eng, const struct attempt *at)
{
	const struct camp *cp = engine_camp(eng, at->ph.campaign_id);

	return cp && eng->db_ok && !eng->stopping && eng->set.proxy[0]
		&& !cp->c.paused && cp->c.open
		&& cp->live <= cp->c.max_concurrent
		&& cp->c.live <= cp->c.max_concurrent
		&& cp->c.prompt_id == at->ph.prompt_id
		&& !strcmp(cp->c.prompt_digest, at->ph.prompt_digest);
}


/* What is not wanted any more goes back at once, whatever stands before. */
static void release_unwanted(struct engine *eng)
{
	size_t i, n = 0;

	for (i = 0; i < eng->queuec; i++) {
		struct attempt *at = engine_attempt(eng, eng->queuev[i]);

		if (!at)
			continue;
		if (still_wanted(eng, at))
			eng->queuev[n++] = eng->queuev[i];
		else
			engine_release(eng, at);
	}

	eng->queuec = n;
}


static void dispatch(struct engine *eng, uint64_t now)
{
	size_t done = 0, allowed;

	release_unwanted(eng);
	allowed = pacer_allowed(&eng->pacer, now);

	while (done < eng->queuec && done < allowed
	       && now >= eng->trouble_until) {
		struct attempt *at = engine_attempt(eng, eng->queuev[done++]);

		pacer_take(&eng->pacer, 1);
		if (!engine_dial(eng, at))
			eng->trouble_until = now + eng->trouble_ms;
	}

	if (!done)
		return;

	eng->queuec -= done;
	memmove(eng->queuev, eng->queuev + done,
		eng->queuec * sizeof(*eng->queuev));
}


static bool load_due(const struct engine *eng, uint64_t now)
{
	size_t i;

	if (now - eng->load_last < LOAD_GAP_MS)
		return false;

	if (eng->load_wanted || now >= eng->load_at || now >= eng->soon_at)
		return true;

	for (i = 0; i < eng->campc; i++) {
		if (now >= eng->campv[i].change_at)
			return true;
	}

	return false;
}


void engine_step(struct engine *eng)
{
	const uint64_t now = engine_now(eng);

	dispatch(eng, now);

	if (!eng->db_ok || eng->stopping)
		return;

	if (!eng->loading && load_due(eng, now)) {
		if (now >= eng->soon_at)
			eng->soon_at = NEVER;
		load(eng, now);
	}

	if (!eng->loading && !eng->claiming && now >= eng->trouble_until)
		claim(eng, now);
}
