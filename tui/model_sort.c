/**
 * @file model_sort.c  The order of the phones
 *
 * A million of them are not sorted here: they come in the orders that the
 * database has indexes for. The others would cost each call a write.
 */
#include "tui/model_priv.h"
#include <stddef.h>
#include "tui/model_piece.h"


static const struct {
	int sort;
	enum db_order order;
	const char *name;
} orders[] = {
	{ SORT_ID, DB_BY_ID, "id" },
	{ SORT_NUMBER, DB_BY_NUMBER, "NUMBER" },
	{ SORT_STATE, DB_BY_STATUS, "STATUS" },
	{ SORT_TIME, DB_BY_DUE, "NEXT CALL" },
};

enum { SORTS = sizeof(orders) / sizeof(orders[0]) };


/* Why there is no such list; NULL: there is */
static const char *refusal(const struct model *m, enum db_order order)
{
	const struct db_view *vw = &m->feed.view;

	if (order == DB_BY_NUMBER && m->rights_known && !m->rights.numbers)
		return "this role reads them masked";
	if (order == DB_BY_DUE && vw->statuses)
		return "no index has it with a status (f)";

	return NULL;
}


static size_t at(enum db_order order)
{
	size_t i = 0;

	while (i + 1 < SORTS && orders[i].order != order)
		++i;

	return i;
}


void sort_settle(struct model *m)
{
	struct db_view *vw = &m->feed.view;

	if (refusal(m, vw->order))
		vw->order = DB_BY_ID;
	m->phones.sort = orders[at(db_view_order(vw))].sort;
	m->phones.invert = vw->desc;
}


void sort_phones(struct model *m, int step, uint64_t now_ms)
{
	const struct db_view *vw = &m->feed.view;
	const char *why = NULL, *skipped = "";
	size_t i = at(vw->order);

	if (vw->number[0]) {
		model_say(m, false, now_ms, "numbers that are sought come by "
			  "NUMBER; \\ clears the filter");
		return;
	}

	for (;;) {
		i = (i + SORTS + (size_t)step) % SORTS;
		if (!refusal(m, orders[i].order))
			break;
		why = refusal(m, orders[i].order);
		skipped = orders[i].name;
	}

	piece_order(m, orders[i].order, vw->desc);
	if (why)
		model_say(m, false, now_ms, "by %s; not by %s: %s",
			  orders[i].name, skipped, why);
	else
		model_say(m, false, now_ms, "by %s%s; TRY, SIP, LAST EVENT, "
			  "RING/PLAY have no index", orders[i].name,
			  orders[i].order == DB_BY_DUE
			  ? ", those that wait" : "");
}
