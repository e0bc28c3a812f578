/**
 * @file cmd_console.c  ringround console: look at a running system
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/console.h"
#include "tui/database.h"
#include "tui/print.h"


void cmd_console_env(const struct options *opt)
{
	if (opt->no_color)
		(void)setenv("NO_COLOR", "1", 1);
	if (opt->ascii)
		(void)setenv(CONSOLE_ENV_ASCII, "1", 1);
	if (opt->readonly)
		(void)setenv(CONSOLE_ENV_READONLY, "1", 1);
}


static int look(const struct database *dt, char *why, size_t size)
{
	const struct console_prm prm = {
		.tty_in = STDIN_FILENO,
		.tty_out = STDOUT_FILENO,
		.conninfo = dt->conninfo,
	};
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		snprintf(why, size, "no terminal here; ringround console "
			 "--once, --csv or --plain print without one");
		return ENOTTY;
	}

	err = console_run(&prm);
	if (err == ENOTTY)
		snprintf(why, size, "this terminal cannot show the console: "
			 "set TERM to what it is");
	else if (err)
		snprintf(why, size, "the terminal: %s", strerror(err));

	return err;
}


int cmd_console(const struct options *opt)
{
	struct database dt;
	char why[WHY_SIZE];
	struct db *db;
	int err;

	cmd_console_env(opt);
	err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = database_open(&db, &dt, why, sizeof(why));
	if (!err && opt->form) {
		err = print_tables(db, opt, why, sizeof(why));
		db_close(db);
	}
	else if (!err) {
		err = db_session_check(db, dt.conninfo, why, sizeof(why));
		db_close(db);
	}
	if (!err && !opt->form) {
		err = look(&dt, why, sizeof(why));
	}
	database_leave(&dt);

	return err ? cmd_fail("%s", why) : STATUS_OK;
}
