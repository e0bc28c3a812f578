/**
 * @file front.c  The process that the shell waits for
 */
#include "tui/front.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "tui/term.h"

#define FRONT_ENV "RINGROUND_FRONT"     /* the pipe's end, across exec */

enum { PIPE_FD_MIN = 10, SIGNALS = 6 };

static const int passed[SIGNALS] = {
	SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2,
};


/* Whoever is killed leaves a terminal as the console had it. */
static void rescue(const struct termios *tio, int sig)
{
	if (isatty(STDOUT_FILENO))
		term_rescue();
	(void)tcsetattr(STDIN_FILENO, TCSANOW, tio);
	if (sig == SIGTERM || sig == SIGINT || sig == SIGHUP)
		return;
	(void)fprintf(stderr, "ringround: the engine was ended by signal %d "
		      "(%s); its calls are taken up when it starts again, or "
		      "by other engines\n", sig, strsignal(sig));
}


/* As the engine ended, when it has */
static void end_with(pid_t pid, const struct termios *tio)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return;

	if (WIFSIGNALED(status) && tio)
		rescue(tio, WTERMSIG(status));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status)
	      : 128 + WTERMSIG(status));
}


static void wait_on(pid_t pid, int from, int signals,
		    const struct termios *tio)
{
	struct pollfd pfd[2] = {
		{ from, POLLIN, 0 }, { signals, POLLIN, 0 },
	};
	struct signalfd_siginfo si;
	char byte;

	for (;;) {
		if (poll(pfd, 2, -1) < 0 && errno != EINTR)
			_exit(EXIT_FAILURE);

		if (pfd[1].revents & POLLIN &&
		    read(signals, &si, sizeof(si)) == sizeof(si)) {
			if (si.ssi_signo == SIGCHLD)
				end_with(pid, tio);
			else
				(void)kill(pid, (int)si.ssi_signo);
		}
		/* A byte: it was left. The pipe's end comes before its own. */
		if (pfd[0].revents & POLLIN && read(from, &byte, 1) > 0)
			_exit(EXIT_SUCCESS);
		if (pfd[0].revents)
			pfd[0].fd = -1;
	}
}


static int pipe_name(int fd)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", fd);

	return setenv(FRONT_ENV, text, 1) ? errno : 0;
}


int front_split(void)
{
	int fds[2], to, signals, err = 0;
	struct termios tio;
	sigset_t set, old;
	pid_t pid;
	bool tty = !tcgetattr(STDIN_FILENO, &tio);

	if (pipe2(fds, O_CLOEXEC))
		return errno;

	to = fcntl(fds[1], F_DUPFD, PIPE_FD_MIN);
	close(fds[1]);
	sigemptyset(&set);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&set, passed[i]);
	sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	if (to < 0 || signals < 0 || pipe_name(to))
		err = errno;
	pid = err ? -1 : fork();
	if (pid > 0) {
		close(to);
		wait_on(pid, fds[0], signals, tty ? &tio : NULL);
	}
	if (pid < 0 && !err)
		err = errno;

	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	close(fds[0]);
	if (signals >= 0)
		close(signals);
	if (err && to >= 0)
		close(to);
	if (err)
		(void)unsetenv(FRONT_ENV);

	return err;
}


void front_leave(void)
{
	const char *text = getenv(FRONT_ENV);
	int fd = text ? atoi(text) : -1;
	ssize_t n;

	if (fd < PIPE_FD_MIN)
		return;

	(void)setsid();
	n = write(fd, "h", 1);
	(void)n;
	close(fd);
	(void)unsetenv(FRONT_ENV);
}
