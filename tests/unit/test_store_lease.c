/**
 * @file test_store_lease.c  Leases: extended, and when they are lost
 *
 * links: sql/store_pg.o sql/store_conn.o sql/store_load.o
 * links: sql/store_audio.o sql/store_name.o sql/pgconn.o sql/reports.o
 * links: sql/report_items.o
 * links: sql/store_desk.o sql/hush.o
 * links: core/text.o sql/array.o sql/rows.o sql/embedded.o core/settings.o
 * links: core/address.o core/outcome.o core/phone.o core/text.o
 * links: tests/unit/store_bed.o tests/unit/pg_fixture.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/store_bed.h"

static struct sbed a;


static int store_up(void **state)
{
	(void)pg_fixture_fresh(state);
	sbed_open(&a, "node a");
	sbed_campaign(3);

	return 0;
}


static int store_down(void **state)
{
	(void)state;
	sbed_close(&a);

	return 0;
}


static void report(enum report_kind kind, enum outcome outcome)
{
	struct report rep;

	sbed_fill(&rep, a.phonev, kind, outcome);
	sbed_report(&a, &rep);
}


/* Always the first phone */
static void claim_one(void)
{
	pg_do("UPDATE campaign_phones SET next_call = now() + '1 h' "
	      "WHERE i_campaign_phone > 1");
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(1, a.phonev[0].id);
}


static int64_t recover(void)
{
	return pg_number("SELECT recover_phones('b', false, '{}')");
}


/* While the engine is connected its leases are its own business. */
static void lose_the_lease(void)
{
	pg_engine("UPDATE campaign_phones "
		  "SET expires = now() - interval '1 s' "
		  "WHERE claimed_by IS NOT NULL");
	assert_int_equal(0, recover());
	pg_engine("UPDATE campaign_phones SET claimed_by = 'away' "
		  "WHERE claimed_by IS NOT NULL");
	assert_int_equal(1, recover());
}


static void a_success_counts_though_the_lease_was_lost(void **state)
{
	(void)state;

	for (int attempts = 3; attempts > 0; attempts -= 2) {
		(void)store_down(NULL);
		(void)store_up(NULL);
		pg_do("UPDATE campaigns SET max_attempts = %d", attempts);
		claim_one();
		lose_the_lease();
		assert_string_equal(attempts > 1
				    ? "failure 1 open - later used"
				    : "failure 1 finished - now used",
				    sbed_row(1));
		assert_string_equal("lost", pg_text("SELECT outcome "
						    "FROM call_attempts"));

		report(REPORT_SUCCESS, OUTCOME_SUCCESS);
		assert_string_equal("success 1 finished - now used",
				    sbed_row(1));
		report(REPORT_END, OUTCOME_SUCCESS);
		assert_string_equal("success 1 finished - now used",
				    sbed_row(1));
		assert_string_equal("success", pg_text("SELECT outcome "
						       "FROM call_attempts"));
		assert_int_equal(1, pg_number("SELECT n FROM campaign_counts "
					      "WHERE status = 'success' "
					      "AND finished"));
	}
}


/* The other engine is ringing it: it ends its call, and that was all. */
static void a_late_success_holds_against_another_engine(void **state)
{
	struct phone ph;
	struct report rep;
	(void)state;

	pg_do("UPDATE campaigns SET backoff_sec = 0");
	claim_one();
	ph = a.phonev[0];
	lose_the_lease();
	claim_one();
	pg_engine("UPDATE campaign_phones SET claimed_by = 'b' "
		  "WHERE i_campaign_phone = 1");

	sbed_fill(&rep, &ph, REPORT_SUCCESS, OUTCOME_SUCCESS);
	sbed_report(&a, &rep);
	assert_string_equal("success 2 finished b now used", sbed_row(1));
	pg_engine("UPDATE campaign_phones SET claimed_by = 'node a' "
		  "WHERE i_campaign_phone = 1");
	report(REPORT_END, OUTCOME_FAILURE);
	assert_string_equal("success 2 finished - now used", sbed_row(1));
}


