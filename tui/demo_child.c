/**
 * @file demo_child.c  The processes of the demonstration
 */
#include "tui/demo_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tui/listen.h"
#include "tui/paths.h"

enum {
	PORT_SIZE    = 8,
	WORDS_BUF    = 2048,
	READY_MS     = 5000,
	ASK_AGAIN_MS = 5000,
	HURRY_MS     = 500,
	KILL_MS      = 10000,
	NAP_MS       = 20,
};


static void nap(void)
{
	const struct timespec ts = { .tv_nsec = NAP_MS * 1000000L };

	(void)nanosleep(&ts, NULL);
}


/* What a child is before it becomes a program */
static void child_prepare(pid_t parent, int sig, int in, int out, int err)
{
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, sig);
	if (getppid() != parent)
		_exit(1);

	if ((in >= 0 && dup2(in, STDIN_FILENO) < 0) ||
	    (out >= 0 && dup2(out, STDOUT_FILENO) < 0) ||
	    (err >= 0 && dup2(err, STDERR_FILENO) < 0))
		_exit(126);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}


/* A callee's port is taken once it listens. */
static int callees_wait(struct demo_child *ch, const struct address *ad)
{
	char why[8];

	for (int ms = 0; ms < READY_MS; ms += NAP_MS) {
		if (demo_child_ended(ch))
			return ECHILD;
		if (listen_check(ad, why, sizeof(why)) == EADDRINUSE)
			return 0;
		nap();
	}

	return ETIMEDOUT;
}


static int callees_fork(struct demo_child *ch, char *const argv[],
			const char *program)
{
	const pid_t parent = getpid();
	int null;

	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return errno;

	ch->pid = fork();
	if (!ch->pid) {
		child_prepare(parent, SIGKILL, null, null, null);
		setpgid(0, 0);
		if (chdir("/") == 0)
			execv(program, argv);
		_exit(127);
	}

	close(null);

	return ch->pid < 0 ? errno : 0;
}


static int port_text(char *text, const struct address *ad)
{
	struct address any = *ad;
	int err;

	err = listen_free_port(&any);
	if (!err)
		snprintf(text, PORT_SIZE, "%u", (unsigned)any.port);

	return err;
}


static int files_find(char *program, char *scenario, char *why, size_t size)
{
	if (paths_program(program, PATHS_SIZE, "sipp")) {
		snprintf(why, size, "sipp is not installed; install the "
			 "package sip-tester");
		return ENOENT;
	}

	if (paths_demo(scenario, PATHS_SIZE, "callees.xml")) {
		snprintf(why, size, "the demonstration's callees.xml is "
			 "missing; install ringround again");
		return ENOENT;
	}

	return 0;
}


/* sipp's remote control is of IPv4 only. */
int demo_child_callees(struct demo_child *ch, struct address *ad,
		       char *why, size_t size)
{
	char program[PATHS_SIZE], scenario[PATHS_SIZE], host[HOST_SIZE];
	char port[PORT_SIZE], media[PORT_SIZE], control[PORT_SIZE];
	char name[] = "sipp", sf[] = "-sf", i[] = "-i", p[] = "-p";
	char mp[] = "-mp", ci[] = "-ci", cp[] = "-cp", local[] = "-bind_local";
	char nostdin[] = "-nostdin", loopback[] = "127.0.0.1";
	char *const argv[] = { name, sf, scenario, i, host, local, p, port,
			       mp, media, ci, loopback, cp, control, nostdin,
			       NULL };
	struct address lo = { .host = "127.0.0.1" };
	int err;

	err = files_find(program, scenario, why, size);
	if (err)
		return err;

	strcpy(host, ad->host);
	err = listen_free_port(ad);
	if (!err)
		err = port_text(media, ad);
	if (!err)
		err = port_text(control, &lo);
	if (!err) {
		snprintf(port, sizeof(port), "%u", (unsigned)ad->port);
		err = callees_fork(ch, argv, program);
	}
	if (!err)
		err = callees_wait(ch, ad);
	if (err)
		snprintf(why, size, "sipp does not start on %s: %s", ad->host,
			 strerror(err));

	return err;
}


int demo_child_engine(struct demo_child *ch, const struct address *ad,
		      const char *conninfo, bool console,
		      const struct options *opt, char *why, size_t size)
{
	const pid_t parent = getpid();
	char where[HOST_SIZE + 16];
	const char *argv[12] = { "ringround", "-l", where, "-d", conninfo,
				 "-n", "demo" };
	size_t n = 7;

	snprintf(where, sizeof(where), ad->v6 ? "[%s]:%u" : "%s:%u",
		 ad->host, (unsigned)ad->port);
	if (!console)
		argv[n++] = "--daemon";
	if (opt->verbose)
		argv[n++] = "-v";

	ch->out_fd = console || !opt->verbose ?
		     memfd_create("ringround-demo", MFD_CLOEXEC) : -1;

	ch->pid = fork();
	if (ch->pid < 0) {
		snprintf(why, size, "no new process: %s", strerror(errno));
		return errno;
	}

	if (!ch->pid) {
		/* A console has to give the terminal back. */
		child_prepare(parent, console ? SIGTERM : SIGKILL, -1, -1,
			      ch->out_fd);
		if (!console)
			setpgid(0, 0);
		execv("/proc/self/exe", (char **)(uintptr_t)argv);
		_exit(127);
	}

	return 0;
}


bool demo_child_ended(struct demo_child *ch)
{
	if (ch->pid > 0 && waitpid(ch->pid, &ch->status, WNOHANG) == ch->pid)
		ch->pid = 0;

	return ch->pid <= 0;
}


void demo_child_stop(struct demo_child *ch, bool hurry)
{
	const int again = hurry ? HURRY_MS : ASK_AGAIN_MS;

	for (int ms = 0; !demo_child_ended(ch); ms += NAP_MS) {
		if (ms == 0 || ms == again)
			(void)kill(ch->pid, SIGTERM);
		else if (ms >= KILL_MS)
			(void)kill(ch->pid, SIGKILL);
		nap();
	}
}


void demo_child_words(const struct demo_child *ch, char *words, size_t size)
{
	char text[WORDS_BUF];
	const off_t room = (off_t)sizeof(text) - 1;
	const char *line;
	struct stat st;
	ssize_t n = 0;

	if (ch->out_fd >= 0 && !fstat(ch->out_fd, &st))
		n = pread(ch->out_fd, text, (size_t)room,
			  st.st_size > room ? st.st_size - room : 0);

	while (n > 0 && text[n - 1] == '\n')
		--n;
	text[n > 0 ? n : 0] = '\0';

	line = strrchr(text, '\n');
	snprintf(words, size, "%s", line ? line + 1 : text);
}
