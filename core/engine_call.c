/**
 * @file engine_call.c  A call from the INVITE to the report
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "core/number.h"
#include "core/outcome.h"


void engine_send(struct engine *eng, const struct attempt *at,
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


static void fill_end(struct report *rep, const struct engine *eng,
		     const struct attempt *at, const struct call_fact *fact)
{
	struct outcome_in in = {
		.answered   = at->connect_ms != 0,
		.success    = at->st == ATT_HEARD,
		.rang_out   = at->rang_out,
		.hopeless   = at->hopeless,
		.attempt_no = at->ph.attempt_no,
	};
	struct outcome_out out;

	current_rules(eng, at, &in.max_attempts, &rep->backoff_sec);
	outcome_decide(&out, &in);

	rep->outcome = out.outcome;
	rep->status = out.status;
	rep->finished = out.finished;
	rep->retry = out.retry;
	rep->ended_ms = engine_now(eng);
	rep->played_ms = fact->played_ms;
	rep->sip_code = at->connect_ms ? 200 : fact->code;
	rep->ended_by = at->hung_up ? ENDED_LOCAL : fact->ended_by;
	if (!at->connect_ms && rep->ended_by == ENDED_REMOTE)
		rep->ended_by = ENDED_NOBODY;
	(void)snprintf(rep->reason, sizeof(rep->reason), "%s",
		       at->reason[0] ? at->reason
		       : fact->reason ? fact->reason : "");
}


static void count_end(struct engine *eng, const struct attempt *at,
		      const struct report *rep)
{
	if (!at->ring_ms && !at->connect_ms && rep->sip_code)
		histogram_add(&eng->tally.post_dial,
			      rep->ended_ms - at->setup_ms);

	tally_end(&eng->tally, rep->outcome, rep->sip_code);
}


void engine_finish(struct engine *eng, struct attempt *at,
		   const struct call_fact *fact)
{
	struct report rep = { .kind = REPORT_END };
	uint64_t due;

	fill_end(&rep, eng, at, fact);
	if (at->stopped && rep.outcome != OUTCOME_SUCCESS) {
		rep.kind = at->untold ? REPORT_RELEASE : REPORT_UNDONE;
		rep.outcome = OUTCOME_LOST;
		rep.finished = false;
		rep.retry = false;
	}
	due = rep.ended_ms + rep.backoff_sec * 1000ull;
	if (rep.retry && due < eng->soon_at)
		eng->soon_at = due;

	if (rep.kind == REPORT_END)
		count_end(eng, at, &rep);
	engine_note(eng, at, HAPPENED_CLOSED, fact->code);
	engine_remember(eng, at, fact);
	engine_send(eng, at, &rep);
	if (!at->untold)
		log_end(eng, at, &rep);
	engine_forget(eng, at);
	engine_trouble_freed(eng);
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


/* It is no attempt. ENOSYS is of what its campaign demands: others may be
 * dialled. @return whether they may */
static bool give_back(struct engine *eng, struct attempt *at, int err)
{
	if (err == ENOSYS)
		engine_rest_camp(eng, at, err);
	else
		(void)engine_rest(eng, at->proxy, err, NULL);

	at->setup_ms = 0;
	engine_release(eng, at);

	return err == ENOSYS;
}


bool engine_dial(struct engine *eng, struct attempt *at)
{
	const struct dial_req req = {
		.id = at->id, .phone = &at->ph, .proxy = eng->set.proxy,
		.media = at->ph.media_set ? at->ph.media : eng->set.media,
	};
	struct call_fact fact = { .ended_by = ENDED_LOCAL };
	const char *id;
	int err;

	fact.reason = refuse(eng, at);
	if (fact.reason) {
		at->hopeless = true;
		engine_finish(eng, at, &fact);
		return true;
	}

	memcpy(at->proxy, eng->set.proxy, sizeof(at->proxy));
	at->setup_ms = engine_now(eng);
	err = eng->prm.dialer->dial(eng->prm.dialer_arg, &req);
	if (err == ENOSYS || engine_trouble_local(err))
		return give_back(eng, at, err);

	++eng->started;
	meter_add(&eng->startedv, at->setup_ms, 1);
	engine_note(eng, at, HAPPENED_INVITE, 0);
	(void)engine_move(eng, at, AEV_DIAL);
	if (err) {
		fact.reason = strerror(err);
		engine_finish(eng, at, &fact);
		return true;
	}

	id = eng->prm.dialer->call_id(eng->prm.dialer_arg, at->id);
	if (id)
		(void)snprintf(at->call_id, sizeof(at->call_id), "%s", id);

	return engine_trouble_dialled(eng, at->id);
}


