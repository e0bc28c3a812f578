/**
 * @file test_conninfo.c  Connection strings, and libpq's words in one line
 *
 * links: sql/db_conninfo.o sql/db.o sql/db_connect.o sql/db_schedules.o
 * links: sql/db_ask.o sql/array.o core/text.o sql/embedded.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sql/db.h"
#include "sql/db_priv.h"


enum { BUF_SIZE = 512 };


static void both_forms_of_libpq_are_taken(void **state)
{
	static const char *const testv[] = {
		"dbname=x", "host=/tmp port=1 user='a b'",
		"host=a,b port=1,2 dbname=x", "postgresql://",
		"postgresql://u:p%40w@h:5432/db?sslmode=require",
		"postgres://h/db", "service=main",
	};
	char why[WHY_SIZE];
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		if (db_conninfo_check(testv[i], why, sizeof(why)))
			fail_msg("refused: %s", testv[i]);
	}
}


static void a_bad_one_is_refused_without_repeating_it(void **state)
{
	static const char *const testv[] = {
		"", "sesame", "dbname=x sesame", "nonsense=sesame",
		"password='sesame", "postgresql://u:sesame@@h/db",
		"postgresql://u:ses@ame@h/db", "postgresql://u:sesame@[h",
		"dbname=x\npassword=sesame",
	};
	char why[WHY_SIZE];
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		if (db_conninfo_check(testv[i], why, sizeof(why)) != EINVAL)
			fail_msg("accepted: %s", testv[i]);
		assert_null(strstr(why, "ses"));
		assert_null(strchr(why, '\n'));
	}
}


static void another_database_keeps_the_rest(void **state)
{
	char buf[BUF_SIZE], again[BUF_SIZE];
	(void)state;

	assert_int_equal(0, db_conninfo_move(
		"host='/a b' password='x\\'y\\\\z' dbname=old", "new",
		buf, sizeof(buf)));
	assert_non_null(strstr(buf, "host='/a b'"));
	assert_non_null(strstr(buf, "password='x\\'y\\\\z'"));
	assert_non_null(strstr(buf, "dbname='new'"));
	assert_null(strstr(buf, "old"));

	assert_int_equal(0, db_conninfo_move(buf, "new", again,
					     sizeof(again)));
	assert_string_equal(buf, again);

	assert_int_equal(0, db_conninfo_move("postgresql://u:p%20w@h:1/old",
					     "new", buf, sizeof(buf)));
	assert_non_null(strstr(buf, "password='p w'"));
	assert_non_null(strstr(buf, "port='1'"));
}


static void a_password_is_parted_from_the_rest(void **state)
{
	char buf[BUF_SIZE], password[BUF_SIZE];
	(void)state;

	assert_int_equal(0, db_conninfo_part("postgresql://u:p%20w@h/d", buf,
					     sizeof(buf), password,
					     sizeof(password)));
	assert_string_equal("p w", password);
	assert_null(strstr(buf, "p w"));
	assert_non_null(strstr(buf, "host='h'"));
}


static void what_does_not_fit_is_an_error(void **state)
{
	char buf[16] = "";
	(void)state;

	assert_int_equal(EOVERFLOW, db_conninfo_move(
		"host=a.long.name.example", "new", buf, sizeof(buf)));
	assert_int_equal(EINVAL, db_conninfo_move(
		"nonsense", "new", buf, sizeof(buf)));
}


static void words_become_one_line(void **state)
{
	char why[WHY_SIZE];
	(void)state;

	db_oneline(why, sizeof(why), "no", "ERROR:  a\nDETAIL:  b\t\033[1m\n");
	assert_string_equal("no: ERROR: a DETAIL: b [1m", why);

	db_oneline(why, sizeof(why), "no", "refused\n\tIs the server running "
		   "on that host and accepting TCP/IP connections?\n");
	assert_string_equal("no: refused", why);

	db_oneline(why, sizeof(why), "no", " \n");
	assert_string_equal("no: no reason given", why);

	db_oneline(why, 8, "no", "a long text");
	assert_string_equal("no: a l", why);
}


static void nobody_there_is_said_in_one_line(void **state)
{
	char why[WHY_SIZE] = "";
	struct db *db = NULL;
	(void)state;

	assert_int_equal(ECONNREFUSED, db_open(&db, "host=/nonexistent "
		"password=sesame user=x dbname=x", why, sizeof(why)));
	assert_null(db);
	assert_null(strchr(why, '\n'));
	assert_null(strstr(why, "sesame"));
	assert_non_null(strstr(why, "/nonexistent"));
	assert_non_null(strstr(why, "check -d"));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(both_forms_of_libpq_are_taken),
		cmocka_unit_test(a_bad_one_is_refused_without_repeating_it),
		cmocka_unit_test(another_database_keeps_the_rest),
		cmocka_unit_test(a_password_is_parted_from_the_rest),
		cmocka_unit_test(what_does_not_fit_is_an_error),
		cmocka_unit_test(words_become_one_line),
		cmocka_unit_test(nobody_there_is_said_in_one_line),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
