/**
 * @file export_phones.c  All phones of a filter, to a file
 *
 * With a connection of its own, so that the console reads on meanwhile; and
 * in one transaction that only reads, so that the file is a picture of one
 * instant, however long it takes.
 */
#include "tui/export.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "tui/aside.h"
#include "tui/table.h"


enum { NEWS_MS = 500 };

/** Shared by the thread and its owner */
struct export {
	struct aside *aside;    /**< the thread; it frees this           */
	pthread_mutex_t lock;
	char *conninfo;
	struct db_view vw;
	int stopfd;             /**< owned: readable: stop               */
	int wakefd;             /**< borrowed, until stop                */

	/* under the lock */
	bool stop;
	bool fresh;             /**< the state was not looked at yet     */
	struct export_state state;

	/* the thread's own */
	FILE *f;
	uint64_t told_ms;
};


static void poke(int fd)
{
	const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof(one));
	(void)n;
}


static bool is_stopped(struct export *ex)
{
	bool stop;

	pthread_mutex_lock(&ex->lock);
	stop = ex->stop;
	pthread_mutex_unlock(&ex->lock);

	return stop;
}


static void tell(struct export *ex, int64_t rows, bool done, int err,
		 const char *why)
{
	pthread_mutex_lock(&ex->lock);
	ex->state.rows = rows;
	ex->state.done = done;
	ex->state.err = err;
	(void)snprintf(ex->state.why, sizeof(ex->state.why), "%s", why);
	ex->fresh = true;
	if (ex->wakefd >= 0)
		poke(ex->wakefd);
	pthread_mutex_unlock(&ex->lock);
}


/* As --csv has them: by the database's word alone, whoever rings them. */
static int write_page(struct export *ex, const struct db_page *pg)
{
	static const struct model nothing;
	const struct view v = { .m = &nothing, .raw = true };

	for (size_t i = 0; i < pg->n; i++)
		table_csv_row(ex->f, &v, view_phones_table(), &pg->v[i]);

	return ferror(ex->f) ? EIO : 0;
}


static int write_all(struct export *ex, struct db *db, int64_t *rows,
		     char *why, size_t size)
{
	struct db_view *vw = &ex->vw;
	size_t n;
	int err;

	vw->edge = DB_TOP;
	vw->limit = DB_ROWS;
	table_csv_head(ex->f, view_phones_table());
	do {
		struct db_page pg;

		err = is_stopped(ex) ? ECANCELED
			: db_page(db, vw, &pg, why, size);
		if (err)
			return err;

		n = pg.n;
		err = write_page(ex, &pg);
		if (n)
			db_view_key(vw, &pg.v[n - 1]);
		vw->edge = DB_AFTER;
		db_page_free(&pg);
		*rows += (int64_t)n;
		if (!err && feed_now() >= ex->told_ms + NEWS_MS) {
			ex->told_ms = feed_now();
			tell(ex, *rows, false, 0, "");
		}
	} while (!err && n >= vw->limit);

	if (err)
		(void)snprintf(why, size, "%s", strerror(err));

	return err;
}


static int read_all(struct export *ex, int64_t *rows, char *why, size_t size)
{
	struct db_rights rights;
	struct db *db;
	int err;

	err = db_open(&db, ex->conninfo, why, size);
	if (err)
		return err;

	err = db_console(db, &rights, why, size);
	if (!err)
		err = db_exec(db, "BEGIN ISOLATION LEVEL REPEATABLE READ "
			      "READ ONLY", why, size);
	db_interrupt(db, ex->stopfd);
	if (!err)
		err = write_all(ex, db, rows, why, size);
	db_close(db);

	return err;
}


static void export_thread(void *arg)
{
	struct export *ex = arg;
	char why[WHY_SIZE] = "";
	int64_t rows = 0;
	int err;

	err = read_all(ex, &rows, why, sizeof(why));
	if (fclose(ex->f) && !err) {
		err = errno;
		(void)snprintf(why, sizeof(why), "%s", strerror(err));
	}
	ex->f = NULL;

	/* A part of a list might be taken for the whole of it. */
	if (err)
		(void)unlink(ex->state.path);
	tell(ex, rows, true, err, why);
}


static void export_free(void *arg)
{
	struct export *ex = arg;

	if (ex->f)
		(void)fclose(ex->f);
	if (ex->stopfd >= 0)
		close(ex->stopfd);
	pthread_mutex_destroy(&ex->lock);
	free(ex->conninfo);
	free(ex);
}


static int export_alloc(struct export **exp, const char *conninfo,
			int64_t wall_ms)
{
	struct export *ex = calloc(1, sizeof(*ex));
	int fd, err;

	if (!ex)
		return ENOMEM;

	pthread_mutex_init(&ex->lock, NULL);
	ex->told_ms = feed_now();
	ex->stopfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ex->conninfo = conninfo ? strdup(conninfo) : NULL;
	if (ex->stopfd < 0 || (conninfo && !ex->conninfo)) {
		export_free(ex);
		return ENOMEM;
	}

	fd = export_open(SCREEN_PHONES, wall_ms, ex->state.path,
			 sizeof(ex->state.path));
	ex->f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!ex->f) {
		err = errno ? errno : EIO;
		if (fd >= 0)
			close(fd);
		export_free(ex);
		return err;
	}

	*exp = ex;

	return 0;
}


int export_start(struct export **exp, const char *conninfo,
		 const struct db_view *view, int64_t wall_ms, int wakefd)
{
	struct export *ex;
	int err;

	err = export_alloc(&ex, conninfo, wall_ms);
	if (err)
		return err;

	ex->vw = *view;
	ex->wakefd = wakefd;
	err = aside_start(&ex->aside, export_thread, export_free, ex);
	if (err) {
		(void)unlink(ex->state.path);
		export_free(ex);
		return err;
	}

	*exp = ex;

	return 0;
}


bool export_look(struct export *ex, struct export_state *st)
{
	bool fresh;

	pthread_mutex_lock(&ex->lock);
	fresh = ex->fresh;
	ex->fresh = false;
	if (fresh)
		*st = ex->state;
	pthread_mutex_unlock(&ex->lock);

	return fresh;
}


void export_cancel(struct export *ex)
{
	pthread_mutex_lock(&ex->lock);
	ex->stop = true;
	poke(ex->stopfd);
	pthread_mutex_unlock(&ex->lock);
}


void export_stop(struct export *ex, unsigned ms)
{
	if (!ex)
		return;

	pthread_mutex_lock(&ex->lock);
	ex->stop = true;
	ex->wakefd = -1;
	poke(ex->stopfd);
	pthread_mutex_unlock(&ex->lock);

	aside_end(ex->aside, ms);
}