void engine_hang_up(struct engine *eng, struct attempt *at)
{
	at->hung_up = true;
	engine_note(eng, at, at->connect_ms ? HAPPENED_BYE
		    : HAPPENED_CANCEL, 0);
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

	if (engine_move(eng, at, AEV_HEARD))
		return;

	at->heard_ms = engine_now(eng);
	engine_note(eng, at, HAPPENED_THRESHOLD, 0);
	engine_send(eng, at, &rep);
}


/*
 * The end may overtake the news of the threshold. Packets that could not be
 * sent were not heard, though the prompt went on.
 */
static void heard_at_last(struct engine *eng, struct attempt *at,
			  uint32_t played_ms)
{
	const bool ended = at->length_ms && played_ms >= at->length_ms;

	if (at->st == ATT_ANSWERED
	    && outcome_heard(played_ms, ended, at->ph.threshold_msec))
		heard(eng, at, played_ms);
}


static void rings(struct engine *eng, struct attempt *at, uint16_t code)
{
	engine_note(eng, at, HAPPENED_RINGING, code);
	if (engine_move(eng, at, AEV_RINGING) || at->ring_ms)
		return;

	at->ring_ms = engine_now(eng);
	histogram_add(&eng->tally.post_dial, at->ring_ms - at->setup_ms);
}


static void answered(struct engine *eng, struct attempt *at)
{
	struct report rep = { .kind = REPORT_ANSWER, .status = PHONE_ANSWER };

	if (engine_move(eng, at, AEV_ANSWER))
		return;

	at->connect_ms = engine_now(eng);
	if (at->ring_ms)
		histogram_add(&eng->tally.ring, at->connect_ms - at->ring_ms);
	else
		histogram_add(&eng->tally.post_dial,
			      at->connect_ms - at->setup_ms);
	engine_note(eng, at, HAPPENED_ANSWER, 200);
	engine_send(eng, at, &rep);
	if (outcome_heard(0, false, at->ph.threshold_msec))
		heard(eng, at, 0);
}


void engine_call_event(struct engine *eng, uint64_t id, enum call_ev ev,
		       const struct call_fact *fact)
{
	struct attempt *at = engine_attempt(eng, id);

	if (!at || at->st == ATT_QUEUED)
		return;

	engine_trouble_event(eng, at, ev, fact);

	switch (ev) {

	case CALL_EV_RINGING:
		rings(eng, at, fact->code);
		return;

	case CALL_EV_ANSWER:
		answered(eng, at);
		return;

	case CALL_EV_PROMPT:
		if (!at->connect_ms || at->prompt_ms)
			return;
		at->prompt_ms = engine_now(eng);
		engine_note(eng, at, HAPPENED_PROMPT, 0);
		return;

	case CALL_EV_THRESHOLD:
		heard(eng, at, fact->played_ms);
		return;

	case CALL_EV_PROMPT_END:
		heard_at_last(eng, at, fact->played_ms);
		if (!at->connect_ms || at->bye_at)
			return;
		at->bye_at = engine_now(eng) + BYE_MS;
		engine_note(eng, at, HAPPENED_PROMPT_END, 0);
		return;

	case CALL_EV_CLOSED:
		heard_at_last(eng, at, fact->played_ms);
		engine_finish(eng, at, fact);
		engine_step(eng);
		return;
	}
}
