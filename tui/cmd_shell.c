/**
 * @file cmd_shell.c  ringround db shell
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/database.h"


/* ^C is psql's while it runs: it ends a statement, not the shell. */
static int run_psql(const char *conninfo)
{
	const pid_t pid = fork();
	int status;

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
