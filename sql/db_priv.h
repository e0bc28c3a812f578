/**
 * @file db_priv.h  What the two halves of the synchronous database share
 *
 * The thread that opened a connection owns it.
 */
#ifndef RINGROUND_DB_PRIV_H
#define RINGROUND_DB_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>
#include "sql/db.h"

struct db_schedules;

struct db {
	PGconn *pg;             /**< owned                               */
	unsigned news;          /**< enum db_news, not told yet          */
	uint32_t took_us;       /**< of the last db_ask()                */
	int stopfd;             /**< borrowed; -1: see db_interrupt()    */
	struct db_schedules *schedules; /**< owned; NULL: read none yet  */
};

/**
 * Connect as db_open() does, within ms milliseconds for everything
 *
 * @param pgp  The caller's to PQfinish(), on 0; it may have failed:
 *             PQstatus() tells
 * @return 0, ETIMEDOUT, or another errno
 */
int db_connect(PGconn **pgp, const char *conninfo, unsigned ms);

/**
 * Run one statement with text parameters, binary ones where formatv says 1
 *
 * @param resp    The result, for the caller to PQclear(), on 0 only
 * @param lenv    Lengths of the binary parameters; NULL when there are none
 * @param formatv 0 text, 1 binary; NULL: all text
 * @param why     Receives one line on an error
 * @return 0; ENOTCONN when the connection is gone; EPROTO when the server
 *         refused the statement
 */
int db_query(struct db *db, PGresult **resp, const char *sql, int paramc,
	     const char *const *paramv, const int *lenv, const int *formatv,
	     char *why, size_t size);

/** What a result says. @return as db_query() */
int db_result_check(struct db *db, const PGresult *res,
		    char *why, size_t size);

/**
 * The same, within ASK_MS, and for rows only
 *
 * @return 0; ETIMEDOUT or ENOTCONN: the connection is of no use any more;
 *         EACCES, EAGAIN, EPROTO as in db_console.h
 */
int db_ask(struct db *db, PGresult **resp, const char *sql, int paramc,
	   const char *const *paramv, char *why, size_t size);

/**
 * The same for what may take long, on a console's connection
 *
 * @param sec   How long
 * @param stop  Give up with ECANCELED once db_interrupt() says so
 */
int db_ask_slow(struct db *db, PGresult **resp, const char *sql, int paramc,
		const char *const *paramv, unsigned sec, bool stop,
		char *why, size_t size);

enum {
	ASK_MS    = 3000,
	ASK_MS_DB = 2500,       /**< the server's own limit comes first,
				     unless it has stopped: as in
				     console_hello.sql                   */
};

/** A value of a row; NULL is 0 */
int64_t db_int(const PGresult *res, int row, int col);

/** The same as text: cut to size, and not within a UTF-8 character */
void db_text(char *buf, size_t size, const PGresult *res, int row, int col);

/**
 * A row of sql/query/console_page.sql and its like
 *
 * @return 0, or EINVAL for a status that is not known
 */
int db_row_read(struct db_row *row, const PGresult *res, int i);

/** Schedules are to be judged anew. */
void db_schedules_stale(struct db *db);

/** NULL is fine. */
void db_schedules_free(struct db_schedules *sc);

/**
 * Put libpq's last message into why as one line: no line feeds, the detail
 * of the server behind it, cut to size
 */
void db_why(const struct db *db, char *why, size_t size);

/** The same for any text of libpq; what is a word or two put in front */
void db_oneline(char *why, size_t size, const char *what, const char *text);

#endif
