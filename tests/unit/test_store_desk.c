/**
 * @file test_store_desk.c  Hang-ups from afar, on a real PostgreSQL
 *
 * links: sql/store_pg.o sql/store_conn.o sql/store_load.o
 * links: sql/store_audio.o sql/store_desk.o sql/store_name.o
 * links: sql/pgconn.o sql/hush.o
 * links: sql/reports.o core/text.o sql/array.o sql/rows.o sql/embedded.o
 * links: sql/report_items.o
 * links: core/settings.o core/address.o core/outcome.o core/phone.o
 * links: tests/unit/store_bed.o tests/unit/pg_fixture.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "tests/unit/store_bed.h"

static struct sbed a, b;


static int beds_up(void **state)
{
	(void)pg_fixture_fresh(state);
	sbed_open(&a, "node a");
	sbed_open(&b, "node b");
	sbed_campaign(4);
	assert_int_equal(2, sbed_claim(&a, 1, 2));
	assert_int_equal(1, sbed_claim(&b, 1, 1));

	return 0;
}


static int beds_down(void **state)
{
	(void)state;
	sbed_close(&a);
	sbed_close(&b);

	return 0;
}


static void an_engine_is_told_of_its_own_calls_at_once(void **state)
{
	const unsigned changes = a.changes;
	(void)state;

	assert_int_equal(2, pg_number("SELECT hang_up('{2,3,4,77}')"));
	sbed_until(&a.hangups, 1);
	sbed_until(&b.hangups, 1);
	assert_int_equal(1, a.hungc);
	assert_int_equal(a.phonev[1].attempt_id, a.hungv[0]);
	assert_int_equal(1, b.hungc);
	assert_int_equal(b.phonev[0].attempt_id, b.hungv[0]);
	sbed_until_sql(0, "SELECT count(*) FROM hangups");

	/* It is no reason to read the campaigns again. */
	assert_int_equal(changes, a.changes);

	assert_int_equal(1, pg_number("SELECT hang_up('{1}')"));
	sbed_until(&a.hangups, 2);
	assert_int_equal(2, a.hungc);
	assert_int_equal(a.phonev[0].attempt_id, a.hungv[1]);
	assert_int_equal(1, b.hungc);
}


static void only_the_attempt_that_was_meant(void **state)
{
	(void)state;

	assert_int_equal(1, pg_number(
		"SELECT hang_up('{1,2,3}', ARRAY[%lld, %lld, 99999])",
		(long long)a.phonev[0].attempt_id,
		(long long)a.phonev[0].attempt_id));
	sbed_until(&a.hangups, 1);
	assert_int_equal(1, a.hungc);
	assert_int_equal(a.phonev[0].attempt_id, a.hungv[0]);
	assert_int_equal(0, b.hangups);
}


static void a_stopped_campaign_is_paused_and_its_calls_end(void **state)
{
	(void)state;

	pg_do("INSERT INTO campaigns (name, i_ivr_prompt) VALUES ('x', 1); "
	      "INSERT INTO campaign_phones (i_campaign, cld) VALUES "
	      "(2, '1')");
	assert_int_equal(1, sbed_claim(&b, 2, 1));
	assert_int_equal(3, pg_number("SELECT stop_campaign(1)"));
	sbed_until(&a.hangups, 1);
	sbed_until(&b.hangups, 1);
	assert_int_equal(2, a.hungc);
	assert_int_equal(1, b.hungc);
	assert_int_equal(3, pg_number("SELECT i_campaign_phone FROM "
		"campaign_phones WHERE i_attempt = %lld",
		(long long)b.hungv[0]));
	assert_int_equal(1, pg_number("SELECT count(*) FROM campaigns "
		"WHERE paused AND i_campaign = 1"));
	assert_int_equal(0, pg_number("SELECT count(*) FROM campaigns "
		"WHERE paused AND i_campaign = 2"));
	assert_int_equal(0, sbed_claim(&a, 1, 9));
	assert_string_equal("NULL", pg_text("SELECT stop_campaign(77)"));
}


/* NOTIFY may be lost on the way: the store looks by itself. */
static void what_was_missed_is_found(void **state)
{
	(void)state;

	pg_do("ALTER TABLE hangups DISABLE TRIGGER hangups_added");
	assert_int_equal(1, pg_number("SELECT hang_up('{1}')"));
	pg_skip(STORE_RECOVER_MS);
	sbed_until(&a.hangups, 1);
	assert_int_equal(a.phonev[0].attempt_id, a.hungv[0]);
}


static void what_nobody_takes_goes(void **state)
{
	(void)state;

	pg_do("INSERT INTO hangups (i_attempt, node, asked) VALUES "
	      "(1, 'gone', now() - interval '11 minutes'), "
	      "(2, 'slow', now() - interval '9 minutes')");
	pg_skip(STORE_RECOVER_MS);
	sbed_until_sql(1, "SELECT count(*) FROM hangups");
	assert_string_equal("slow", pg_text("SELECT node FROM hangups"));
}


static void the_connection_tells_how_it_is(void **state)
{
	struct store_health health = { .retry_ms = 77 };
	(void)state;

	store_pg_ops.health(a.st, &health);
	assert_int_equal(-1, health.retry_ms);
	assert_in_range(health.rtt_us, 1, 10000000);
}


int main(void)
{
#define ON_BEDS(test) \
	cmocka_unit_test_setup_teardown(test, beds_up, beds_down)
	const struct CMUnitTest testv[] = {
		ON_BEDS(an_engine_is_told_of_its_own_calls_at_once),
		ON_BEDS(only_the_attempt_that_was_meant),
		ON_BEDS(a_stopped_campaign_is_paused_and_its_calls_end),
		ON_BEDS(what_was_missed_is_found),
		ON_BEDS(what_nobody_takes_goes),
		ON_BEDS(the_connection_tells_how_it_is),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
