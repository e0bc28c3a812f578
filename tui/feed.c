/**
 * @file feed.c  What the database has for the console
 */
#include "tui/feed.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "tui/aside.h"
#include "tui/feed_read.h"


enum {
	GAP_MS       = 1000 / FEED_RATE,
	RETRY_MS     = 500,     /**< doubled with each failure           */
	RETRY_MAX_MS = 15000,
	STANDBY_MS   = 10000,   /**< then it may have been promoted      */
};

/** Shared by the thread and its owner */
struct feed {
	struct aside *aside;    /**< the thread; it frees this           */
	pthread_mutex_t lock;
	char *conninfo;
	int kickfd;             /**< owned: something is asked           */
	int wakefd;             /**< borrowed, until stop                */

	/* under the lock */
	bool stop;
	bool want_new;
	struct feed_want want;
	struct feed_ask askv[FEED_ASKS];
	size_t askc;
	bool fresh;             /**< news was not taken yet              */
	struct feed_news news;

	/* the thread's own */
	struct db *db;
	struct feed_want mine;  /**< what it reads                       */
	struct feed_news post;  /**< what it will tell                   */
	bool told_ok;           /**< the last that it told               */
	bool changed;           /**< notified, and not read since        */
	uint64_t read_ms;       /**< when it read last; 0: read now      */
	uint64_t news_ms;       /**< when because of a notification      */
	uint64_t took_ms;       /**< but for a slow one among others     */
	struct feed_usual usual;
	uint64_t retry_ms;
	unsigned delay_ms;
	unsigned again;         /**< the last that was heard             */
	uint64_t rights_ms;     /**< when they were asked                */
	struct feed_search search;
};


static void poke(int fd)
{
	const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));
	(void)n;
}


static void news_reset(struct feed_news *news)
{
	if (news->rows) {
		feed_rows_reset(news->rows);
		free(news->rows);
	}
	for (size_t i = 0; i < news->askc; i++)
		feed_ask_reset(&news->askv[i]);
	news->rows = NULL;
	news->askc = 0;
}


static void feed_free(void *arg)
{
	struct feed *fd = arg;

	db_close(fd->db);
	news_reset(&fd->news);
	news_reset(&fd->post);
	for (size_t i = 0; i < fd->askc; i++)
		feed_ask_reset(&fd->askv[i]);
	if (fd->kickfd >= 0)
		close(fd->kickfd);
	pthread_mutex_destroy(&fd->lock);
	free(fd->conninfo);
	free(fd);
}


/* Tell the console. Rows go over to it; asks are added. */
static void post(struct feed *fd)
{
	struct feed_news *from = &fd->post, *to = &fd->news;
	size_t n = 0;

	pthread_mutex_lock(&fd->lock);

	to->ok = from->ok;
	to->refused = from->refused;
	to->retry_ms = from->retry_ms;
	to->rights = from->rights;
	memcpy(to->why, from->why, sizeof(to->why));
	if (from->rows) {
		struct feed_rows *old = to->rows;

		to->rows = from->rows;
		from->rows = old;
	}
	for (; n < from->askc && to->askc < FEED_ASKS; n++) {
		to->askv[to->askc++] = from->askv[n];
		memset(&from->askv[n], 0, sizeof(from->askv[n]));
	}

	fd->fresh = true;
	if (!fd->stop)
		poke(fd->wakefd);

	pthread_mutex_unlock(&fd->lock);

	news_reset(from);
}


static void lose(struct feed *fd)
{
	db_close(fd->db);
	fd->db = NULL;
	fd->search.on = false;

	fd->delay_ms = fd->delay_ms ? 2 * fd->delay_ms : RETRY_MS;
	if (fd->delay_ms > RETRY_MAX_MS)
		fd->delay_ms = RETRY_MAX_MS;

	fd->read_ms = 0;
	fd->retry_ms = feed_now() + fd->delay_ms;
	fd->post.ok = fd->post.refused = false;
}


static void ask_rights(struct feed *fd)
{
	struct feed_news *news = &fd->post;

	fd->rights_ms = feed_now();
	if (db_console(fd->db, &news->rights, news->why, sizeof(news->why)))
		lose(fd);
}