/* The same in one statement: two attempts of a phone */
static void a_success_wins_over_its_neighbour(void **state)
{
	struct report old, new;
	(void)state;

	pg_do("UPDATE campaigns SET backoff_sec = 0");
	claim_one();
	sbed_fill(&old, a.phonev, REPORT_END, OUTCOME_SUCCESS);
	lose_the_lease();
	claim_one();
	sbed_fill(&new, a.phonev, REPORT_END, OUTCOME_FAILURE);

	/* the first goes alone, the others together */
	pg_do("BEGIN; SELECT 1 FROM campaign_phones "
	      "WHERE i_campaign_phone = 1 FOR UPDATE");
	assert_int_equal(0, store_pg_ops.report(a.st, &(struct report) {
		.kind = REPORT_ANSWER, .phone_id = 1,
		.attempt_id = new.attempt_id, .status = PHONE_ANSWER }));
	assert_int_equal(0, store_pg_ops.report(a.st, &new));
	assert_int_equal(0, store_pg_ops.report(a.st, &old));
	pg_do("COMMIT");
	sbed_flush(&a);
	assert_int_equal(1, pg_number("SELECT (finished AND claimed_by "
				      "IS NULL)::integer "
				      "FROM campaign_phones "
				      "WHERE i_campaign_phone = 1"));
}


static void an_end_after_the_lease_was_lost_is_kept_as_a_record(void **state)
{
	char before[4096];
	(void)state;

	claim_one();
	lose_the_lease();
	(void)snprintf(before, sizeof(before), "%s", sbed_row(1));
	report(REPORT_ANSWER, OUTCOME_PREMATURE);
	report(REPORT_END, OUTCOME_PREMATURE);
	assert_string_equal(before, sbed_row(1));
	assert_string_equal("premature hangup", pg_text(
		"SELECT outcome FROM call_attempts"));
}


static void leases_are_extended_where_they_are_ours(void **state)
{
	int64_t idv[3];
	(void)state;

	assert_int_equal(3, sbed_claim(&a, 1, 3));
	pg_engine("UPDATE campaign_phones SET expires = now()");
	pg_engine("UPDATE campaign_phones SET claimed_by = 'b' "
		  "WHERE i_campaign_phone = 3");
	for (size_t i = 0; i < 3; i++)
		idv[i] = a.phonev[i].attempt_id;
	idv[1] = 999999;
	assert_int_equal(0, store_pg_ops.extend(a.st, idv, 3, 90));
	sbed_load(&a);
	assert_string_equal("t f f", pg_text(
		"SELECT string_agg((expires > now() + '60 s')::text::char(1),"
		" ' ' ORDER BY i_campaign_phone) FROM campaign_phones"));

	/* a longer lease is not cut */
	pg_engine("UPDATE campaign_phones SET expires = now() + '1 h'");
	assert_int_equal(0, store_pg_ops.extend(a.st, idv, 1, 90));
	sbed_load(&a);
	assert_int_equal(1, pg_number("SELECT (expires > now() + '50 min')"
				      "::integer FROM campaign_phones "
				      "WHERE i_campaign_phone = 1"));
}


/* Somebody holds the row in an open transaction. */
static void an_extension_that_is_refused_is_told(void **state)
{
	(void)state;

	claim_one();
	pg_do("BEGIN; SELECT 1 FROM campaign_phones "
	      "WHERE i_campaign_phone = 1 FOR UPDATE");
	assert_int_equal(0, store_pg_ops.extend(a.st, &a.phonev[0].attempt_id,
						1, 90));
	sbed_until(&a.leases, 1);
	pg_do("COMMIT");
	assert_true(a.ok);
}


/* Somebody holds one row; the leases of the others do not wait for it. */
static void a_row_that_is_held_keeps_no_other_lease_back(void **state)
{
	int64_t idv[2];
	(void)state;

	assert_int_equal(2, sbed_claim(&a, 1, 2));
	idv[0] = a.phonev[0].attempt_id;
	idv[1] = a.phonev[1].attempt_id;
	pg_do("BEGIN; SELECT 1 FROM campaign_phones "
	      "WHERE i_campaign_phone = 1 FOR UPDATE");
	assert_int_equal(0, store_pg_ops.extend(a.st, idv, 2, 9000));
	sbed_until(&a.leases, 1);
	pg_do("COMMIT");
	assert_int_equal(1, pg_number("SELECT count(*) FROM campaign_phones "
				      "WHERE expires > now() + '2 h'"));
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		STORE(a_success_counts_though_the_lease_was_lost),
		STORE(a_late_success_holds_against_another_engine),
		STORE(a_success_wins_over_its_neighbour),
		STORE(an_end_after_the_lease_was_lost_is_kept_as_a_record),
		STORE(leases_are_extended_where_they_are_ours),
		STORE(an_extension_that_is_refused_is_told),
		STORE(a_row_that_is_held_keeps_no_other_lease_back),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
