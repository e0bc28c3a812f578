/**
 * @file engine_order.c  What an operator asks of the engine
 */
#include "core/engine_priv.h"

#include <stdio.h>

static const char words[] = "hung up by an operator";


static bool is_meant(const struct engine_cut *cut, const struct attempt *at)
{
	size_t i;

	for (i = 0; i < cut->n; i++) {
		if ((!cut->phonev || cut->phonev[i] == at->ph.id)
		    && (!cut->attemptv
			|| cut->attemptv[i] == at->ph.attempt_id))
			return true;
	}

	return false;
}


static void cut_one(struct engine *eng, struct attempt *at)
{
	if (at->hung_up)
		return;

	/* There is no call yet: it goes back, and costs no attempt. */
	if (at->st == ATT_QUEUED) {
		engine_release(eng, at);
		return;
	}

	(void)snprintf(at->reason, sizeof(at->reason), "%s", words);
	engine_hang_up(eng, at);
}


size_t engine_cut(struct engine *eng, const struct engine_cut *cut)
{
	size_t i, n = 0;

	for (i = 0; i < eng->slotc; i++) {
		if (!eng->slotv[i]->id || !is_meant(cut, eng->slotv[i]))
			continue;
		++n;
		cut_one(eng, eng->slotv[i]);
	}

	return n;
}
