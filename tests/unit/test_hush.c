/**
 * @file test_hush.c  Complaints that are made once
 *
 * links: sql/hush.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "sql/hush.h"

enum { T0 = 500000 };


static void a_line_is_said_once_in_a_while(void **state)
{
	struct hush hu = {0};
	(void)state;

	assert_true(hush_news(&hu, "full", T0));
	assert_false(hush_news(&hu, "full", T0));
	assert_true(hush_news(&hu, "read-only", T0 + 1));
	assert_false(hush_news(&hu, "full", T0 + HUSH_MS - 1));
	assert_true(hush_news(&hu, "full", T0 + HUSH_MS));
	assert_false(hush_news(&hu, "full", T0 + HUSH_MS + 1));
	assert_false(hush_news(&hu, "read-only", T0 + HUSH_MS));
}


static void the_oldest_is_forgotten(void **state)
{
	struct hush hu = {0};
	char line[8];
	(void)state;

	for (int i = 0; i <= HUSH_LINES; i++) {
		(void)snprintf(line, sizeof(line), "%d", i);
		assert_true(hush_news(&hu, line, T0 + (uint64_t)i));
	}
	for (int i = HUSH_LINES; i > 0; i--) {
		(void)snprintf(line, sizeof(line), "%d", i);
		assert_false(hush_news(&hu, line, T0 + 50));
	}
	assert_true(hush_news(&hu, "0", T0 + 50));
}


static void a_long_line_is_the_same_line(void **state)
{
	struct hush hu = {0};
	char line[2 * HUSH_SIZE];
	(void)state;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	assert_true(hush_news(&hu, line, T0));
	assert_false(hush_news(&hu, line, T0));
	line[0] = 'y';
	assert_true(hush_news(&hu, line, T0));
	assert_true(hush_news(&hu, "", T0));
	assert_false(hush_news(&hu, "", T0));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(a_line_is_said_once_in_a_while),
		cmocka_unit_test(the_oldest_is_forgotten),
		cmocka_unit_test(a_long_line_is_the_same_line),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
