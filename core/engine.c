/**
 * @file engine.c  Attempts: from the claim to the report
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/number.h"
#include "core/outcome.h"


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


static int grow(struct engine *eng)
{
	struct attempt **slotv;
	size_t size = eng->slotc ? eng->slotc * 2 : 64;

	slotv = realloc(eng->slotv, size * sizeof(*slotv));
	if (!slotv)
		return ENOMEM;
	eng->slotv = slotv;

	while (eng->slotc < size) {
		slotv[eng->slotc] = calloc(1, sizeof(**slotv));
		if (!slotv[eng->slotc])
			return ENOMEM;
		++eng->slotc;
	}

	return 0;
}


static int queue_push(struct engine *eng, uint64_t id)
{
	if (eng->queuec == eng->queue_size) {
		const size_t size = eng->queue_size * 2 + CLAIM_AHEAD;
		uint64_t *v = realloc(eng->queuev, size * sizeof(*v));

		if (!v)
			return ENOMEM;
		eng->queuev = v;
		eng->queue_size = size;
	}

	eng->queuev[eng->queuec++] = id;
	return 0;
}


int engine_add(struct engine *eng, const struct phone *ph)
{
	const uint64_t now = engine_now(eng);
	struct camp *cp = engine_camp(eng, ph->campaign_id);
	struct attempt *at;
	size_t slot = 0;

	while (slot < eng->slotc && eng->slotv[slot]->id)
		++slot;
	if (slot == eng->slotc && grow(eng))
		return ENOMEM;

	at = eng->slotv[slot];
	memset(at, 0, sizeof(*at));
	at->ph = *ph;
	at->st = ATT_QUEUED;
	at->claimed_ms = now;
	at->length_ms = cp ? cp->prompt_ms : 0;
	at->lease_at = now + (ph->timeout_sec + LEASE_MARGIN_SEC) * 1000ull
		+ at->length_ms;

	if (++eng->generation == 0)
		eng->generation = 1;
	at->id = (uint64_t)eng->generation << 32 | slot;

	if (queue_push(eng, at->id)) {
		at->id = 0;
		return ENOMEM;
	}

	++eng->used;
	if (cp)
		++cp->live;

	return 0;
}


int engine_move(struct engine *eng, struct attempt *at, enum attempt_ev ev)
{
	enum attempt_st next;
	const int err = attempt_next(&next, at->st, ev);
	struct camp *cp;

	if (err)
		return err;

	at->st = next;
	if (next != ATT_DONE)
		return 0;

	--eng->used;
	cp = engine_camp(eng, at->ph.campaign_id);
	if (cp && cp->live)
		--cp->live;

	return 0;
}


static void send_report(struct engine *eng, const struct attempt *at,
			struct report *rep)
{
	rep->phone_id = at->ph.id;
	rep->attempt_id = at->ph.attempt_id;
	rep->campaign_id = at->ph.campaign_id;
	rep->attempt_no = at->ph.attempt_no;
	rep->setup_ms = at->setup_ms;
	rep->ring_ms = at->ring_ms;
	rep->connect_ms = at->connect_ms;
	rep->prompt_ms = at->prompt_ms;
	memcpy(rep->call_id, at->call_id, sizeof(rep->call_id));
	memcpy(rep->proxy, at->proxy, sizeof(rep->proxy));
	memcpy(rep->cld, at->ph.cld, sizeof(rep->cld));
	memcpy(rep->cli, at->ph.cli[0] ? at->ph.cli : at->ph.cld,
	       sizeof(rep->cli));

	if (eng->prm.store->report(eng->prm.store_arg, rep))
		engine_log(eng, true, "out of memory: a report is lost, the "
			   "lease of its phone will run out");
}


void engine_release(struct engine *eng, struct attempt *at)
{
	struct report rep = { .kind = REPORT_RELEASE };

	send_report(eng, at, &rep);
	(void)engine_move(eng, at, AEV_CLOSE);
	at->id = 0;
}


/* The rules of now decide on the retry, not those of the claim. */
static void current_rules(const struct engine *eng, const struct attempt *at,
			  uint32_t *max_attempts, uint32_t *backoff_sec)
{
	const struct camp *cp = engine_camp(eng, at->ph.campaign_id);

	*max_attempts = cp ? cp->c.max_attempts : at->ph.max_attempts;
	*backoff_sec = cp ? cp->c.backoff_sec : at->ph.backoff_sec;
}


static void log_end(const struct engine *eng, const struct attempt *at,
		    const struct report *rep)
{
	char number[64];

	engine_log(eng, false, "%s attempt %u: %s, %u ms heard%s%s",
		   phone_mask(number, sizeof(number), at->ph.cld),
		   at->ph.attempt_no, outcome_name(rep->outcome),
		   rep->played_ms, rep->reason[0] ? ", " : "", rep->reason);
}


