/**
 * @file console_loop.c  What the console's thread does all day
 */
#include "tui/console_priv.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "tui/export.h"
#include "tui/view.h"


enum { FD_IN, FD_OUT, FD_WAKE, FD_SIG, FDS };

enum { END_MS = 300 };


static int64_t wall_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* @return true when there was something */
static bool drain(int fd)
{
	bool any = false;
	uint64_t n;

	while (fd >= 0 && read(fd, &n, sizeof(n)) > 0)
		any = true;

	return any;
}


int console_resize(struct console *con)
{
	int width, height, err;
	struct canvas *cv;

	err = term_size(con->term, &width, &height);
	if (err)
		return err;

	if (con->cv && canvas_width(con->cv) == width &&
	    canvas_height(con->cv) == height)
		return 0;

	err = canvas_alloc(&cv, width, height, term_utf8() && !con->ascii);
	if (err)
		return err;

	canvas_free(con->cv);
	con->cv = cv;
	con->urgent = con->all = true;
	model_resize(&con->model, width, height);

	return 0;
}


static void view_fill(const struct console *con, struct view *v)
{
	memset(v, 0, sizeof(*v));
	v->m = &con->model;
	v->cv = con->cv;
	v->now_ms = v->real_ms = feed_now();
	v->wall_ms = wall_ms();
}


static void draw(struct console *con)
{
	struct view v;

	view_fill(con, &v);
	view_draw(&v);
	term_draw(con->term, con->cv, con->all);
	if (con->model.dialog.kind)
		dialog_shown(&con->model.dialog);
	if (con->copy)
		term_copy(con->term, con->model.copy);

	con->copy = con->urgent = con->dirty = con->all = false;
	con->frame_ms = v.now_ms;
	con->frame_sec = v.wall_ms / 1000;
}


static void said(struct model *m, int err, const char *why, int64_t rows,
		 const char *path)
{
	if (err == ECANCELED)
		model_say(m, false, feed_now(), "stopped: no file was "
			  "written");
	else if (err)
		model_say(m, true, feed_now(), "not written: %s", why);
	else
		model_say(m, false, feed_now(), "%lld rows written to %s",
			  (long long)rows, path);
}


static void export(struct console *con)
{
	struct model *m = &con->model;
	char path[EXPORT_PATH];
	struct view v;
	size_t rows = 0;
	int err;

	view_fill(con, &v);
	if (m->screen != SCREEN_PHONES) {
		err = export_file(&v, path, sizeof(path), &rows);
		said(m, err, strerror(err), (int64_t)rows, path);
		return;
	}
	if (con->export) {
		model_say(m, false, v.now_ms, "phones are being written "
			  "already; Esc stops that");
		return;
	}

	err = export_start(&con->export, con->prm.conninfo, &m->feed.view,
			   v.wall_ms, con->wakefd);
	if (err)
		said(m, err, strerror(err), 0, "");
	else
		model_export(m, 0, v.now_ms);
}


static void take_export(struct console *con)
{
	struct model *m = &con->model;
	struct export_state st;

	if (!con->export || !export_look(con->export, &st))
		return;

	con->dirty = true;
	if (!st.done) {
		model_export(m, st.rows, feed_now());
		return;
	}

	export_stop(con->export, END_MS);
	con->export = NULL;
	m->exporting = false;
	said(m, st.err, st.why, st.rows, st.path);
}


/* As ^Z does to other programs: with all that is in the foreground. */
static void suspend(struct console *con)
{
	sigset_t tstp;

	term_leave(con->term);
	sigemptyset(&tstp);
	sigaddset(&tstp, SIGTSTP);
	(void)kill(0, SIGTSTP);
	(void)pthread_sigmask(SIG_UNBLOCK, &tstp, NULL);
	(void)pthread_sigmask(SIG_BLOCK, &tstp, NULL);

	term_enter(con->term);
	con->urgent = con->all = true;
	model_act(&con->model, ACTION_REFETCH, feed_now());
}


static void order(struct console *con)
{
	struct model *m = &con->model;

	if (!con->prm.orderh)
		return;
	/* The last one goes when the terminal is given back. */
	if (m->order.kind == ORDER_DETACH) {
		con->left = true;
		return;
	}
	if (con->prm.orderh(&m->order, con->prm.arg)) {
		m->order_ms = 0;
		model_say(m, true, feed_now(), "nothing done: too much is "
			  "under way");
	}
}


static void ask(struct console *con)
{
	struct model *m = &con->model;

	if (feed_ask(con->feed, &m->ask))
		model_say(m, true, feed_now(), "nothing done: too much is "
			  "under way");
	else
		++con->asks;
	memset(&m->ask, 0, sizeof(m->ask));
}


