/**
 * @file test_snapshot.c  The engine's picture: references and look-ups
 *
 * links: core/snapshot.o core/logbook.o
 */
#include "core/snapshot.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum {
	THREADS = 4,
	TURNS   = 20000,
};


static void a_new_one_is_empty_and_has_one_reference(void **state)
{
	struct snapshot *sn = snapshot_alloc(3, 2);
	(void)state;

	assert_non_null(sn);
	assert_int_equal(1, atomic_load(&sn->refs));
	assert_int_equal(0, sn->campc);
	assert_int_equal(0, sn->callc);
	assert_null(snapshot_campaign(sn, 0));
	assert_null(snapshot_call(sn, 0));
	snapshot_unref(sn);

	sn = snapshot_alloc(0, 0);
	assert_non_null(sn);
	snapshot_sort(sn);
	assert_null(snapshot_campaign(sn, 1));
	assert_null(snapshot_call(sn, 1));
	snapshot_unref(sn);
}


/* That the last one frees is seen by the leak checker. */
static void references_are_counted(void **state)
{
	struct snapshot *sn = snapshot_alloc(1, 1);
	(void)state;

	assert_ptr_equal(sn, snapshot_ref(sn));
	assert_int_equal(2, atomic_load(&sn->refs));
	snapshot_unref(sn);
	assert_int_equal(1, atomic_load(&sn->refs));
	snapshot_unref(sn);
	snapshot_unref(NULL);
}


static void *borrow_often(void *arg)
{
	for (int i = 0; i < TURNS; i++) {
		struct snapshot *sn = snapshot_ref(arg);

		snapshot_unref(sn);
	}

	return NULL;
}


static void threads_may_share_it(void **state)
{
	struct snapshot *sn = snapshot_alloc(1, 1);
	pthread_t threadv[THREADS];
	(void)state;

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(0, pthread_create(&threadv[i], NULL,
						   borrow_often, sn));
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(0, pthread_join(threadv[i], NULL));

	assert_int_equal(1, atomic_load(&sn->refs));
	snapshot_unref(sn);
}


static void look_ups_find_each_and_nothing_else(void **state)
{
	static const int32_t campv[] = { 7, -1, INT32_MAX, 3, 1 };
	static const int64_t callv[] = {
		9000000000, 5, INT64_MAX, 1, 4294967297,
	};
	struct snapshot *sn = snapshot_alloc(5, 5);
	(void)state;

	sn->campc = sn->callc = 5;
	for (size_t i = 0; i < 5; i++) {
		sn->campv[i].id = campv[i];
		sn->campv[i].live = (uint32_t)i;
		sn->callv[i].phone_id = callv[i];
		sn->callv[i].attempt_no = (uint32_t)i;
	}
	snapshot_sort(sn);

	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(i, snapshot_campaign(sn, campv[i])->live);
		assert_int_equal(i, snapshot_call(sn, callv[i])->attempt_no);
		if (!i)
			continue;
		assert_true(sn->campv[i - 1].id < sn->campv[i].id);
		assert_true(sn->callv[i - 1].phone_id
			    < sn->callv[i].phone_id);
	}

	assert_null(snapshot_campaign(sn, 2));
	assert_null(snapshot_campaign(sn, INT32_MIN));
	assert_null(snapshot_call(sn, 2));
	assert_null(snapshot_call(sn, 9000000001));
	snapshot_unref(sn);
}


static void each_reason_has_its_own_word(void **state)
{
	(void)state;

	for (int a = 0; a <= CAMPAIGN_DONE; a++) {
		const char *name
			= campaign_reason_name((enum campaign_reason)a);

		assert_string_not_equal("?", name);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(name, campaign_reason_name(
				(enum campaign_reason)b));
	}

	assert_string_equal("?", campaign_reason_name(
		(enum campaign_reason)99));
}


static void answers_to_orders_are_found(void **state)
{
	struct snapshot *sn = snapshot_alloc(0, 0);
	(void)state;

	assert_non_null(sn);
	assert_null(snapshot_ack(sn, 0));
	sn->ackv[0] = (struct order_ack){ .serial = 4, .done = 1 };
	sn->ackv[1] = (struct order_ack){ .serial = 9, .done = 2 };
	sn->ackc = 2;
	assert_int_equal(1, snapshot_ack(sn, 4)->done);
	assert_int_equal(2, snapshot_ack(sn, 9)->done);
	assert_null(snapshot_ack(sn, 5));
	snapshot_unref(sn);
}


/* That the lines go with it is seen by the leak checker. */
static void a_snapshot_keeps_its_lines(void **state)
{
	struct snapshot *sn = snapshot_alloc(0, 0);
	static struct logbook lb;
	(void)state;

	assert_non_null(sn);
	assert_int_equal(0, logbook_add(&lb, 1, true, "words"));
	sn->logc = logbook_copy(&lb, sn->logv);
	logbook_clear(&lb);
	assert_int_equal(1, sn->logc);
	assert_string_equal("words", sn->logv[0]->text);
	snapshot_unref(sn);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(answers_to_orders_are_found),
		cmocka_unit_test(a_snapshot_keeps_its_lines),
		cmocka_unit_test(a_new_one_is_empty_and_has_one_reference),
		cmocka_unit_test(references_are_counted),
		cmocka_unit_test(threads_may_share_it),
		cmocka_unit_test(look_ups_find_each_and_nothing_else),
		cmocka_unit_test(each_reason_has_its_own_word),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
