/**
 * @file bucket.h  So many a second, and some more at once
 */
#ifndef RINGROUND_BUCKET_H
#define RINGROUND_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	uint64_t at;            /**< when it was looked into; 0: never   */
	uint64_t fill;          /**< thousandths                         */
};

/** Take one out at an instant (milliseconds), unless it is empty */
static inline bool bucket_take(struct bucket *bk, uint64_t now, uint64_t rate,
			       uint64_t most)
{
	const uint64_t gone = now > bk->at ? now - bk->at : 0;

	bk->fill += gone < 1000000 ? gone * rate : 1000 * most;
	if (!bk->at || bk->fill > 1000 * most)
		bk->fill = 1000 * most;
	bk->at = now;
	if (bk->fill < 1000)
		return false;

	bk->fill -= 1000;

	return true;
}

#endif
