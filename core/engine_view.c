/**
 * @file engine_view.c  The picture of the engine that others may keep
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>


static int64_t until(uint64_t at, uint64_t now)
{
	if (at == NEVER)
		return -1;

	return at > now ? (int64_t)(at - now) : 0;
}


static enum campaign_reason prompt_reason(const struct camp *cp)
{
	return cp->prompt_err == EINPROGRESS
		? CAMPAIGN_LOADING : CAMPAIGN_NO_PROMPT;
}


/* Where it is the proxy's certificate the words say whose. */
static void trouble_words(struct snapshot_campaign *sc,
			  const struct engine *eng)
{
	if (eng->unsent)
		(void)snprintf(sc->detail, sizeof(sc->detail),
			       "calls cannot be started: %.134s",
			       eng->trouble_why);
	else
		(void)snprintf(sc->detail, sizeof(sc->detail),
			       "calls through %.60s cannot be started: %.60s",
			       eng->set.proxy, eng->trouble_why);
}


/* The first thing that stands in the way, by what an operator can mend. */
static void judge(struct snapshot_campaign *sc, const struct engine *eng,
		  const struct camp *cp, uint64_t now)
{
	sc->until_ms = -1;

	if (cp->c.paused) {
		sc->reason = CAMPAIGN_PAUSED;
	}
	else if (!eng->db_ok) {
		sc->reason = CAMPAIGN_DB_DOWN;
	}
	else if (eng->stopping) {
		sc->reason = CAMPAIGN_STOPPING;
	}
	else if (cp->due_at == NEVER && !cp->live) {
		sc->reason = CAMPAIGN_DONE;
	}
	else if (!cp->c.open) {
		sc->reason = CAMPAIGN_WINDOW;
		sc->until_ms = until(cp->change_at, now);
	}
	else if (!eng->set.proxy[0]) {
		sc->reason = CAMPAIGN_NO_PROXY;
	}
	else if (eng->trouble_err) {
		sc->reason = CAMPAIGN_TROUBLE;
		trouble_words(sc, eng);
	}
	else if (cp->dial_err) {
		sc->reason = CAMPAIGN_TROUBLE;
		(void)snprintf(sc->detail, sizeof(sc->detail),
			       "calls cannot be started: %s",
			       engine_trouble_words(cp->dial_err));
	}
	else if (cp->prompt_err && cp->due_at != NEVER) {
		sc->reason = prompt_reason(cp);
		(void)snprintf(sc->detail, sizeof(sc->detail), "%s", cp->why);
	}
	else if (cp->live >= cp->c.max_concurrent) {
		sc->reason = CAMPAIGN_FULL;
	}
	else if (!cp->live && cp->due_at > now) {
		sc->reason = CAMPAIGN_BACKOFF;
		sc->until_ms = until(cp->due_at, now);
	}
	else {
		sc->reason = CAMPAIGN_RUNNING;
	}
}


/* How long ago, where 0 is never */
static uint32_t age(uint64_t at, uint64_t now)
{
	return at ? (uint32_t)(now - at) : SNAPSHOT_NEVER;
}


/* All but what the dialer knows of a call that is still there */
static void view_attempt(struct snapshot_call *sc, const struct attempt *at,
			 uint64_t now)
{
	sc->phone_id = at->ph.id;
	sc->attempt_id = at->ph.attempt_id;
	sc->campaign_id = at->ph.campaign_id;
	sc->st = at->st;
	sc->attempt_no = at->ph.attempt_no;
	sc->max_attempts = at->ph.max_attempts;
	sc->since_ms = (uint32_t)(now - (at->setup_ms ? at->setup_ms
					 : at->claimed_ms));
	sc->created_age = (uint32_t)(now - at->claimed_ms);
	sc->invite_age = age(at->setup_ms, now);
	sc->ring_age = age(at->ring_ms, now);
	sc->answer_age = age(at->connect_ms, now);
	sc->prompt_age = age(at->prompt_ms, now);
	sc->heard_age = age(at->heard_ms, now);
	sc->prompt_ms = at->length_ms;
	sc->threshold_ms = at->ph.threshold_msec;
	sc->timeout_ms = at->ph.timeout_sec * 1000;
	sc->code = at->code;
	sc->ending = at->hung_up;
	sc->timeline = at->timeline;
	(void)snprintf(sc->call_id, sizeof(sc->call_id), "%s", at->call_id);
	(void)snprintf(sc->proxy, sizeof(sc->proxy), "%s", at->proxy);
	(void)snprintf(sc->cld, sizeof(sc->cld), "%s", at->ph.cld);
}


static void view_call(struct snapshot_call *sc, const struct engine *eng,
		      const struct attempt *at, uint64_t now)
{
	const struct dialer_ops *dialer = eng->prm.dialer;

	view_attempt(sc, at, now);
	if (!at->connect_ms)
		return;

	sc->played_ms = dialer->played(eng->prm.dialer_arg, at->id);
	if (dialer->stats)
		(void)dialer->stats(eng->prm.dialer_arg, at->id, &sc->rtp);
}


