/**
 * @file cluster_server.c  The embedded server: its data, start and stop
 */
#include "sql/cluster_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	LOG_MAX    = 4 * 1024 * 1024,
	DATA_BYTES = 64 * 1024 * 1024,  /* that new data take, and more  */
};


/* It begins anew at a start, when it has grown. @return -1 on error */
static int log_open(const struct cluster *cl)
{
	char path[CLUSTER_FILE_SIZE];
	struct stat st;
	int fd;

	cluster_file(cl, path, sizeof(path), "server.log");
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
		  O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;

	if (!fstat(fd, &st) && st.st_size > LOG_MAX)
		(void)!ftruncate(fd, 0);

	return fd;
}


static int tool_run(const struct cluster *cl, char *const argv[],
		    int keep_fd)
{
	char data[CLUSTER_FILE_SIZE];
	const int fd = log_open(cl);
	int err;

	if (fd < 0)
		return errno;

	cluster_file(cl, data, sizeof(data), "data");
	err = cluster_tool_run(&cl->tool, argv, data, fd, keep_fd);
	close(fd);

	return err;
}


/* @return 0 when there is no data yet */
static int data_version(const struct cluster *cl)
{
	char path[CLUSTER_FILE_SIZE];
	int version = 0;
	FILE *f;

	cluster_file(cl, path, sizeof(path), "data/PG_VERSION");
	f = fopen(path, "re");
	if (!f)
		return 0;

	if (fscanf(f, "%d", &version) != 1)
		version = 0;
	fclose(f);

	return version;
}


/* One line is added to PostgreSQL's file: what we set stays apart. */
static int include_add(const char *data)
{
	char path[CLUSTER_FILE_SIZE + 32];
	int err = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/postgresql.conf", data);
	f = fopen(path, "ae");
	if (!f)
		return errno;

	if (fputs("\ninclude 'ringround.conf'\n", f) < 0)
		err = EIO;
	if (fclose(f) && !err)
		err = errno;

	return err;
}


/* PostgreSQL's programs say in their log alone what was wrong. */
bool cluster_full(const struct cluster *cl, uint64_t bytes)
{
	struct statvfs sv;

	return !statvfs(cl->dir, &sv) &&
		(uint64_t)sv.f_bavail * sv.f_frsize < bytes;
}


int cluster_data_make(struct cluster *cl, int lock_fd,
		      char *why, size_t size)
{
	char name[] = "initdb", noinst[] = "--no-instructions";
	char dir[] = "-D", trust[] = "-Atrust", user[] = "-Uringround";
	char utf8[] = "-EUTF8", locale[] = "--locale=C.UTF-8";
	char making[CLUSTER_FILE_SIZE], data[CLUSTER_FILE_SIZE];
	char *const argv[] = { name, dir, making, trust, user, utf8, locale,
			       noinst, NULL };
	const int version = data_version(cl);
	int err;

	err = cluster_tool_find(&cl->tool, version, why, size);
	if (err || version)
		return err;

	cluster_file(cl, making, sizeof(making), "data.new");
	cluster_file(cl, data, sizeof(data), "data");

	err = cluster_remove(making);
	if (!err)
		err = tool_run(cl, argv, lock_fd);
	if (!err)
		err = include_add(making);
	if (!err && rename(making, data))
		err = errno;

	if (err && cluster_full(cl, DATA_BYTES))
		err = ENOSPC;
	if (err)
		snprintf(why, size, "the embedded database cannot be made in "
			 "%s: %s; see server.log there", cl->dir,
			 strerror(err));

	return err;
}


/* Written at each start: the directory may have moved. */
static int conf_write(const struct cluster *cl)
{
	char path[CLUSTER_FILE_SIZE];
	int err = 0;
	FILE *f;

	cluster_file(cl, path, sizeof(path), "data/ringround.conf");
	f = fopen(path, "we");
	if (!f)
		return errno;

	fprintf(f, "# Written by ringround at each start; put settings of\n"
		"# your own into postgresql.conf, below the include.\n"
		"listen_addresses = ''\n"
		"port = 5432\n"
		"unix_socket_directories = '\"%s\"'\n"
		"unix_socket_permissions = 0700\n"
		"logging_collector = off\n"
		"log_destination = 'stderr'\n"
		"jit = off\n", cl->sock);

	err = ferror(f) ? EIO : 0;
	if (fclose(f) && !err)
		err = errno;

	return err;
}


/* Is this process one of PostgreSQL's, and not merely its remains? */
static bool is_server(long pid)
{
	char path[64], stat[256] = "";
	const char *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(stat, sizeof(stat), f))
		stat[0] = '\0';
	fclose(f);

	end = strrchr(stat, ')');

	return end && strstr(stat, "(postgres)") && end[1] == ' ' &&
	       end[2] != 'Z' && end[2] != 'X';
}


/* A process id that no process can have takes the place of the first. */
static void pid_replace(const char *path, const char *rest)
{
	char new[CLUSTER_FILE_SIZE + 8];
	bool bad;
	FILE *f;

	snprintf(new, sizeof(new), "%s.new", path);
	f = fopen(new, "we");
	if (!f)
		return;

	fprintf(f, "%d%s", INT32_MAX, rest);
	bad = ferror(f);
	if (fclose(f) || bad || rename(new, path))
		(void)unlink(new);
}


/* A crashed server's process id may be another program's by now, or that of
 * a process which nobody reaps; PostgreSQL takes either for a server that
 * runs. The file itself must stay: by the rest of it PostgreSQL sees whether
 * a backend of the crashed one still works on the data. */
static void stale_pid_mend(const char *path)
{
	char text[1024], *rest;
	size_t n;
	long pid;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);

	text[n] = '\0';
	pid = strtol(text, &rest, 10);
	if (pid > 0 && *rest == '\n' && !is_server(pid))
		pid_replace(path, rest);
}


int cluster_server_start(struct cluster *cl)
{
	char data_pid[CLUSTER_FILE_SIZE], socket_pid[CLUSTER_FILE_SIZE];
	char name[] = "pg_ctl", start[] = "start", silent[] = "-s";
	char wait[] = "-w", limit[] = "-t", sec[] = "60";
	char *const argv[] = { name, start, silent, wait, limit, sec, NULL };
	int err;

	err = conf_write(cl);
	if (err)
		return err;

	cluster_file(cl, data_pid, sizeof(data_pid), "data/postmaster.pid");
	stale_pid_mend(data_pid);

	snprintf(socket_pid, sizeof(socket_pid), "%s/.s.PGSQL.5432.lock",
		 cl->sock);
	stale_pid_mend(socket_pid);

	return tool_run(cl, argv, -1);
}


void cluster_server_stop(struct cluster *cl, int lock_fd)
{
	char name[] = "pg_ctl", stop[] = "stop", silent[] = "-s";
	char mode[] = "-mfast", wait[] = "-w", limit[] = "-t", sec[] = "60";
	char *const argv[] = { name, stop, silent, mode, wait, limit, sec,
			       NULL };
	char why[8];

	if (cluster_tool_find(&cl->tool, data_version(cl), why, sizeof(why)))
		return;

	if (!tool_run(cl, argv, lock_fd) &&
	    strncmp(cl->sock, cl->dir, strlen(cl->dir)))
		(void)rmdir(cl->sock);
}
