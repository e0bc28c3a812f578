/**
 * @file db_calls.c  The live calls of a filter, to be hung up
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/db_words.h"
#include "sql/embedded.h"


static int calls_read(struct db_calls *calls, const PGresult *res)
{
	const size_t n = (size_t)PQntuples(res);

	memset(calls, 0, sizeof(*calls));
	calls->idv = calloc(n + 1, sizeof(*calls->idv));
	calls->attemptv = calloc(n + 1, sizeof(*calls->attemptv));
	if (!calls->idv || !calls->attemptv) {
		free(calls->idv);
		free(calls->attemptv);
		return ENOMEM;
	}

	calls->n = n;
	for (size_t i = 0; i < n; i++) {
		calls->idv[i] = db_int(res, (int)i, 0);
		calls->attemptv[i] = db_int(res, (int)i, 1);
		if (i < DB_CALL_NAMES)
			db_text(calls->namev[i], sizeof(calls->namev[i]),
				res, (int)i, 2);
	}

	return 0;
}


static int ask(struct db *db, PGresult **resp, const struct words *w,
	       const char *ids, bool but, char *why, size_t size)
{
	const char *const paramv[] = {
		w->campaign, w->statuses.buf, w->begins, w->within, ids,
		but ? "t" : "f",
	};

	return db_ask(db, resp, sql_console_calls, 6, paramv, why, size);
}


int db_calls(struct db *db, const struct db_view *vw, const int64_t *phonev,
	     size_t n, bool but, struct db_calls *calls,
	     char *why, size_t size)
{
	struct array ids = { .buf = NULL };
	struct db_calls got;
	struct words w;
	PGresult *res;
	int err;

	(void)snprintf(why, size, "out of memory");
	for (size_t i = 0; i < n; i++)
		array_add_int(&ids, phonev[i]);
	err = words_fill(&w, vw);
	if (!err && !array_text(&ids))
		err = ENOMEM;
	if (!err)
		err = ask(db, &res, &w, ids.buf, but, why, size);
	if (err)
		goto out;

	err = calls_read(&got, res);
	PQclear(res);
	if (!err)
		*calls = got;
 out:
	array_free(&ids);
	words_free(&w);

	return err;
}
