/**
 * @file db_console.c  What the console reads and writes
 */
#include "sql/db_priv.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "sql/embedded.h"


/* The server's own limit comes first, unless the server has stopped. */
enum { ANSWER_MS = 3000 };


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* Wait until the result is there, for ANSWER_MS at the most */
static int answer_wait(PGconn *pg)
{
	int64_t end = now_ms() + ANSWER_MS, left;

	while (PQisBusy(pg)) {
		struct pollfd pfd = { PQsocket(pg), POLLIN, 0 };

		left = end - now_ms();
		if (left <= 0)
			return ETIMEDOUT;
		if (poll(&pfd, 1, (int)left) > 0 && !PQconsumeInput(pg))
			return ENOTCONN;
	}

	return 0;
}


/*
 * Ask, with text parameters. A connection that does not answer in time is of
 * no use any more: the caller opens another.
 */
static int ask(struct db *db, PGresult **resp, const char *sql, int paramc,
	       const char *const *paramv, char *why, size_t size)
{
	PGresult *res, *more;
	int err = ENOTCONN;

	if (!PQsendQueryParams(db->pg, sql, paramc, NULL, paramv, NULL, NULL,
			       0))
		goto out;

	err = answer_wait(db->pg);
	if (err)
		goto out;

	res = PQgetResult(db->pg);
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		err = PQstatus(db->pg) == CONNECTION_OK ? EPROTO : ENOTCONN;
		PQclear(res);
		goto out;
	}

	while ((more = PQgetResult(db->pg)))
		PQclear(more);
	*resp = res;

	return 0;

out:
	if (err == ETIMEDOUT)
		(void)snprintf(why, size, "the database has not answered "
			       "for %d s", ANSWER_MS / 1000);
	else
		db_why(db, why, size);

	return err;
}


static int64_t number(const PGresult *res, int row, int col)
{
	return strtoll(PQgetvalue(res, row, col), NULL, 10);
}


/* Cut to size, and not within a UTF-8 character */
static void text(char *buf, size_t size, const PGresult *res, int row,
		 int col)
{
	const char *s = PQgetvalue(res, row, col);
	size_t len = strlen(s);

	if (len >= size) {
		len = size - 1;
		while (len && (s[len] & 0xc0) == 0x80)
			--len;
	}

	memcpy(buf, s, len);
	buf[len] = '\0';
}


static void campaign_read(struct db_campaign *c, const PGresult *res, int i)
{
	c->id = (int32_t)number(res, i, 0);
	text(c->name, sizeof(c->name), res, i, 1);
	c->paused = PQgetvalue(res, i, 2)[0] == 't';
	c->total = number(res, i, 3);
	c->finished = number(res, i, 4);
	c->live = number(res, i, 5);

	for (int k = 0; k < PHONE_STATUSES; k++)
		c->count[k] = number(res, i, 6 + k);
}


int db_campaigns(struct db *db, struct db_campaign **campv, size_t *campc,
		 char *why, size_t size)
{
	struct db_campaign *v;
	PGresult *res;
	int n, err;

	err = ask(db, &res, sql_console_campaigns, 0, NULL, why, size);
	if (err)
		return err;

	n = PQntuples(res);
	v = calloc((size_t)n + 1, sizeof(*v));
	if (!v) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (int i = 0; i < n; i++)
		campaign_read(&v[i], res, i);

	*campv = v;
	*campc = (size_t)n;

out:
	PQclear(res);

	return err;
}


static int phone_read(struct db_phone *ph, const PGresult *res, int i)
{
	ph->id = number(res, i, 0);
	text(ph->cld, sizeof(ph->cld), res, i, 1);
	ph->finished = PQgetvalue(res, i, 3)[0] == 't';
	ph->call_count = (int32_t)number(res, i, 4);
	ph->max_attempts = (int32_t)number(res, i, 5);
	ph->due_ms = number(res, i, 6);
	ph->sip_code = (int32_t)number(res, i, 7);
	text(ph->reason, sizeof(ph->reason), res, i, 8);
	text(ph->node, sizeof(ph->node), res, i, 9);

	return phone_status_parse(&ph->status, PQgetvalue(res, i, 2));
}


int db_phones(struct db *db, int32_t campaign, int64_t after, bool back,
	      unsigned limit, struct db_phone **phonev, size_t *phonec,
	      char *why, size_t size)
{
	char id[16], from[24], most[16];
	const char *const paramv[] = { id, from, most };
	struct db_phone *v;
	PGresult *res;
	int n, err;

	(void)snprintf(id, sizeof(id), "%" PRId32, campaign);
	(void)snprintf(from, sizeof(from), "%" PRId64, after);
	(void)snprintf(most, sizeof(most), "%u", limit);

	err = ask(db, &res, back ? sql_console_phones_back :
		  sql_console_phones, 3, paramv, why, size);
	if (err)
		return err;

	n = PQntuples(res);
	v = calloc((size_t)n + 1, sizeof(*v));
	if (!v) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (int i = 0; !err && i < n; i++)
		err = phone_read(&v[i], res, i);

	if (err) {
		(void)snprintf(why, size, "the database has a status that "
			       "this program does not know");
		free(v);
		goto out;
	}

	*phonev = v;
	*phonec = (size_t)n;

out:
	PQclear(res);

	return err;
}


int db_pause(struct db *db, int32_t campaign, bool paused,
	     char *why, size_t size)
{
	char id[16];
	const char *const paramv[] = { id, paused ? "true" : "false" };
	PGresult *res;
	int err;

	(void)snprintf(id, sizeof(id), "%" PRId32, campaign);

	err = ask(db, &res, sql_console_pause, 2, paramv, why, size);
	if (err)
		return err;

	if (!PQntuples(res)) {
		(void)snprintf(why, size, "the campaign is gone");
		err = ENOENT;
	}
	PQclear(res);

	return err;
}


int db_fd(const struct db *db)
{
	return PQstatus(db->pg) == CONNECTION_OK ? PQsocket(db->pg) : -1;
}


bool db_changed(struct db *db)
{
	PGnotify *news;
	bool changed;

	(void)PQconsumeInput(db->pg);
	while ((news = PQnotifies(db->pg))) {
		db->changed = true;
		PQfreemem(news);
	}

	changed = db->changed;
	db->changed = false;

	return changed;
}
