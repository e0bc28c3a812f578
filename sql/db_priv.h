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

struct db {
	PGconn *pg;             /**< owned                               */
	bool changed;           /**< news not yet told by db_changed()   */
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

/**
 * Put libpq's last message into why as one line: no line feeds, the detail
 * of the server behind it, cut to size
 */
void db_why(const struct db *db, char *why, size_t size);

/** The same for any text of libpq; what is a word or two put in front */
void db_oneline(char *why, size_t size, const char *what, const char *text);

#endif
