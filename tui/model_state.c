/**
 * @file model_state.c  What a campaign is doing, as the operator reads it
 */
#include "tui/model_state.h"
#include <inttypes.h>
#include <stdio.h>


static int64_t ahead(int64_t at, int64_t now_at)
{
	if (at == INT64_MAX)
		return INT64_MAX;

	return at > now_at ? at - now_at : 0;
}


/* The engine's own order, by what the database knows */
static void judge(const struct model *m, const struct db_camp *c,
		  int64_t now_at, struct camp_state *st)
{
	if (c->total == c->finished && !c->live) {
		st->reason = CAMPAIGN_DONE;
	}
	else if (!c->open) {
		st->reason = CAMPAIGN_WINDOW;
		if (c->change_at)
			st->until_ms = ahead(c->change_at, now_at);
	}
	else if (!c->has_prompt || c->trouble[0]) {
		st->reason = CAMPAIGN_NO_PROMPT;
		st->detail = c->trouble;
	}
	/* Calls that nobody carries any more fill nothing. */
	else if (!m->campr.engines) {
		st->word = CAMP_NO_ENGINE;
	}
	else if (c->live >= c->max_concurrent) {
		st->reason = CAMPAIGN_FULL;
	}
	else if (!c->live && c->next_due > now_at) {
		st->reason = CAMPAIGN_BACKOFF;
		st->until_ms = ahead(c->next_due, now_at);
	}
	else {
		st->reason = CAMPAIGN_RUNNING;
	}
}


static void by_engine(const struct model *m,
		      const struct snapshot_campaign *sc, uint64_t now_ms,
		      struct camp_state *st)
{
	int64_t gone = (int64_t)(now_ms - m->snap_ms);

	st->reason = sc->reason;
	st->detail = sc->detail;
	if (sc->until_ms >= 0)
		st->until_ms = sc->until_ms > gone ? sc->until_ms - gone : 0;
	/* Resumed in the database; the engine has yet to see it. */
	if (sc->reason == CAMPAIGN_PAUSED)
		st->word = CAMP_RESUMING;
}


static void by_intent(const struct model_intent *in, uint64_t now_ms,
		      struct camp_state *st)
{
	bool slow = now_ms > in->since_ms + MODEL_SLOW_MS;

	if (in->paused)
		st->word = slow ? CAMP_PAUSING_SLOW : CAMP_PAUSING;
	else
		st->word = slow ? CAMP_RESUMING_SLOW : CAMP_RESUMING;
}


void state_of(const struct model *m, const struct db_camp *c,
	      uint64_t now_ms, struct camp_state *st)
{
	const struct model_intent *in = model_intent(m, c->id);
	const struct snapshot_campaign *sc =
		m->snap ? snapshot_campaign(m->snap, c->id) : NULL;

	st->word = CAMP_REASON;
	st->reason = CAMPAIGN_PAUSED;
	st->live = c->live;
	st->until_ms = -1;
	st->detail = "";

	if (in)
		by_intent(in, now_ms, st);
	else if (c->paused && c->live > 0)
		st->word = CAMP_DRAINING;
	else if (c->paused)
		st->reason = CAMPAIGN_PAUSED;
	else if (sc)
		by_engine(m, sc, now_ms, st);
	else
		judge(m, c, model_server_at(m, now_ms), st);
}


const char *state_word(const struct camp_state *st, char *buf, size_t size)
{
	const char *word = "";

	switch (st->word) {

	case CAMP_REASON:
		word = campaign_reason_name(st->reason);
		break;

	case CAMP_DRAINING:
		(void)snprintf(buf, size, "%s %" PRId64, st->live < 100
			       ? "DRAINING" : "DRAIN", st->live);
		return buf;

	case CAMP_PAUSING:              word = "PAUSING";       break;
	case CAMP_PAUSING_SLOW:         word = "PAUSE?";        break;
	case CAMP_RESUMING:             word = "RESUMING";      break;
	case CAMP_RESUMING_SLOW:        word = "RESUME?";       break;
	case CAMP_NO_ENGINE:            word = "NO ENGINE";     break;
	}

	(void)snprintf(buf, size, "%s", word);

	return buf;
}


bool state_dials(const struct camp_state *st)
{
	return st->word == CAMP_REASON && (st->reason == CAMPAIGN_RUNNING ||
					   st->reason == CAMPAIGN_FULL);
}


int64_t state_eta_ms(const struct db_camp *c, const struct camp_state *st)
{
	double sec;

	if (!state_dials(st) || !(c->per_sec > 0) || c->finished >= c->total)
		return -1;

	sec = (double)(c->total - c->finished) / c->per_sec;

	return sec < 1e9 ? (int64_t)(sec * 1000) : -1;
}


/* The sentence when nothing is known of the next change */
static const char *plain(const struct db_camp *c, enum campaign_reason reason)
{
	switch (reason) {

	case CAMPAIGN_RUNNING:
		return "";

	case CAMPAIGN_PAUSED:
		return "paused: r resumes it";

	case CAMPAIGN_WINDOW:
		return "closed by its schedule, which never opens";

	case CAMPAIGN_BACKOFF:
		return "nothing is due";

	case CAMPAIGN_FULL:
		return "as many calls are live as max_concurrent_calls allows";

	case CAMPAIGN_TROUBLE:
		return "calls cannot be started on this machine";

	case CAMPAIGN_NO_PROXY:
		return "config campaign/sipproxy is no host[:port]";

	case CAMPAIGN_NO_PROMPT:
		return "it has no prompt that can be played";

	case CAMPAIGN_LOADING:
		return "its prompt is being prepared";

	case CAMPAIGN_DB_DOWN:
		return "no call starts while the database is away";

	case CAMPAIGN_STOPPING:
		return "the engine starts no more calls";

	case CAMPAIGN_DONE:
		return c->total ? "nothing is left to ring" :
			"it has no phones";
	}

	return "";
}


static void words(const struct db_camp *c, const struct camp_state *st,
		  const char *when, char *buf, size_t size)
{
	if (st->word == CAMP_DRAINING)
		(void)snprintf(buf, size, "paused, %" PRId64 " %s finishing",
			       st->live, st->live == 1 ? "call is"
			       : "calls are");
	else if (st->word == CAMP_NO_ENGINE)
		(void)snprintf(buf, size, "no engine works on this database");
	else if (st->word != CAMP_REASON)
		buf[0] = '\0';
	else if (when[0] && st->reason == CAMPAIGN_WINDOW)
		(void)snprintf(buf, size, "closed by its schedule until %s",
			       when);
	else if (when[0] && st->reason == CAMPAIGN_BACKOFF)
		(void)snprintf(buf, size, "nothing is due: the next phone "
			       "falls due %s", when);
	else
		(void)snprintf(buf, size, "%s", plain(c, st->reason));
}


const char *state_sentence(const struct db_camp *c,
			   const struct camp_state *st, const char *when,
			   char *buf, size_t size)
{
	char text[128];

	words(c, st, when, text, sizeof(text));
	buf[0] = '\0';
	if (st->detail[0] && st->word == CAMP_REASON)
		(void)snprintf(buf, size, "%s: %s%s%s", c->name, text,
			       text[0] ? ": " : "", st->detail);
	else if (text[0])
		(void)snprintf(buf, size, "%s: %s", c->name, text);

	return buf;
}
