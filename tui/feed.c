/**
 * @file feed.c  What the database has for the console
 */
#include "tui/feed.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "tui/feed_read.h"


enum {
	GAP_MS       = 1000 / FEED_RATE,
	TICK_MS      = 1000,
	RETRY_MS     = 500,     /**< doubled with each failure           */
	RETRY_MAX_MS = 15000,
};

/** Shared by the thread and its owner; the last of the two frees it. */
struct feed {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	char *conninfo;
	int kickfd;             /**< owned: something is asked           */
	int wakefd;             /**< borrowed, until stop                */

	/* under the lock */
	bool stop;
	bool ended;             /**< the thread touches it no more       */
	bool orphan;            /**< its owner does not wait any longer  */
	bool view_new;
	struct feed_view view;
	struct feed_ask askv[FEED_ASKS];
	size_t askc;
	bool fresh;             /**< news was not taken yet              */
	struct feed_news news;

	/* the thread's own */
	struct db *db;
	bool changed;           /**< notified, and not read since        */
	uint64_t read_ms;       /**< when it read last; 0: read now      */
	uint64_t retry_ms;
	unsigned delay_ms;
};

static const char setup[] =
	"SET statement_timeout = 2000; "
	"LISTEN ringround; LISTEN ringround_status";


static void poke(int fd)
{
	const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));
	(void)n;
}


static void feed_free(struct feed *fd)
{
	db_close(fd->db);
	free(fd->news.campv);
	free(fd->news.phonev);
	if (fd->kickfd >= 0)
		close(fd->kickfd);
	pthread_cond_destroy(&fd->cond);
	pthread_mutex_destroy(&fd->lock);
	free(fd->conninfo);
	free(fd);
}


/* Tell the console. Rows in news go over to it; asks are added. */
static void post(struct feed *fd, const struct feed_news *news)
{
	struct feed_news *to = &fd->news;

	pthread_mutex_lock(&fd->lock);

	to->ok = news->ok;
	to->retry_ms = news->retry_ms;
	if (news->ok || news->why[0])
		memcpy(to->why, news->why, sizeof(to->why));

	if (news->rows) {
		free(to->campv);
		free(to->phonev);
		to->rows = true;
		to->read_ms = news->read_ms;
		to->took_ms = news->took_ms;
		to->campv = news->campv;
		to->campc = news->campc;
		to->view = news->view;
		to->phonev = news->phonev;
		to->phonec = news->phonec;
	}

	for (size_t i = 0; i < news->askc && to->askc < FEED_ASKS; i++)
		to->askv[to->askc++] = news->askv[i];

	fd->fresh = true;
	if (!fd->stop)
		poke(fd->wakefd);

	pthread_mutex_unlock(&fd->lock);
}


static void lose(struct feed *fd, struct feed_news *news)
{
	db_close(fd->db);
	fd->db = NULL;

	fd->delay_ms = fd->delay_ms ? 2 * fd->delay_ms : RETRY_MS;
	if (fd->delay_ms > RETRY_MAX_MS)
		fd->delay_ms = RETRY_MAX_MS;

	fd->read_ms = 0;
	fd->retry_ms = feed_now() + fd->delay_ms;
	news->ok = false;
	news->retry_ms = fd->retry_ms;
}


static void connect_db(struct feed *fd, struct feed_news *news)
{
	struct db *db;
	int err;

	err = db_open(&db, fd->conninfo, news->why, sizeof(news->why));
	if (err) {
		lose(fd, news);
		return;
	}

	fd->db = db;
	if (db_exec(db, setup, news->why, sizeof(news->why)))
		lose(fd, news);
}


static void read_rows(struct feed *fd, struct feed_news *news)
{
	if (feed_read(fd->db, news)) {
		lose(fd, news);
		return;
	}

	fd->read_ms = news->read_ms;
	fd->delay_ms = 0;
}


static void run_asks(struct feed *fd, struct feed_news *news)
{
	for (size_t i = 0; i < news->askc; i++) {
		struct feed_ask *ask = &news->askv[i];

		if (!fd->db) {
			ask->err = ENOTCONN;
			(void)snprintf(ask->why, sizeof(ask->why),
				       "the database is away");
			continue;
		}

		ask->err = db_pause(fd->db, ask->id, ask->paused,
				    ask->why, sizeof(ask->why));
		if (ask->err && !db_alive(fd->db)) {
			memcpy(news->why, ask->why, sizeof(news->why));
			lose(fd, news);
		}
	}
}


/* Take what is asked. @return false: stop */
static bool take_asks(struct feed *fd, struct feed_news *news, bool *view_new)
{
	bool go;

	memset(news, 0, sizeof(*news));
	pthread_mutex_lock(&fd->lock);

	go = !fd->stop;
	*view_new = fd->view_new;
	fd->view_new = false;
	news->view = fd->view;
	news->askc = fd->askc;
	memcpy(news->askv, fd->askv, fd->askc * sizeof(fd->askv[0]));
	fd->askc = 0;

	pthread_mutex_unlock(&fd->lock);

	return go;
}


/* The view that was read replaces the one asked, unless that has changed. */
static void keep_view(struct feed *fd, const struct feed_view *view)
{
	pthread_mutex_lock(&fd->lock);
	if (fd->view.gen == view->gen)
		fd->view = *view;
	pthread_mutex_unlock(&fd->lock);
}


