/**
 * @file console.c  The operator's console: a thread on a terminal
 */
#include "tui/console.h"
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "tui/feed.h"
#include "tui/model.h"
#include "tui/term.h"
#include "tui/view.h"


enum {
	FRAME_MS    = 250,      /**< between frames that no key asked for */
	FEED_END_MS = 300,
	SLICE_MS    = 25,
	PATIENCE_MS = 200,      /**< for a terminal that takes no bytes  */
	END_MS      = 900,
};

struct console {
	struct console_prm prm;
	pthread_t thread;
	pthread_mutex_t lock;
	struct snapshot *next;  /**< under the lock: not yet shown       */
	atomic_bool stop;
	int wakefd;
	struct termios tio;     /**< how the terminal was                */
	int sigfd;              /**< SIGWINCH; -1: by the clock alone    */

	/* the thread's own */
	struct terminal *term;
	struct feed *feed;
	struct canvas *cv;
	struct model model;
	bool urgent;            /**< draw now: a key, a new size         */
	bool dirty;             /**< draw when the next frame is due     */
	bool all;               /**< draw everything                     */
	uint64_t frame_ms;
	int64_t frame_sec;      /**< the time of day on the screen       */
};

enum { FD_IN, FD_OUT, FD_WAKE, FD_SIG, FDS };


static int64_t wall_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static void drain(int fd, void *buf, size_t size)
{
	while (fd >= 0 && read(fd, buf, size) > 0)
		;
}


static void poke(int fd)
{
	const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));
	(void)n;
}


static int resize(struct console *con)
{
	int width, height, err;
	struct canvas *cv;

	err = term_size(con->term, &width, &height);
	if (err)
		return err;

	if (con->cv && canvas_width(con->cv) == width &&
	    canvas_height(con->cv) == height)
		return 0;

	err = canvas_alloc(&cv, width, height, term_utf8());
	if (err)
		return err;

	canvas_free(con->cv);
	con->cv = cv;
	con->urgent = con->all = true;
	model_resize(&con->model, width, height);

	return 0;
}


static void draw(struct console *con, uint64_t now)
{
	struct view v = {
		.m = &con->model,
		.cv = con->cv,
		.now_ms = now,
		.wall_ms = wall_ms(),
	};

	view_draw(&v);
	term_draw(con->term, con->cv, con->all);

	con->urgent = con->dirty = con->all = false;
	con->frame_ms = now;
	con->frame_sec = v.wall_ms / 1000;
}


/* What the last action or the last news wants done */
static void serve(struct console *con)
{
	struct model *m = &con->model;
	unsigned want = m->want;

	m->want = 0;
	if (want & WANT_VIEW)
		feed_view(con->feed, &m->view);
	if (want & WANT_ASK && feed_pause(con->feed, m->ask.id,
					  m->ask.paused))
		model_say(m, true, feed_now(), "nothing done: too much is "
			  "under way");
	if (want & WANT_REDRAW)
		con->all = true;
	if (want & WANT_QUIT)
		con->prm.commandh(CONSOLE_QUIT, con->prm.arg);
	if (want & WANT_HANGUP)
		con->prm.commandh(CONSOLE_HANGUP, con->prm.arg);
}


static void take_news(struct console *con, uint64_t now)
{
	struct feed_news news;
	struct snapshot *sn;

	pthread_mutex_lock(&con->lock);
	sn = con->next;
	con->next = NULL;
	pthread_mutex_unlock(&con->lock);

	if (sn) {
		model_snapshot(&con->model, sn, now);
		con->dirty = true;
	}

	if (!feed_take(con->feed, &news))
		return;

	/* An answer to a key is as urgent as the key. */
	if (news.askc || news.view.gen != con->model.have.gen)
		con->urgent = true;
	con->dirty = true;
	model_news(&con->model, &news, now);
	serve(con);
}


