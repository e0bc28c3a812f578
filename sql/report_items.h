/**
 * @file report_items.h  Lists of reports, and memory for them put by
 *
 * What becomes of a call has to be kept even when memory has run out since
 * it was begun: who has heard the prompt would be rung again. There is an
 * item put by for each attempt that may have something to report.
 */
#ifndef RINGROUND_REPORT_ITEMS_H
#define RINGROUND_REPORT_ITEMS_H

#include "core/ports.h"

struct item {
	struct item *next;
	bool again;             /**< it was written, but late            */
	bool newer;             /**< than what is on its way             */
	struct report rep;
};

struct list_of {
	struct item *head;
	struct item **tail;
};

/** Items put by, to be taken when there is no memory */
struct item_pool {
	struct item *head;
	size_t count;
	size_t wanted;
};

void items_reset(struct list_of *li);

void items_add(struct list_of *li, struct item *it);

/** @return the item of an attempt, borrowed; or NULL */
struct item *items_lookup(const struct list_of *li, int64_t attempt);

/**
 * Put so many by, for now; what is too many goes as it comes back
 *
 * @return 0 or ENOMEM
 */
int item_reserve(struct item_pool *po, size_t n);

/** @return an item, to be given back by item_drop(); NULL: no memory */
struct item *item_take(struct item_pool *po);

void item_drop(struct item_pool *po, struct item *it);

/** Drop all of a list */
void items_drop(struct item_pool *po, struct list_of *li);

/** Free what is put by */
void item_pool_free(struct item_pool *po);

#endif
