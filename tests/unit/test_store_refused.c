/**
 * @file test_store_refused.c  A database that does not take what it is given
 *
 * links: sql/store_pg.o sql/store_conn.o sql/store_load.o
 * links: sql/store_audio.o sql/store_name.o sql/pgconn.o sql/reports.o
 * links: sql/report_items.o
 * links: sql/store_desk.o sql/hush.o
 * links: core/text.o sql/array.o sql/rows.o sql/embedded.o core/settings.o
 * links: core/address.o core/outcome.o core/phone.o core/text.o
 * links: tests/unit/store_bed.o tests/unit/pg_fixture.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/store_bed.h"

static struct sbed a;


static int store_up(void **state)
{
	(void)pg_fixture_fresh(state);
	sbed_open(&a, "node a");
	sbed_campaign(3);
	sbed_load(&a);

	return 0;
}


static int store_down(void **state)
{
	(void)state;
	if (a.st)
		sbed_close(&a);

	return 0;
}


/* Who is rung while outcomes cannot be written may be rung once more. */
static void nothing_is_claimed_while_reports_are_refused(void **state)
{
	struct report rep;
	(void)state;

	pg_do("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql "
	      "AS $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$");
	pg_do("CREATE TRIGGER full_disk BEFORE INSERT ON call_attempts "
	      "EXECUTE FUNCTION full_disk()");
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_FAILURE);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	sbed_until(&a.warnings, 1);
	assert_non_null(strstr(a.line, "no room"));
	assert_int_equal(ENOTCONN, sbed_ask(&a, 1, 1));

	pg_do("DROP TRIGGER full_disk ON call_attempts");
	sbed_flush(&a);
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(1, a.warnings);
}


/* A database that is full for a night says so now and then. */
static void a_refusal_is_logged_once_in_a_while(void **state)
{
	(void)state;

	pg_do("ALTER TABLE campaign_phones RENAME TO elsewhere");
	for (unsigned i = 1; i <= 10; i++) {
		assert_int_equal(0, sbed_ask(&a, 1, 1));
		sbed_until(&a.claims, i);
		assert_int_equal(EPROTO, a.claim_err);
	}
	assert_int_equal(1, a.warnings);
	pg_do("ALTER TABLE elsewhere RENAME TO campaign_phones");
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		STORE(nothing_is_claimed_while_reports_are_refused),
		STORE(a_refusal_is_logged_once_in_a_while),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
