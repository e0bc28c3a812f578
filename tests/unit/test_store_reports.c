/**
 * @file test_store_reports.c  What is reported of calls, as it is written
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
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/store_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct sbed a;


static int store_up(void **state)
{
	(void)pg_fixture_fresh(state);
	sbed_open(&a, "node a");
	sbed_campaign(3);
	pg_do("CREATE FUNCTION ms(i interval) RETURNS bigint LANGUAGE sql AS "
	      "'SELECT (extract(epoch FROM i) * 1000)::bigint'");

	return 0;
}


static int store_down(void **state)
{
	(void)state;
	sbed_close(&a);

	return 0;
}


/* All of a row and of its attempts, to see that nothing changes */
static void picture(char *buf, size_t size)
{
	const int n = snprintf(buf, size, "%s", pg_text(
		"SELECT string_agg(p::text, ' ' ORDER BY i_campaign_phone) "
		"FROM campaign_phones p"));

	(void)snprintf(buf + n, size - (size_t)n, " %s", pg_text(
		"SELECT string_agg(c::text, ' ' ORDER BY i_call_attempt) "
		"FROM call_attempts c"));
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


static void each_status_is_seen_as_it_happens(void **state)
{
	(void)state;

	claim_one();
	assert_string_equal("trying 1 open node a now used", sbed_row(1));
	report(REPORT_ANSWER, OUTCOME_SUCCESS);
	assert_string_equal("answer 1 open node a now used", sbed_row(1));
	assert_int_equal(5, pg_number("SELECT round(extract(epoch FROM now() "
				      "- connect_time)) FROM campaign_phones "
				      "WHERE i_campaign_phone = 1"));

	/* heard: for ever, though the call goes on */
	report(REPORT_SUCCESS, OUTCOME_SUCCESS);
	assert_string_equal("success 1 finished node a now used",
			    sbed_row(1));
	assert_int_equal(0, pg_number("SELECT count(*) FROM call_attempts"));

	report(REPORT_END, OUTCOME_SUCCESS);
	assert_string_equal("success 1 finished - now used", sbed_row(1));
	assert_int_equal(1, pg_number("SELECT count(*) FROM call_attempts"));
}


static void an_attempt_is_written_with_all_its_facts(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_PREMATURE);
	rep.prompt_ms = rep.connect_ms + 40;
	rep.played_ms = 2990;
	rep.sip_code = 200;
	strcpy(rep.reason, "Connection reset by peer");
	strcpy(rep.cli, "+1999");
	sbed_report(&a, &rep);

	assert_string_equal(
		"1 1 1 node a id@host 127.0.0.1:5061 +1999 +15551 2990 "
		"remote 200 Connection reset by peer premature hangup",
		pg_text("SELECT concat_ws(' ', i_campaign_phone, i_campaign, "
			"attempt, node, call_id, proxy, cli, cld, "
			"played_msec, ended_by, sip_code, sip_reason, outcome)"
			" FROM call_attempts WHERE i_call_attempt = %lld",
			(long long)a.phonev[0].attempt_id));
	assert_string_equal(
		"1000 4000 4040 8990",
		pg_text("SELECT concat_ws(' ', ms(ring_time - setup_time), "
			"ms(connect_time - setup_time), "
			"ms(prompt_time - setup_time), "
			"ms(disconnect_time - setup_time)) "
			"FROM call_attempts"));
	assert_int_equal(1, pg_number(
		"SELECT (p.setup_time = c.setup_time AND p.connect_time "
		"= c.connect_time AND p.disconnect_time = c.disconnect_time)"
		"::integer FROM campaign_phones p JOIN call_attempts c "
		"USING (i_campaign_phone)"));
}


static void a_retry_comes_the_backoff_after_the_end(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_NO_ANSWER);
	rep.backoff_sec = 77;
	sbed_report(&a, &rep);
	assert_string_equal("failure 1 open - later used", sbed_row(1));
	assert_int_equal(77000, pg_number("SELECT ms(next_call "
					  "- disconnect_time) "
					  "FROM campaign_phones "
					  "WHERE i_campaign_phone = 1"));
	assert_string_equal("no answer",
			    pg_text("SELECT outcome FROM call_attempts"));
	assert_string_equal("NULL", pg_text("SELECT sip_code "
					    "FROM call_attempts"));
}