/* What the last key or the last news wants done */
static void serve(struct console *con)
{
	struct model *m = &con->model;

	while (m->want) {
		unsigned want = m->want;

		m->want = 0;
		if (want & WANT_VIEW)
			feed_want(con->feed, &m->feed);
		if (want & WANT_ASK)
			ask(con);
		if (want & WANT_ORDER)
			order(con);
		if (want & WANT_EXPORT)
			export(con);
		if (want & WANT_EXPORT_END && con->export)
			export_cancel(con->export);
		if (want & WANT_COPY)
			con->copy = true;
		if (want & WANT_REDRAW)
			con->all = true;
		if (want & WANT_FLUSH)
			term_flush(con->term);
		if (want & WANT_LEAVE)
			con->left = true;
		if (want & WANT_SUSPEND)
			suspend(con);
	}
}


/* An answer to a key is as urgent as the key. */
static bool awaits(const struct console *con)
{
	const struct model *m = &con->model;

	return con->asks || m->intentc || m->order_ms ||
		con->answered != m->feed.gen;
}


static void take_news(struct console *con)
{
	struct feed_news news;
	struct snapshot *sn;
	uint64_t now = feed_now();

	pthread_mutex_lock(&con->lock);
	sn = con->next;
	con->next = NULL;
	pthread_mutex_unlock(&con->lock);

	if (sn)
		model_snapshot(&con->model, sn, now);
	if (feed_take(con->feed, &news)) {
		con->asks -= news.askc;
		if (news.rows)
			con->answered = news.rows->want.gen;
		model_news(&con->model, &news, now);
	}
	take_export(con);
	(void)model_tick(&con->model, now);
	serve(con);
}


/* @return false: the terminal is gone */
static bool take_keys(struct console *con, bool readable)
{
	struct pollfd pfd = { con->prm.tty_in, POLLIN, 0 };
	int key, n = 0, bytes = 0;

	while (!con->left && (key = term_key(con->term)) != KEYC_NONE) {
		++n;
		model_key(&con->model, key, feed_now());
		serve(con);
		con->urgent = true;
	}

	/* Readable without a byte to read: that is the end of it. */
	if (!readable || n || con->left || poll(&pfd, 1, 0) <= 0)
		return true;
	if (ioctl(pfd.fd, FIONREAD, &bytes) < 0 || !bytes)
		return false;

	return true;
}


/* @return false: the terminal is gone */
static bool take_signals(struct console *con)
{
	struct signalfd_siginfo si;

	while (con->sigfd >= 0 &&
	       read(con->sigfd, &si, sizeof(si)) == sizeof(si)) {
		switch (si.ssi_signo) {

		case SIGHUP:
			return false;

		case SIGTERM:
		case SIGINT:
		case SIGQUIT:
			con->left = true;
			break;

		case SIGTSTP:
			suspend(con);
			break;

		case SIGCONT:
			con->urgent = con->all = true;
			break;

		default:
			break;
		}
	}

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


/* Until the second on the screen is another one, it need not be woken. */
static int idle_ms(const struct console *con, uint64_t now)
{
	int ms = 1000 - (int)(wall_ms() % 1000) + 1;

	if (con->dirty || con->urgent || con->sigfd < 0)
		return wait_ms(con, now);

	return ms;
}


/* @return true when a frame is due */
static bool frame_due(struct console *con, uint64_t now)
{
	if (wall_ms() / 1000 != con->frame_sec)
		con->dirty = true;

	return con->urgent || (con->dirty && now - con->frame_ms >= FRAME_MS);
}


bool console_loop(struct console *con)
{
	struct pollfd pfd[FDS] = {
		[FD_IN]   = { con->prm.tty_in, POLLIN, 0 },
		[FD_OUT]  = { con->prm.tty_out, 0, 0 },
		[FD_WAKE] = { con->wakefd, POLLIN, 0 },
		[FD_SIG]  = { con->sigfd, POLLIN, 0 },
	};

	while (!atomic_load(&con->stop) && !con->left) {
		uint64_t now = feed_now();
		bool due = frame_due(con, now);

		/* No frame while the terminal takes none: not even begun. */
		pfd[FD_OUT].events = due ? POLLOUT : 0;
		if (poll(pfd, FDS, idle_ms(con, now)) < 0 && errno != EINTR)
			return false;
		if (is_lost(&pfd[FD_IN]) || is_lost(&pfd[FD_OUT]) ||
		    atomic_load(&con->hung))
			return false;

		if (drain(con->wakefd)) {
			con->dirty = true;
			con->urgent = con->urgent || awaits(con);
		}
		if (!take_signals(con) || console_resize(con) ||
		    !take_keys(con, pfd[FD_IN].revents & POLLIN))
			return false;

		/* Rows change with a frame: keys mean what is shown. */
		if (due && pfd[FD_OUT].revents & POLLOUT) {
			take_news(con);
			draw(con);
		}
	}

	return true;
}
