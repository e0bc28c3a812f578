/**
 * @file view_state.c  What a campaign is doing, as a word and a sentence
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>


static const struct snapshot_campaign *engine_of(const struct view *v,
						 const struct db_campaign *c)
{
	return v->m->snap ? snapshot_campaign(v->m->snap, c->id) : NULL;
}


static unsigned reason_attr(enum campaign_reason reason)
{
	switch (reason) {

	case CAMPAIGN_RUNNING:          return ATTR_GOOD;
	case CAMPAIGN_PAUSED:           return ATTR_WARN;
	case CAMPAIGN_WINDOW:           return ATTR_NORMAL;
	case CAMPAIGN_FULL:             return ATTR_GOOD;
	case CAMPAIGN_BACKOFF:          return ATTR_NORMAL;
	case CAMPAIGN_TROUBLE:
	case CAMPAIGN_NO_PROXY:
	case CAMPAIGN_NO_PROMPT:        return ATTR_BAD;
	case CAMPAIGN_LOADING:          return ATTR_NORMAL;
	case CAMPAIGN_DB_DOWN:          return ATTR_BAD;
	case CAMPAIGN_STOPPING:         return ATTR_WARN;
	case CAMPAIGN_DONE:             return ATTR_BOLD;
	}

	return ATTR_NORMAL;
}


static const char *asked(const struct view *v, const struct model_intent *in)
{
	bool slow = v->now_ms - in->since_ms > MODEL_SLOW_MS;

	if (in->paused)
		return slow ? "PAUSE?" : "PAUSING";

	return slow ? "RESUME?" : "RESUMING";
}


unsigned view_state(const struct view *v, const struct db_campaign *c,
		    char *buf, size_t size)
{
	const struct model_intent *in = model_intent(v->m, c->id);
	const struct snapshot_campaign *sc = engine_of(v, c);
	const char *word = "-";
	char n[24];
	unsigned attr = ATTR_WARN;

	if (in) {
		word = asked(v, in);
	}
	else if (c->paused && c->live > 0) {
		(void)snprintf(buf, size, "%s %s",
			       c->live < 100 ? "DRAINING" : "DRAIN",
			       view_short(n, sizeof(n), c->live));
		return attr;
	}
	else if (c->paused) {
		word = campaign_reason_name(CAMPAIGN_PAUSED);
	}
	else if (sc && sc->reason == CAMPAIGN_PAUSED) {
		/* Resumed in the database; the engine has yet to see it. */
		word = "RESUMING";
	}
	else if (sc) {
		word = campaign_reason_name(sc->reason);
		attr = reason_attr(sc->reason);
	}

	(void)snprintf(buf, size, "%s", word);

	return attr;
}


const char *view_next(const struct view *v, const struct db_campaign *c,
		      char *buf, size_t size)
{
	const struct snapshot_campaign *sc = engine_of(v, c);
	int64_t ahead;

	buf[0] = '\0';
	if (!sc || sc->until_ms < 0 || c->paused)
		return buf;

	ahead = view_ahead(v, sc->until_ms, v->m->snap_ms);
	if (sc->reason == CAMPAIGN_WINDOW)
		return view_when(v, buf, size, ahead);
	if (sc->reason == CAMPAIGN_BACKOFF)
		return view_span(buf, size, ahead);

	return buf;
}


/* The sentence when nothing is known of the next change */
static const char *plain(const struct db_campaign *c,
			 enum campaign_reason reason)
{
	switch (reason) {

	case CAMPAIGN_RUNNING:
	case CAMPAIGN_PAUSED:
		return "";

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


static void sentence(const struct view *v, const struct db_campaign *c,
		     const struct snapshot_campaign *sc,
		     char *buf, size_t size)
{
	char next[TEXT_SIZE];

	(void)view_next(v, c, next, sizeof(next));

	if (next[0] && sc->reason == CAMPAIGN_WINDOW)
		(void)snprintf(buf, size, "closed by its schedule until %s",
			       next);
	else if (next[0])
		(void)snprintf(buf, size, "nothing is due: the next phone "
			       "falls due in %s", next);
	else
		(void)snprintf(buf, size, "%s", plain(c, sc->reason));
}


const char *view_explain(const struct view *v, const struct db_campaign *c,
			 char *buf, size_t size)
{
	const struct snapshot_campaign *sc = engine_of(v, c);
	char text[TEXT_SIZE * 2] = "";

	buf[0] = '\0';
	if (c->paused && c->live > 0)
		(void)snprintf(text, sizeof(text), "paused, %" PRId64
			       " calls are finishing", c->live);
	else if (c->paused)
		(void)snprintf(text, sizeof(text), "paused: r resumes it");
	else if (sc)
		sentence(v, c, sc, text, sizeof(text));

	if (sc && sc->detail[0])
		(void)snprintf(buf, size, "%s: %s%s%s", c->name, text,
			       text[0] ? ": " : "", sc->detail);
	else if (text[0])
		(void)snprintf(buf, size, "%s: %s", c->name, text);

	return buf;
}
