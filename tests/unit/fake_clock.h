/**
 * @file fake_clock.h  A clock that moves when the test says so
 */
#ifndef RINGROUND_FAKE_CLOCK_H
#define RINGROUND_FAKE_CLOCK_H

#include "core/ports.h"

struct fake_clock {
	uint64_t now_ms;
};

/** Its argument is a struct fake_clock */
extern const struct clock_ops fake_clock_ops;

#endif
