/**
 * @file db_rights.c  A connection becomes a console's
 */
#include "sql/db_priv.h"

#include <string.h>
#include "sql/embedded.h"


static bool is_true(const PGresult *res, int col)
{
	return PQgetvalue(res, 0, col)[0] == 't';
}


static int read_rights(struct db *db, struct db_rights *rights,
		       char *why, size_t size)
{
	PGresult *res;
	int err;

	err = db_ask(db, &res, sql_console_hello, 0, NULL, why, size);
	if (err)
		return err;

	memset(rights, 0, sizeof(*rights));
	db_text(rights->role, sizeof(rights->role), res, 0, 0);
	rights->standby = is_true(res, 1);
	rights->readonly = rights->standby || is_true(res, 2);
	rights->numbers = is_true(res, 3);
	rights->pause = !rights->readonly && is_true(res, 4);
	rights->hangup = !rights->readonly && is_true(res, 5);
	rights->stop = rights->pause && rights->hangup;
	PQclear(res);

	return 0;
}


int db_console(struct db *db, struct db_rights *rights,
	       char *why, size_t size)
{
	struct db_rights rs;
	int err;

	err = db_schema_check(db, why, size);
	if (!err)
		err = read_rights(db, &rs, why, size);
	if (!err && !rs.standby)
		err = db_exec(db, "LISTEN ringround; LISTEN ringround_status",
			      why, size);
	if (err)
		return err;

	rs.listen = !rs.standby;
	*rights = rs;

	return 0;
}
