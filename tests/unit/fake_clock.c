/**
 * @file fake_clock.c  A clock that moves when the test says so
 */
#include "tests/unit/fake_clock.h"


static uint64_t clock_now(void *arg)
{
	const struct fake_clock *ck = arg;

	return ck->now_ms;
}


const struct clock_ops fake_clock_ops = {
	.now_ms = clock_now,
};
