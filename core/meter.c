/**
 * @file meter.c  How often something has happened lately
 */
#include "core/meter.h"

#include <string.h>


void meter_add(struct meter *mt, uint64_t now_ms, uint32_t n)
{
	const uint64_t slot = now_ms / mt->slot_ms;

	if (slot - mt->last >= METER_SLOTS)
		memset(mt->countv, 0, sizeof(mt->countv));
	else while (mt->last < slot)
		mt->countv[++mt->last % METER_SLOTS] = 0;

	mt->last = slot;
	mt->countv[slot % METER_SLOTS] += n;
}


uint32_t meter_sum(const struct meter *mt, uint64_t now_ms, uint32_t slots)
{
	const uint64_t now = now_ms / mt->slot_ms;
	uint64_t slot;
	uint32_t sum = 0;

	for (slot = now - slots; slot < now; slot++) {
		if (slot <= mt->last && mt->last - slot < METER_SLOTS)
			sum += mt->countv[slot % METER_SLOTS];
	}

	return sum;
}