/* @return false: the terminal is gone */
static bool take_keys(struct console *con, bool readable)
{
	struct pollfd pfd = { con->prm.tty_in, POLLIN, 0 };
	int key, n = 0, bytes = 0;

	while ((key = term_key(con->term)) != KEYC_NONE) {
		enum action action;

		++n;
		action = keymap_action(con->model.screen, key);
		if (action == ACTION_NONE)
			continue;
		model_act(&con->model, action, feed_now());
		serve(con);
		con->urgent = true;
	}

	/* Readable without a byte to read: that is the end of it. */
	if (!readable || n || poll(&pfd, 1, 0) <= 0)
		return true;
	if (ioctl(pfd.fd, FIONREAD, &bytes) < 0 || !bytes)
		return false;

	return true;
}


static bool is_lost(const struct pollfd *pfd)
{
	return (pfd->revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}


static int wait_ms(const struct console *con, uint64_t now)
{
	uint64_t gap = now - con->frame_ms;

	if (!con->dirty || gap >= FRAME_MS)
		return FRAME_MS;

	return (int)(FRAME_MS - gap);
}


/* @return true when a frame is due */
static bool frame_due(struct console *con, uint64_t now)
{
	if (wall_ms() / 1000 != con->frame_sec)
		con->dirty = true;

	return con->urgent || (con->dirty && now - con->frame_ms >= FRAME_MS);
}


/* Until the end. @return false when the terminal is gone */
static bool run(struct console *con)
{
	struct pollfd pfd[FDS] = {
		[FD_IN]   = { con->prm.tty_in, POLLIN, 0 },
		[FD_OUT]  = { con->prm.tty_out, 0, 0 },
		[FD_WAKE] = { con->wakefd, POLLIN, 0 },
		[FD_SIG]  = { con->sigfd, POLLIN, 0 },
	};

	while (!atomic_load(&con->stop)) {
		struct signalfd_siginfo si;
		uint64_t now = feed_now(), n;
		bool due = frame_due(con, now);

		/* No frame while the terminal takes none: not even begun. */
		pfd[FD_OUT].events = due ? POLLOUT : 0;
		if (poll(pfd, FDS, wait_ms(con, now)) < 0 &&
		    errno != EINTR)
			return false;
		if (is_lost(&pfd[FD_IN]) || is_lost(&pfd[FD_OUT]))
			return false;

		drain(con->wakefd, &n, sizeof(n));
		drain(con->sigfd, &si, sizeof(si));
		if (resize(con))
			return false;
		take_news(con, feed_now());
		if (!take_keys(con, pfd[FD_IN].revents & POLLIN))
			return false;

		if (due && pfd[FD_OUT].revents & POLLOUT)
			draw(con, feed_now());
	}

	return true;
}


static void *console_thread(void *arg)
{
	struct console *con = arg;
	bool lost = !run(con);

	if (lost)
		con->prm.commandh(CONSOLE_LOST, con->prm.arg);

	term_close(con->term);
	con->term = NULL;
	feed_stop(con->feed, FEED_END_MS);
	con->feed = NULL;

	return NULL;
}


static void console_free(struct console *con)
{
	term_close(con->term);
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


static int console_setup(struct console *con)
{
	sigset_t winch;
	int err;

	/* Numbers keep their point: LC_NUMERIC is not touched. */
	(void)setlocale(LC_CTYPE, "");

	sigemptyset(&winch);
	sigaddset(&winch, SIGWINCH);
	con->sigfd = signalfd(-1, &winch, SFD_CLOEXEC | SFD_NONBLOCK);
	con->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (con->wakefd < 0)
		return errno;

	if (tcgetattr(con->prm.tty_out, &con->tio) < 0)
		return ENOTTY;

	err = term_open(&con->term, con->prm.tty_in, con->prm.tty_out);
	if (err)
		return err;

	err = resize(con);
	if (err)
		return err;

	return feed_start(&con->feed, con->prm.conninfo, con->wakefd);
}


int console_start(struct console **conp, const struct console_prm *prm)
{
	struct console *con;
	sigset_t all, old;
	int err;

	con = calloc(1, sizeof(*con));
	if (!con)
		return ENOMEM;

	con->prm = *prm;
	con->sigfd = con->wakefd = -1;
	pthread_mutex_init(&con->lock, NULL);
	model_init(&con->model);

	err = console_setup(con);
	if (err)
		goto out;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&con->thread, NULL, console_thread, con);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		goto out;

	*conp = con;

	return 0;

out:
	console_free(con);

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
