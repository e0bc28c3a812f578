/**
 * @file console.c  The operator's console: a thread on a terminal
 */
#include "tui/console_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "tui/export.h"
#include "tui/front.h"


enum {
	FEED_END_MS = 300,
	SLICE_MS    = 25,
	PATIENCE_MS = 200,      /**< for a terminal that takes no bytes  */
	END_MS      = 900,
};


static void poke(int fd)
{
	const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));
	(void)n;
}


/* The terminal closes for good when nobody has it open any more. */
static void terminal_leave(const struct console *con)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		(void)dup2(null, con->prm.tty_in);
		(void)dup2(null, con->prm.tty_out);
		close(null);
	}
	front_leave();
}


static void *console_thread(void *arg)
{
	struct console *con = arg;
	bool lost = !console_loop(con);
	const struct order last = {
		.kind = lost ? ORDER_LOST : ORDER_DETACH,
	};

	term_close(con->term);
	con->term = NULL;
	export_stop(con->export, FEED_END_MS);
	con->export = NULL;
	feed_stop(con->feed, FEED_END_MS);
	con->feed = NULL;
	if (lost || con->left) {
		terminal_leave(con);
		(void)con->prm.orderh(&last, con->prm.arg);
	}

	return NULL;
}


static void console_free(struct console *con)
{
	term_close(con->term);
	export_stop(con->export, FEED_END_MS);
	feed_stop(con->feed, FEED_END_MS);
	model_reset(&con->model);
	canvas_free(con->cv);
	snapshot_unref(con->next);
	pthread_mutex_destroy(&con->lock);
	if (con->wakefd >= 0)
		close(con->wakefd);
	if (con->sigfd >= 0)
		close(con->sigfd);
	free(con);
}


static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0];
}


static void signals_fill(sigset_t *set, bool own)
{
	static const int others[] = {
		SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
	};

	sigemptyset(set);
	sigaddset(set, SIGWINCH);
	for (size_t i = 0; !own && i < sizeof(others) / sizeof(others[0]);
	     i++)
		sigaddset(set, others[i]);
}


static int console_setup(struct console *con)
{
	sigset_t set;
	int err;

	/* Numbers keep their point: LC_NUMERIC is not touched. */
	(void)setlocale(LC_CTYPE, "");

	signals_fill(&set, con->own);
	con->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	con->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (con->wakefd < 0)
		return errno;

	if (tcgetattr(con->prm.tty_out, &con->tio) < 0)
		return ENOTTY;

	err = term_open(&con->term, con->prm.tty_in, con->prm.tty_out);
	if (err)
		return err;

	err = console_resize(con);
	if (err)
		return err;

	return feed_start(&con->feed, con->prm.conninfo, con->wakefd);
}


static int console_alloc(struct console **conp,
			 const struct console_prm *prm)
{
	struct console *con;
	int err;

	con = calloc(1, sizeof(*con));
	if (!con)
		return ENOMEM;

	con->prm = *prm;
	con->own = prm->orderh != NULL;
	con->ascii = is_set(CONSOLE_ENV_ASCII);
	con->sigfd = con->wakefd = -1;
	pthread_mutex_init(&con->lock, NULL);
	err = model_init(&con->model, con->own,
			 is_set(CONSOLE_ENV_READONLY));
	if (!err)
		err = console_setup(con);
	if (err)
		console_free(con);
	else
		*conp = con;

	return err;
}


int console_start(struct console **conp, const struct console_prm *prm)
{
	struct console *con;
	sigset_t all, old;
	int err;

	err = console_alloc(&con, prm);
	if (err)
		return err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&con->thread, NULL, console_thread, con);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		console_free(con);
	else
		*conp = con;

	return err;
}


int console_run(const struct console_prm *prm)
{
	struct console *con;
	sigset_t set, old;
	int err;

	signals_fill(&set, false);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	err = console_alloc(&con, prm);
	if (err)
		goto out;

	err = console_loop(con) ? 0 : EIO;
	console_free(con);
out:
	pthread_sigmask(SIG_SETMASK, &old, NULL);

	return err;
}


void console_publish(struct console *con, struct snapshot *sn)
{
	struct snapshot *old;

	pthread_mutex_lock(&con->lock);
	old = con->next;
	con->next = sn;
	pthread_mutex_unlock(&con->lock);

	snapshot_unref(old);
	poke(con->wakefd);
}


void console_hangup(struct console *con)
{
	atomic_store(&con->hung, true);
	poke(con->wakefd);
}


static bool joined(struct console *con, unsigned ms)
{
	struct timespec end;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += (long)ms * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;

	return !pthread_clockjoin_np(con->thread, NULL, CLOCK_MONOTONIC,
				      &end);
}


/*
 * A thread that hangs in a write to a stalled terminal gets free when what
 * waits there is thrown away, a piece at a time. Flushing alone wakes no
 * writer; stopping and starting the output does.
 */
void console_stop(struct console *con)
{
	unsigned ms = PATIENCE_MS;

	if (!con)
		return;

	atomic_store(&con->stop, true);
	poke(con->wakefd);

	if (joined(con, PATIENCE_MS)) {
		console_free(con);
		return;
	}

	while (ms < END_MS) {
		(void)tcflush(con->prm.tty_out, TCOFLUSH);
		(void)tcflow(con->prm.tty_out, TCOOFF);
		(void)tcflow(con->prm.tty_out, TCOON);
		if (joined(con, SLICE_MS)) {
			console_free(con);
			return;
		}
		ms += SLICE_MS;
	}

	pthread_detach(con->thread);
	(void)tcsetattr(con->prm.tty_out, TCSANOW, &con->tio);
}
