/**
 * @file db_schema.c  The schema's version: check it, create it, upgrade it
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/embedded.h"


/* 0: there is none */
static int version_read(struct db *db, int *version, char *why, size_t size)
{
	int64_t n;
	int err;

	err = db_number(db, sql_schema_found, &n, why, size);
	if (err)
		return err;

	if (n) {
		err = db_number(db, sql_schema_current, &n, why, size);
		if (err)
			return err;
	}

	*version = (int)n;

	return 0;
}


static int newer_refuse(int version, char *why, size_t size)
{
	snprintf(why, size, "the database has schema version %d, newer than "
		 "the %d of this program; use the newer ringround",
		 version, schema_version);

	return EPROTO;
}


int db_schema_check(struct db *db, char *why, size_t size)
{
	int version, err;

	err = version_read(db, &version, why, size);
	if (err)
		return err;

	if (version > schema_version)
		return newer_refuse(version, why, size);

	if (version == schema_version)
		return 0;

	if (!version) {
		snprintf(why, size, "the database has no schema yet; "
			 "run: ringround db init");
		return ENOENT;
	}

	snprintf(why, size, "the database has schema version %d, this "
		 "program needs %d; run: ringround db init",
		 version, schema_version);

	return EPROTO;
}


static int step_run(struct db *db, int step, char *why, size_t size)
{
	char text[16];
	const char *const paramv[] = { text };
	int err;

	err = db_exec(db, schema_steps[step - 1], why, size);
	if (err)
		return err;

	snprintf(text, sizeof(text), "%d", step);

	return db_rows(db, sql_schema_done, 1, paramv, NULL, NULL, why, size);
}


static int steps_run(struct db *db, int *from, char *why, size_t size)
{
	int version, err;

	err = db_rows(db, sql_schema_lock, 0, NULL, NULL, NULL, why, size);
	if (err)
		return err;

	err = version_read(db, &version, why, size);
	if (err)
		return err;

	if (version > schema_version)
		return newer_refuse(version, why, size);

	for (int step = version + 1; step <= schema_version; step++) {
		err = step_run(db, step, why, size);
		if (err)
			return err;
	}

	*from = version;

	return 0;
}


/* Names, and the words of other people's telephones, are in any script. */
static int encoding_check(struct db *db, char *why, size_t size)
{
	int64_t utf8;
	int err;

	err = db_number(db, sql_schema_encoding, &utf8, why, size);
	if (err || utf8)
		return err;

	snprintf(why, size, "the database is not in UTF-8; make one by: "
		 "createdb -E UTF8 -T template0 NAME");

	return ENOTSUP;
}


static int roles_grant(struct db *db, bool create, char *why, size_t size)
{
	int64_t found = 1;
	int err;

	err = create ? db_exec(db, sql_roles_create, why, size)
		: db_number(db, sql_roles_found, &found, why, size);
	if (err || !found)
		return err;

	return db_exec(db, sql_roles_grant, why, size);
}


int db_schema_init(struct db *db, bool roles, int *from, int *to,
		   char *why, size_t size)
{
	char unused[WHY_SIZE];
	int was, err;

	err = db_exec(db, "BEGIN", why, size);
	if (err)
		return err;

	err = encoding_check(db, why, size);
	if (!err)
		err = steps_run(db, &was, why, size);
	if (!err)
		err = roles_grant(db, roles, why, size);
	if (err) {
		(void)db_exec(db, "ROLLBACK", unused, sizeof(unused));
		return err;
	}

	err = db_exec(db, "COMMIT", why, size);
	if (err)
		return err;

	*from = was;
	*to = schema_version;

	return 0;
}
