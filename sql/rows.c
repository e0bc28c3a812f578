/**
 * @file rows.c  Rows of the database as the structs of core
 */
#include "sql/rows.h"

#include <stdlib.h>
#include <string.h>


int64_t rows_int(const PGresult *res, int row, int col, int64_t otherwise)
{
	if (PQgetisnull(res, row, col))
		return otherwise;

	return strtoll(PQgetvalue(res, row, col), NULL, 10);
}


static uint32_t get_u32(const PGresult *res, int row, int col)
{
	const int64_t n = rows_int(res, row, col, 0);

	return n < 0 ? 0 : (uint32_t)n;
}


static bool get_bool(const PGresult *res, int row, int col)
{
	return !PQgetisnull(res, row, col)
		&& PQgetvalue(res, row, col)[0] == 't';
}


/* A text that does not fit is left empty: half a number is another number. */
static bool get_text(char *buf, size_t size, const PGresult *res,
		     int row, int col)
{
	const size_t len = (size_t)PQgetlength(res, row, col);

	buf[0] = '\0';
	if (len >= size)
		return false;

	memcpy(buf, PQgetvalue(res, row, col), len + 1);
	return true;
}


void rows_campaign(struct campaign *camp, const PGresult *res, int row)
{
	memset(camp, 0, sizeof(*camp));

	camp->id = (int32_t)rows_int(res, row, 0, 0);
	(void)get_text(camp->name, sizeof(camp->name), res, row, 1);
	camp->paused = get_bool(res, row, 2);
	camp->open = get_bool(res, row, 3);
	camp->change_ms = rows_int(res, row, 4, -1);
	camp->due_ms = rows_int(res, row, 5, -1);
	camp->prompt_id = (int32_t)rows_int(res, row, 6, 0);
	(void)get_text(camp->prompt_digest, sizeof(camp->prompt_digest),
		       res, row, 7);
	camp->troubled = get_bool(res, row, 8);
	camp->max_concurrent = get_u32(res, row, 9);
	camp->max_attempts = get_u32(res, row, 10);
	camp->timeout_sec = get_u32(res, row, 11);
	camp->backoff_sec = get_u32(res, row, 12);
	camp->threshold_msec = get_u32(res, row, 13);
	camp->live = get_u32(res, row, 14);
	camp->shared = get_bool(res, row, 15);
}


void rows_due(struct campaign_due *due, const PGresult *res, int row)
{
	memset(due, 0, sizeof(*due));

	due->id = (int32_t)rows_int(res, row, 0, 0);
	due->known = get_bool(res, row, 1);
	due->due_ms = rows_int(res, row, 2, -1);
	due->live = get_u32(res, row, 3);
	due->shared = get_bool(res, row, 4);
}


static void set_prompt(struct phone *ph, const struct claim_req *reqv,
		       size_t reqc)
{
	size_t i;

	for (i = 0; i < reqc; i++) {

		if (reqv[i].campaign_id != ph->campaign_id)
			continue;

		ph->prompt_id = reqv[i].prompt_id;
		memcpy(ph->prompt_digest, reqv[i].prompt_digest,
		       sizeof(ph->prompt_digest));
	}
}


void rows_phone(struct phone *ph, const PGresult *res, int row,
		const struct claim_req *reqv, size_t reqc)
{
	char word[16];
	bool fits;

	memset(ph, 0, sizeof(*ph));

	ph->id = rows_int(res, row, 0, 0);
	ph->attempt_id = rows_int(res, row, 1, 0);
	ph->campaign_id = (int32_t)rows_int(res, row, 2, 0);
	ph->attempt_no = get_u32(res, row, 3);
	ph->max_attempts = get_u32(res, row, 4);
	ph->timeout_sec = get_u32(res, row, 5);
	ph->backoff_sec = get_u32(res, row, 6);
	ph->threshold_msec = get_u32(res, row, 7);

	fits = get_text(ph->cld, sizeof(ph->cld), res, row, 8);
	fits &= get_text(ph->cli, sizeof(ph->cli), res, row, 9);
	fits &= get_text(ph->username, sizeof(ph->username), res, row, 10);
	fits &= get_text(ph->secret, sizeof(ph->secret), res, row, 11);
	fits &= get_text(word, sizeof(word), res, row, 13);
	ph->media_set = word[0];
	fits &= !word[0] || !phone_media_parse(&ph->media, word);
	ph->misfit = !fits;
	ph->slot_ms = (int32_t)rows_int(res, row, 12, -1);

	set_prompt(ph, reqv, reqc);
}
