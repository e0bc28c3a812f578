/**
 * @file cluster.c  The embedded PostgreSQL: enter, share, leave
 *
 * Two locks: 'lock' is held exclusively while the server is made, started or
 * stopped; 'users' is held shared by everybody who uses it. Who leaves takes
 * 'lock', and stops the server when it alone holds 'users'.
 *
 * The data directory is made under another name and renamed when it is
 * whole, so that a crash in between leaves nothing half made in use.
 */
#include "sql/cluster_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "sql/db_priv.h"
#include "sql/embedded.h"

enum {
	LOCK_WAIT_MS  = 90000,  /* another may be recovering its data    */
	START_WAIT_MS = 60000,
	POLL_MS       = 50,
};


static uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}


static void nap(void)
{
	const struct timespec ts = { .tv_nsec = POLL_MS * 1000000L };

	(void)nanosleep(&ts, NULL);
}


static int lock_open(const struct cluster *cl, const char *name, int *fdp)
{
	char path[CLUSTER_FILE_SIZE];
	int fd;

	cluster_file(cl, path, sizeof(path), name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno;

	*fdp = fd;

	return 0;
}


/* The lock of transitions, waited for, but not for ever */
static int lock_take(const struct cluster *cl, int *fdp)
{
	const uint64_t end = clock_ms() + LOCK_WAIT_MS;
	int fd, err;

	err = lock_open(cl, "lock", &fd);
	if (err)
		return err;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			err = errno;
			goto out;
		}
		if (clock_ms() > end) {
			err = ETIMEDOUT;
			goto out;
		}
		nap();
	}

	*fdp = fd;

	return 0;
 out:
	close(fd);

	return err;
}


/* Only who holds the other lock waits here, and for nobody. */
static int users_join(struct cluster *cl)
{
	int fd, err;

	err = lock_open(cl, "users", &fd);
	if (err)
		return err;

	if (flock(fd, LOCK_SH | LOCK_NB)) {
		err = errno;
		close(fd);
		return err;
	}

	cl->users_fd = fd;

	return 0;
}


static PGPing server_ping(const struct cluster *cl)
{
	char conninfo[CONNINFO_SIZE + 32];

	snprintf(conninfo, sizeof(conninfo), "%s connect_timeout=2",
		 cl->conninfo);

	return PQping(conninfo);
}


/* A start fails for a moment after a crash, while old backends leave. */
static int server_up(struct cluster *cl, char *why, size_t size)
{
	const uint64_t end = clock_ms() + START_WAIT_MS;
	unsigned starts = 0;

	for (;;) {
		const PGPing ping = server_ping(cl);

		if (ping == PQPING_OK)
			return 0;

		if (ping != PQPING_REJECT && starts < 3) {
			++starts;
			if (!cluster_server_start(cl))
				continue;
			sleep(1);
		}
		else if (ping != PQPING_REJECT || clock_ms() > end) {
			break;
		}

		nap();
	}

	snprintf(why, size, "the embedded PostgreSQL does not start; see "
		 "%s/server.log", cl->dir);

	return EIO;
}


static int database_make(const struct cluster *cl, char *why, size_t size)
{
	char conninfo[CONNINFO_SIZE];
	struct db *db;
	int64_t n;
	int err;

	err = db_conninfo_move(cl->conninfo, "postgres", conninfo,
			       sizeof(conninfo));
	if (err) {
		snprintf(why, size, "the embedded database's path is too "
			 "long");
		return err;
	}

	err = db_open(&db, conninfo, why, size);
	if (err)
		return err;

	err = db_number(db, sql_cluster_found, &n, why, size);
	if (!err && !n)
		err = db_exec(db, sql_cluster_create, why, size);

	db_close(db);

	return err;
}


/* Everything that needs the lock of transitions */
static int transition(struct cluster *cl, char *why, size_t size)
{
	int lock_fd = -1;
	int err;

	err = lock_take(cl, &lock_fd);
	if (!err)
		err = users_join(cl);
	if (err) {
		snprintf(why, size, "%s: %s; is another ringround stuck?",
			 cl->dir, strerror(err));
		goto out;
	}

	err = cluster_socket_make(cl, why, size);
	if (!err)
		err = cluster_data_make(cl, lock_fd, why, size);
	if (!err)
		err = server_up(cl, why, size);
	if (!err)
		err = database_make(cl, why, size);
 out:
	if (lock_fd >= 0)
		close(lock_fd);

	return err;
}


static void cluster_free(struct cluster *cl)
{
	if (cl->users_fd >= 0)
		close(cl->users_fd);

	free(cl);
}


int cluster_revive(struct cluster *cl, char *why, size_t size)
{
	int lock_fd = -1;
	int err;

	cluster_tool_enter(&cl->tool);
	err = lock_take(cl, &lock_fd);
	if (err)
		snprintf(why, size, "%s: %s", cl->dir, strerror(err));
	else
		err = cluster_data_make(cl, lock_fd, why, size);
	if (!err)
		err = server_up(cl, why, size);

	if (lock_fd >= 0)
		close(lock_fd);
	cluster_tool_leave(&cl->tool);

	return err;
}


int cluster_enter(struct cluster **clp, const char *dir,
		  char *why, size_t size)
{
	struct cluster *cl;
	int err;

	cl = calloc(1, sizeof(*cl));
	if (!cl) {
		snprintf(why, size, "out of memory");
		return ENOMEM;
	}

	cl->users_fd = -1;

	err = cluster_tool_account(&cl->tool, why, size);
	if (err)
		goto out;

	err = cluster_dir_make(cl, dir, why, size);
	if (err)
		goto out;

	cluster_tool_enter(&cl->tool);
	err = transition(cl, why, size);
	cluster_tool_leave(&cl->tool);
 out:
	if (err)
		cluster_free(cl);
	else
		*clp = cl;

	return err;
}


const char *cluster_conninfo(const struct cluster *cl)
{
	return cl->conninfo;
}


void cluster_handover(struct cluster *cl, char *text, size_t size)
{
	(void)fcntl(cl->users_fd, F_SETFD, 0);
	snprintf(text, size, "%d %s", cl->users_fd, cl->dir);
}


int cluster_adopt(struct cluster **clp, const char *text)
{
	struct cluster *cl;
	char why[8];
	char *end;
	long fd;
	int err = EINVAL;

	fd = strtol(text, &end, 10);
	if (end == text || *end != ' ' || end[1] != '/' || fd < 0 ||
	    fd > INT32_MAX || strlen(end + 1) >= CLUSTER_PATH_SIZE)
		return EINVAL;

	if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return errno;

	cl = calloc(1, sizeof(*cl));
	if (!cl)
		return ENOMEM;

	cl->users_fd = (int)fd;
	strcpy(cl->dir, end + 1);

	err = cluster_tool_account(&cl->tool, why, sizeof(why));
	if (!err) {
		cluster_tool_follow(&cl->tool, cl->dir);
		cluster_tool_enter(&cl->tool);
		err = cluster_socket_make(cl, why, sizeof(why));
		cluster_tool_leave(&cl->tool);
	}

	if (err)
		cluster_free(cl);
	else
		*clp = cl;

	return err;
}


void cluster_leave(struct cluster *cl)
{
	int lock_fd;

	if (!cl)
		return;

	cluster_tool_enter(&cl->tool);

	if (!lock_take(cl, &lock_fd)) {
		if (!flock(cl->users_fd, LOCK_EX | LOCK_NB))
			cluster_server_stop(cl, lock_fd);
		close(lock_fd);
	}

	cluster_tool_leave(&cl->tool);
	cluster_free(cl);
}
