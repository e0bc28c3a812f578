/**
 * @file db_ask.c  Questions of the console: none takes longer than it may
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "sql/embedded.h"


static int64_t now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


/* The answer is an error then, or what was found just before. */
static void cancel(struct db *db)
{
	PGcancel *cn = PQgetCancel(db->pg);
	char unused[256];

	if (cn)
		(void)PQcancel(cn, unused, sizeof(unused));
	PQfreeCancel(cn);
}


/*
 * Wait until the result is there.
 *
 * @param fd  Readable: give up; -1 afterwards
 */
static int answer_wait(struct db *db, unsigned ms, int *fd)
{
	const int64_t end = now_us() + (int64_t)ms * 1000;

	while (PQisBusy(db->pg)) {
		struct pollfd pfdv[2] = {
			{ PQsocket(db->pg), POLLIN, 0 },
			{ *fd, POLLIN, 0 },
		};
		const int64_t left = (end - now_us() + 999) / 1000;

		if (left <= 0)
			return ETIMEDOUT;
		if (poll(pfdv, 2, (int)left) <= 0)
			continue;
		if (pfdv[0].revents && !PQconsumeInput(db->pg))
			return ENOTCONN;
		if (pfdv[1].revents) {
			*fd = -1;
			cancel(db);
		}
	}

	return 0;
}


static bool is_state(const PGresult *res, const char *state)
{
	const char *s = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return s && !strcmp(s, state);
}


/* 25006: read-only; 40001: a standby had to replay what was being read */
static int refusal(struct db *db, const PGresult *res, bool stopped,
		   char *why, size_t size)
{
	if (PQstatus(db->pg) != CONNECTION_OK) {
		db_why(db, why, size);
		return ENOTCONN;
	}

	db_oneline(why, size, "the database refused",
		   PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)
		   ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)
		   : PQresultErrorMessage(res));
	if (is_state(res, "42501") || is_state(res, "25006"))
		return EACCES;
	if (is_state(res, "57014") && stopped)
		return ECANCELED;
	if (is_state(res, "40001"))
		return EAGAIN;

	return EPROTO;
}


static void drain(struct db *db)
{
	PGresult *more;

	while ((more = PQgetResult(db->pg)))
		PQclear(more);
}


/*
 * Ask, with text parameters. A connection that does not answer in time is of
 * no use any more: the caller opens another.
 */
static int ask(struct db *db, PGresult **resp, const char *sql, int paramc,
	       const char *const *paramv, unsigned ms, int stopfd,
	       char *why, size_t size)
{
	const int64_t start = now_us();
	int fd = stopfd, err = ENOTCONN;
	PGresult *res;

	if (PQsendQueryParams(db->pg, sql, paramc, NULL, paramv, NULL, NULL,
			      0))
		err = answer_wait(db, ms, &fd);
	if (err == ETIMEDOUT)
		(void)snprintf(why, size, "the database has not answered "
			       "for %u s", ms / 1000);
	else if (err)
		db_why(db, why, size);
	if (err)
		return err;

	res = PQgetResult(db->pg);
	if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		*resp = res;
	}
	else {
		err = refusal(db, res, fd != stopfd, why, size);
		PQclear(res);
	}

	drain(db);
	db->took_us = (uint32_t)(now_us() - start);

	return err;
}


int db_ask(struct db *db, PGresult **resp, const char *sql, int paramc,
	   const char *const *paramv, char *why, size_t size)
{
	return ask(db, resp, sql, paramc, paramv, ASK_MS, -1, why, size);
}


static int set_limit(struct db *db, unsigned ms, char *why, size_t size)
{
	char text[16];
	const char *const paramv[] = { text };
	PGresult *res;
	int err;

	(void)snprintf(text, sizeof(text), "%u", ms);
	err = db_ask(db, &res, sql_console_limit, 1, paramv, why, size);
	if (!err)
		PQclear(res);

	return err;
}


/* A cancel that was late may hit this instead. */
static int reset_limit(struct db *db)
{
	char unused[WHY_SIZE];
	int err;

	err = set_limit(db, ASK_MS_DB, unused, sizeof(unused));
	if (err == EPROTO)
		err = set_limit(db, ASK_MS_DB, unused, sizeof(unused));

	return err;
}


int db_ask_slow(struct db *db, PGresult **resp, const char *sql, int paramc,
		const char *const *paramv, unsigned sec, bool stop,
		char *why, size_t size)
{
	const unsigned ms = sec * 1000;
	uint32_t took_us;
	PGresult *res;
	int err;

	err = set_limit(db, ms, why, size);
	if (err)
		return err;

	err = ask(db, &res, sql, paramc, paramv, ms + ASK_MS - ASK_MS_DB,
		  stop ? db->stopfd : -1, why, size);
	took_us = db->took_us;
	if (err != ETIMEDOUT && err != ENOTCONN && reset_limit(db)) {
		if (!err)
			PQclear(res);
		(void)snprintf(why, size, "the connection to the database "
			       "is of no use any more");
		return ENOTCONN;
	}

	db->took_us = took_us;
	if (!err)
		*resp = res;

	return err;
}


int64_t db_int(const PGresult *res, int row, int col)
{
	return strtoll(PQgetvalue(res, row, col), NULL, 10);
}


void db_text(char *buf, size_t size, const PGresult *res, int row, int col)
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


uint32_t db_took_us(const struct db *db)
{
	return db->took_us;
}


void db_interrupt(struct db *db, int fd)
{
	db->stopfd = fd;
}


int db_fd(const struct db *db)
{
	return PQstatus(db->pg) == CONNECTION_OK ? PQsocket(db->pg) : -1;
}


static unsigned news_of(const PGnotify *no)
{
	if (!strcmp(no->relname, "ringround_status"))
		return DB_NEWS_STATUS;
	if (!strcmp(no->extra, "phones"))
		return DB_NEWS_PHONES;
	if (!strcmp(no->extra, "hangups"))
		return 0;

	return DB_NEWS_SETTINGS;
}


unsigned db_news(struct db *db)
{
	PGnotify *no;
	unsigned news;

	(void)PQconsumeInput(db->pg);
	while ((no = PQnotifies(db->pg))) {
		db->news |= news_of(no);
		PQfreemem(no);
	}

	if (db->news & DB_NEWS_SETTINGS)
		db_schedules_stale(db);

	news = db->news;
	db->news = 0;

	return news;
}


bool db_changed(struct db *db)
{
	return db_news(db) != 0;
}