static void the_last_attempt_finishes(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_FAILURE);
	rep.finished = true;
	rep.retry = false;
	sbed_report(&a, &rep);
	assert_string_equal("failure 1 finished - now used", sbed_row(1));
}


static void a_release_leaves_the_row_as_it_was(void **state)
{
	char before[4096], after[4096];
	static const enum outcome outcomev[] = {
		OUTCOME_FAILURE, OUTCOME_PREMATURE, OUTCOME_NO_ANSWER,
	};
	static const char *const what = "SELECT to_jsonb(p) - 'i_attempt' "
		"- 'expires' FROM campaign_phones p "
		"WHERE i_campaign_phone = 1";
	(void)state;

	/* never rung before */
	(void)snprintf(before, sizeof(before), "%s", pg_text("%s", what));
	claim_one();
	report(REPORT_RELEASE, OUTCOME_FAILURE);
	assert_string_equal("idle 0 open - now new", sbed_row(1));
	assert_string_equal(before, pg_text("%s", what));

	/* and after attempts of all kinds */
	for (size_t i = 0; i < LENGTH(outcomev); i++) {
		pg_do("UPDATE campaigns SET max_attempts = 9, "
		      "backoff_sec = 0");
		claim_one();
		report(REPORT_END, outcomev[i]);
		(void)snprintf(before, sizeof(before), "%s",
			       pg_text("%s", what));
		claim_one();
		assert_int_equal(i + 2, a.phonev[0].attempt_no);
		report(REPORT_RELEASE, OUTCOME_FAILURE);
		(void)snprintf(after, sizeof(after), "%s",
			       pg_text("%s", what));
		assert_string_equal(before, after);
	}
	assert_int_equal(3, pg_number("SELECT count(*) FROM call_attempts"));
}


/* The engine left before the answer: a record stays, the row is as before. */
static void an_undone_attempt_leaves_no_trace(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_UNDONE, OUTCOME_FAILURE);
	rep.outcome = OUTCOME_LOST;
	rep.ended_ms = pg_now();
	sbed_report(&a, &rep);
	assert_string_equal("idle 0 open - now new", sbed_row(1));
	assert_string_equal("lost", pg_text("SELECT outcome "
					    "FROM call_attempts"));
	sbed_report(&a, &rep);
	assert_string_equal("idle 0 open - now new", sbed_row(1));
	assert_int_equal(1, pg_number("SELECT count(*) FROM call_attempts"));

	/* and no release brings it back */
	claim_one();
	assert_int_equal(1, a.phonev[0].attempt_no);
	report(REPORT_RELEASE, OUTCOME_FAILURE);
	assert_string_equal("idle 0 open - now new", sbed_row(1));
}


static void repeating_changes_nothing(void **state)
{
	static const struct {
		enum report_kind kind;
		enum outcome outcome;
	} testv[] = {
		{ REPORT_ANSWER,  OUTCOME_SUCCESS   },
		{ REPORT_SUCCESS, OUTCOME_SUCCESS   },
		{ REPORT_END,     OUTCOME_SUCCESS   },
		{ REPORT_END,     OUTCOME_FAILURE   },
		{ REPORT_END,     OUTCOME_PREMATURE },
		{ REPORT_RELEASE, OUTCOME_FAILURE   },
	};
	char before[4096], after[4096];
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct report rep;

		(void)store_down(NULL);
		(void)store_up(NULL);
		claim_one();
		sbed_fill(&rep, a.phonev, testv[i].kind, testv[i].outcome);
		sbed_report(&a, &rep);
		if (testv[i].kind == REPORT_ANSWER
		    || testv[i].kind == REPORT_SUCCESS)
			pg_do("UPDATE campaign_phones SET connect_time = NULL,"
			      " setup_time = NULL");
		picture(before, sizeof(before));
		sbed_report(&a, &rep);
		sbed_report(&a, &rep);
		if (testv[i].kind == REPORT_ANSWER
		    || testv[i].kind == REPORT_SUCCESS)
			pg_do("UPDATE campaign_phones SET connect_time = NULL,"
			      " setup_time = NULL");
		picture(after, sizeof(after));
		assert_string_equal(before, after);
	}
}


