/**
 * @file ptime.c  How much audio a packet to the callee carries
 */
#include "core/ptime.h"

#include <stddef.h>
#include <ctype.h>
#include <stdlib.h>


/* Whole milliseconds at the beginning of a value; 0: there are none. A grid
 * finer than that ("22.5") is not ours. */
static uint32_t number(const char *value)
{
	unsigned long n;

	while (value && (*value == ' ' || *value == '\t'))
		++value;
	if (!value || !isdigit((unsigned char)*value))
		return 0;

	n = strtoul(value, NULL, 10);

	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}


uint32_t ptime_choose(const char *wish, const char *most)
{
	const uint32_t limit = number(most);
	uint32_t ms = number(wish);

	if (!ms)
		ms = PTIME_USUAL;
	if (ms < PTIME_LEAST)
		ms = PTIME_LEAST;
	if (ms > PTIME_MOST)
		ms = PTIME_MOST;

	if (limit && ms > limit)
		ms = limit;

	/* Each length is encoded apart: not one for each millisecond */
	return ms < PTIME_LEAST ? ms : ms - ms % PTIME_LEAST;
}
