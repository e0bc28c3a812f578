/**
 * @file db_session.c  Is a connection a session of its own?
 *
 * A pooler may lend the sessions of a server to its clients for a transaction
 * at a time. Then what engines and consoles live by is lost or, worse, gets
 * to others: locks on names, settings, LISTEN.
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ROUNDS    = 3,
	ANSWER_MS = 2000,
};

static const char own_pid[] = "SELECT pg_backend_pid()";

/* As long as the transaction is open, no pooler takes the session away. */
static const char held_pid[] = "BEGIN; SELECT pg_backend_pid()";


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static int answer_wait(PGconn *pg)
{
	const int64_t end = now_ms() + ANSWER_MS;

	while (PQisBusy(pg)) {
		struct pollfd pfd = { PQsocket(pg), POLLIN, 0 };
		const int64_t left = end - now_ms();

		if (left <= 0)
			return ETIMEDOUT;
		if (poll(&pfd, 1, (int)left) > 0 && !PQconsumeInput(pg))
			return ENOTCONN;
	}

	return 0;
}


/* PgBouncer refuses BEGIN where a session is lent for one statement. */
static int refused(const PGresult *res)
{
	return strstr(PQresultErrorMessage(res), "pooling mode") ? ENOTSUP :
		EPROTO;
}


/*
 * Ask which process of the server serves this connection
 *
 * @return 0; ENOTSUP: by one statement each; ETIMEDOUT; or another errno
 */
static int pid_ask(PGconn *pg, const char *sql, int *pid)
{
	PGresult *res;
	int err;

	if (!PQsendQuery(pg, sql))
		return ENOTCONN;

	err = answer_wait(pg);
	while (!err && (res = PQgetResult(pg))) {
		const ExecStatusType st = PQresultStatus(res);

		if (st == PGRES_TUPLES_OK && PQntuples(res))
			*pid = (int)strtol(PQgetvalue(res, 0, 0), NULL, 10);
		else if (st != PGRES_COMMAND_OK)
			err = refused(res);

		PQclear(res);
		if (!err)
			err = answer_wait(pg);
	}

	return err;
}


/* One of the two has a session of the other, or has changed its own. */
static int round_check(PGconn *pg, PGconn *other, int pid)
{
	int now = 0, held = 0, err;

	err = pid_ask(other, held_pid, &held);
	if (err)
		return err;
	if (held == pid)
		return ENOTSUP;

	err = pid_ask(pg, own_pid, &now);
	if (err)
		return err;
	if (now != pid)
		return ENOTSUP;

	return pid_ask(other, "ROLLBACK", &held);
}


/*
 * Where there is a pooler, see whether a second connection gets a session
 * that the first one has. A pool of one session keeps the second waiting:
 * then the first one has it for good.
 */
static int pooler_check(PGconn *pg, const char *conninfo, int pid)
{
	PGconn *other;
	int err;

	err = db_connect(&other, conninfo, DB_CONNECT_SEC * 1000);
	if (err)
		return err == ETIMEDOUT ? 0 : err;

	for (int i = 0; !err && i < ROUNDS; i++)
		err = round_check(pg, other, pid);

	PQfinish(other);

	return err == ENOTSUP ? err : 0;
}


int db_session_check(struct db *db, const char *conninfo,
		     char *why, size_t size)
{
	int pid = 0, err;

	err = pid_ask(db->pg, own_pid, &pid);
	if (err) {
		snprintf(why, size, "the database does not answer; see that "
			 "PostgreSQL runs, then try again");
		return err;
	}

	/* The server itself, which has told its number on connecting */
	if (pid == PQbackendPID(db->pg))
		return 0;

	err = pooler_check(db->pg, conninfo, pid);
	if (err)
		snprintf(why, size, "a connection pooler in front of the "
			 "database shares sessions among its clients, and "
			 "engines need their own: set its pool_mode to "
			 "session, or go round it with -d");

	return err;
}
