/**
 * @file preload.c  What has to be done before the host begins
 *
 * libre holds 1,024 descriptors, a call takes two, and a module comes too
 * late to change that. And the host goes on without a module that cannot be
 * loaded: that is found out here. The reference to libre is weak, so that this
 * does nothing in a program without it.
 *
 * libre reads its timers off the wall clock: set forward, all that wait for
 * an answer time out at once; set back, none does until it has caught up. The
 * clock that it asks is replaced by a steady one.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "core/carry.h"
#include "core/launch.h"

/* For all the calls that an engine carries */
enum { DESCRIPTORS = CARRY_FDS * CARRY_MAX + CARRY_FDS_REST };

int fd_setsize(int maxfds) __attribute__((weak));
uint64_t tmr_jiffies(void);

static uint64_t clock_base;     /**< of tmr_jiffies(), milliseconds      */


static uint64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


/*
 * In place of libre's, on any thread. It begins at the time of day, as libre's
 * does: random numbers may be seeded with it.
 */
__attribute__((visibility("default")))
uint64_t tmr_jiffies(void)
{
	return clock_base + clock_ms(CLOCK_MONOTONIC);
}


/* Beyond the hard limit goes who has CAP_SYS_RESOURCE, as root has. */
static void raise_descriptors(void)
{
	struct rlimit rl, more = { DESCRIPTORS, DESCRIPTORS };

	if (getrlimit(RLIMIT_NOFILE, &rl))
		return;

	rl.rlim_cur = DESCRIPTORS;
	if (rl.rlim_max < DESCRIPTORS && !setrlimit(RLIMIT_NOFILE, &more))
		rl.rlim_max = DESCRIPTORS;
	if (rl.rlim_cur > rl.rlim_max)
		rl.rlim_cur = rl.rlim_max;

	if (!setrlimit(RLIMIT_NOFILE, &rl))
		(void)fd_setsize((int)rl.rlim_cur);
}


/* NOLINTBEGIN(bugprone-signal-handler,cert-sig30-c): the one signal it comes
 * from is SIGBUS in the midst of dlopen(), and it does not return. */

/* With the console, stderr is the log: the operator sees the terminal. */
static void say(const char *why)
{
	const int tty = isatty(STDERR_FILENO) ? -1
		: open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	dprintf(STDERR_FILENO, "ringround: cannot load its module: %s; "
		"install ringround again\n", why);
	if (tty >= 0)
		dprintf(tty, "ringround: cannot load its module: %s; "
			"install ringround again\n", why);
}


static void remove_profile(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *de;

	while (d && (de = readdir(d)))
		(void)unlinkat(dirfd(d), de->d_name, 0);
	if (d)
		(void)closedir(d);
	(void)rmdir(dir);
}


__attribute__((noreturn))
static void give_up(const char *why)
{
	const char *dir = getenv(LAUNCH_ENV);

	say(why);
	if (dir)
		remove_profile(dir);
	_exit(EXIT_FAILURE);
}


/* A file that was cut short is mapped, and its end is not there. */
static void bus_handler(int sig)
{
	(void)sig;
	give_up("the file is damaged");
}
/* NOLINTEND(bugprone-signal-handler,cert-sig30-c) */


__attribute__((constructor))
static void prepare(void)
{
	const char *dir = getenv(LAUNCH_ENV);
	char path[4096];

	clock_base = clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_MONOTONIC);
	if (!fd_setsize)
		return;

	raise_descriptors();
	if (!dir)
		return;

	(void)snprintf(path, sizeof(path), "%s/ringround.so", dir);
	(void)signal(SIGBUS, bus_handler);
	if (!dlopen(path, RTLD_NOW | RTLD_LOCAL))
		give_up(dlerror());
	(void)signal(SIGBUS, SIG_DFL);
}
