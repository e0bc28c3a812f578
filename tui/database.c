/**
 * @file database.c  Which database: -d, the environment, or the embedded one
 */
#include "tui/database.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* What only completes a place (a password, a time-out) does not count. */
static bool environment_given(void)
{
	static const char *const namev[] = {
		"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER",
		"PGSERVICE",
	};

	for (size_t i = 0; i < sizeof(namev) / sizeof(namev[0]); i++) {
		const char *value = getenv(namev[i]);

		if (value && value[0])
			return true;
	}

	return false;
}


bool database_named(const struct options *opt)
{
	return opt->conninfo || environment_given();
}


int database_choose(struct database *dt, const struct options *opt,
		    char *why, size_t size)
{
	struct database new = { .conninfo = opt->conninfo };
	int err = 0;

	if (opt->conninfo) {
		err = db_conninfo_check(opt->conninfo, why, size);
	}
	else if (!environment_given()) {
		err = cluster_enter(&new.cluster, NULL, why, size);
		if (!err)
			new.conninfo = cluster_conninfo(new.cluster);
	}

	if (!err)
		*dt = new;

	return err;
}


/* An operator's database is changed by the operator's word only. */
static int schema_see(struct db *db, const struct database *dt,
		      char *why, size_t size)
{
	int from, to, err;

	err = db_schema_check(db, why, size);
	if (!err)
		return 0;

	if (!dt->cluster) {
		const size_t len = strlen(why);

		if (dt->conninfo && len > 4 && !strcmp(why + len - 4, "init"))
			snprintf(why + len, size - len, " -d ...");
		return err;
	}

	return db_schema_init(db, false, &from, &to, why, size);
}


int database_open(struct db **dbp, const struct database *dt,
		  char *why, size_t size)
{
	struct db *db;
	int err;

	err = db_open(&db, dt->conninfo, why, size);
	if (err)
		return err;

	err = schema_see(db, dt, why, size);
	if (err)
		db_close(db);
	else
		*dbp = db;

	return err;
}


void database_leave(struct database *dt)
{
	cluster_leave(dt->cluster);
	dt->cluster = NULL;
}