void engine_note(const struct engine *eng, struct attempt *at,
		 enum happening what, uint16_t code)
{
	if (code)
		at->code = code;

	timeline_add(&at->timeline, what, code,
		     (uint32_t)(engine_now(eng) - at->claimed_ms));
}


void engine_remember(struct engine *eng, const struct attempt *at,
		     const struct call_fact *fact)
{
	struct snapshot_call *sc = &eng->lastv[eng->lastc++ % SNAPSHOT_ENDED];
	const uint64_t now = engine_now(eng);

	memset(sc, 0, sizeof(*sc));
	view_attempt(sc, at, now);
	sc->st = ATT_DONE;
	sc->played_ms = fact->played_ms;
	if (fact->rtp)
		sc->rtp = *fact->rtp;

	if (at->setup_ms)
		meter_add(&eng->endedv, now, 1);
	if (at->connect_ms)
		meter_add(&eng->answeredv, now, 1);
}


static void view_last(struct snapshot *sn, const struct engine *eng)
{
	uint64_t no = eng->lastc > SNAPSHOT_ENDED
		? eng->lastc - SNAPSHOT_ENDED : 0;

	for (; no < eng->lastc; no++)
		sn->endedv[sn->endedc++] = eng->lastv[no % SNAPSHOT_ENDED];
}


/* Slots of 5 s: the present one is not whole yet. */
static void view_counters(struct snapshot *sn, const struct engine *eng)
{
	const struct store_ops *store = eng->prm.store;
	struct store_health health = { .retry_ms = -1 };

	if (store->health)
		store->health(eng->prm.store_arg, &health);

	sn->db_ok = eng->db_ok;
	sn->db_rtt_us = health.rtt_us;
	sn->db_retry_ms = health.retry_ms;
	sn->pending = store->pending(eng->prm.store_arg);
	sn->stopping = eng->stopping;
	sn->uptime_ms = sn->made_ms - eng->born_ms;
	sn->max_calls = eng->prm.max_calls;
	sn->rate = eng->pacer.rate;
	sn->started = eng->started;
	sn->started_10s = meter_sum(&eng->startedv, sn->made_ms, 10);
	sn->ended_5m = meter_sum(&eng->endedv, sn->made_ms, METER_SLOTS - 1);
	sn->answered_5m = meter_sum(&eng->answeredv, sn->made_ms,
				    METER_SLOTS - 1);
	(void)snprintf(sn->node, sizeof(sn->node), "%s", eng->node);
}


struct snapshot *engine_snapshot(const struct engine *eng)
{
	const uint64_t now = engine_now(eng);
	struct snapshot *sn = snapshot_alloc(eng->campc, eng->used);
	size_t i;

	if (!sn)
		return NULL;

	sn->made_ms = now;
	view_counters(sn, eng);
	view_last(sn, eng);

	for (i = 0; i < eng->campc; i++) {
		const struct camp *cp = &eng->campv[i];

		sn->campv[i].id = cp->c.id;
		sn->campv[i].live = cp->live;
		judge(&sn->campv[i], eng, cp, now);
	}
	sn->campc = eng->campc;

	for (i = 0; i < eng->slotc && sn->callc < eng->used; i++) {
		if (!eng->slotv[i]->id)
			continue;
		if (eng->slotv[i]->st != ATT_QUEUED)
			++sn->live;
		view_call(&sn->callv[sn->callc++], eng, eng->slotv[i], now);
	}

	snapshot_sort(sn);
	return sn;
}


size_t engine_live(const struct engine *eng)
{
	return eng->used;
}


uint32_t engine_room(const struct engine *eng)
{
	if (!eng->db_ok || eng->stopping || eng->trouble_err
	    || !eng->set.proxy[0] || eng->used >= eng->prm.max_calls)
		return 0;

	return eng->prm.max_calls - (uint32_t)eng->used;
}


uint64_t engine_dialled(const struct engine *eng)
{
	return eng->started;
}


void engine_measure(const struct engine *eng, struct metrics *mx)
{
	const struct store_ops *store = eng->prm.store;
	struct store_health health = {0};
	const uint64_t now = engine_now(eng);

	if (store->health)
		store->health(eng->prm.store_arg, &health);

	memset(mx, 0, sizeof(*mx));
	(void)snprintf(mx->node, sizeof(mx->node), "%s", eng->node);
	mx->stopping = eng->stopping;
	mx->troubled = eng->trouble_err != 0;
	mx->db_ok = eng->db_ok;
	mx->db_rtt_us = health.rtt_us;
	memcpy(mx->statev, eng->statev, sizeof(mx->statev));
	mx->max_calls = eng->prm.max_calls;
	mx->rate = eng->pacer.rate;
	mx->started = eng->started;
	mx->reports = store->pending(eng->prm.store_arg);
	mx->tally = eng->tally;

	for (size_t i = 0; i < eng->campc; i++) {
		struct snapshot_campaign sc = {0};

		judge(&sc, eng, &eng->campv[i], now);
		++mx->campaignv[sc.reason];
	}
}
