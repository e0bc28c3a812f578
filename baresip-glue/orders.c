/**
 * @file orders.c  The queue of what the console asks, into the loop
 */
#include "baresip-glue/orders.h"

#include <errno.h>
#include <stdlib.h>


int orders_open(struct orders *od, bell_h *h, void *arg)
{
	const int err = bell_open(&od->bell, h, arg);

	if (err)
		return err;

	pthread_mutex_lock(&od->mtx);
	od->open = true;
	pthread_mutex_unlock(&od->mtx);

	return 0;
}


void orders_close(struct orders *od)
{
	struct order order;

	pthread_mutex_lock(&od->mtx);
	od->open = false;
	bell_close(&od->bell);
	pthread_mutex_unlock(&od->mtx);

	while (orders_pop(od, &order))
		;
}


int orders_push(struct orders *od, const struct order *order)
{
	struct order *copy = malloc(sizeof(*copy));
	int err = 0;

	if (!copy)
		return ENOMEM;

	*copy = *order;

	pthread_mutex_lock(&od->mtx);
	if (!od->open) {
		err = ECANCELED;
	}
	else if (od->n == ORDERS) {
		err = EAGAIN;
	}
	else {
		od->ringv[(od->first + od->n++) % ORDERS] = copy;
		bell_ring(&od->bell);
	}
	pthread_mutex_unlock(&od->mtx);

	if (err)
		free(copy);

	return err;
}


bool orders_pop(struct orders *od, struct order *order)
{
	struct order *oldest = NULL;

	pthread_mutex_lock(&od->mtx);
	if (od->n) {
		oldest = od->ringv[od->first];
		od->first = (od->first + 1) % ORDERS;
		--od->n;
	}
	pthread_mutex_unlock(&od->mtx);

	if (!oldest)
		return false;

	*order = *oldest;
	free(oldest);

	return true;
}


unsigned orders_waiting(struct orders *od)
{
	unsigned n;

	pthread_mutex_lock(&od->mtx);
	n = od->n;
	pthread_mutex_unlock(&od->mtx);

	return n;
}
