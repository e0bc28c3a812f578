/**
 * @file engine_dispatch.c  Which of the claimed phones is dialled next
 */
#include "core/engine_priv.h"

#include <string.h>


/*
 * A claim may be overtaken by a pause, a closing, a lower cap or another
 * prompt. While the database is away nobody keeps its lease, and after a long
 * sleep of this process another engine may have the phone.
 */
static bool still_wanted(const struct engine *eng, const struct attempt *at,
			 uint64_t now)
{
	const struct camp *cp = engine_camp(eng, at->ph.campaign_id);

	return cp && eng->db_ok && !eng->stopping && eng->set.proxy[0]
		&& at->lease_at > now + LEASE_LOW_MS
		&& !cp->c.paused && cp->c.open && !cp->dial_err
		&& cp->live <= cp->c.max_concurrent
		&& cp->c.live <= cp->c.max_concurrent
		&& cp->c.prompt_id == at->ph.prompt_id
		&& !strcmp(cp->c.prompt_digest, at->ph.prompt_digest);
}


static bool too_late(const struct attempt *at, uint64_t now)
{
	return at->dial_at && now > at->dial_at + SLOT_LATE_MS;
}


/*
 * What is not wanted any more goes back at once, whatever stands before; so
 * does what has missed its slot, for another one.
 */
static void release_unwanted(struct engine *eng, uint64_t now)
{
	size_t i, n = 0;

	for (i = 0; i < eng->queuec; i++) {
		struct attempt *at = engine_attempt(eng, eng->queuev[i]);

		if (!at)
			continue;
		if (!still_wanted(eng, at, now)) {
			engine_release(eng, at);
		}
		else if (too_late(at, now)) {
			engine_release(eng, at);
			eng->scan_wanted = true;
		}
		else {
			eng->queuev[n++] = eng->queuev[i];
		}
	}

	eng->queuec = n;
}


/*
 * Of those that may be dialled now, one of the campaign that was served the
 * longest ago, by its order; taken out of the queue. NULL when there is none.
 */
static struct attempt *take_next(struct engine *eng, uint64_t now)
{
	struct attempt *best = NULL;
	struct camp *turn = NULL;
	size_t i, at_i = 0;

	for (i = 0; i < eng->queuec; i++) {
		struct attempt *at = engine_attempt(eng, eng->queuev[i]);
		struct camp *cp = at && at->dial_at <= now
			? engine_camp(eng, at->ph.campaign_id) : NULL;

		if (cp && (!turn || cp->served < turn->served)) {
			best = at;
			turn = cp;
			at_i = i;
		}
	}
	if (!best)
		return NULL;

	turn->served = ++eng->serves;
	--eng->queuec;
	memmove(&eng->queuev[at_i], &eng->queuev[at_i + 1],
		(eng->queuec - at_i) * sizeof(*eng->queuev));

	return best;
}


/* What was sent was so before it is counted. */
void engine_dispatch(struct engine *eng, uint64_t now)
{
	struct attempt *at;
	uint32_t allowed;

	release_unwanted(eng, now);
	if (now < eng->trouble_until || engine_silent(eng, now, SILENT_MS))
		return;

	allowed = pacer_allowed(&eng->pacer, now);
	while (allowed-- && (at = take_next(eng, now))) {
		const bool ok = engine_dial(eng, at);

		pacer_start(&eng->pacer, engine_now(eng));
		if (!ok)
			break;
	}
}
