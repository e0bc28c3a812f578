/**
 * @file test_rows.c  Rows of the database as structs; rows of the test's own
 *
 * links: core/phone.o
 * links: sql/rows.o
 */
#include "sql/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

enum { COLUMNS = 16 };


/* One row in text form; NULL is NULL */
static PGresult *row_make(const char *const *valv, int n)
{
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc attv[COLUMNS];

	assert_non_null(res);
	assert_true(n <= COLUMNS);
	memset(attv, 0, sizeof(attv));
	for (int i = 0; i < n; i++)
		attv[i].name = (char *)(uintptr_t)"column";
	assert_true(PQsetResultAttrs(res, n, attv));
	for (int i = 0; i < n; i++)
		assert_true(PQsetvalue(res, 0, i, (char *)(uintptr_t)valv[i],
				       valv[i] ? (int)strlen(valv[i]) : -1));

	return res;
}


static void numbers_and_nulls(void **state)
{
	static const char *const valv[] = {
		"0", "-5", "9223372036854775807", NULL, "",
	};
	PGresult *res = row_make(valv, LENGTH(valv));
	(void)state;

	assert_int_equal(0, rows_int(res, 0, 0, 7));
	assert_int_equal(-5, rows_int(res, 0, 1, 7));
	assert_int_equal(INT64_MAX, rows_int(res, 0, 2, 7));
	assert_int_equal(7, rows_int(res, 0, 3, 7));
	assert_int_equal(0, rows_int(res, 0, 4, 7));
	PQclear(res);
}


static const char *const fullv[] = {
	"4", "spring", "t", "t", "5000", "250", "9", "abcd", "t",
	"20", "3", "300", "600", "3000",
};


static void a_campaign_is_taken_as_it_is(void **state)
{
	static const char *const emptyv[] = {
		"5", "bare", "f", "f", NULL, NULL, NULL, NULL, "f",
		"0", "1", "1", "0", "0",
	};
	struct campaign c;
	PGresult *res;
	(void)state;

	memset(&c, 0xff, sizeof(c));
	res = row_make(fullv, LENGTH(fullv));
	rows_campaign(&c, res, 0);
	PQclear(res);
	assert_int_equal(4, c.id);
	assert_string_equal("spring", c.name);
	assert_true(c.paused);
	assert_true(c.open);
	assert_int_equal(5000, c.change_ms);
	assert_int_equal(250, c.due_ms);
	assert_int_equal(9, c.prompt_id);
	assert_string_equal("abcd", c.prompt_digest);
	assert_true(c.troubled);
	assert_int_equal(20, c.max_concurrent);
	assert_int_equal(3, c.max_attempts);
	assert_int_equal(300, c.timeout_sec);
	assert_int_equal(600, c.backoff_sec);
	assert_int_equal(3000, c.threshold_msec);

	memset(&c, 0xff, sizeof(c));
	res = row_make(emptyv, LENGTH(emptyv));
	rows_campaign(&c, res, 0);
	PQclear(res);
	assert_false(c.paused);
	assert_false(c.open);
	assert_int_equal(-1, c.change_ms);
	assert_int_equal(-1, c.due_ms);
	assert_int_equal(0, c.prompt_id);
	assert_string_equal("", c.prompt_digest);
	assert_false(c.troubled);
	assert_int_equal(0, c.max_concurrent);
}


static void phone(struct phone *ph, const char *cld, const char *cli,
		  const char *user, const char *secret)
{
	static const struct claim_req reqv[] = {
		{ .campaign_id = 1, .prompt_id = 11, .prompt_digest = "d1" },
		{ .campaign_id = 2, .prompt_id = 22, .prompt_digest = "d2" },
	};
	const char *const valv[] = {
		"9000000001", "9000000002", "2", "3", "4", "5", "6", "7",
		cld, cli, user, secret, NULL, "dtls-srtp",
	};
	PGresult *res = row_make(valv, LENGTH(valv));

	memset(ph, 0xff, sizeof(*ph));
	rows_phone(ph, res, 0, reqv, LENGTH(reqv));
	PQclear(res);
}


static void a_phone_is_taken_with_the_prompt_of_its_request(void **state)
{
	struct phone ph;
	(void)state;

	phone(&ph, "+1555", NULL, NULL, NULL);
	assert_int_equal(9000000001, ph.id);
	assert_int_equal(9000000002, ph.attempt_id);
	assert_int_equal(2, ph.campaign_id);
	assert_int_equal(3, ph.attempt_no);
	assert_int_equal(4, ph.max_attempts);
	assert_int_equal(-1, ph.slot_ms);
	assert_true(ph.media_set);
	assert_int_equal(PHONE_MEDIA_DTLS, ph.media);
	assert_int_equal(5, ph.timeout_sec);
	assert_int_equal(6, ph.backoff_sec);
	assert_int_equal(7, ph.threshold_msec);
	assert_string_equal("+1555", ph.cld);
	assert_string_equal("", ph.cli);
	assert_string_equal("", ph.username);
	assert_string_equal("", ph.secret);
	assert_int_equal(22, ph.prompt_id);
	assert_string_equal("d2", ph.prompt_digest);
	assert_false(ph.misfit);

	phone(&ph, "1", "2", "user", "secret");
	assert_string_equal("2", ph.cli);
	assert_string_equal("user", ph.username);
	assert_string_equal("secret", ph.secret);
}


/* Half a number is another number. */
static void what_does_not_fit_is_left_empty_and_told(void **state)
{
	static char fits[NUMBER_SIZE], longer[NUMBER_SIZE + 1];
	struct phone ph;
	(void)state;

	memset(fits, '1', sizeof(fits) - 1);
	memset(longer, '1', sizeof(longer) - 1);

	phone(&ph, fits, fits, fits, fits);
	assert_false(ph.misfit);
	assert_string_equal(fits, ph.cld);

	phone(&ph, longer, "2", "u", "s");
	assert_true(ph.misfit);
	assert_string_equal("", ph.cld);
	assert_string_equal("2", ph.cli);
	phone(&ph, "1", longer, "u", "s");
	assert_true(ph.misfit);
	phone(&ph, "1", "2", longer, "s");
	assert_true(ph.misfit);
	phone(&ph, "1", "2", "u", longer);
	assert_true(ph.misfit);
	assert_string_equal("", ph.secret);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(numbers_and_nulls),
		cmocka_unit_test(a_campaign_is_taken_as_it_is),
		cmocka_unit_test(
			a_phone_is_taken_with_the_prompt_of_its_request),
		cmocka_unit_test(what_does_not_fit_is_left_empty_and_told),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
