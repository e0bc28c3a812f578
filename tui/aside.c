/**
 * @file aside.c  A thread that may hang in the database, and its end
 *
 * libpq cannot be hurried: a thread that hangs in it frees by itself.
 */
#include "tui/aside.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>


struct aside {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool ended;             /**< the thread touches it no more       */
	bool orphan;            /**< its owner does not wait any longer  */
	aside_h *runh;
	aside_h *freeh;
	void *arg;
};


static void aside_free(struct aside *as)
{
	pthread_cond_destroy(&as->cond);
	pthread_mutex_destroy(&as->lock);
	free(as);
}


static void *aside_thread(void *arg)
{
	struct aside *as = arg;
	bool orphan;

	as->runh(as->arg);

	pthread_mutex_lock(&as->lock);
	as->ended = true;
	orphan = as->orphan;
	pthread_cond_signal(&as->cond);
	pthread_mutex_unlock(&as->lock);

	if (orphan) {
		as->freeh(as->arg);
		aside_free(as);
	}

	return NULL;
}


int aside_start(struct aside **asp, aside_h *runh, aside_h *freeh, void *arg)
{
	struct aside *as = calloc(1, sizeof(*as));
	pthread_condattr_t attr;
	sigset_t all, old;
	pthread_t thread;
	int err;

	if (!as)
		return ENOMEM;

	as->runh = runh;
	as->freeh = freeh;
	as->arg = arg;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&as->cond, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&as->lock, NULL);

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, aside_thread, as);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err) {
		aside_free(as);
		return err;
	}

	pthread_detach(thread);
	*asp = as;

	return 0;
}


void aside_end(struct aside *as, unsigned ms)
{
	struct timespec end;
	bool ended;

	if (!as)
		return;

	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += (long)ms * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;

	pthread_mutex_lock(&as->lock);
	while (!as->ended) {
		if (pthread_cond_timedwait(&as->cond, &as->lock, &end))
			break;
	}
	ended = as->ended;
	as->orphan = !ended;
	pthread_mutex_unlock(&as->lock);

	if (ended) {
		as->freeh(as->arg);
		aside_free(as);
	}
}
