/**
 * @file media.c  One thread that paces the RTP of all calls
 *
 * Cursors reach the thread by an inbox and come back by an event queue; both
 * are linked through the cursors themselves, so that neither can run full.
 */
#include "baresip-glue/media.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "baresip-glue/cursor.h"
#include "baresip-glue/pacing.h"
#include "baresip-glue/thread.h"


struct chain {
	struct cursor *head;
	struct cursor *tail;
};


struct media {
	media_event_h *eventh;
	void *arg;
	struct pacing *pc;
	struct bell bell;
	pthread_t tid;
	bool running;

	pthread_mutex_t in_mtx;
	pthread_cond_t in_cond;
	struct chain in;        /* by next; under in_mtx                 */
	bool stop;              /* under in_mtx                          */
	bool asked;             /* is it there? under in_mtx             */

	pthread_mutex_t ev_mtx;
	struct chain ev;        /* by ev_next; under ev_mtx              */
};


static uint64_t clock_handler(void *arg)
{
	struct timespec ts;
	(void)arg;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


/* Pacing thread */
static void event_handler(struct cursor *cur, unsigned events, void *arg)
{
	struct media *med = arg;
	bool ring;

	pthread_mutex_lock(&med->ev_mtx);

	for (size_t i = 0; i < MEDIA_EVENTS; i++) {
		if (events & (1u << i))
			cur->ev_played[i] = cursor_played(cur);
	}

	ring = !med->ev.head;

	if (!cur->ev_mask) {
		cur->ev_next = NULL;
		if (med->ev.tail)
			med->ev.tail->ev_next = cursor_ref(cur);
		else
			med->ev.head = cursor_ref(cur);
		med->ev.tail = cur;
	}

	cur->ev_mask |= events;

	pthread_mutex_unlock(&med->ev_mtx);

	if (ring)
		bell_ring(&med->bell);
}


/* Takes the oldest cursor with events out of the queue */
static struct cursor *event_pop(struct media *med, unsigned *mask,
				uint32_t *played)
{
	struct cursor *cur;

	pthread_mutex_lock(&med->ev_mtx);

	cur = med->ev.head;
	if (cur) {
		med->ev.head = cur->ev_next;
		if (!med->ev.head)
			med->ev.tail = NULL;

		*mask = cur->ev_mask;
		cur->ev_mask = 0;
		for (size_t i = 0; i < MEDIA_EVENTS; i++)
			played[i] = cur->ev_played[i];
	}

	pthread_mutex_unlock(&med->ev_mtx);

	return cur;
}


static void deliver(void *arg)
{
	struct media *med = arg;
	uint32_t played[MEDIA_EVENTS];
	struct cursor *cur;
	unsigned mask;

	while ((cur = event_pop(med, &mask, played))) {

		/* The handler may free the cursor at any event. */
		for (size_t i = 0; i < MEDIA_EVENTS; i++) {
			if (!cur->dead && (mask & (1u << i)))
				med->eventh(cur->id, (enum media_ev)i,
					    played[i], med->arg);
		}

		cursor_unref(cur);
	}
}


static void enlist_handler(struct cursor *cur, void *arg)
{
	struct media *med = arg;

	pthread_mutex_lock(&med->in_mtx);

	cur->next = NULL;
	if (med->in.tail)
		med->in.tail->next = cur;
	else
		med->in.head = cur;
	med->in.tail = cur;

	pthread_cond_signal(&med->in_cond);
	pthread_mutex_unlock(&med->in_mtx);
}


/*
 * Sleeps until a packet is due, a cursor comes in, or somebody asks. The
 * deadline is absolute, so that it does not drift.
 */
static struct cursor *wait_work(struct media *med, bool *stop)
{
	struct cursor *cur;
	struct timespec ts;
	uint64_t tick = 0;
	int err = 0;

	const bool playing = pacing_next(med->pc, &tick);

	ts.tv_sec = (time_t)(tick / 1000);
	ts.tv_nsec = (long)(tick % 1000) * 1000000;

	pthread_mutex_lock(&med->in_mtx);

	while (!med->stop && !med->in.head && !med->asked && !err) {
		if (playing)
			err = pthread_cond_timedwait(&med->in_cond,
						     &med->in_mtx, &ts);
		else
			err = pthread_cond_wait(&med->in_cond, &med->in_mtx);
	}

	*stop = med->stop;
	med->asked = false;
	cur = med->in.head;
	med->in = (struct chain){ NULL, NULL };

	pthread_mutex_unlock(&med->in_mtx);

	return cur;
}


static void *media_thread(void *arg)
{
	struct media *med = arg;
	struct cursor *cur, *next;
	bool stop = false;

	while (!stop) {

		for (cur = wait_work(med, &stop); cur; cur = next) {
			next = cur->next;
			pacing_add(med->pc, cur);
		}

		if (!stop)
			pacing_run(med->pc);
	}

	return NULL;
}


static int cond_init_monotonic(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	int err;

	err = pthread_condattr_init(&attr);
	if (err)
		return err;

	err = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!err)
		err = pthread_cond_init(cond, &attr);

	(void)pthread_condattr_destroy(&attr);

	return err;
}


