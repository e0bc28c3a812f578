/**
 * @file view_row.c  What phones and calls have in common
 */
#include "tui/view.h"
#include <stdio.h>


unsigned view_status(const struct view *v, enum phone_status status,
		     const char **word)
{
	*word = phone_status_name(status);

	switch (status) {

	/* Most of the rows of a busy list: words do, attributes cost. */
	case PHONE_IDLE:
	case PHONE_TRYING:
	case PHONE_ANSWER:
		return ATTR_NORMAL;

	case PHONE_FAILURE:
		return ATTR_BAD;

	case PHONE_PREMATURE:
		if (!v->raw)
			*word = "premature";
		return ATTR_WARN;

	case PHONE_SUCCESS:
		return ATTR_GOOD;
	}

	return ATTR_NORMAL;
}


unsigned view_doing(const struct snapshot_call *sc, const char **word)
{
	if (sc->ending && sc->st != ATT_DONE) {
		*word = "hanging up";
		return sc->code;
	}

	switch (sc->st) {

	case ATT_QUEUED:        *word = "queued";       return 0;
	case ATT_DIALING:       *word = "dialling";     return sc->code;
	case ATT_RINGING:       *word = "ringing";      return 180;
	case ATT_DONE:          *word = "closed";       return sc->code;
	case ATT_HEARD:         *word = "heard";        return 200;
	case ATT_ANSWERED:
		*word = sc->rtp.held ? "on hold" : sc->played_ms ? "playing"
			: "answered";
		return 200;
	}

	return 0;
}


/* Durations tick between two snapshots: packets leave every 20 ms. */
int64_t view_played(const struct view *v, const struct snapshot_call *sc)
{
	int64_t ms = sc->played_ms;

	if (ms && !sc->rtp.held && sc->st != ATT_DONE && ms < sc->prompt_ms) {
		ms += (int64_t)(v->now_ms - v->m->snap_ms);
		if (ms > sc->prompt_ms)
			ms = sc->prompt_ms;
	}

	return ms;
}


bool view_bar(const struct snapshot_call *sc)
{
	return sc->st == ATT_ANSWERED || sc->st == ATT_HEARD;
}


bool view_progress(const struct view *v, const struct snapshot_call *sc,
		   char *buf, size_t size)
{
	char played[24], whole[24];
	int64_t gone = (int64_t)(v->now_ms - v->m->snap_ms);

	if (sc->st == ATT_QUEUED || sc->st == ATT_DONE)
		return false;

	if (!view_bar(sc)) {
		(void)view_span(buf, size, sc->since_ms + gone);
		return true;
	}

	(void)snprintf(buf, size, "%s/%s",
		       view_span(played, sizeof(played), view_played(v, sc)),
		       view_span(whole, sizeof(whole), sc->prompt_ms));

	return true;
}
