/**
 * @file test_store_start.c  Starts: what a crash left, names, schemas
 *
 * links: sql/store_pg.o sql/store_conn.o sql/store_load.o
 * links: sql/store_audio.o sql/store_name.o sql/pgconn.o sql/reports.o
 * links: sql/report_items.o
 * links: sql/store_desk.o sql/hush.o
 * links: sql/array.o sql/rows.o sql/embedded.o core/settings.o
 * links: core/address.o core/outcome.o core/phone.o core/text.o
 * links: tests/unit/store_bed.o tests/unit/pg_fixture.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "sql/embedded.h"
#include "tests/unit/store_bed.h"

static struct sbed a, b;


static int base_up(void **state)
{
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));

	return pg_fixture_fresh(state);
}


static int store_up(void **state)
{
	(void)base_up(state);
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
	if (b.st)
		sbed_close(&b);

	return 0;
}


static void leave_behind(const char *status, int call_count,
			 const char *node, const char *expires)
{
	pg_engine("INSERT INTO campaign_phones (i_campaign, cld, status, "
		  "finished, call_count, claimed_by, i_attempt, expires, "
		  "setup_time) VALUES (1, '5', '%s', '%s' = 'success', %d, "
		  "'%s', nextval('call_attempt_ids'), now() + '%s', "
		  "now() - interval '1 min')", status, status, call_count,
		  node, expires);
}


static void a_start_takes_up_what_a_crash_left(void **state)
{
	(void)state;

	sbed_campaign(1);
	leave_behind("trying", 1, "node a", "1 h");
	leave_behind("answer", 1, "node a", "1 h");
	leave_behind("success", 1, "node a", "1 h");
	leave_behind("trying", 3, "node a", "1 h");
	leave_behind("trying", 1, "node b", "1 h");
	sbed_open(&a, "node a");

	assert_string_equal("idle 0 open - now new", sbed_row(1));
	assert_string_equal("failure 1 open - later used", sbed_row(2));
	assert_string_equal("premature hangup 1 open - later used",
			    sbed_row(3));
	assert_string_equal("success 1 finished - now used", sbed_row(4));
	assert_string_equal("failure 3 finished - now used", sbed_row(5));
	assert_string_equal("trying 1 open node b now used", sbed_row(6));
	assert_string_equal("lost lost success lost", pg_text(
		"SELECT string_agg(outcome, ' ' ORDER BY i_campaign_phone) "
		"FROM call_attempts"));
	assert_non_null(strstr(a.line, "took up 4"));
}


static void a_lease_that_has_run_out_is_anybodys(void **state)
{
	unsigned changes;
	(void)state;

	leave_behind("trying", 1, "node b", "1 h");
	leave_behind("trying", 1, "node c", "-1 s");
	changes = a.changes;
	pg_skip(STORE_RECOVER_MS);
	sbed_until_sql(1, "SELECT count(*) FROM call_attempts");
	sbed_until(&a.changes, changes + 1);
	assert_string_equal("trying 1 open node b now used", sbed_row(4));
	assert_string_equal("failure 1 open - later used", sbed_row(5));
}


/* Its engine may need a moment longer to come back, with its outcome. */
static void after_a_loss_a_lease_of_others_has_grace(void **state)
{
	(void)state;

	leave_behind("success", 1, "node b", "-1 s");
	sbed_cut();
	sbed_until(&a.oks, 2);
	pg_skip(STORE_RECOVER_MS);
	sbed_load(&a);
	sbed_load(&a);
	assert_int_equal(0, pg_number("SELECT count(*) FROM call_attempts"));

	pg_skip(STORE_GRACE_MS - STORE_RECOVER_MS);
	sbed_until_sql(1, "SELECT count(*) FROM call_attempts");
}


/* A commit that a crash of the server takes back would ring people twice. */
static void commits_are_waited_for_whatever_the_default(void **state)
{
	(void)state;

	pg_do("ALTER ROLE CURRENT_USER SET synchronous_commit = off; "
	      "CREATE TABLE said (word text); "
	      "CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS "
	      "$$ BEGIN INSERT INTO said "
	      "VALUES (current_setting('synchronous_commit')); "
	      "RETURN NULL; END $$; "
	      "CREATE TRIGGER say AFTER INSERT ON engines "
	      "EXECUTE FUNCTION say()");
	sbed_open(&a, "node a");
	sbed_until_sql(1, "SELECT count(*) FROM said WHERE word = 'local'");
	pg_do("ALTER ROLE CURRENT_USER RESET synchronous_commit; "
	      "DROP TRIGGER say ON engines; DROP FUNCTION say(); "
	      "DROP TABLE said");
}


static void a_name_that_is_taken_is_refused(void **state)
{
	(void)state;

	sbed_make(&b, "node a", pg_conninfo());
	sbed_until(&b.downs, 1);
	assert_int_equal(0, b.oks);
	assert_int_equal(0, b.fatals);
	pg_skip(STORE_NODE_MS + 100);
	sbed_until(&b.fatals, 1);
	assert_non_null(strstr(b.why, "node a"));
	assert_int_equal(0, b.oks);
	assert_true(a.ok);
	assert_int_equal(3, sbed_claim(&a, 1, 5));
}


/* After a crash, the server may need a moment to see it. */
static void a_name_that_becomes_free_is_taken(void **state)
{
	(void)state;

	sbed_make(&b, "node a", pg_conninfo());
	sbed_until(&b.downs, 1);
	sbed_close(&a);
	sbed_until(&b.oks, 1);
	assert_int_equal(0, b.fatals);
}


static void another_schema_is_refused(void **state)
{
	(void)state;

	pg_do("INSERT INTO schema_version (version) VALUES (%d)",
	      schema_version + 1);
	sbed_make(&a, "node a", pg_conninfo());
	sbed_until(&a.fatals, 1);
	assert_non_null(strstr(a.why, "newer"));
	sbed_close(&a);

	pg_do("DELETE FROM schema_version WHERE version >= %d",
	      schema_version);
	sbed_make(&a, "node a", pg_conninfo());
	sbed_until(&a.fatals, 1);
	assert_non_null(strstr(a.why, "db init"));
	sbed_close(&a);

	pg_do("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	sbed_make(&a, "node a", pg_conninfo());
	sbed_until(&a.fatals, 1);
	assert_non_null(strstr(a.why, "db init"));
	assert_int_equal(0, a.oks);
}


static void a_server_that_is_not_there_is_told_once(void **state)
{
	const uint64_t begin = pg_now();
	(void)state;

	sbed_make(&a, "node a", "host=/nonexistent");
	for (uint64_t ms = 0; ms < 20000; ms += 20)
		store_pg_tick(a.st, begin + ms);
	assert_int_equal(1, a.downs);
	assert_int_equal(0, a.fatals);
	assert_true(a.why[0]);
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)
#define BASE(test) cmocka_unit_test_setup_teardown(test, base_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		BASE(a_start_takes_up_what_a_crash_left),
		STORE(a_lease_that_has_run_out_is_anybodys),
		STORE(after_a_loss_a_lease_of_others_has_grace),
		BASE(commits_are_waited_for_whatever_the_default),
		STORE(a_name_that_is_taken_is_refused),
		STORE(a_name_that_becomes_free_is_taken),
		BASE(another_schema_is_refused),
		BASE(a_server_that_is_not_there_is_told_once),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
