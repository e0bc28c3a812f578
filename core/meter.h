/**
 * @file meter.h  How often something has happened lately
 */
#ifndef RINGROUND_METER_H
#define RINGROUND_METER_H

#include <stdint.h>

enum { METER_SLOTS = 60 };

/** All zero but slot_ms is an empty one. Milliseconds of a steady clock. */
struct meter {
	uint32_t slot_ms;       /**< resolution; METER_SLOTS of it are kept */
	uint64_t last;          /**< the newest slot's number            */
	uint32_t countv[METER_SLOTS];   /**< by number modulo size       */
};

void meter_add(struct meter *mt, uint64_t now_ms, uint32_t n);

/**
 * What was counted in the last whole slots, the present one left out
 *
 * @param slots  At most METER_SLOTS - 1
 */
uint32_t meter_sum(const struct meter *mt, uint64_t now_ms, uint32_t slots);

#endif