static int media_start(struct media *med)
{
	int err;

	err = pacing_alloc(&med->pc, true, clock_handler, event_handler,
			   med);
	if (err)
		return err;

	err = bell_open(&med->bell, deliver, med);
	if (err)
		return err;

	err = thread_start(&med->tid, "ringround-media", media_thread, med);
	if (err)
		return err;

	med->running = true;

	return 0;
}


int media_alloc(struct media **medp, media_event_h *eventh, void *arg)
{
	struct media *med;
	int err;

	med = calloc(1, sizeof(*med));
	if (!med)
		return ENOMEM;

	err = cond_init_monotonic(&med->in_cond);
	if (err) {
		free(med);
		return err;
	}

	pthread_mutex_init(&med->in_mtx, NULL);
	pthread_mutex_init(&med->ev_mtx, NULL);
	med->bell.fd = -1;
	med->eventh = eventh;
	med->arg = arg;

	err = media_start(med);
	if (err)
		media_free(med);
	else
		*medp = med;

	return err;
}


static void thread_stop(struct media *med)
{
	if (!med->running)
		return;

	pthread_mutex_lock(&med->in_mtx);
	med->stop = true;
	pthread_cond_signal(&med->in_cond);
	pthread_mutex_unlock(&med->in_mtx);

	pthread_join(med->tid, NULL);
	med->running = false;
}


void media_free(struct media *med)
{
	uint32_t played[MEDIA_EVENTS];
	struct cursor *cur, *next;
	unsigned mask;

	if (!med)
		return;

	thread_stop(med);
	bell_close(&med->bell);

	for (cur = med->in.head; cur; cur = next) {
		next = cur->next;
		cursor_unref(cur);
	}

	while ((cur = event_pop(med, &mask, played)))
		cursor_unref(cur);

	pacing_free(med->pc);
	pthread_cond_destroy(&med->in_cond);
	pthread_mutex_destroy(&med->in_mtx);
	pthread_mutex_destroy(&med->ev_mtx);
	free(med);
}


int media_cursor(struct cursor **curp, struct media *med, uint64_t id,
		 uint32_t threshold)
{
	return cursor_alloc(curp, id, threshold, enlist_handler, med);
}


bool media_alive(struct media *med)
{
	bool alive;

	pthread_mutex_lock(&med->in_mtx);

	alive = !med->asked;
	med->asked = true;
	pthread_cond_signal(&med->in_cond);

	pthread_mutex_unlock(&med->in_mtx);

	return alive;
}


bool media_has_ring(const struct media *med)
{
	return pacing_has_ring(med->pc);
}


void media_stats(const struct media *med, uint64_t *sent, uint64_t *late)
{
	pacing_stats(med->pc, sent, late);
}


void media_tally(const struct media *med, struct packet_tally *pt)
{
	pacing_tally(med->pc, pt);
}
