/**
 * @file cmd_db.c  ringround db init
 */
#include <stdio.h>

#include "tui/cmd.h"
#include "tui/database.h"


static void done_print(int from, int to)
{
	if (!from)
		printf("schema created: version %d\n", to);
	else if (from < to)
		printf("schema upgraded: version %d to %d\n", from, to);
	else
		printf("schema is up to date: version %d\n", to);
}


int cmd_db_init(const struct options *opt)
{
	struct database dt;
	struct db *db = NULL;
	char why[WHY_SIZE];
	int from = 0, to = 0, err;

	err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = db_open(&db, dt.conninfo, why, sizeof(why));
	if (!err)
		err = db_schema_init(db, opt->roles, &from, &to, why,
				     sizeof(why));

	db_close(db);
	database_leave(&dt);

	if (err)
		return cmd_fail("%s", why);

	done_print(from, to);
	if (opt->roles)
		puts("roles: ringround_engine, ringround_operator, "
		     "ringround_viewer");

	return STATUS_OK;
}