/* The server stood still before it wrote; then the end is repeated. */
static void what_was_written_too_late_is_put_right(void **state)
{
	static const enum outcome outcomev[] = {
		OUTCOME_FAILURE, OUTCOME_PREMATURE, OUTCOME_SUCCESS,
	};
	struct report rep;
	char row[128];
	(void)state;

	for (size_t i = 0; i < LENGTH(outcomev); i++) {
		(void)store_down(NULL);
		(void)store_up(NULL);
		claim_one();
		sbed_fill(&rep, a.phonev, REPORT_END, outcomev[i]);
		sbed_report(&a, &rep);
		(void)snprintf(row, sizeof(row), "%s", sbed_row(1));

		pg_engine("UPDATE campaign_phones "
			  "SET setup_time = setup_time + '7 s', "
			  "connect_time = connect_time + '7 s', "
			  "disconnect_time = disconnect_time + '7 s', "
			  "next_call = next_call + '7 s'");
		pg_engine("UPDATE call_attempts "
			  "SET setup_time = setup_time + '7 s', "
			  "disconnect_time = disconnect_time + '7 s'");
		sbed_report(&a, &rep);
		assert_string_equal(row, sbed_row(1));
		assert_int_equal(1, pg_number(
			"SELECT count(*) FROM campaign_phones p "
			"JOIN call_attempts c USING (i_campaign_phone) "
			"WHERE p.setup_time = c.setup_time "
			"AND p.disconnect_time = c.disconnect_time "
			"AND p.connect_time IS NOT DISTINCT FROM "
			"c.connect_time AND p.disconnect_time < now() "
			"AND ms(p.disconnect_time - p.setup_time) = 8990 "
			"AND (p.next_call IS NULL OR ms(p.next_call "
			"- p.disconnect_time) = %u)",
			rep.backoff_sec * 1000));
	}
}


/* Another engine took the phone up as lost, later than the call ended. */
static void the_truth_about_a_lost_call_is_written_once(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_SUCCESS);
	pg_engine("UPDATE campaign_phones SET claimed_by = NULL, status = "
	      "'failure', disconnect_time = now() + '7 s', next_call = now() "
	      "WHERE i_campaign_phone = 1");
	sbed_report(&a, &rep);
	assert_string_equal("success 1 finished - now used", sbed_row(1));
	assert_int_equal(1, pg_number("SELECT count(*) FROM campaign_phones "
				      "WHERE disconnect_time < now() "
				      "AND i_campaign_phone = 1"));
	assert_int_equal(1, pg_number("SELECT sum(n) FROM campaign_counts "
				      "WHERE status = 'success'"));
}


/* A repeated report is of an old attempt: the new one is not touched. */
static void an_old_report_harms_no_new_attempt(void **state)
{
	struct report old;
	char before[4096], after[4096];
	(void)state;

	pg_do("UPDATE campaigns SET backoff_sec = 0");
	claim_one();
	sbed_fill(&old, a.phonev, REPORT_END, OUTCOME_FAILURE);
	sbed_report(&a, &old);
	claim_one();
	picture(before, sizeof(before));

	sbed_report(&a, &old);
	old.kind = REPORT_ANSWER;
	sbed_report(&a, &old);
	old.kind = REPORT_RELEASE;
	sbed_report(&a, &old);
	picture(after, sizeof(after));
	assert_string_equal(before, after);
}


static void a_phone_that_was_deleted_is_no_trouble(void **state)
{
	(void)state;

	assert_int_equal(3, sbed_claim(&a, 1, 3));
	pg_engine("DELETE FROM campaign_phones WHERE i_campaign_phone = 1");
	report(REPORT_ANSWER, OUTCOME_SUCCESS);
	report(REPORT_SUCCESS, OUTCOME_SUCCESS);
	report(REPORT_END, OUTCOME_SUCCESS);
	report(REPORT_RELEASE, OUTCOME_SUCCESS);
	assert_int_equal(0, pg_number("SELECT count(*) FROM call_attempts"));

	pg_engine("UPDATE campaign_phones SET claimed_by = NULL");
	pg_do("DELETE FROM campaigns");
	a.phonev[0] = a.phonev[1];
	report(REPORT_END, OUTCOME_SUCCESS);
	assert_int_equal(0, a.warnings);
}