/* Is it time to read? News waits for its place in the rhythm. */
static bool is_due(const struct feed *fd, uint64_t now)
{
	uint64_t gap = now - fd->read_ms;

	return !fd->read_ms || gap >= TICK_MS || (fd->changed &&
						  gap >= GAP_MS);
}


static void turn(struct feed *fd, struct feed_news *news, bool view_new)
{
	if (!fd->db && feed_now() >= fd->retry_ms)
		connect_db(fd, news);

	run_asks(fd, news);

	if (fd->db && db_changed(fd->db))
		fd->changed = true;
	if (fd->db && !db_alive(fd->db)) {
		(void)snprintf(news->why, sizeof(news->why),
			       "the connection to the database is lost");
		lose(fd, news);
	}

	if (fd->db && (view_new || news->askc || is_due(fd, feed_now()))) {
		fd->changed = false;
		read_rows(fd, news);
		/* News that came with the rows wakes no poll any more. */
		if (fd->db && db_changed(fd->db))
			fd->changed = true;
	}

	if (news->rows)
		keep_view(fd, &news->view);
	if (!fd->db)
		news->retry_ms = fd->retry_ms;
	if (news->rows || news->askc || news->why[0])
		post(fd, news);
}


/* Milliseconds until the next turn is due */
static int wait_ms(const struct feed *fd)
{
	uint64_t now = feed_now(), at;

	if (fd->db)
		at = fd->read_ms + (fd->changed ? GAP_MS : TICK_MS);
	else
		at = fd->retry_ms;

	return at > now ? (int)(at - now) : 0;
}


static void *feed_thread(void *arg)
{
	struct feed *fd = arg;
	struct feed_news news;
	bool view_new, orphan;

	while (take_asks(fd, &news, &view_new)) {
		struct pollfd pfd[2];
		uint64_t n;

		turn(fd, &news, view_new);

		pfd[0] = (struct pollfd){ fd->kickfd, POLLIN, 0 };
		pfd[1] = (struct pollfd){ fd->db ? db_fd(fd->db) : -1,
					  POLLIN, 0 };
		if (poll(pfd, 2, wait_ms(fd)) > 0 && pfd[0].revents) {
			ssize_t len = read(fd->kickfd, &n, sizeof(n));
			(void)len;
		}
	}

	pthread_mutex_lock(&fd->lock);
	fd->ended = true;
	orphan = fd->orphan;
	pthread_cond_signal(&fd->cond);
	pthread_mutex_unlock(&fd->lock);

	if (orphan)
		feed_free(fd);

	return NULL;
}


static int feed_alloc(struct feed **fdp, const char *conninfo, int wakefd)
{
	pthread_condattr_t attr;
	struct feed *fd;

	fd = calloc(1, sizeof(*fd));
	if (!fd)
		return ENOMEM;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&fd->cond, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&fd->lock, NULL);

	fd->wakefd = wakefd;
	fd->kickfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fd->conninfo = conninfo ? strdup(conninfo) : NULL;
	if (fd->kickfd < 0 || (conninfo && !fd->conninfo)) {
		feed_free(fd);
		return ENOMEM;
	}

	*fdp = fd;

	return 0;
}


int feed_start(struct feed **fdp, const char *conninfo, int wakefd)
{
	sigset_t all, old;
	pthread_t thread;
	struct feed *fd;
	int err;

	err = feed_alloc(&fd, conninfo, wakefd);
	if (err)
		return err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, feed_thread, fd);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err) {
		feed_free(fd);
		return err;
	}

	pthread_detach(thread);
	*fdp = fd;

	return 0;
}


/* libpq cannot be hurried: a thread that hangs in it frees by itself. */
void feed_stop(struct feed *fd, unsigned ms)
{
	struct timespec end;
	bool ended;

	if (!fd)
		return;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += (long)ms * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;

	pthread_mutex_lock(&fd->lock);
	fd->stop = true;
	poke(fd->kickfd);
	while (!fd->ended) {
		if (pthread_cond_timedwait(&fd->cond, &fd->lock, &end))
			break;
	}
	ended = fd->ended;
	fd->orphan = !ended;
	pthread_mutex_unlock(&fd->lock);

	if (ended)
		feed_free(fd);
}


void feed_view(struct feed *fd, const struct feed_view *view)
{
	pthread_mutex_lock(&fd->lock);
	fd->view = *view;
	fd->view_new = true;
	pthread_mutex_unlock(&fd->lock);

	poke(fd->kickfd);
}


int feed_pause(struct feed *fd, int32_t id, bool paused)
{
	int err = 0;
	size_t i;

	pthread_mutex_lock(&fd->lock);

	for (i = 0; i < fd->askc && fd->askv[i].id != id; i++)
		;
	if (i == FEED_ASKS)
		err = EAGAIN;
	else {
		fd->askv[i] = (struct feed_ask){ .id = id, .paused = paused };
		if (i == fd->askc)
			++fd->askc;
	}

	pthread_mutex_unlock(&fd->lock);

	poke(fd->kickfd);

	return err;
}


bool feed_take(struct feed *fd, struct feed_news *news)
{
	bool fresh;

	pthread_mutex_lock(&fd->lock);

	fresh = fd->fresh;
	if (fresh) {
		*news = fd->news;
		fd->fresh = false;
		fd->news.rows = false;
		fd->news.campv = NULL;
		fd->news.phonev = NULL;
		fd->news.askc = 0;
	}

	pthread_mutex_unlock(&fd->lock);

	return fresh;
}
