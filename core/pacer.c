/**
 * @file pacer.c  How many calls may start now on this engine
 */
#include "core/pacer.h"

enum { ONE = 1000 };


void pacer_init(struct pacer *pa, uint32_t rate, uint32_t burst,
		uint64_t now_ms)
{
	pa->rate = rate ? rate : 1;
	pa->burst = burst ? burst : 1;
	pa->last_ms = now_ms;
	pa->credit = (uint64_t)pa->burst * ONE;
}


static void count(struct pacer *pa, uint64_t now_ms)
{
	const uint64_t full = (uint64_t)pa->burst * ONE;
	const uint64_t passed = now_ms > pa->last_ms
		? now_ms - pa->last_ms : 0;

	pa->last_ms += passed;

	/* A long sleep must not overflow the product. */
	if (passed > full)
		pa->credit = full;
	else
		pa->credit += passed * pa->rate;

	if (pa->credit > full)
		pa->credit = full;
}


uint32_t pacer_allowed(struct pacer *pa, uint64_t now_ms)
{
	count(pa, now_ms);

	return (uint32_t)(pa->credit / ONE);
}


void pacer_take(struct pacer *pa, uint32_t n)
{
	const uint64_t cost = (uint64_t)n * ONE;

	pa->credit = pa->credit > cost ? pa->credit - cost : 0;
}
