/**
 * @file db_words.c  A view of phones in the words of the statements
 */
#include "sql/db_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "core/text.h"


static void fill_filter(struct words *w, const struct db_view *vw)
{
	(void)snprintf(w->campaign, sizeof(w->campaign), "%" PRId32,
		       vw->campaign);
	(void)snprintf(w->limit, sizeof(w->limit), "%u", vw->limit);
	(void)text_clean(w->number, sizeof(w->number), vw->number);
	w->begins = vw->within ? "" : w->number;
	w->within = vw->within ? w->number : "";

	for (int k = 0; k < PHONE_STATUSES; k++) {
		if (vw->statuses && !(vw->statuses & 1u << k))
			continue;
		array_add_int(&w->kinds, k);
		array_add_text(&w->statuses,
			       phone_status_name((enum phone_status)k));
	}
	array_add_int(&w->kinds, KIND_BEING_RUNG);
}


/* A list that is inverted is the same one, read from its other end. */
static void fill_edge(struct words *w, const struct db_view *vw)
{
	const bool whole = vw->edge == DB_TOP || vw->edge == DB_END;
	const bool end = vw->edge == DB_END || vw->edge == DB_BEFORE;
	int64_t id = vw->id, due = vw->due_us;
	int kind = vw->kind;

	w->back = end != vw->desc;
	if (whole) {
		id = due = w->back ? INT64_MAX : INT64_MIN;
		kind = w->back ? KIND_BEING_RUNG : 0;
		(void)snprintf(w->key, sizeof(w->key), "%s%s", w->begins,
			       w->back ? "\x7f" : "");
	}
	else {
		(void)text_clean(w->key, sizeof(w->key), vw->cld);
	}
	if (vw->edge == DB_FROM && !w->back)
		id -= id > INT64_MIN;
	else if (vw->edge == DB_FROM)
		id += id < INT64_MAX;

	(void)snprintf(w->id, sizeof(w->id), "%" PRId64, id);
	(void)snprintf(w->kind, sizeof(w->kind), "%d", kind);
	(void)snprintf(w->due, sizeof(w->due), "%" PRId64, due);
}


int words_fill(struct words *w, const struct db_view *vw)
{
	memset(w, 0, sizeof(*w));
	fill_filter(w, vw);
	fill_edge(w, vw);

	return array_text(&w->kinds) && array_text(&w->statuses) ? 0 : ENOMEM;
}


void words_free(struct words *w)
{
	array_free(&w->kinds);
	array_free(&w->statuses);
}
