/**
 * @file test_import_column.c  Which column of a file holds the numbers
 *
 * links: tui/import_column.o core/dial.o core/dial_plans.o core/text.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tui/import_column.h"

enum { NONE = -1 };

static const struct {
	const char *fieldv[3];
	const char *column;
	enum header want;
	int index;              /* NONE: refused                         */
	bool header;
} casev[] = {
	{ { "x" },                    NULL,    HEADER_DETECT, 0, true  },
	{ { "+441632960001" },        NULL,    HEADER_DETECT, 0, false },
	{ { "0123x" },                NULL,    HEADER_DETECT, 0, false },
	{ { "+441632960001" },        NULL,    HEADER_YES,    0, true  },
	{ { "x" },                    NULL,    HEADER_NO,     0, false },
	{ { "name", "Phone" },        NULL,    HEADER_DETECT, 1, true  },
	{ { "cld", "name" },          NULL,    HEADER_DETECT, 0, true  },
	{ { "Jo", "01632 960001" },   NULL,    HEADER_DETECT, 1, false },
	{ { "a", "b" },               NULL,    HEADER_DETECT, NONE, true },
	{ { "12345", "01632 960001" }, NULL,   HEADER_DETECT, NONE, false },
	{ { "a", "b" },               NULL,    HEADER_NO,     NONE, false },
	{ { "a", "b" },               "B",     HEADER_DETECT, 1, true  },
	{ { "a", "b" },               "2",     HEADER_DETECT, 1, true  },
	{ { "2", "b" },               "2",     HEADER_YES,    0, true  },
	{ { "Jo", "01632 960001" },   "2",     HEADER_DETECT, 1, false },
	{ { "a", "b" },               "3",     HEADER_DETECT, NONE, true },
	{ { "a", "b" },               "0",     HEADER_DETECT, NONE, true },
	{ { "a", "b" },               "+1",    HEADER_DETECT, NONE, true },
	{ { "a", "b" },               "phone", HEADER_DETECT, NONE, true },
	{ { "Jo", "01632 960001" },   "Jo",    HEADER_DETECT, NONE, false },
};


static void columns_are_found(void **state)
{
	char why[512];
	size_t index;
	bool header;

	(void)state;
	for (size_t i = 0; i < sizeof(casev) / sizeof(casev[0]); i++) {
		const size_t n = casev[i].fieldv[1] ? 2 : 1;
		const int err = import_column(casev[i].column, casev[i].want,
					      casev[i].fieldv, n, &header,
					      &index, why, sizeof(why));

		if (err != (casev[i].index == NONE ? EINVAL : 0) ||
		    (!err && index != (size_t)casev[i].index) ||
		    header != casev[i].header)
			fail_msg("case %zu: %d, column %zu", i, err, index);
	}
}


static void refusals_name_the_columns(void **state)
{
	const char *const fieldv[] = { "first", "sec\tond" };
	char why[512], small[120];
	size_t index;
	bool header;

	(void)state;
	assert_int_equal(EINVAL, import_column("x", HEADER_YES, fieldv, 2,
					       &header, &index, why,
					       sizeof(why)));
	assert_non_null(strstr(why, "no column 'x'"));
	assert_non_null(strstr(why, "'first', 'sec?ond'"));

	assert_int_equal(EINVAL, import_column("x", HEADER_YES, fieldv, 2,
					       &header, &index, small,
					       sizeof(small)));
	assert_true(strlen(small) < sizeof(small));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(columns_are_found),
		cmocka_unit_test(refusals_name_the_columns),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
