/**
 * @file cluster_tool.c  PostgreSQL's own programs, run for a cluster
 */
#include "sql/cluster_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sql/cluster.h"

#define DEBIAN_BIN "/usr/lib/postgresql/"

enum { ENV_SIZE = CLUSTER_PATH_SIZE + 16 };

struct tool_env {
	char data[ENV_SIZE];
	char zone[ENV_SIZE];
	char *envv[6];
};


static void account_set(struct cluster_tool *tool, const struct passwd *pw)
{
	tool->root = true;
	tool->uid = pw->pw_uid;
	tool->gid = pw->pw_gid;
	tool->groupc = CLUSTER_GROUPS;
	if (getgrouplist(pw->pw_name, pw->pw_gid, tool->groupv,
			 &tool->groupc) < 0)
		tool->groupc = 0;
}


int cluster_tool_account(struct cluster_tool *tool, char *why, size_t size)
{
	const struct passwd *pw;

	memset(tool, 0, sizeof(*tool));
	tool->uid = geteuid();
	tool->gid = getegid();

	if (tool->uid)
		return 0;

	pw = getpwnam("postgres");
	if (!pw || !pw->pw_uid) {
		snprintf(why, size, "PostgreSQL refuses to run as root and "
			 "there is no account postgres; install the package "
			 "postgresql, or give -d");
		return ENOENT;
	}

	account_set(tool, pw);

	return 0;
}


void cluster_tool_follow(struct cluster_tool *tool, const char *dir)
{
	const struct passwd *pw;
	struct stat st;

	if (!tool->root || lstat(dir, &st) || !st.st_uid)
		return;

	pw = getpwnam("ringround");
	if (pw && pw->pw_uid == st.st_uid)
		account_set(tool, pw);
}


static bool has_server(const char *bin)
{
	char path[CLUSTER_PATH_SIZE + 16];

	snprintf(path, sizeof(path), "%s/initdb", bin);

	return !access(path, X_OK);
}


/* /usr/lib/postgresql/VERSION/bin, the newest or the one asked for */
static int debian_find(struct cluster_tool *tool, int version)
{
	int best = 0;
	glob_t gl;

	if (glob(DEBIAN_BIN "*/bin", 0, NULL, &gl))
		return ENOENT;

	for (size_t i = 0; i < gl.gl_pathc; i++) {
		const char *bin = gl.gl_pathv[i];
		const int found = atoi(bin + strlen(DEBIAN_BIN));

		if (found <= best || (version && found != version) ||
		    strlen(bin) >= sizeof(tool->bin) || !has_server(bin))
			continue;

		best = found;
		strcpy(tool->bin, bin);
	}

	globfree(&gl);

	return best ? 0 : ENOENT;
}


static int path_find(struct cluster_tool *tool)
{
	const char *dir = getenv("PATH");

	while (dir && *dir) {
		const size_t len = strcspn(dir, ":");

		if (len && len < sizeof(tool->bin)) {
			memcpy(tool->bin, dir, len);
			tool->bin[len] = '\0';
			if (has_server(tool->bin))
				return 0;
		}

		dir += len + (dir[len] == ':');
	}

	return ENOENT;
}


int cluster_tool_find(struct cluster_tool *tool, int version,
		      char *why, size_t size)
{
	if (!debian_find(tool, version) || !path_find(tool))
		return 0;

	if (version)
		snprintf(why, size, "the embedded database was made by "
			 "PostgreSQL %d, which is not installed; install "
			 "the package postgresql-%d", version, version);
	else
		snprintf(why, size, "PostgreSQL is not installed; install "
			 "the package postgresql, or give -d");

	return ENOENT;
}


void cluster_tool_enter(const struct cluster_tool *tool)
{
	if (!tool->root)
		return;

	setfsgid(tool->gid);
	setfsuid(tool->uid);
}


void cluster_tool_leave(const struct cluster_tool *tool)
{
	if (!tool->root)
		return;

	setfsuid(geteuid());
	setfsgid(getegid());
}


static void env_make(struct tool_env *env, const char *data)
{
	static char path[] = "PATH=/usr/bin:/bin";
	static char lang[] = "LC_ALL=C.UTF-8";
	static char home[] = "HOME=/";
	const char *zone = getenv("TZ");
	size_t n = 0;

	snprintf(env->data, sizeof(env->data), "PGDATA=%s", data);
	env->envv[n++] = env->data;
	env->envv[n++] = path;
	env->envv[n++] = lang;
	env->envv[n++] = home;

	if (zone && strlen(zone) < CLUSTER_PATH_SIZE) {
		snprintf(env->zone, sizeof(env->zone), "TZ=%s", zone);
		env->envv[n++] = env->zone;
	}

	env->envv[n] = NULL;
}


static void close_others(int keep_fd)
{
	if (keep_fd < 3) {
		(void)close_range(3, ~0u, 0);
		return;
	}

	if (keep_fd > 3)
		(void)close_range(3, (unsigned)keep_fd - 1, 0);
	(void)close_range((unsigned)keep_fd + 1, ~0u, 0);
	(void)fcntl(keep_fd, F_SETFD, 0);
}


/* In the child of a process that may have threads: system calls only. */
static void child_become(const struct cluster_tool *tool, int log_fd,
			 int keep_fd)
{
	const int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	setsid();

	if (null < 0 || dup2(null, 0) < 0 || dup2(log_fd, 1) < 0 ||
	    dup2(log_fd, 2) < 0 || chdir("/") < 0)
		_exit(126);

	close_others(keep_fd);
	umask(077);

	if (tool->root && (setgroups((size_t)tool->groupc, tool->groupv) ||
			   setgid(tool->gid) || setuid(tool->uid)))
		_exit(126);
}


int cluster_tool_run(const struct cluster_tool *tool, char *const argv[],
		     const char *data, int log_fd, int keep_fd)
{
	char path[CLUSTER_PATH_SIZE + 32];
	char *fullv[CLUSTER_ARGS];
	struct tool_env env;
	int status = 0;
	pid_t pid;

	env_make(&env, data);
	snprintf(path, sizeof(path), "%s/%s", tool->bin, argv[0]);

	/* They look for each other beside where argv[0] says they are. */
	memset(fullv, 0, sizeof(fullv));
	fullv[0] = path;
	for (size_t i = 1; i < CLUSTER_ARGS - 1 && argv[i]; i++)
		fullv[i] = argv[i];

	pid = fork();
	if (pid < 0)
		return errno;

	if (!pid) {
		child_become(tool, log_fd, keep_fd);
		execve(path, fullv, env.envv);
		_exit(127);
	}

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return errno;
	}

	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : EIO;
}


static int entry_remove(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;

	return remove(path) && errno != ENOENT ? errno : 0;
}


int cluster_remove(const char *dir)
{
	const int err = nftw(dir, entry_remove, 16, FTW_DEPTH | FTW_PHYS);

	if (err < 0)
		return errno == ENOENT ? 0 : errno;

	return err;
}
