/**
 * @file test_report_items.c  What becomes of a call is kept without memory
 *
 * links: sql/reports.o sql/array.o core/text.o core/outcome.o core/phone.o
 * links: sql/hush.o tests/unit/fake_pgconn.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/unit/fake_pgconn.h"

static bool no_memory;


static void *scarce(size_t size)
{
	return no_memory ? NULL : malloc(size);
}


#define malloc scarce
#include "sql/report_items.c"
#undef malloc


static int up(void **state)
{
	no_memory = false;

	return fake_pgconn_up(state);
}


static int add(int64_t attempt)
{
	const struct report rep = { .attempt_id = attempt, .cld = "5" };

	return reports_add(fake_pg.rp, &rep);
}


static void without_memory_what_was_put_by_is_taken(void **state)
{
	(void)state;

	assert_int_equal(0, reports_reserve(fake_pg.rp, 2));
	no_memory = true;
	fake_pgconn_add(REPORT_END, 1);
	fake_pgconn_add(REPORT_END, 2);
	assert_int_equal(ENOMEM, add(3));
	assert_int_equal(2, reports_pending(fake_pg.rp));

	/* and is there again once it is written */
	fake_pgconn_send();
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));
	fake_pgconn_add(REPORT_END, 3);
	fake_pgconn_add(REPORT_END, 4);
	assert_int_equal(ENOMEM, add(5));
}


static void nobody_promises_what_there_is_not(void **state)
{
	(void)state;

	assert_int_equal(0, reports_reserve(fake_pg.rp, 1));
	no_memory = true;
	assert_int_equal(0, reports_reserve(fake_pg.rp, 1));
	assert_int_equal(ENOMEM, reports_reserve(fake_pg.rp, 2));
}


static void the_last_word_takes_the_place_of_what_is_on_its_way(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_send();
	no_memory = true;
	fake_pgconn_add(REPORT_END, 1);
	assert_int_equal(1, reports_pending(fake_pg.rp));

	fake_pgconn_answer(0, NULL);
	assert_int_equal(2, fake_pg.sent);
	assert_string_equal("{\"end\"}", fake_pg.paramv[1]);
	fake_pgconn_answer(0, NULL);
	assert_int_equal(2, fake_pg.sent);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


static void what_is_not_wanted_any_more_goes(void **state)
{
	struct item_pool po = {0};
	struct item *it;
	(void)state;

	assert_int_equal(0, item_reserve(&po, 8));
	assert_int_equal(0, item_reserve(&po, 2));
	for (int i = 0; i < 8; i++) {
		it = item_take(&po);
		assert_non_null(it);
		item_drop(&po, it);
	}
	assert_int_equal(2, po.count);
	item_pool_free(&po);
}


#define ITEMS(test) \
	cmocka_unit_test_setup_teardown(test, up, fake_pgconn_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		ITEMS(without_memory_what_was_put_by_is_taken),
		ITEMS(nobody_promises_what_there_is_not),
		ITEMS(the_last_word_takes_the_place_of_what_is_on_its_way),
		ITEMS(what_is_not_wanted_any_more_goes),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
