/**
 * @file engine.c  The table of attempts, and what time does to them
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


uint64_t engine_now(const struct engine *eng)
{
	return eng->prm.clock->now_ms(eng->prm.clock_arg);
}


void engine_log(const struct engine *eng, bool warn, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);

	eng->prm.logh(warn, line, eng->prm.log_arg);
}


struct attempt *engine_attempt(const struct engine *eng, uint64_t id)
{
	const size_t slot = id & UINT32_MAX;

	if (!id || slot >= eng->slotc || eng->slotv[slot]->id != id)
		return NULL;

	return eng->slotv[slot];
}


static void slot_free(struct engine *eng, size_t slot)
{
	eng->slotv[slot]->id = 0;
	eng->slotv[slot]->next_free = eng->free_slot;
	eng->free_slot = slot + 1;
}


static int grow(struct engine *eng)
{
	const size_t size = eng->slotc ? eng->slotc * 2 : 64;
	struct attempt **slotv;
	size_t i, n = eng->slotc;

	slotv = realloc(eng->slotv, size * sizeof(*slotv));
	if (!slotv)
		return ENOMEM;
	eng->slotv = slotv;

	while (n < size && (slotv[n] = calloc(1, sizeof(**slotv))))
		++n;
	for (i = n; i > eng->slotc; i--)
		slot_free(eng, i - 1);
	eng->slotc = n;

	return eng->free_slot ? 0 : ENOMEM;
}


static int grow_queue(struct engine *eng)
{
	const size_t size = eng->queue_size * 2 + CLAIM_AHEAD;
	uint64_t *v = realloc(eng->queuev, size * sizeof(*v));

	if (!v)
		return ENOMEM;
	eng->queuev = v;
	eng->queue_size = size;

	return 0;
}


static int queue_push(struct engine *eng, uint64_t id)
{
	if (eng->queuec == eng->queue_size && grow_queue(eng))
		return ENOMEM;

	eng->queuev[eng->queuec++] = id;
	return 0;
}


int engine_reserve(struct engine *eng, size_t n)
{
	const struct store_ops *store = eng->prm.store;
	int err = 0;

	while (!err && eng->slotc - eng->used < n)
		err = grow(eng);
	while (!err && eng->queue_size - eng->queuec < n)
		err = grow_queue(eng);
	if (!err && store->reserve)
		err = store->reserve(eng->prm.store_arg, eng->used + n);

	return err;
}


int engine_add(struct engine *eng, const struct phone *ph, uint64_t base)
{
	struct camp *cp = engine_camp(eng, ph->campaign_id);
	struct attempt *at;
	size_t slot;

	if (!eng->free_slot && grow(eng))
		return ENOMEM;

	slot = eng->free_slot - 1;
	at = eng->slotv[slot];
	eng->free_slot = at->next_free;
	memset(at, 0, sizeof(*at));
	at->ph = *ph;
	at->st = ATT_QUEUED;
	at->claimed_ms = engine_now(eng);
	at->dial_at = ph->slot_ms < 0 ? 0 : base + (uint32_t)ph->slot_ms;
	engine_note(eng, at, HAPPENED_CREATED, 0);
	at->length_ms = cp ? cp->prompt_ms : 0;

	/* Its answer may be old, when this process was stopped meanwhile. */
	at->lease_at = eng->claim_at + at->length_ms
		+ (ph->timeout_sec + LEASE_MARGIN_SEC) * 1000ull;

	if (++eng->generation == 0)
		eng->generation = 1;
	at->id = (uint64_t)eng->generation << 32 | slot;

	if (queue_push(eng, at->id)) {
		slot_free(eng, slot);
		return ENOMEM;
	}

	++eng->used;
	++eng->statev[ATT_QUEUED];
	if (cp)
		++cp->live;

	return 0;
}


/*
 * Of a campaign that was full, another engine may have the place that falls
 * free: whoever has had it is the first to know, and would always be.
 */
