/**
 * @file orders.h  The queue of what the console asks, into the loop
 *
 * Its lock is held for a push or a pop only.
 */
#ifndef RINGROUND_ORDERS_H
#define RINGROUND_ORDERS_H

#include <pthread.h>
#include <stdbool.h>
#include "baresip-glue/thread.h"
#include "core/order.h"

/**
 * Lives as long as the program: a thread that hangs in a terminal may push
 * when nobody listens any more.
 */
struct orders {
	pthread_mutex_t mtx;
	bool open;              /**< under mtx                           */
	struct bell bell;       /**< rung under mtx                      */
	struct order *ringv[ORDERS];    /**< owned; under mtx            */
	unsigned first;         /**< under mtx                           */
	unsigned n;             /**< under mtx                           */
};

#define ORDERS_INIT { .mtx = PTHREAD_MUTEX_INITIALIZER, .bell = { .fd = -1 } }

/**
 * Loop thread
 *
 * @param h  Called on the loop when there may be something to be popped
 * @return 0 or an errno
 */
int orders_open(struct orders *od, bell_h *h, void *arg);

/** What waits is dropped. Loop thread. Closed ones are fine. */
void orders_close(struct orders *od);

/** See order_h; ECANCELED when it is closed. Any thread. */
int orders_push(struct orders *od, const struct order *order);

/** The oldest order. Loop thread. @return false: there is none */
bool orders_pop(struct orders *od, struct order *order);

/** How many wait. Any thread. */
unsigned orders_waiting(struct orders *od);

#endif
