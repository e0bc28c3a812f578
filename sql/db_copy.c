/**
 * @file db_copy.c  Many rows at once: COPY, and statements on sets
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdlib.h>


int db_affect(struct db *db, const char *sql, int paramc,
	      const char *const *paramv, int64_t *n, char *why, size_t size)
{
	PGresult *res;
	int err;

	err = db_query(db, &res, sql, paramc, paramv, NULL, NULL, why, size);
	if (err)
		return err;

	*n = strtoll(PQcmdTuples(res), NULL, 10);
	PQclear(res);

	return 0;
}


static int begin(struct db *db, const char *sql, ExecStatusType wanted,
		 char *why, size_t size)
{
	PGresult *res = PQexec(db->pg, sql);
	int err = 0;

	if (PQresultStatus(res) != wanted) {
		err = db_result_check(db, res, why, size);
		err = err ? err : EPROTO;
	}
	PQclear(res);

	return err;
}


/* How the command ended, and all that may follow */
static int end(struct db *db, char *why, size_t size)
{
	PGresult *res;
	int err = 0;

	while ((res = PQgetResult(db->pg))) {
		if (!err)
			err = db_result_check(db, res, why, size);
		/* Without memory the end of data could not be said, and libpq
		 * would say for ever that it waits for it. */
		if (PQresultStatus(res) == PGRES_COPY_IN) {
			PQclear(res);
			return err ? err : ENOMEM;
		}
		PQclear(res);
	}

	return err;
}


int db_copy_begin(struct db *db, const char *sql, char *why, size_t size)
{
	return begin(db, sql, PGRES_COPY_IN, why, size);
}


int db_copy_put(struct db *db, const char *data, size_t len,
		char *why, size_t size)
{
	int err;

	if (PQputCopyData(db->pg, data, (int)len) == 1)
		return 0;

	/* The server may have said why before it hung up. */
	err = end(db, why, size);
	if (!err) {
		db_why(db, why, size);
		err = ENOTCONN;
	}

	return err;
}


int db_copy_end(struct db *db, char *why, size_t size)
{
	if (PQputCopyEnd(db->pg, NULL) != 1) {
		db_why(db, why, size);
		return ENOTCONN;
	}

	return end(db, why, size);
}


int db_copy_out(struct db *db, const char *sql, db_copy_h *copyh, void *arg,
		char *why, size_t size)
{
	int len, err, wrong = 0;
	char *data;

	err = begin(db, sql, PGRES_COPY_OUT, why, size);
	if (err)
		return err;

	while ((len = PQgetCopyData(db->pg, &data, 0)) > 0) {
		if (!wrong)
			wrong = copyh(data, (size_t)len, arg);
		PQfreemem(data);
	}

	err = end(db, why, size);

	return wrong ? wrong : err;
}
