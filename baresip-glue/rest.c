/**
 * @file rest.c  What is done when nothing is to be done
 */
#include "baresip-glue/rest.h"

#include <malloc.h>


bool rest_tick(struct rest *re, bool busy, uint64_t now_ms)
{
	if (busy) {
		re->since = 0;
		re->given = false;
		return false;
	}

	if (!re->since)
		re->since = now_ms;
	if (re->given || now_ms - re->since < REST_MS)
		return false;

	re->given = true;
	(void)malloc_trim(0);

	return true;
}
