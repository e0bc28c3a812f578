/**
 * @file db.c  The synchronous connection: open, ask, say what went wrong
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* The text without line feeds, doubled blanks, and libpq's advice, which
 * is meant for a terminal of its own. */
static void flatten(char *dst, size_t size, const char *text)
{
	const char *advice = strstr(text, "\n\tIs the server running");
	const size_t len = advice ? (size_t)(advice - text) : strlen(text);
	bool blank = true;
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		const unsigned char c = (unsigned char)text[i];
		const bool space = c <= ' ' || c == 0x7f;

		if (space && blank)
			continue;

		dst[n++] = space ? ' ' : (char)c;
		blank = space;
	}

	while (n && dst[n - 1] == ' ')
		--n;
	dst[n] = '\0';
}


void db_oneline(char *why, size_t size, const char *what, const char *text)
{
	char flat[WHY_SIZE];

	flatten(flat, sizeof(flat), text);
	snprintf(why, size, "%s: %s", what,
		 flat[0] ? flat : "no reason given");
}


void db_why(const struct db *db, char *why, size_t size)
{
	db_oneline(why, size, "the database said", PQerrorMessage(db->pg));
}


/* Several addresses give several lines: the first one will do. */
static void connect_why(const PGconn *pg, char *why, size_t size)
{
	char text[WHY_SIZE];
	char *line;

	snprintf(text, sizeof(text), "%s", PQerrorMessage(pg));
	line = strchr(text, '\n');
	if (line)
		*line = '\0';

	flatten(text, sizeof(text), text);
	snprintf(why, size, "no database: %s; check -d or the PG* "
		 "environment, and that PostgreSQL runs there", text);
}


int db_open(struct db **dbp, const char *conninfo, char *why, size_t size)
{
	struct db *db;
	PGconn *pg;
	int err;

	err = db_connect(&pg, conninfo, DB_CONNECT_SEC * 1000);
	if (err) {
		snprintf(why, size, "no database: %s; check -d or the PG* "
			 "environment, and that PostgreSQL runs there",
			 err == ETIMEDOUT ? "no answer in time" :
			 strerror(err));
		return err;
	}

	if (PQstatus(pg) != CONNECTION_OK) {
		connect_why(pg, why, size);
		err = ECONNREFUSED;
		goto out;
	}

	db = calloc(1, sizeof(*db));
	if (!db) {
		snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	db->pg = pg;
	db->stopfd = -1;
	*dbp = db;

	return 0;
 out:
	PQfinish(pg);

	return err;
}


void db_close(struct db *db)
{
	if (!db)
		return;

	db_schedules_free(db->schedules);
	PQfinish(db->pg);
	free(db);
}


bool db_alive(const struct db *db)
{
	return db && PQstatus(db->pg) == CONNECTION_OK;
}


/* The names of some of our constraints are sentences for the operator. */
static const char *result_words(const PGresult *res)
{
	const char *rule = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	if (rule && strchr(rule, ' '))
		return rule;

	return text ? text : PQresultErrorMessage(res);
}


/* What the server, or a guard of ours, advises to do */
static void hint_add(char *why, size_t size, const PGresult *res)
{
	const char *hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	const size_t len = strlen(why);
	char flat[WHY_SIZE];

	if (!hint)
		return;

	flatten(flat, sizeof(flat), hint);
	snprintf(why + len, size - len, "; %s", flat);
}


int db_result_check(struct db *db, const PGresult *res,
		    char *why, size_t size)
{
	const ExecStatusType status = PQresultStatus(res);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return 0;

	if (!res || PQstatus(db->pg) != CONNECTION_OK) {
		snprintf(why, size, "the connection to the database is lost; "
			 "see that PostgreSQL runs, then try again");
		return ENOTCONN;
	}

	db_oneline(why, size, "the database refused", result_words(res));
	hint_add(why, size, res);

	return EPROTO;
}


int db_query(struct db *db, PGresult **resp, const char *sql, int paramc,
	     const char *const *paramv, const int *lenv, const int *formatv,
	     char *why, size_t size)
{
	PGresult *res;
	int err;

	res = PQexecParams(db->pg, sql, paramc, NULL, paramv, lenv, formatv,
			   0);
	err = db_result_check(db, res, why, size);
	if (err) {
		PQclear(res);
		return err;
	}

	*resp = res;

	return 0;
}


int db_exec(struct db *db, const char *sql, char *why, size_t size)
{
	PGresult *res = PQexec(db->pg, sql);
	const int err = db_result_check(db, res, why, size);

	PQclear(res);

	return err;
}


int db_number(struct db *db, const char *sql, int64_t *n,
	      char *why, size_t size)
{
	PGresult *res;
	int err;

	err = db_query(db, &res, sql, 0, NULL, NULL, NULL, why, size);
	if (err)
		return err;

	if (PQntuples(res) < 1 || PQnfields(res) < 1) {
		snprintf(why, size, "the database gave no row");
		err = EPROTO;
	}
	else {
		*n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
	}

	PQclear(res);

	return err;
}


static void rows_give(const PGresult *res, db_row_h *rowh, void *arg)
{
	const char *colv[DB_COLUMNS];
	const int cols = PQnfields(res) < DB_COLUMNS ? PQnfields(res)
		: DB_COLUMNS;

	for (int i = 0; rowh && i < PQntuples(res); i++) {
		for (int c = 0; c < cols; c++)
			colv[c] = PQgetisnull(res, i, c) ? NULL :
				  PQgetvalue(res, i, c);
		rowh(colv, (size_t)cols, arg);
	}
}


int db_rows(struct db *db, const char *sql, int paramc,
	    const char *const *paramv, db_row_h *rowh, void *arg,
	    char *why, size_t size)
{
	PGresult *res;
	int err;

	err = db_query(db, &res, sql, paramc, paramv, NULL, NULL, why, size);
	if (err)
		return err;

	rows_give(res, rowh, arg);
	PQclear(res);

	return 0;
}


int db_stream(struct db *db, const char *sql, int paramc,
	      const char *const *paramv, db_row_h *rowh, void *arg,
	      char *why, size_t size)
{
	PGresult *res;
	int err = 0;

	if (!PQsendQueryParams(db->pg, sql, paramc, NULL, paramv, NULL, NULL,
			       0) || !PQsetSingleRowMode(db->pg)) {
		db_why(db, why, size);
		return ENOTCONN;
	}

	while ((res = PQgetResult(db->pg))) {
		if (PQresultStatus(res) == PGRES_SINGLE_TUPLE)
			rows_give(res, rowh, arg);
		else if (!err)
			err = db_result_check(db, res, why, size);
		PQclear(res);
	}

	return err;
}
