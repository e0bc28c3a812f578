/**
 * @file demo_place.c  The demonstration's database, which leaves no trace
 */
#include "tui/demo_place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sql/cluster.h"
#include "sql/db.h"

enum { DIR_SIZE = 512, SQL_SIZE = 128, DROP_TRIES = 50 };

/** What the janitor tells: it makes the place, too, so that nothing can
 * be made that it does not know of. */
struct report {
	int err;
	char why[WHY_SIZE];
	char conninfo[CONNINFO_SIZE];
};

struct demo_place {
	struct cluster *cluster;        /**< NULL on another's server    */
	char dir[DIR_SIZE];             /**< of the cluster, or empty    */
	char database[64];
	const char *server;             /**< borrowed; NULL: our own     */
	char conninfo[CONNINFO_SIZE];
	pid_t janitor;
	int alive;                      /**< its other end: the janitor  */
};


/* Settings of the environment are for other databases. */
static void environment_clear(void)
{
	static const char *const namev[] = {
		"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER",
		"PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGPASSWORD",
		"PGPASSFILE", "PGSSLMODE", "PGREQUIRESSL", "PGTZ",
		"PGTARGETSESSIONATTRS", "PGCLIENTENCODING",
	};

	for (size_t i = 0; i < sizeof(namev) / sizeof(namev[0]); i++)
		(void)unsetenv(namev[i]);
}


/* Not every temporary folder is one that the server's account can reach. */
static int cluster_try(struct demo_place *pl, const char *base,
		       char *why, size_t size)
{
	int n, err;

	n = snprintf(pl->dir, sizeof(pl->dir), "%s/ringround-demo-XXXXXX",
		     base);
	if (n < 0 || (size_t)n >= sizeof(pl->dir) || !mkdtemp(pl->dir)) {
		snprintf(why, size, "no temporary folder in %s; set TMPDIR "
			 "to another", base);
		pl->dir[0] = '\0';
		return EACCES;
	}

	err = cluster_enter(&pl->cluster, pl->dir, why, size);
	if (err) {
		(void)cluster_remove(pl->dir);
		return err;
	}

	snprintf(pl->conninfo, sizeof(pl->conninfo), "%s",
		 cluster_conninfo(pl->cluster));

	return 0;
}


static int cluster_make(struct demo_place *pl, char *why, size_t size)
{
	const char *base = getenv("TMPDIR");

	if (base && base[0] == '/' && !cluster_try(pl, base, why, size))
		return 0;

	return cluster_try(pl, "/tmp", why, size);
}


static int server_exec(const char *conninfo, const char *sql,
		       char *why, size_t size)
{
	struct db *db;
	int err;

	err = db_open(&db, conninfo, why, size);
	if (err)
		return err;

	err = db_exec(db, sql, why, size);
	db_close(db);

	return err;
}


static int database_make(struct demo_place *pl, char *why, size_t size)
{
	char sql[SQL_SIZE];
	int err;

	err = db_conninfo_check(pl->server, why, size);
	if (err)
		return err;

	snprintf(pl->database, sizeof(pl->database), "ringround_demo_%ld",
		 (long)getpid());

	err = db_conninfo_move(pl->server, pl->database, pl->conninfo,
			       sizeof(pl->conninfo));
	if (err) {
		snprintf(why, size, "the connection string of -d is too "
			 "long; use PGSERVICE");
		return err;
	}

	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", pl->database);

	return server_exec(pl->server, sql, why, size);
}


static void place_remove(struct demo_place *pl)
{
	char sql[SQL_SIZE], why[WHY_SIZE];

	if (pl->cluster) {
		cluster_leave(pl->cluster);
		(void)cluster_remove(pl->dir);
		return;
	}

	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		 pl->database);
	for (int i = 0; i < DROP_TRIES; i++) {
		if (server_exec(pl->server, sql, why, sizeof(why)) !=
		    ECONNREFUSED)
			break;
		sleep(1);
	}
}


/* The pipe ends when the demonstration does, by whatever cause. */
static void janitor_run(struct demo_place *pl, int alive, int tell)
{
	struct report rep = { .err = 0 };
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	(void)prctl(PR_SET_NAME, "ringround-clean");
	setsid();

	if (pl->server)
		rep.err = database_make(pl, rep.why, sizeof(rep.why));
	else
		rep.err = cluster_make(pl, rep.why, sizeof(rep.why));

	memcpy(rep.conninfo, pl->conninfo, sizeof(rep.conninfo));
	if (write(tell, &rep, sizeof(rep)) < 0 && rep.err)
		_exit(1);
	close(tell);

	while (read(alive, &byte, 1) < 0 && errno == EINTR)
		;

	if (!rep.err)
		place_remove(pl);
	_exit(0);
}


static int janitor_start(struct demo_place *pl, int *tell)
{
	int alivev[2], tellv[2];
	int err;

	if (pipe2(alivev, O_CLOEXEC))
		return errno;

	if (pipe2(tellv, O_CLOEXEC)) {
		err = errno;
		close(alivev[0]);
		close(alivev[1]);
		return err;
	}

	pl->janitor = fork();
	err = pl->janitor < 0 ? errno : 0;

	if (!pl->janitor) {
		close(alivev[1]);
		close(tellv[0]);
		janitor_run(pl, alivev[0], tellv[1]);
	}

	close(alivev[0]);
	close(tellv[1]);
	pl->alive = alivev[1];
	*tell = tellv[0];

	return err;
}


/* It is written in one piece: less than a pipe holds. */
static int report_read(struct demo_place *pl, int tell,
		       char *why, size_t size)
{
	struct report rep;
	ssize_t n;

	do {
		n = read(tell, &rep, sizeof(rep));
	} while (n < 0 && errno == EINTR);

	if (n != sizeof(rep)) {
		snprintf(why, size, "making a database for the demonstration "
			 "failed; try again");
		return EIO;
	}

	memcpy(pl->conninfo, rep.conninfo, sizeof(pl->conninfo));
	if (rep.err)
		snprintf(why, size, "%s", rep.why);

	return rep.err;
}


int demo_place_make(struct demo_place **plp, const char *conninfo,
		    char *why, size_t size)
{
	struct demo_place *pl;
	int tell = -1, err;

	pl = calloc(1, sizeof(*pl));
	if (!pl) {
		snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	pl->server = conninfo;
	if (!conninfo)
		environment_clear();

	err = janitor_start(pl, &tell);
	if (err) {
		snprintf(why, size, "no new process: %s", strerror(err));
		free(pl);
		return err;
	}

	err = report_read(pl, tell, why, size);
	close(tell);
	if (err)
		demo_place_free(pl);
	else
		*plp = pl;

	return err;
}


const char *demo_place_conninfo(const struct demo_place *pl)
{
	return pl->conninfo;
}


void demo_place_free(struct demo_place *pl)
{
	if (!pl)
		return;

	close(pl->alive);
	while (waitpid(pl->janitor, NULL, 0) < 0 && errno == EINTR)
		;

	free(pl);
}
