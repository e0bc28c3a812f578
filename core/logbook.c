/**
 * @file logbook.c  The last lines of the log, for whoever comes to look
 */
#include "core/logbook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


void logline_unref(struct logline *ln)
{
	if (ln && atomic_fetch_sub(&ln->refs, 1) == 1)
		free(ln);
}


int logbook_add(struct logbook *lb, int64_t wall_ms, bool warn,
		const char *text)
{
	const size_t size = strlen(text) + 1;
	struct logline *ln = malloc(sizeof(*ln) + size);
	struct logline **place;

	if (!ln)
		return ENOMEM;

	atomic_init(&ln->refs, 1);
	ln->no = ++lb->last;
	ln->wall_ms = wall_ms;
	ln->warn = warn;
	memcpy(ln->text, text, size);

	place = &lb->linev[ln->no % LOGBOOK_LINES];
	logline_unref(*place);
	*place = ln;

	return 0;
}


size_t logbook_copy(const struct logbook *lb, struct logline **v)
{
	size_t n = 0, i;

	for (i = 1; i <= LOGBOOK_LINES; i++) {
		struct logline *ln = lb->linev[(lb->last + i) % LOGBOOK_LINES];

		if (!ln)
			continue;
		atomic_fetch_add(&ln->refs, 1);
		v[n++] = ln;
	}

	return n;
}


void logbook_clear(struct logbook *lb)
{
	size_t i;

	for (i = 0; i < LOGBOOK_LINES; i++) {
		logline_unref(lb->linev[i]);
		lb->linev[i] = NULL;
	}
}
