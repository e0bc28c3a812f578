/**
 * @file test_logbook.c  The last lines of the log
 *
 * links: core/logbook.o
 */
#include "core/logbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct logbook lb;
static struct logline *linev[LOGBOOK_LINES];


static int book_down(void **state)
{
	(void)state;
	logbook_clear(&lb);
	memset(&lb, 0, sizeof(lb));

	return 0;
}


static void drop(size_t n)
{
	while (n--)
		logline_unref(linev[n]);
}


static void lines_come_in_order_with_all_they_had(void **state)
{
	(void)state;

	assert_int_equal(0, logbook_copy(&lb, linev));
	assert_int_equal(0, logbook_add(&lb, 1000, false, "one"));
	assert_int_equal(0, logbook_add(&lb, 2000, true, ""));
	assert_int_equal(2, logbook_copy(&lb, linev));

	assert_int_equal(1, linev[0]->no);
	assert_int_equal(1000, linev[0]->wall_ms);
	assert_false(linev[0]->warn);
	assert_string_equal("one", linev[0]->text);
	assert_int_equal(2, linev[1]->no);
	assert_true(linev[1]->warn);
	assert_string_equal("", linev[1]->text);
	drop(2);
}


static void the_oldest_go(void **state)
{
	char text[16];
	(void)state;

	for (int i = 1; i <= 3 * LOGBOOK_LINES + 7; i++) {
		(void)snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(0, logbook_add(&lb, i, false, text));
	}

	assert_int_equal(LOGBOOK_LINES, logbook_copy(&lb, linev));
	for (int i = 0; i < LOGBOOK_LINES; i++) {
		(void)snprintf(text, sizeof(text), "%d",
			       2 * LOGBOOK_LINES + 8 + i);
		assert_string_equal(text, linev[i]->text);
	}
	drop(LOGBOOK_LINES);
}


/* That it is freed then is seen by the leak checker. */
static void a_line_outlives_its_book(void **state)
{
	(void)state;

	assert_int_equal(0, logbook_add(&lb, 1, false, "kept"));
	assert_int_equal(1, logbook_copy(&lb, linev));
	logbook_clear(&lb);
	assert_string_equal("kept", linev[0]->text);
	assert_int_equal(1, atomic_load(&linev[0]->refs));
	drop(1);
	logline_unref(NULL);
	assert_int_equal(0, logbook_copy(&lb, linev));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test_teardown(
			lines_come_in_order_with_all_they_had, book_down),
		cmocka_unit_test_teardown(the_oldest_go, book_down),
		cmocka_unit_test_teardown(a_line_outlives_its_book,
					  book_down),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