static void leave_room(const struct engine *eng, struct camp *cp)
{
	if (cp->c.shared && (cp->live >= cp->c.max_concurrent
			     || cp->c.live >= cp->c.max_concurrent))
		cp->retry_at = engine_now(eng) + RETRY_MS;
}


int engine_move(struct engine *eng, struct attempt *at, enum attempt_ev ev)
{
	enum attempt_st next;
	const int err = attempt_next(&next, at->st, ev);
	struct camp *cp;

	if (err)
		return err;

	--eng->statev[at->st];
	++eng->statev[next];
	at->st = next;
	if (next != ATT_DONE)
		return 0;

	--eng->used;
	cp = engine_camp(eng, at->ph.campaign_id);
	if (cp && cp->live) {
		leave_room(eng, cp);
		--cp->live;
	}

	return 0;
}


void engine_forget(struct engine *eng, struct attempt *at)
{
	(void)engine_move(eng, at, AEV_CLOSE);
	slot_free(eng, at->id & UINT32_MAX);
}


void engine_release(struct engine *eng, struct attempt *at)
{
	struct report rep = { .kind = REPORT_RELEASE };

	engine_send(eng, at, &rep);
	engine_forget(eng, at);
}


/*
 * Why an answered call is to be hung up now: "" at the end of its prompt. A
 * long prompt in a codec that nobody has asked for yet takes time to encode.
 */
static const char *call_over(const struct attempt *at, uint64_t now)
{
	const uint64_t up = now - at->connect_ms;

	if (at->bye_at)
		return now >= at->bye_at ? "" : NULL;
	if (!at->prompt_ms && up >= BEGIN_MAX_MS + at->length_ms / 10)
		return "on hold from the answer on";

	return up >= at->length_ms + HELD_MAX_MS
		? "on hold for too long" : NULL;
}


static void sweep_one(struct engine *eng, struct attempt *at, uint64_t now)
{
	const char *why;

	switch (at->st) {

	case ATT_DIALING:
	case ATT_RINGING:
		if (at->hung_up
		    || now - at->setup_ms < at->ph.timeout_sec * 1000ull)
			break;
		at->rang_out = true;
		(void)snprintf(at->reason, sizeof(at->reason),
			       "no answer within %u s", at->ph.timeout_sec);
		engine_hang_up(eng, at);
		break;

	case ATT_ANSWERED:
	case ATT_HEARD:
		why = call_over(at, now);
		if (at->hung_up || !why)
			break;
		(void)snprintf(at->reason, sizeof(at->reason), "%s", why);
		engine_hang_up(eng, at);
		break;

	case ATT_QUEUED:
	case ATT_DONE:
		break;
	}
}


void engine_leases_lost(struct engine *eng)
{
	const uint64_t now = engine_now(eng);
	size_t i;

	for (i = 0; i < eng->slotc; i++) {
		if (eng->slotv[i]->st != ATT_QUEUED)
			eng->slotv[i]->lease_at = now;
	}
	eng->extend_at = now + LEASE_GAP_MS;
}


/* Queued ones go back instead. */
static void extend_leases(struct engine *eng, uint64_t now)
{
	int64_t *idv;
	size_t i, n = 0;

	if (now < eng->extend_at)
		return;

	idv = calloc(eng->used + 1, sizeof(*idv));
	if (!idv)
		return;

	for (i = 0; i < eng->slotc; i++) {
		struct attempt *at = eng->slotv[i];

		if (!at->id || at->st == ATT_QUEUED
		    || at->lease_at >= now + LEASE_LOW_MS)
			continue;
		idv[n++] = at->ph.attempt_id;
		at->lease_at = now + LEASE_MORE_SEC * 1000ull;
	}

	if (n && eng->prm.store->extend(eng->prm.store_arg, idv, n,
					LEASE_MORE_SEC))
		engine_leases_lost(eng);

	free(idv);
}


/*
 * This process was stopped for a while, or its machine: other engines may
 * have taken up what is no longer leased, and whoever has waited in silence
 * for so long is not listening any more.
 */