static void any_bytes_may_come_as_a_reason(void **state)
{
	struct report rep;
	(void)state;

	claim_one();
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_FAILURE);
	strcpy(rep.reason, "M\xfcller \xc3\xa9 \"x\" {a,b} \\ \xc3");
	strcpy(rep.call_id, "\xff\xfe\r\n");
	sbed_report(&a, &rep);
	assert_string_equal("M?ller \xc3\xa9 \"x\" {a,b} \\ ?",
			    pg_text("SELECT sip_reason FROM call_attempts"));
	assert_string_equal("????", pg_text("SELECT call_id "
					    "FROM call_attempts"));
	assert_int_equal(0, a.warnings);
}


static void a_report_that_is_refused_holds_up_no_other(void **state)
{
	struct report repv[3];
	(void)state;

	assert_int_equal(3, sbed_claim(&a, 1, 3));
	for (size_t i = 0; i < 3; i++)
		sbed_fill(&repv[i], &a.phonev[i], REPORT_END,
			  OUTCOME_FAILURE);
	repv[1].attempt_no = 0;

	/* the first goes alone, the others together */
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(0, store_pg_ops.report(a.st, &repv[i]));
	assert_int_equal(3, store_pg_ops.pending(a.st));
	sbed_flush(&a);
	assert_string_equal("failure 1 open - later used", sbed_row(1));
	assert_string_equal("failure 1 open - later used", sbed_row(3));
	assert_int_equal(2, pg_number("SELECT count(*) FROM call_attempts"));
	assert_true(a.warnings);
	assert_non_null(strstr(a.line, "for good"));
}


static void many_reports_go_out_in_few_statements(void **state)
{
	enum { N = 1300 };
	int64_t first;
	(void)state;

	pg_engine("INSERT INTO campaign_phones (i_campaign, cld, status, "
		  "call_count, claimed_by, i_attempt, expires) "
		  "SELECT 1, g::text, 'trying', 1, 'node a', "
		  "nextval('call_attempt_ids'), now() + '1 h' "
		  "FROM generate_series(1, %d) g ORDER BY g", N);
	first = pg_number("SELECT min(i_attempt) FROM campaign_phones");

	for (int i = 0; i < N; i++) {
		struct phone ph = { .id = 4 + i, .attempt_id = first + i,
				    .attempt_no = 1, .backoff_sec = 5 };
		struct report rep;

		sbed_fill(&rep, &ph, REPORT_ANSWER, OUTCOME_SUCCESS);
		assert_int_equal(0, store_pg_ops.report(a.st, &rep));
		sbed_fill(&rep, &ph, REPORT_END, OUTCOME_SUCCESS);
		assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	}
	sbed_flush(&a);
	assert_int_equal(N, pg_number("SELECT count(*) FROM campaign_phones "
				      "WHERE finished AND claimed_by "
				      "IS NULL"));
	assert_int_equal(N, pg_number("SELECT count(*) FROM call_attempts"));
	assert_in_range(pg_number("SELECT count(DISTINCT xmin::text) "
				  "FROM call_attempts"), 3, 4);
	assert_int_equal(0, pg_number("SELECT coalesce(sum(n), 0) FROM "
					"campaign_counts "
				      "WHERE status = 'trying'"));
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		STORE(each_status_is_seen_as_it_happens),
		STORE(an_attempt_is_written_with_all_its_facts),
		STORE(a_retry_comes_the_backoff_after_the_end),
		STORE(the_last_attempt_finishes),
		STORE(a_release_leaves_the_row_as_it_was),
		STORE(an_undone_attempt_leaves_no_trace),
		STORE(repeating_changes_nothing),
		STORE(what_was_written_too_late_is_put_right),
		STORE(the_truth_about_a_lost_call_is_written_once),
		STORE(an_old_report_harms_no_new_attempt),
		STORE(a_phone_that_was_deleted_is_no_trouble),
		STORE(any_bytes_may_come_as_a_reason),
		STORE(a_report_that_is_refused_holds_up_no_other),
		STORE(many_reports_go_out_in_few_statements),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
