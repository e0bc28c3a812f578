/**
 * @file tags.h  A set of row ids: what the operator has marked
 */
#ifndef RINGROUND_TAGS_H
#define RINGROUND_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAGS_MAX = 4096 };

struct tags {
	int64_t *idv;           /**< ascending, owned                    */
	size_t n;
};

/** @return 0; ENOMEM; EOVERFLOW when there are TAGS_MAX */
int tags_add(struct tags *tg, int64_t id);

void tags_remove(struct tags *tg, int64_t id);

bool tags_has(const struct tags *tg, int64_t id);

/** Forget all, and free. */
void tags_clear(struct tags *tg);

#endif
