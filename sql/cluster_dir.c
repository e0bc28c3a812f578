/**
 * @file cluster_dir.c  Where the embedded cluster and its socket live
 */
#include "sql/cluster_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET_NAME "/.s.PGSQL.5432"

void cluster_file(const struct cluster *cl, char *path, size_t size,
		  const char *name)
{
	snprintf(path, size, "%s/%s", cl->dir, name);
}


static int default_dir(char *dir, size_t size)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	int n;

	if (data && data[0] == '/')
		n = snprintf(dir, size, "%s/ringround", data);
	else if (!geteuid())
		n = snprintf(dir, size, "/var/lib/ringround");
	else if (home && home[0] == '/')
		n = snprintf(dir, size, "%s/.local/share/ringround", home);
	else
		return ENOENT;

	return n < 0 || (size_t)n >= size ? ENAMETOOLONG : 0;
}


/* Root's parents are searchable, since the account must get through. */
static int parents_make(char *dir)
{
	const mode_t mode = geteuid() ? 0700 : 0755;

	for (char *p = strchr(dir + 1, '/'); p; p = strchr(p + 1, '/')) {
		int err = 0;

		*p = '\0';
		if (mkdir(dir, mode) && errno != EEXIST)
			err = errno;
		*p = '/';

		if (err)
			return err;
	}

	return mkdir(dir, 0700) && errno != EEXIST ? errno : 0;
}


/* It is made private. A directory of somebody else is never touched. */
static int owner_set(const struct cluster_tool *tool, const char *dir)
{
	struct stat st;

	if (lstat(dir, &st))
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	if (st.st_uid != tool->uid && st.st_uid != geteuid())
		return EPERM;

	if (st.st_uid != tool->uid && chown(dir, tool->uid, tool->gid))
		return errno;

	return (st.st_mode & 077) && chmod(dir, 0700) ? errno : 0;
}


static int reachable(const struct cluster_tool *tool, const char *dir)
{
	char path[CLUSTER_FILE_SIZE];
	struct stat st;
	int err;

	snprintf(path, sizeof(path), "%s/.", dir);

	cluster_tool_enter(tool);
	err = stat(path, &st) ? errno : 0;
	cluster_tool_leave(tool);

	return err;
}


static void dir_why(const struct cluster_tool *tool, const char *dir,
		    int err, char *why, size_t size)
{
	if (err == EACCES && tool->root)
		snprintf(why, size, "the account postgres cannot reach %s; "
			 "choose another place by XDG_DATA_HOME, or give -d",
			 dir);
	else if (err == EPERM)
		snprintf(why, size, "%s belongs to another user; choose "
			 "another place by XDG_DATA_HOME, or give -d", dir);
	else
		snprintf(why, size, "no place for the embedded database in "
			 "%s: %s; set XDG_DATA_HOME, or give -d", dir,
			 strerror(err));
}


int cluster_dir_make(struct cluster *cl, const char *dir,
		     char *why, size_t size)
{
	char path[CLUSTER_PATH_SIZE] = "your home";
	char *real = NULL;
	int err;

	if (dir) {
		const int n = snprintf(path, sizeof(path), "%s", dir);

		err = n < 0 || (size_t)n >= sizeof(path) ? ENAMETOOLONG : 0;
	}
	else {
		err = default_dir(path, sizeof(path));
	}

	if (!err)
		err = parents_make(path);
	if (!err)
		cluster_tool_follow(&cl->tool, path);
	if (!err)
		err = owner_set(&cl->tool, path);
	if (!err)
		err = reachable(&cl->tool, path);
	if (err)
		goto out;

	real = realpath(path, NULL);
	if (!real)
		err = errno;
	else if (strlen(real) >= sizeof(cl->dir) ||
		 strpbrk(real, "\r\n'\\\""))
		err = EINVAL;
	else
		strcpy(cl->dir, real);
 out:
	free(real);
	if (err)
		dir_why(&cl->tool, path, err, why, size);

	return err;
}


int cluster_look(char *dir, char *why, size_t size)
{
	char path[CLUSTER_FILE_SIZE] = "your home";
	struct cluster_tool tool = { .root = false };
	struct stat st;
	int err;

	err = default_dir(dir, CLUSTER_DIR_SIZE);
	if (err) {
		dir_why(&tool, path, err, why, size);
		return ENOTSUP;
	}
	if (cluster_tool_account(&tool, why, size)
	    || cluster_tool_find(&tool, 0, why, size))
		return ENOTSUP;

	snprintf(path, sizeof(path), "%s/data/PG_VERSION", dir);

	return stat(path, &st) ? ENOENT : 0;
}


/* FNV-1a */
static uint32_t path_hash(const char *path)
{
	uint32_t hash = 2166136261u;

	for (; *path; path++)
		hash = (hash ^ (uint8_t)*path) * 16777619u;

	return hash;
}


/* The socket's whole path must fit a sockaddr_un. */
static int socket_dir(const struct cluster *cl, char *sock, size_t size)
{
	const size_t room = size - strlen(SOCKET_NAME);
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int n;

	n = snprintf(sock, size, "%s/run", cl->dir);
	if (n > 0 && (size_t)n < room)
		return 0;

	if (!cl->tool.root && runtime && runtime[0] == '/') {
		n = snprintf(sock, size, "%s/ringround-%08" PRIx32, runtime,
			     path_hash(cl->dir));
		if (n > 0 && (size_t)n < room)
			return 0;
	}

	n = snprintf(sock, size, "/tmp/ringround-%u-%08" PRIx32,
		     (unsigned)cl->tool.uid, path_hash(cl->dir));

	return n > 0 && (size_t)n < room ? 0 : ENAMETOOLONG;
}


static int private_dir(const char *dir, uid_t uid)
{
	struct stat st;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return errno;
	if (lstat(dir, &st))
		return errno;

	return S_ISDIR(st.st_mode) && st.st_uid == uid &&
	       !(st.st_mode & 077) ? 0 : EPERM;
}


int cluster_socket_make(struct cluster *cl, char *why, size_t size)
{
	int err;

	err = socket_dir(cl, cl->sock, sizeof(cl->sock));
	if (!err)
		err = private_dir(cl->sock, cl->tool.uid);
	if (err) {
		snprintf(why, size, "no place for the embedded database's "
			 "socket in %s: %s; remove it, or give -d",
			 cl->sock, strerror(err));
		return err;
	}

	snprintf(cl->conninfo, sizeof(cl->conninfo), "host='%s' port=5432 "
		 "dbname=ringround user=ringround", cl->sock);

	return 0;
}