static void finish(struct engine *eng, struct attempt *at,
		   const struct call_fact *fact)
{
	const uint64_t now = engine_now(eng);
	struct report rep = { .kind = REPORT_END };
	struct outcome_in in = {
		.answered   = at->connect_ms != 0,
		.success    = at->st == ATT_HEARD,
		.rang_out   = at->rang_out,
		.hopeless   = at->hopeless,
		.attempt_no = at->ph.attempt_no,
	};
	struct outcome_out out;

	current_rules(eng, at, &in.max_attempts, &rep.backoff_sec);
	outcome_decide(&out, &in);

	rep.outcome = out.outcome;
	rep.status = out.status;
	rep.finished = out.finished;
	rep.retry = out.retry;
	rep.ended_ms = now;
	rep.played_ms = fact->played_ms;
	rep.sip_code = at->connect_ms ? 200 : fact->code;
	rep.ended_by = at->hung_up ? ENDED_LOCAL : fact->ended_by;
	if (!at->connect_ms && !at->hung_up && fact->ended_by != ENDED_LOCAL)
		rep.ended_by = ENDED_NOBODY;
	(void)snprintf(rep.reason, sizeof(rep.reason), "%s",
		       at->reason[0] ? at->reason
		       : fact->reason ? fact->reason : "");

	if (out.retry) {
		const uint64_t due = now + rep.backoff_sec * 1000ull;

		if (due < eng->soon_at)
			eng->soon_at = due;
	}

	(void)engine_move(eng, at, AEV_CLOSE);
	send_report(eng, at, &rep);
	log_end(eng, at, &rep);
	at->id = 0;
}


static const char *refuse(const struct engine *eng, const struct attempt *at)
{
	const char *why;

	if (at->ph.misfit)
		return "a number or a credential of it is too long";

	why = number_refuse(at->ph.cld, eng->set.uri_allowed);
	if (!why && at->ph.cli[0] && number_refuse(at->ph.cli, false))
		why = "the campaign's cli is no number";

	return why;
}


/* Trouble of this machine is no attempt: the callee was not asked. */
static bool local_trouble(int err)
{
	return err == ENOMEM || err == EMFILE || err == ENFILE
		|| err == ENOBUFS || err == EADDRINUSE;
}


bool engine_dial(struct engine *eng, struct attempt *at)
{
	const struct dial_req req = {
		.id = at->id, .phone = &at->ph, .proxy = eng->set.proxy,
	};
	struct call_fact fact = { .ended_by = ENDED_LOCAL };
	const char *id;
	int err;

	fact.reason = refuse(eng, at);
	if (fact.reason) {
		at->hopeless = true;
		finish(eng, at, &fact);
		return true;
	}

	memcpy(at->proxy, eng->set.proxy, sizeof(at->proxy));
	at->setup_ms = engine_now(eng);
	err = eng->prm.dialer->dial(eng->prm.dialer_arg, &req);
	if (local_trouble(err)) {
		engine_log(eng, true, "cannot start a call: %s; trying again",
			   strerror(err));
		at->setup_ms = 0;
		engine_release(eng, at);
		return false;
	}

	++eng->started;
	(void)engine_move(eng, at, AEV_DIAL);
	if (err) {
		fact.reason = strerror(err);
		finish(eng, at, &fact);
		return true;
	}

	id = eng->prm.dialer->call_id(eng->prm.dialer_arg, at->id);
	if (id)
		(void)snprintf(at->call_id, sizeof(at->call_id), "%s", id);

	return true;
}


static void hang_up(struct engine *eng, struct attempt *at)
{
	at->hung_up = true;
	eng->prm.dialer->hangup(eng->prm.dialer_arg, at->id);
}


static void heard(struct engine *eng, struct attempt *at, uint32_t played_ms)
{
	struct report rep = {
		.kind      = REPORT_SUCCESS,
		.status    = PHONE_SUCCESS,
		.outcome   = OUTCOME_SUCCESS,
		.finished  = true,
		.played_ms = played_ms,
	};

	if (!engine_move(eng, at, AEV_HEARD))
		send_report(eng, at, &rep);
}


/* The end may overtake the news of the threshold. */
static void heard_at_last(struct engine *eng, struct attempt *at,
			  uint32_t played_ms)
{
	const bool ended = at->length_ms && played_ms >= at->length_ms;

	if (at->st == ATT_ANSWERED
	    && outcome_heard(played_ms, ended, at->ph.threshold_msec))
		heard(eng, at, played_ms);
}


