/**
 * @file db_prompt.c  The audio of prompts, to the database and from it
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/embedded.h"

enum { SLICE = 1 << 20 };       /* bytes that are read at a time         */


static int audio_write(struct db *db, const char *sql, int paramc,
		       const char *const *paramv, size_t len, int32_t *id,
		       char *why, size_t size)
{
	const int lenv[] = { 0, (int)len, 0 };
	const int formatv[] = { 0, 1, 0 };
	PGresult *res;
	int err;

	if (len > INT32_MAX) {
		snprintf(why, size, "the prompt is too large");
		return EFBIG;
	}

	err = db_query(db, &res, sql, paramc, paramv, lenv, formatv, why,
		       size);
	if (err)
		return err;

	if (PQntuples(res) < 1) {
		snprintf(why, size, "there is no such prompt any more");
		err = ENOENT;
	}
	else {
		*id = (int32_t)db_int(res, 0, 0);
	}
	PQclear(res);

	return err;
}


int db_prompt_add(struct db *db, const char *name, const char *description,
		  const void *data, size_t len, int32_t *id,
		  char *why, size_t size)
{
	const char *const paramv[] = { name, data, description };

	return audio_write(db, sql_prompt_add, 3, paramv, len, id, why, size);
}


int db_prompt_replace(struct db *db, const char *id, const void *data,
		      size_t len, char *why, size_t size)
{
	const char *const paramv[] = { id, data };
	int32_t done;

	return audio_write(db, sql_prompt_replace, 2, paramv, len, &done, why,
			   size);
}


/* A slice behind what is there. @return 0, ENODATA at the end, or an errno */
static int slice_read(struct db *db, const char *id, const char *digest,
		      uint8_t **data, size_t *len, char *why, size_t size)
{
	char from[16], count[16];
	const char *const paramv[] = { id, digest, from, count };
	unsigned char *bytes;
	PGresult *res;
	uint8_t *more;
	size_t n = 0;
	int err;

	snprintf(from, sizeof(from), "%zu", *len + 1);
	snprintf(count, sizeof(count), "%d", SLICE);

	err = db_query(db, &res, sql_prompt_audio, 4, paramv, NULL, NULL, why,
		       size);
	if (err)
		return err;

	if (PQntuples(res) < 1) {
		snprintf(why, size, "the prompt has changed meanwhile; try "
			 "again");
		err = EAGAIN;
		goto out;
	}

	bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(res, 0, 0),
				&n);
	more = bytes ? realloc(*data, *len + n + 1) : NULL;
	if (more) {
		memcpy(more + *len, bytes, n);
		*data = more;
		*len += n;
		err = n < SLICE ? ENODATA : 0;
	}
	else {
		snprintf(why, size, "out of memory");
		err = ENOMEM;
	}
	PQfreemem(bytes);
 out:
	PQclear(res);

	return err;
}


int db_prompt_read(struct db *db, const char *id, const char *digest,
		   uint8_t **datap, size_t *lenp,
		   void (*stepped)(size_t len, void *arg), void *arg,
		   char *why, size_t size)
{
	uint8_t *data = NULL;
	size_t len = 0;
	int err = 0;

	while (!err) {
		err = slice_read(db, id, digest, &data, &len, why, size);
		if (stepped)
			stepped(len, arg);
	}

	if (err != ENODATA) {
		free(data);
		return err;
	}

	*datap = data;
	*lenp = len;

	return 0;
}
