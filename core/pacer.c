/**
 * @file pacer.c  How many calls may start now on this engine
 */
#include "core/pacer.h"

#include <string.h>

enum { SECOND_MS = 1000 };


static uint64_t full(const struct pacer *pa)
{
	return PACER_SECOND_MS + (uint64_t)PACER_LATE_MS * pa->rate;
}


void pacer_init(struct pacer *pa, uint32_t rate, uint64_t now_ms)
{
	memset(pa, 0, sizeof(*pa));
	pa->last_ms = now_ms;
	pacer_set_rate(pa, rate);
	pa->credit = full(pa);
}


void pacer_set_rate(struct pacer *pa, uint32_t rate)
{
	pa->rate = rate < 1 ? 1
		: rate > PACER_RATE_MAX ? PACER_RATE_MAX : rate;
	if (pa->credit > full(pa))
		pa->credit = full(pa);
}


static void count(struct pacer *pa, uint64_t now_ms)
{
	const uint64_t passed = now_ms > pa->last_ms
		? now_ms - pa->last_ms : 0;

	pa->last_ms += passed;

	/* A long sleep must not overflow the product. */
	if (passed > full(pa))
		pa->credit = full(pa);
	else
		pa->credit += passed * pa->rate;

	if (pa->credit > full(pa))
		pa->credit = full(pa);
}


/* Would start no of all be a second, and the guard, behind its rate-th
 * predecessor? */
static bool clear(const struct pacer *pa, uint64_t no, uint64_t now_ms)
{
	if (no < pa->rate)
		return true;

	return now_ms >= pa->startv[(no - pa->rate) % PACER_RATE_MAX]
		+ SECOND_MS + PACER_GUARD_MS;
}


uint32_t pacer_allowed(struct pacer *pa, uint64_t now_ms)
{
	uint32_t most, n = 0;

	count(pa, now_ms);
	most = (uint32_t)(pa->credit / PACER_SECOND_MS);

	while (n < most && n < pa->rate && clear(pa, pa->started + n, now_ms))
		++n;

	return n;
}


void pacer_start(struct pacer *pa, uint64_t now_ms)
{
	pa->startv[pa->started++ % PACER_RATE_MAX] = now_ms;
	pa->credit = pa->credit > PACER_SECOND_MS
		? pa->credit - PACER_SECOND_MS : 0;
}
