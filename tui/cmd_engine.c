/**
 * @file cmd_engine.c  ringround: check everything, then become the engine
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/database.h"
#include "tui/front.h"
#include "tui/listen.h"
#include "tui/profile.h"

#define LOG_NAME "ringround.log"

enum {
	LOG_PATH_SIZE = 1024,
	TTY_FD_MIN    = 10,     /* out of the way of what baresip opens */
};


static bool has_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}


/* root: /var/log; else $XDG_STATE_HOME/ringround or
 * ~/.local/state/ringround. Folders that are missing are made. */
static int log_path(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (state && state[0] == '/')
		n = snprintf(path, size, "%s/ringround/" LOG_NAME, state);
	else if (!geteuid())
		n = snprintf(path, size, "/var/log/" LOG_NAME);
	else if (home && home[0] == '/')
		n = snprintf(path, size, "%s/.local/state/ringround/"
			     LOG_NAME, home);
	else
		return ENOENT;

	if (n < 0 || (size_t)n >= size)
		return ENAMETOOLONG;

	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}

	return 0;
}


/* A console has the screen: what is printed goes to a file. A stderr that
 * was pointed elsewhere by the user stays. */
static int log_redirect(char *why, size_t size)
{
	char path[LOG_PATH_SIZE] = LOG_NAME;
	int fd, err;

	if (!isatty(STDERR_FILENO))
		return 0;

	err = log_path(path, sizeof(path));
	fd = err ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			     0600);
	if (fd < 0) {
		snprintf(why, size, "cannot write the log %s: %s; set "
			 "XDG_STATE_HOME to another place", path,
			 strerror(err ? err : errno));
		return err ? err : EACCES;
	}

	(void)dup2(fd, STDERR_FILENO);
	close(fd);

	return 0;
}


static int console_prepare(struct launch *la, char *why, size_t size)
{
	la->tty_in = fcntl(STDIN_FILENO, F_DUPFD, TTY_FD_MIN);
	la->tty_out = fcntl(STDOUT_FILENO, F_DUPFD, TTY_FD_MIN);
	if (la->tty_in < 0 || la->tty_out < 0) {
		snprintf(why, size, "the terminal: %s", strerror(errno));
		return EIO;
	}

	return log_redirect(why, size);
}


/* baresip prints a banner before the module can keep it from doing so. */
static void output_silence(const struct launch *la)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(la->console ? STDERR_FILENO : null, STDOUT_FILENO);
	close(null);
}


static void launch_fill(struct launch *la, const struct options *opt,
			const struct database *dt)
{
	char host[HOST_SIZE] = "";

	if (opt->node[0])
		strcpy(la->node, opt->node);
	else if (!gethostname(host, sizeof(host) - 1))
		options_node(la->node, host);
	else
		options_node(la->node, "");

	if (dt->conninfo) {
		la->conn_given = true;
		snprintf(la->conninfo, sizeof(la->conninfo), "%s",
			 dt->conninfo);
	}

	la->listen = opt->listen;
	la->listen_given = opt->listen_given;
	la->max_calls = opt->max_calls;
	if (opt->rtp_max) {
		la->rtp_min = opt->rtp_min;
		la->rtp_max = opt->rtp_max;
	}
	la->metrics = opt->metrics;
	la->verbose = opt->verbose;
}


/* On the way back nothing must be left: no folder, no server of ours */
static int become(struct launch *la, struct database *dt,
		  char *why, size_t size)
{
	struct profile pf;
	int saved, err;

	if (dt->cluster)
		cluster_handover(dt->cluster, la->cluster,
				 sizeof(la->cluster));

	err = la->console ? front_split() : 0;
	if (err) {
		snprintf(why, size, "cannot start a process: %s",
			 strerror(err));
		return err;
	}

	saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, TTY_FD_MIN);
	err = la->console ? console_prepare(la, why, size) : 0;
	if (err)
		return err;

	err = profile_make(&pf, la, why, size);
	if (err)
		goto out;

	output_silence(la);
	err = profile_exec(&pf);
	snprintf(why, size, "cannot start baresip: %s; install the package "
		 "baresip-core again", strerror(err));
	profile_remove(&pf);
 out:
	if (saved >= 0)
		(void)dup2(saved, STDERR_FILENO);

	return err;
}


static int database_see(const struct database *dt, char *why, size_t size)
{
	struct db *db;
	int err;

	if (dt->conninfo && strlen(dt->conninfo) >= LAUNCH_CONN_SIZE) {
		snprintf(why, size, "the connection string of -d is longer "
			 "than %d characters; use PGSERVICE",
			 LAUNCH_CONN_SIZE - 1);
		return ENAMETOOLONG;
	}

	err = database_open(&db, dt, why, size);
	if (err)
		return err;

	err = db_session_check(db, dt->conninfo, why, size);
	db_close(db);

	return err;
}


int cmd_engine(const struct options *opt)
{
	struct database dt;
	struct launch la;
	char why[WHY_SIZE];
	int err;

	cmd_console_env(opt);
	launch_init(&la);
	err = profile_check(why, sizeof(why));
	if (!err)
		err = profile_trust(&la, options_value(opt, "ca-file"), why,
				    sizeof(why));
	if (!err)
		err = listen_check(&opt->listen, why, sizeof(why));
	if (!err && opt->metrics.port)
		err = listen_check_tcp(&opt->metrics, "--metrics", why,
				       sizeof(why));
	if (!err)
		err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = database_see(&dt, why, sizeof(why));
	if (err)
		goto out;

	launch_fill(&la, opt, &dt);
	la.console = !opt->daemon && has_terminal();
	if (!opt->daemon && !la.console)
		cmd_fail("no terminal here, so no console: running as with "
			 "--daemon");

	err = become(&la, &dt, why, sizeof(why));
 out:
	database_leave(&dt);

	return err ? cmd_fail("%s", why) : STATUS_OK;
}
