/**
 * @file test_ptime.c  What callees write, and how long packets are then
 *
 * links: core/ptime.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/ptime.h"


static void a_wish_is_fulfilled_where_it_is_accepted(void **state)
{
	static const struct {
		const char *wish, *most;
		uint32_t ms;
	} testv[] = {
		{ NULL, NULL, 20 },
		{ "20", NULL, 20 },
		{ "40", NULL, 40 },
		{ "60", NULL, 60 },
		{ " 30", NULL, 30 },
		{ "40", "60", 40 },
		{ "60", "60", 60 },
		{ "60", "40", 40 },
		{ "40", "39", 30 },
		{ "45", NULL, 40 },
		/* What it accepts is no wish. */
		{ NULL, "60", 20 },
		{ NULL, "150", 20 },
		{ NULL, "10", 10 },
		{ "20", "3", 3 },
		/* Beyond reason */
		{ "120", NULL, 60 },
		{ "120", "200", 60 },
		{ "1", NULL, 10 },
		{ "5", "4", 4 },
		{ "99999999999999999999", "99999999999999999999", 60 },
		/* No numbers */
		{ "", "", 20 },
		{ "0", "0", 20 },
		{ "-40", "-1", 20 },
		{ "forty", "x", 20 },
		{ "40x", "60.5", 40 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++)
		assert_int_equal(testv[i].ms, ptime_choose(testv[i].wish,
							   testv[i].most));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wish_is_fulfilled_where_it_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