static void connect_db(struct feed *fd)
{
	struct feed_news *news = &fd->post;
	struct db *db;

	if (db_open(&db, fd->conninfo, news->why, sizeof(news->why))) {
		lose(fd);
		return;
	}

	fd->db = db;
	ask_rights(fd);
	if (fd->db)
		db_interrupt(db, fd->kickfd);
}


/* The view that was read replaces the one wanted, unless that has changed. */
static void keep_view(struct feed *fd, const struct feed_want *want)
{
	fd->mine.view = want->view;
	pthread_mutex_lock(&fd->lock);
	if (fd->want.gen == want->gen)
		fd->want.view = want->view;
	pthread_mutex_unlock(&fd->lock);
}


/* Lose what is of no use, tell what was refused. @return true: no error */
static bool judge(struct feed *fd, int err)
{
	struct feed_news *news = &fd->post;

	if (err == ENOTCONN || err == ETIMEDOUT || !db_alive(fd->db)) {
		lose(fd);
		return false;
	}

	/* A replica that was at something else is asked again. */
	fd->read_ms = feed_now();
	if (err == EAGAIN && news->ok)
		return false;
	if (err) {
		news->ok = false;
		news->refused = true;
		news->retry_ms = fd->read_ms + fd->mine.tick_ms;
	}

	return !err;
}


static void read_rows(struct feed *fd)
{
	struct feed_news *news = &fd->post;
	int err;

	err = feed_read(fd->db, &fd->mine, &fd->search, &news->rows,
			news->why, sizeof(news->why));
	if (err == ECANCELED) {
		fd->read_ms = 0;
		return;
	}
	if (!judge(fd, err))
		return;

	fd->delay_ms = 0;
	fd->took_ms = feed_usual_add(&fd->usual, news->rows->took_ms);
	news->ok = true;
	news->refused = false;
	news->why[0] = '\0';
	keep_view(fd, &news->rows->want);
}


/* A bit of a search, between readings: what was found is read at once. */
static void seek(struct feed *fd)
{
	struct feed_news *news = &fd->post;
	int err;

	err = feed_seek(fd->db, &fd->search, news->why, sizeof(news->why));
	if (err && err != ECANCELED)
		(void)judge(fd, err);
	else if (!err && !feed_seeks(&fd->search))
		fd->read_ms = 0;
}


static void run_asks(struct feed *fd)
{
	for (size_t i = 0; i < fd->post.askc; i++) {
		struct feed_ask *ask = &fd->post.askv[i];

		if (!fd->db) {
			ask->err = ENOTCONN;
			(void)snprintf(ask->why, sizeof(ask->why),
				       "the database is away");
			continue;
		}

		feed_do(fd->db, ask);
		ask->done_ms = feed_now();
		if (ask->err && !db_alive(fd->db)) {
			memcpy(fd->post.why, ask->why, sizeof(ask->why));
			lose(fd);
		}
	}
}


/* Take what is asked. @return false: stop */
static bool take_asks(struct feed *fd, bool *want_new)
{
	bool go;

	pthread_mutex_lock(&fd->lock);

	/* What was asked before the end is done before it. */
	go = !fd->stop || fd->askc;
	*want_new = fd->want_new;
	fd->want_new = false;
	fd->mine = fd->want;
	fd->post.askc = fd->askc;
	memcpy(fd->post.askv, fd->askv, fd->askc * sizeof(fd->askv[0]));
	fd->askc = 0;

	pthread_mutex_unlock(&fd->lock);

	return go;
}


/* News is read at once, unless news was read just now. */
static uint64_t next_ms(const struct feed *fd)
{
	uint64_t ms = fd->changed ? 0 : fd->mine.tick_ms;
	uint64_t least = feed_rest(fd->took_ms), at;

	if (ms < least)
		ms = least;
	at = fd->changed ? fd->news_ms + GAP_MS : 0;

	return !fd->read_ms ? 0 : fd->read_ms + ms > at ? fd->read_ms + ms
		: at;
}


