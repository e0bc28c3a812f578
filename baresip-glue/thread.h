/**
 * @file thread.h  Threads beside the loop, and the bell that calls it
 */
#ifndef RINGROUND_THREAD_H
#define RINGROUND_THREAD_H

#include <pthread.h>

/** Called on the loop thread after bell_ring() */
typedef void (bell_h)(void *arg);

/** Wakes the loop from any thread; rings that meet become one. */
struct bell {
	int fd;                 /**< -1: closed                          */
	bell_h *h;
	void *arg;
};

/**
 * Start a thread with all signals blocked: they belong to the loop
 *
 * @param name  At most 15 characters
 * @return 0 or an errno
 */
int thread_start(pthread_t *tid, const char *name, void *(*fn)(void *),
		 void *arg);

/** Loop thread. The bell must stay where it is. @return 0 or an errno */
int bell_open(struct bell *bell, bell_h *h, void *arg);

/** Any thread */
void bell_ring(struct bell *bell);

/** Loop thread, with no ringing thread left. Closed ones are fine. */
void bell_close(struct bell *bell);

#endif
