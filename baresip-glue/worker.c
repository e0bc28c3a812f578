/**
 * @file worker.c  One thread that does slow work, in order, for the loop
 */
#include "baresip-glue/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include "baresip-glue/thread.h"


struct item {
	struct item *next;
	void *job;
};


struct queue {
	struct item *head;
	struct item *tail;
};


struct worker {
	const struct job_ops *ops;
	pthread_t tid;
	bool running;
	struct bell bell;
	atomic_bool stop;
	pthread_mutex_t mtx;
	pthread_cond_t cond;
	struct queue todo;      /* under mtx                             */
	struct queue done;      /* under mtx                             */
};


static void queue_push(struct queue *q, struct item *it)
{
	it->next = NULL;
	if (q->tail)
		q->tail->next = it;
	else
		q->head = it;
	q->tail = it;
}


static struct item *queue_pop(struct queue *q)
{
	struct item *it = q->head;

	if (!it)
		return NULL;

	q->head = it->next;
	if (!q->head)
		q->tail = NULL;

	return it;
}


static void *worker_thread(void *arg)
{
	struct worker *wk = arg;
	struct item *it;

	pthread_mutex_lock(&wk->mtx);

	while (!atomic_load(&wk->stop)) {

		it = queue_pop(&wk->todo);
		if (!it) {
			pthread_cond_wait(&wk->cond, &wk->mtx);
			continue;
		}

		pthread_mutex_unlock(&wk->mtx);
		wk->ops->work(it->job, &wk->stop);
		pthread_mutex_lock(&wk->mtx);

		queue_push(&wk->done, it);
		bell_ring(&wk->bell);
	}

	pthread_mutex_unlock(&wk->mtx);

	return NULL;
}


static void deliver(void *arg)
{
	struct worker *wk = arg;
	struct item *it, *next;

	pthread_mutex_lock(&wk->mtx);
	it = wk->done.head;
	wk->done = (struct queue){ NULL, NULL };
	pthread_mutex_unlock(&wk->mtx);

	for (; it; it = next) {
		next = it->next;
		wk->ops->done(it->job);
		free(it);
	}
}


static void drop_all(struct worker *wk, struct queue *q)
{
	struct item *it;

	while ((it = queue_pop(q))) {
		wk->ops->drop(it->job);
		free(it);
	}
}


int worker_alloc(struct worker **wkp, const struct job_ops *ops,
		 const char *name)
{
	struct worker *wk;
	int err;

	wk = calloc(1, sizeof(*wk));
	if (!wk)
		return ENOMEM;

	wk->bell.fd = -1;
	wk->ops = ops;
	atomic_init(&wk->stop, false);
	pthread_mutex_init(&wk->mtx, NULL);
	pthread_cond_init(&wk->cond, NULL);

	err = bell_open(&wk->bell, deliver, wk);
	if (err)
		goto out;

	err = thread_start(&wk->tid, name, worker_thread, wk);
	if (err)
		goto out;

	wk->running = true;
	*wkp = wk;

 out:
	if (err)
		worker_free(wk);

	return err;
}


int worker_post(struct worker *wk, void *job)
{
	struct item *it;

	it = malloc(sizeof(*it));
	if (!it)
		return ENOMEM;

	it->job = job;

	pthread_mutex_lock(&wk->mtx);
	queue_push(&wk->todo, it);
	pthread_cond_signal(&wk->cond);
	pthread_mutex_unlock(&wk->mtx);

	return 0;
}


void worker_free(struct worker *wk)
{
	if (!wk)
		return;

	if (wk->running) {
		pthread_mutex_lock(&wk->mtx);
		atomic_store(&wk->stop, true);
		pthread_cond_signal(&wk->cond);
		pthread_mutex_unlock(&wk->mtx);
		pthread_join(wk->tid, NULL);
	}

	bell_close(&wk->bell);
	drop_all(wk, &wk->todo);
	drop_all(wk, &wk->done);
	pthread_cond_destroy(&wk->cond);
	pthread_mutex_destroy(&wk->mtx);
	free(wk);
}
