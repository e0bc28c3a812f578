/**
 * @file test_array_sql.c  Array literals as PostgreSQL reads them
 *
 * links: sql/array.o core/text.o sql/embedded.o tests/unit/pg_fixture.o
 */
#include "sql/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/pg_fixture.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static const char *element(struct array *ar, size_t n)
{
	return pg_text("SELECT v FROM unnest($q$%s$q$::text[]) "
		       "WITH ORDINALITY AS u(v, n) WHERE n = %zu",
		       ar->buf, n);
}


static void text_comes_through_unnest(void **state)
{
	static const char *const textv[] = {
		"", "NULL", "null", "a,b", "{}", "{", " x ", "\"", "\\",
		"\\\"", "it's", "\\x41", "caf\xc3\xa9", "\xf0\x9f\x98\x80",
		"a\\b\\\\c\"d\"\"e", "$1", "'); DROP TABLE x; --",
	};
	struct array ar = {0};
	(void)state;

	array_add_null(&ar);
	for (size_t i = 0; i < LENGTH(textv); i++)
		array_add_text(&ar, textv[i]);
	array_add_text(&ar, "bad \xff\xc3 and \x01\n end");
	assert_non_null(array_text(&ar));

	assert_string_equal("NULL", element(&ar, 1));
	assert_int_equal(1, pg_number("SELECT count(*) FROM "
				      "unnest($q$%s$q$::text[]) v "
				      "WHERE v IS NULL", ar.buf));
	for (size_t i = 0; i < LENGTH(textv); i++)
		assert_string_equal(textv[i], element(&ar, i + 2));
	assert_string_equal("bad ?? and ?? end",
			    element(&ar, LENGTH(textv) + 2));
	assert_string_equal("no row", element(&ar, LENGTH(textv) + 3));
	array_free(&ar);
}


static void numbers_come_through_unnest(void **state)
{
	struct array ar = {0};
	(void)state;

	assert_int_equal(0, pg_number("SELECT count(*) FROM "
				      "unnest('%s'::bigint[])",
				      array_text(&ar)));
	array_free(&ar);

	array_add_int(&ar, INT64_MIN);
	array_add_null(&ar);
	array_add_int(&ar, INT64_MAX);
	assert_int_equal(-1, pg_number("SELECT sum(v) FROM "
				       "unnest('%s'::bigint[]) v",
				       array_text(&ar)));
	array_free(&ar);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(text_comes_through_unnest),
		cmocka_unit_test(numbers_come_through_unnest),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
