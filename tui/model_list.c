/**
 * @file model_list.c  A list that the model holds whole
 */
#include "tui/model_list.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>


struct order {
	const struct list_ops *ops;
	const void *owner;
	bool invert;
};

struct seat {
	int64_t id;
	size_t row;
	bool taken;
};


static int64_t id_at(const void *rows, size_t i)
{
	return ((const int64_t *)rows)[i];
}


/* Equal rows keep one order, by their ids, whatever the sort is. */
static int order_cmp(const void *a, const void *b, void *arg)
{
	const struct order *or = arg;
	size_t ra = *(const size_t *)a, rb = *(const size_t *)b;
	int64_t ia, ib;
	int c = or->ops->cmph(or->owner, ra, rb);

	if (c)
		return or->invert ? -c : c;

	ia = or->ops->idh(or->owner, ra);
	ib = or->ops->idh(or->owner, rb);

	return ia < ib ? -1 : ia > ib;
}


static int seat_cmp(const void *a, const void *b)
{
	const struct seat *sa = a, *sb = b;

	return sa->id < sb->id ? -1 : sa->id > sb->id;
}


static struct seat *seat_of(struct seat *seatv, size_t n, int64_t id)
{
	const struct seat key = { .id = id };

	return bsearch(&key, seatv, n, sizeof(*seatv), seat_cmp);
}


/* Who was there stays; who is new takes the first free place; then the last
 * ones fill what is still free. Places hold row numbers from 1 on. */
static void seats_take(size_t *rowv, size_t n, struct seat *seatv,
		       size_t *placev, const int64_t *oldv, size_t oldc,
		       const struct order *or)
{
	size_t hole = 0, end = n + oldc;

	for (size_t i = 0; i < oldc; i++) {
		struct seat *st = seat_of(seatv, n, oldv[i]);

		if (st) {
			placev[i] = st->row + 1;
			st->taken = true;
		}
	}

	for (size_t i = 0; i < n; i++) {
		const struct seat *st = seat_of(seatv, n,
			or->ops->idh(or->owner, rowv[i]));

		if (st && st->taken)
			continue;
		while (placev[hole])
			++hole;
		placev[hole] = rowv[i] + 1;
	}

	for (size_t i = 0; i < n; i++) {
		while (!placev[i])
			placev[i] = placev[--end];
		rowv[i] = placev[i] - 1;
	}
}


/* Rows in their order go where they were: the eye finds them there, and a
 * terminal is told of few. Without memory the order is the plain one. */
static void seats_keep(size_t *rowv, size_t n, const int64_t *oldv,
		       size_t oldc, const struct order *or)
{
	struct seat *seatv = calloc(n + 1, sizeof(*seatv));
	size_t *placev = calloc(n + oldc + 1, sizeof(*placev));

	for (size_t i = 0; seatv && i < n; i++)
		seatv[i] = (struct seat){
			or->ops->idh(or->owner, rowv[i]), rowv[i], false,
		};
	if (seatv && placev) {
		qsort(seatv, n, sizeof(*seatv), seat_cmp);
		seats_take(rowv, n, seatv, placev, oldv, oldc, or);
	}

	free(placev);
	free(seatv);
}


static void list_empty(struct model_list *ls)
{
	free(ls->rowv);
	free(ls->idv);
	ls->rowv = NULL;
	ls->idv = NULL;
}


int mlist_build(struct model_list *ls, const struct list_ops *ops,
	       const void *owner, size_t rows)
{
	struct order or = { ops, owner, ls->invert };
	size_t oldc = ls->idv && !ls->anew ? ls->cu.n : 0, n = 0;
	int64_t *oldv = ls->idv;
	int err = 0;

	ls->idv = NULL;
	list_empty(ls);
	ls->rowv = malloc((rows + 1) * sizeof(*ls->rowv));
	ls->idv = malloc((rows + 1) * sizeof(*ls->idv));
	if (!ls->rowv || !ls->idv) {
		list_empty(ls);
		err = ENOMEM;
		goto out;
	}

	for (size_t i = 0; i < rows; i++) {
		if (!ops->keeph || ops->keeph(owner, i))
			ls->rowv[n++] = i;
	}
	if (ops->cmph && n > 1)
		qsort_r(ls->rowv, n, sizeof(*ls->rowv), order_cmp, &or);
	if (ops->still)
		seats_keep(ls->rowv, n, oldv, oldc, &or);
	for (size_t i = 0; i < n; i++)
		ls->idv[i] = ops->idh(owner, ls->rowv[i]);
	ls->anew = false;
out:
	free(oldv);
	cursor_remap(&ls->cu, n, id_at, ls->idv);

	return err;
}


int64_t mlist_id(const struct model_list *ls, size_t i)
{
	return ls->idv && i < ls->cu.n ? ls->idv[i] : 0;
}


size_t mlist_row(const struct model_list *ls)
{
	return ls->rowv && ls->cu.cur < ls->cu.n ? ls->rowv[ls->cu.cur]
		: SIZE_MAX;
}


void mlist_move(struct model_list *ls, int64_t by)
{
	cursor_move(&ls->cu, by, ls->idv ? id_at : NULL, ls->idv);
}


bool mlist_seek(struct model_list *ls, int64_t id)
{
	for (size_t i = 0; i < ls->cu.n; i++) {
		if (ls->idv[i] == id) {
			mlist_move(ls, (int64_t)i - (int64_t)ls->cu.cur);
			return true;
		}
	}

	return false;
}


int mlist_tag_all(struct model_list *ls)
{
	for (size_t i = 0; i < ls->cu.n; i++) {
		int err = tags_add(&ls->tags, ls->idv[i]);

		if (err)
			return err;
	}

	return 0;
}


void mlist_reset(struct model_list *ls)
{
	list_empty(ls);
	tags_clear(&ls->tags);
	ls->cu.n = ls->cu.cur = ls->cu.top = 0;
	ls->cu.id = 0;
}


static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}


bool mlist_match(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (size_t i = 0; ; i++) {
		size_t k = 0;

		while (k < len && text[i + k] &&
		       lower(text[i + k]) == lower(part[k]))
			++k;
		if (k == len)
			return true;
		if (!text[i])
			return false;
	}
}