static void give_up(struct engine *eng, uint64_t now)
{
	size_t i;

	for (i = 0; i < eng->slotc; i++) {
		struct attempt *at = eng->slotv[i];

		if (!at->id || at->st == ATT_QUEUED || at->st == ATT_HEARD
		    || at->hung_up || at->lease_at > now)
			continue;
		(void)snprintf(at->reason, sizeof(at->reason),
			       "the engine stood still");
		engine_hang_up(eng, at);
	}
}


static void sweep(struct engine *eng, uint64_t now)
{
	size_t i;

	if (eng->sweep_at && now - eng->sweep_at > LEASE_LOW_MS)
		give_up(eng, now);
	eng->sweep_at = now + SWEEP_MS;

	for (i = 0; i < eng->slotc; i++) {
		if (eng->slotv[i]->id)
			sweep_one(eng, eng->slotv[i], now);
	}

	extend_leases(eng, now);
}


void engine_tick(struct engine *eng)
{
	const uint64_t now = engine_now(eng);

	if (now >= eng->sweep_at)
		sweep(eng, now);

	engine_step(eng);
}


/* News may be more phones: campaigns that yielded too little are asked. */
void engine_wake(struct engine *eng, bool settings)
{
	size_t i;

	for (i = 0; i < eng->campc; i++)
		eng->campv[i].retry_at = 0;

	if (settings)
		eng->load_wanted = true;
	eng->scan_wanted = true;
	eng->scan_all = true;
	engine_step(eng);
}


/*
 * Without the database nobody keeps the leases of the queued ones; with it
 * again, an extension may have been lost on the way.
 */
void engine_db(struct engine *eng, bool ok)
{
	engine_leases_lost(eng);
	if (ok)
		eng->extend_at = 0;

	eng->db_ok = ok;
	eng->load_wanted = true;
	engine_step(eng);
}


void engine_stop(struct engine *eng)
{
	eng->stopping = true;
	engine_step(eng);
}


size_t engine_hangup(struct engine *eng, size_t n)
{
	size_t i, left = 0;

	for (i = 0; i < eng->slotc; i++) {
		struct attempt *at = eng->slotv[i];

		if (!at->id || at->st == ATT_QUEUED || at->hung_up)
			continue;
		if (!n) {
			++left;
			continue;
		}

		--n;
		at->stopped = !at->connect_ms;
		(void)snprintf(at->reason, sizeof(at->reason),
			       "the engine was stopped");
		engine_hang_up(eng, at);
	}

	return left;
}


size_t engine_attempts(const struct engine *eng, int64_t *v, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < eng->slotc; i++) {
		if (!eng->slotv[i]->id)
			continue;
		if (n < size)
			v[n] = eng->slotv[i]->ph.attempt_id;
		++n;
	}

	return n;
}


int engine_alloc(struct engine **engp, const struct engine_prm *prm)
{
	struct engine *eng = calloc(1, sizeof(*eng));
	const char *c;

	if (!eng)
		return ENOMEM;

	eng->prm = *prm;
	eng->set = prm->set;
	eng->soon_at = NEVER;
	eng->born_ms = engine_now(eng);
	tally_init(&eng->tally);
	eng->startedv.slot_ms = 1000;
	eng->endedv.slot_ms = eng->answeredv.slot_ms = 5000;
	eng->lastv = calloc(SNAPSHOT_ENDED, sizeof(*eng->lastv));
	if (!eng->lastv) {
		free(eng);
		return ENOMEM;
	}

	(void)snprintf(eng->node, sizeof(eng->node), "%s", prm->node);
	for (c = eng->node; *c; c++)
		eng->dice = eng->dice * 31 + (unsigned char)*c;
	pacer_init(&eng->pacer, prm->set.rate, engine_now(eng));

	*engp = eng;
	return 0;
}


void engine_free(struct engine *eng)
{
	size_t i;

	if (!eng)
		return;

	for (i = 0; i < eng->slotc; i++)
		free(eng->slotv[i]);
	free(eng->slotv);
	free(eng->queuev);
	free(eng->reqv);
	free(eng->campv);
	free(eng->lastv);
	free(eng);
}
