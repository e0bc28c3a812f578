/**
 * @file db_one.c  One phone and all its attempts
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/embedded.h"


static void attempt_read(struct db_attempt *at, const PGresult *res, int i)
{
	at->id = db_int(res, i, 0);
	at->no = (int32_t)db_int(res, i, 1);
	db_text(at->node, sizeof(at->node), res, i, 2);
	db_text(at->call_id, sizeof(at->call_id), res, i, 3);
	db_text(at->proxy, sizeof(at->proxy), res, i, 4);
	db_text(at->cli, sizeof(at->cli), res, i, 5);
	at->setup_at = db_int(res, i, 6);
	at->ring_at = db_int(res, i, 7);
	at->connect_at = db_int(res, i, 8);
	at->prompt_at = db_int(res, i, 9);
	at->end_at = db_int(res, i, 10);
	at->played_ms = (int32_t)db_int(res, i, 11);
	at->sip_code = (int32_t)db_int(res, i, 12);
	db_text(at->reason, sizeof(at->reason), res, i, 13);
	db_text(at->outcome, sizeof(at->outcome), res, i, 14);
	db_text(at->ended_by, sizeof(at->ended_by), res, i, 15);
}


static int one_read(struct db_one *one, const PGresult *res,
		    char *why, size_t size)
{
	memset(one, 0, sizeof(*one));
	if (!PQntuples(res)) {
		(void)snprintf(why, size, "the phone is gone");
		return ENOENT;
	}

	if (db_row_read(&one->row, res, 0)) {
		(void)snprintf(why, size, "the database has a status that "
			       "this program does not know");
		return EPROTO;
	}

	one->now_at = db_int(res, 0, 17);
	db_text(one->campaign, sizeof(one->campaign), res, 0, 20);
	db_text(one->prompt, sizeof(one->prompt), res, 0, 21);
	one->threshold_ms = (int32_t)db_int(res, 0, 22);
	db_text(one->reason, sizeof(one->reason), res, 0, 23);
	one->until_at = db_int(res, 0, 24);

	return 0;
}


static int attempts_read(struct db *db, struct db_one *one, const char *id,
			 char *why, size_t size)
{
	char most[16];
	const char *const paramv[] = { id, most };
	PGresult *res;
	int i, err;

	(void)snprintf(most, sizeof(most), "%d", DB_ATTEMPTS);
	err = db_ask(db, &res, sql_console_attempts, 2, paramv, why, size);
	if (err)
		return err;

	one->attemptc = (size_t)PQntuples(res);
	one->attemptv = calloc(one->attemptc + 1, sizeof(*one->attemptv));
	if (one->attemptv) {
		for (i = 0; i < PQntuples(res); i++)
			attempt_read(&one->attemptv[i], res, i);
	}
	else {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
	}
	PQclear(res);

	return err;
}


int db_one(struct db *db, int64_t phone, struct db_one *one,
	   char *why, size_t size)
{
	struct db_one got;
	char id[24];
	const char *const paramv[] = { id };
	PGresult *res;
	int err;

	(void)snprintf(id, sizeof(id), "%" PRId64, phone);
	err = db_ask(db, &res, sql_console_one, 1, paramv, why, size);
	if (err)
		return err;

	err = one_read(&got, res, why, size);
	PQclear(res);
	if (!err)
		err = attempts_read(db, &got, id, why, size);
	if (!err)
		*one = got;

	return err;
}


void db_one_free(struct db_one *one)
{
	free(one->attemptv);
	one->attemptv = NULL;
	one->attemptc = 0;
}
