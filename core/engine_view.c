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
		(void)snprintf(sc->detail, sizeof(sc->detail),
			       "calls through %.60s cannot be started: %.60s",
			       eng->set.proxy, strerror(eng->trouble_err));
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


static void view_call(struct snapshot_call *sc, const struct engine *eng,
		      const struct attempt *at, uint64_t now)
{
	const uint64_t since = at->setup_ms ? at->setup_ms : at->claimed_ms;

	sc->phone_id = at->ph.id;
	sc->campaign_id = at->ph.campaign_id;
	sc->st = at->st;
	sc->attempt_no = at->ph.attempt_no;
	sc->max_attempts = at->ph.max_attempts;
	sc->since_ms = (uint32_t)(now - since);
	sc->prompt_ms = at->length_ms;
	if (at->connect_ms)
		sc->played_ms = eng->prm.dialer->played(eng->prm.dialer_arg,
							at->id);
	(void)snprintf(sc->cld, sizeof(sc->cld), "%s", at->ph.cld);
}


struct snapshot *engine_snapshot(const struct engine *eng)
{
	const uint64_t now = engine_now(eng);
	struct snapshot *sn = snapshot_alloc(eng->campc, eng->used);
	size_t i;

	if (!sn)
		return NULL;

	sn->made_ms = now;
	sn->db_ok = eng->db_ok;
	sn->stopping = eng->stopping;
	sn->pending = eng->prm.store->pending(eng->prm.store_arg);
	sn->started = eng->started;
	(void)snprintf(sn->node, sizeof(sn->node), "%s", eng->node);

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
