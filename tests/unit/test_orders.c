/**
 * @file test_orders.c  The console's queue into the loop
 *
 * links: baresip-glue/orders.o baresip-glue/thread.o
 */
#include "baresip-glue/orders.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>
#include <re.h>

enum { MANY = 20000 };

static struct orders od = ORDERS_INIT;
static uint64_t taken;


static int libre_up(void **state)
{
	(void)state;

	return libre_init();
}


static int libre_down(void **state)
{
	(void)state;
	libre_close();

	return 0;
}


static void nothing_handler(void *arg)
{
	(void)arg;
}


static int push(uint64_t serial)
{
	const struct order order = {
		.kind = ORDER_HANGUP, .serial = serial, .phonec = 1,
		.phonev = { (int64_t)serial * 2 },
	};

	return orders_push(&od, &order);
}


static void orders_come_as_they_went(void **state)
{
	struct order order;
	(void)state;

	assert_int_equal(0, orders_open(&od, nothing_handler, NULL));
	assert_false(orders_pop(&od, &order));
	for (unsigned i = 0; i < 3 * ORDERS; i++) {
		assert_int_equal(0, push(i));
		assert_int_equal(0, push(i + 1));
		assert_true(orders_pop(&od, &order));
		assert_int_equal(i, order.serial);
		assert_int_equal(1, order.phonec);
		assert_int_equal(2 * i, order.phonev[0]);
		assert_true(orders_pop(&od, &order));
	}
	orders_close(&od);
}


/* What was dropped at the end is seen by the leak checker. */
static void a_full_queue_refuses_and_a_closed_one(void **state)
{
	struct order order;
	(void)state;

	assert_int_equal(ECANCELED, push(0));
	assert_int_equal(0, orders_open(&od, nothing_handler, NULL));
	for (unsigned i = 0; i < ORDERS; i++)
		assert_int_equal(0, push(i));
	assert_int_equal(EAGAIN, push(99));
	assert_true(orders_pop(&od, &order));
	assert_int_equal(0, order.serial);
	assert_int_equal(0, push(ORDERS));
	orders_close(&od);
	orders_close(&od);
	assert_int_equal(ECANCELED, push(0));
	assert_false(orders_pop(&od, &order));
}


static void *push_many(void *arg)
{
	(void)arg;

	for (uint64_t i = 1; i <= MANY; i++) {
		while (push(i) == EAGAIN)
			usleep(100);
	}

	return NULL;
}


static void take_handler(void *arg)
{
	struct order order;
	(void)arg;

	while (orders_pop(&od, &order)) {
		if (order.serial == taken + 1)
			++taken;
	}
	if (taken == MANY)
		re_cancel();
}


/* The bell rings for the first of an empty queue, whoever empties it. */
static void the_loop_wakes_for_each(void **state)
{
	pthread_t thread;
	(void)state;

	assert_int_equal(0, orders_open(&od, take_handler, NULL));
	assert_int_equal(0, thread_start(&thread, "push", push_many, NULL));
	assert_int_equal(0, re_main(NULL));
	assert_int_equal(0, pthread_join(thread, NULL));
	assert_int_equal(MANY, taken);
	orders_close(&od);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(orders_come_as_they_went),
		cmocka_unit_test(a_full_queue_refuses_and_a_closed_one),
		cmocka_unit_test(the_loop_wakes_for_each),
	};

	return cmocka_run_group_tests(testv, libre_up, libre_down);
}
