/**
 * @file cmd_shell.c  ringround db shell
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/database.h"

enum { CONN_SIZE = 2048 };


/* ^C is psql's while it runs: it ends a statement, not the shell. */
static int run_psql(const char *conninfo)
{
	char password[CONN_SIZE], buf[CONN_SIZE];
	int status;
	pid_t pid;

	/* Everybody can read a command line, an environment its owner. */
	if (conninfo) {
		if (db_conninfo_part(conninfo, buf, sizeof(buf), password,
				     sizeof(password)))
			return cmd_fail("the connection string is too long");
		if (password[0])
			(void)setenv("PGPASSWORD", password, 1);
		conninfo = buf;
	}

	pid = fork();
	if (pid < 0)
		return cmd_fail("cannot start psql: %s", strerror(errno));

	if (!pid) {
		execlp("psql", "psql", conninfo, (char *)NULL);
		cmd_fail("cannot start psql: %s; install the package "
			 "postgresql-client", strerror(errno));
		_exit(STATUS_ERROR);
	}

	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return STATUS_ERROR;
	}

	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_ERROR;
}


int cmd_db_shell(const struct options *opt)
{
	struct database dt;
	struct db *db = NULL;
	char why[WHY_SIZE];
	int err, status = STATUS_ERROR;

	err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = database_open(&db, &dt, why, sizeof(why));
	db_close(db);

	if (err)
		cmd_fail("%s", why);
	else
		status = run_psql(dt.conninfo);

	database_leave(&dt);

	return status;
}