static void answered(struct engine *eng, struct attempt *at)
{
	struct report rep = { .kind = REPORT_ANSWER, .status = PHONE_ANSWER };

	if (engine_move(eng, at, AEV_ANSWER))
		return;

	at->connect_ms = engine_now(eng);
	send_report(eng, at, &rep);
	if (outcome_heard(0, false, at->ph.threshold_msec))
		heard(eng, at, 0);
}


void engine_call_event(struct engine *eng, uint64_t id, enum call_ev ev,
		       const struct call_fact *fact)
{
	struct attempt *at = engine_attempt(eng, id);

	if (!at || at->st == ATT_QUEUED)
		return;

	switch (ev) {

	case CALL_EV_RINGING:
		if (!engine_move(eng, at, AEV_RINGING) && !at->ring_ms)
			at->ring_ms = engine_now(eng);
		return;

	case CALL_EV_ANSWER:
		answered(eng, at);
		return;

	case CALL_EV_PROMPT:
		if (at->connect_ms && !at->prompt_ms)
			at->prompt_ms = engine_now(eng);
		return;

	case CALL_EV_THRESHOLD:
		heard(eng, at, fact->played_ms);
		return;

	case CALL_EV_PROMPT_END:
		heard(eng, at, fact->played_ms);
		if (at->st == ATT_HEARD)
			hang_up(eng, at);
		return;

	case CALL_EV_CLOSED:
		heard_at_last(eng, at, fact->played_ms);
		finish(eng, at, fact);
		engine_step(eng);
		return;
	}
}


static void sweep_one(struct engine *eng, struct attempt *at, uint64_t now)
{
	const uint64_t most = at->length_ms + HELD_MAX_MS;

	switch (at->st) {

	case ATT_DIALING:
	case ATT_RINGING:
		if (at->hung_up
		    || now - at->setup_ms < at->ph.timeout_sec * 1000ull)
			break;
		at->rang_out = true;
		(void)snprintf(at->reason, sizeof(at->reason),
			       "no answer within %u s", at->ph.timeout_sec);
		hang_up(eng, at);
		break;

	case ATT_ANSWERED:
	case ATT_HEARD:
		if (at->hung_up || now - at->connect_ms < most)
			break;
		(void)snprintf(at->reason, sizeof(at->reason),
			       "on hold for too long");
		hang_up(eng, at);
		break;

	case ATT_QUEUED:
	case ATT_DONE:
		break;
	}
}


static void sweep(struct engine *eng, uint64_t now)
{
	int64_t *idv = calloc(eng->used + 1, sizeof(*idv));
	size_t i, n = 0;

	for (i = 0; i < eng->slotc; i++) {
		struct attempt *at = eng->slotv[i];

		if (!at->id)
			continue;

		if (idv && at->lease_at < now + LEASE_LOW_MS) {
			idv[n++] = at->ph.attempt_id;
			at->lease_at = now + LEASE_MORE_SEC * 1000ull;
		}
		sweep_one(eng, at, now);
	}

	if (n && eng->prm.store->extend(eng->prm.store_arg, idv, n,
					LEASE_MORE_SEC)) {
		for (i = 0; i < eng->slotc; i++) {
			if (eng->slotv[i]->lease_at
			    == now + LEASE_MORE_SEC * 1000ull)
				eng->slotv[i]->lease_at = now;
		}
	}

	free(idv);
}


void engine_tick(struct engine *eng)
{
	const uint64_t now = engine_now(eng);

	if (now >= eng->sweep_at) {
		eng->sweep_at = now + SWEEP_MS;
		sweep(eng, now);
	}

	engine_step(eng);
}


void engine_wake(struct engine *eng)
{
	eng->load_wanted = true;
	engine_step(eng);
}


/*
 * Without the database nobody keeps the leases of the queued ones; with it
 * again, an extension may have been lost on the way.
 */
void engine_db(struct engine *eng, bool ok)
{
	const uint64_t now = engine_now(eng);
	size_t i;

	for (i = 0; ok && i < eng->slotc; i++)
		eng->slotv[i]->lease_at = now;

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
		(void)snprintf(at->reason, sizeof(at->reason),
			       "the operator hung up");
		hang_up(eng, at);
	}

	return left;
}


size_t engine_live(const struct engine *eng)
{
	return eng->used;
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

	if (!eng)
		return ENOMEM;

	eng->prm = *prm;
	eng->set = prm->set;
	eng->soon_at = NEVER;
	(void)snprintf(eng->node, sizeof(eng->node), "%s", prm->node);
	pacer_init(&eng->pacer, prm->rate, prm->rate / 10 + 1,
		   engine_now(eng));

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
	free(eng);
}
