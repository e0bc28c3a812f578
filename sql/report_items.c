/**
 * @file report_items.c  Lists of reports, and memory for them put by
 */
#include "sql/report_items.h"

#include <errno.h>
#include <stdlib.h>


void items_reset(struct list_of *li)
{
	li->head = NULL;
	li->tail = &li->head;
}


void items_add(struct list_of *li, struct item *it)
{
	it->next = NULL;
	*li->tail = it;
	li->tail = &it->next;
}


struct item *items_lookup(const struct list_of *li, int64_t attempt)
{
	struct item *it;

	for (it = li->head; it; it = it->next) {
		if (it->rep.attempt_id == attempt)
			return it;
	}

	return NULL;
}


static void put_by(struct item_pool *po, struct item *it)
{
	it->next = po->head;
	po->head = it;
	++po->count;
}


static struct item *take_out(struct item_pool *po)
{
	struct item *it = po->head;

	if (!it)
		return NULL;

	po->head = it->next;
	--po->count;

	return it;
}


int item_reserve(struct item_pool *po, size_t n)
{
	po->wanted = n;

	while (po->count < n) {
		struct item *it = malloc(sizeof(*it));

		if (!it)
			return ENOMEM;
		put_by(po, it);
	}

	return 0;
}


struct item *item_take(struct item_pool *po)
{
	struct item *it = malloc(sizeof(*it));

	return it ? it : take_out(po);
}


void item_drop(struct item_pool *po, struct item *it)
{
	if (po->count < po->wanted) {
		put_by(po, it);
		return;
	}

	free(it);
	if (po->count > po->wanted)
		free(take_out(po));
}


void items_drop(struct item_pool *po, struct list_of *li)
{
	struct item *it;

	while ((it = li->head)) {
		li->head = it->next;
		item_drop(po, it);
	}
	items_reset(li);
}


void item_pool_free(struct item_pool *po)
{
	struct item *it;

	while ((it = take_out(po)))
		free(it);
	po->wanted = 0;
}
