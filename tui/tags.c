/**
 * @file tags.c  A set of row ids: what the operator has marked
 */
#include "tui/tags.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>


/* Where the id is, or would be */
static size_t place(const struct tags *tg, int64_t id)
{
	size_t a = 0, b = tg->n;

	while (a < b) {
		size_t mid = a + (b - a) / 2;

		if (tg->idv[mid] < id)
			a = mid + 1;
		else
			b = mid;
	}

	return a;
}


bool tags_has(const struct tags *tg, int64_t id)
{
	size_t i = place(tg, id);

	return i < tg->n && tg->idv[i] == id;
}


int tags_add(struct tags *tg, int64_t id)
{
	size_t i = place(tg, id);

	if (tags_has(tg, id))
		return 0;
	if (tg->n >= TAGS_MAX)
		return EOVERFLOW;

	if (!tg->idv) {
		tg->idv = malloc(TAGS_MAX * sizeof(*tg->idv));
		if (!tg->idv)
			return ENOMEM;
	}

	memmove(&tg->idv[i + 1], &tg->idv[i],
		(tg->n - i) * sizeof(*tg->idv));
	tg->idv[i] = id;
	++tg->n;

	return 0;
}


void tags_remove(struct tags *tg, int64_t id)
{
	size_t i = place(tg, id);

	if (!tags_has(tg, id))
		return;

	--tg->n;
	memmove(&tg->idv[i], &tg->idv[i + 1],
		(tg->n - i) * sizeof(*tg->idv));
}


void tags_clear(struct tags *tg)
{
	free(tg->idv);
	tg->idv = NULL;
	tg->n = 0;
}
