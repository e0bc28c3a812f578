/**
 * @file tally.c  What has been counted since the start
 */
#include "core/tally.h"

#include <string.h>

static const uint32_t post_dial_boundv[HISTOGRAM_BOUNDS] = {
	50, 100, 200, 500, 1000, 2000, 3000, 5000, 8000, 12000, 20000, 32000,
};

static const uint32_t ring_boundv[HISTOGRAM_BOUNDS] = {
	1000, 2000, 5000, 10000, 15000, 20000, 30000, 45000, 60000, 90000,
	120000, 300000,
};

static const uint32_t claim_boundv[HISTOGRAM_BOUNDS] = {
	1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000,
};

const uint32_t tally_late_boundv[HISTOGRAM_BOUNDS] = {
	1, 2, 5, 10, 20, 50, 100, 200,
};


unsigned histogram_bucket(const uint32_t *boundv, uint64_t ms)
{
	unsigned i = 0;

	while (i < HISTOGRAM_BOUNDS && boundv[i] && ms > boundv[i])
		++i;

	return i < HISTOGRAM_BOUNDS && boundv[i] ? i : HISTOGRAM_BOUNDS;
}


void histogram_add(struct histogram *hg, uint64_t ms)
{
	++hg->countv[histogram_bucket(hg->boundv, ms)];
	hg->sum_ms += ms;
}


void tally_init(struct tally *ta)
{
	memset(ta, 0, sizeof(*ta));
	ta->post_dial.boundv = post_dial_boundv;
	ta->ring.boundv = ring_boundv;
	ta->claim.boundv = claim_boundv;
}


void tally_end(struct tally *ta, enum outcome outcome, uint16_t code)
{
	++ta->outcomev[outcome];
	if (code >= TALLY_CODE_MIN && code <= TALLY_CODE_MAX)
		++ta->codev[code - TALLY_CODE_MIN];
}
