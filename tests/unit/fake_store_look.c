/**
 * @file fake_store_look.c  What a store in memory was told
 */
#include "tests/unit/fake_store.h"


const struct report *fake_store_report(const struct fake_store *st,
				       enum report_kind kind, size_t n)
{
	size_t i;

	for (i = 0; i < st->repc; i++) {
		if (st->repv[i].kind == kind && !n--)
			return &st->repv[i];
	}

	return NULL;
}


size_t fake_store_reports(const struct fake_store *st,
			  enum report_kind kind)
{
	size_t n = 0;

	while (fake_store_report(st, kind, n))
		++n;

	return n;
}
