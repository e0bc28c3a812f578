/**
 * @file test_progress.c  How far something is, in a line
 *
 * links: tui/progress.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tui/progress.h"

static char line[128];


static void a_bar_says_how_long_it_will_take(void **state)
{
	const struct progress pr = { .what = "importing", .total = 1000 };
	(void)state;

	progress_line(line, sizeof(line), &pr, 250, 30000);
	assert_string_equal("importing [######..................]  25% 1:33 "
			    "left", line);
	progress_line(line, sizeof(line), &pr, 1200, 30000);
	assert_string_equal("importing [########################] 100% 0:00 "
			    "left", line);
	progress_line(line, sizeof(line), &pr, 0, 0);
	assert_string_equal("importing [........................]   0% 0:00 "
			    "left", line);
}


static void without_a_total_it_counts(void **state)
{
	const struct progress pr = { .what = "reading" };
	(void)state;

	progress_line(line, sizeof(line), &pr, 5000, 2000);
	assert_string_equal("reading 5000 (2500/s)", line);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(a_bar_says_how_long_it_will_take),
		cmocka_unit_test(without_a_total_it_counts),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