static void turn(struct feed *fd, bool want_new)
{
	struct feed_news *news = &fd->post;
	bool was = news->ok;

	/* Who asks for it knows that it is back. */
	if (fd->again != fd->mine.again)
		fd->retry_ms = fd->delay_ms = 0;
	fd->again = fd->mine.again;

	if (!fd->db && feed_now() >= fd->retry_ms)
		connect_db(fd);
	else if (fd->db && news->rights.standby &&
		 feed_now() - fd->rights_ms >= STANDBY_MS)
		ask_rights(fd);

	run_asks(fd);

	if (fd->db && db_news(fd->db))
		fd->changed = true;
	if (fd->db && !db_alive(fd->db)) {
		(void)snprintf(news->why, sizeof(news->why),
			       "the connection to the database is lost");
		lose(fd);
	}

	if (fd->db && (want_new || news->askc || next_ms(fd) <= feed_now())) {
		if (fd->changed)
			fd->news_ms = feed_now();
		fd->changed = false;
		read_rows(fd);
		/* News that came with the rows wakes no poll any more. */
		if (fd->db && db_news(fd->db))
			fd->changed = true;
	}
	if (fd->search.gen != fd->mine.gen)
		fd->search.on = false;
	if (fd->db && feed_seeks(&fd->search))
		seek(fd);

	if (!fd->db)
		news->retry_ms = fd->retry_ms;
	if (news->rows || news->askc || was != news->ok ||
	    (!news->ok && !fd->told_ok))
		post(fd);
	fd->told_ok = news->ok;
}


/* Milliseconds until the next turn is due */
static int wait_ms(const struct feed *fd)
{
	uint64_t now = feed_now(), at = fd->db ? next_ms(fd) : fd->retry_ms;

	if (feed_seeks(&fd->search))
		return 0;

	return at > now ? (int)(at - now) : 0;
}


static void feed_thread(void *arg)
{
	struct feed *fd = arg;
	bool want_new;

	while (take_asks(fd, &want_new)) {
		struct pollfd pfd[2];
		uint64_t n;

		turn(fd, want_new);

		pfd[0] = (struct pollfd){ fd->kickfd, POLLIN, 0 };
		pfd[1] = (struct pollfd){ fd->db ? db_fd(fd->db) : -1,
					  POLLIN, 0 };
		if (poll(pfd, 2, wait_ms(fd)) > 0 && pfd[0].revents) {
			ssize_t len = read(fd->kickfd, &n, sizeof(n));
			(void)len;
		}
	}
}


static int feed_alloc(struct feed **fdp, const char *conninfo, int wakefd)
{
	struct feed *fd;

	fd = calloc(1, sizeof(*fd));
	if (!fd)
		return ENOMEM;

	pthread_mutex_init(&fd->lock, NULL);

	fd->wakefd = wakefd;
	fd->want.tick_ms = FEED_TICK_MS;
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
	struct feed *fd;
	int err;

	err = feed_alloc(&fd, conninfo, wakefd);
	if (err)
		return err;

	err = aside_start(&fd->aside, feed_thread, feed_free, fd);
	if (err)
		feed_free(fd);
	else
		*fdp = fd;

	return err;
}


void feed_stop(struct feed *fd, unsigned ms)
{
	if (!fd)
		return;

	pthread_mutex_lock(&fd->lock);
	fd->stop = true;
	poke(fd->kickfd);
	pthread_mutex_unlock(&fd->lock);

	aside_end(fd->aside, ms);
}


void feed_want(struct feed *fd, const struct feed_want *want)
{
	pthread_mutex_lock(&fd->lock);
	fd->want = *want;
	fd->want_new = true;
	pthread_mutex_unlock(&fd->lock);

	poke(fd->kickfd);
}


int feed_ask(struct feed *fd, const struct feed_ask *ask)
{
	struct feed_ask mine = *ask;
	int err = 0;

	pthread_mutex_lock(&fd->lock);
	if (fd->askc >= FEED_ASKS)
		err = EAGAIN;
	else
		fd->askv[fd->askc++] = mine;
	pthread_mutex_unlock(&fd->lock);

	if (err)
		feed_ask_reset(&mine);
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
		fd->news.rows = NULL;
		fd->news.askc = 0;
		memset(fd->news.askv, 0, sizeof(fd->news.askv));
	}

	pthread_mutex_unlock(&fd->lock);

	return fresh;
}
