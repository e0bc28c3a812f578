/**
 * @file test_store_life.c  Lost connections, frozen servers, news
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
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "sql/pgconn.h"
#include "tests/unit/store_bed.h"

enum { FDS = 64 };

static struct sbed a;
static bool oldv[FDS];          /* sockets that were there before        */


static bool is_socket(int fd)
{
	int type;
	socklen_t len = sizeof(type);

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
}


static int store_up(void **state)
{
	(void)pg_fixture_fresh(state);
	for (int fd = 0; fd < FDS; fd++)
		oldv[fd] = is_socket(fd);
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


/* What the server has answered by now never reaches the store. */
static void swallow_the_answer(void)
{
	char buf[4096];

	for (int fd = 0; fd < FDS; fd++) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };

		if (oldv[fd] || !is_socket(fd))
			continue;
		assert_int_equal(1, poll(&pfd, 1, PG_WAIT_MS));
		assert_true(recv(fd, buf, sizeof(buf), 0) > 0);
		while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
			;
	}
}


/* The test's own connection waits; the store's loop does not run. */
static void wait_sql(int64_t n, const char *sql)
{
	const uint64_t end = pg_now() + PG_WAIT_MS;

	while (pg_number("%s", sql) != n)
		assert_true(pg_now() < end);
}


/* Its answer was lost with the connection: nobody rang them. */
static void a_claim_nobody_heard_of_is_taken_back(void **state)
{
	(void)state;

	pg_do("UPDATE campaigns SET backoff_sec = 0");
	pg_do("INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, "
	      "i_campaign, attempt, node, cld, outcome, ended_by) VALUES "
	      "(nextval('call_attempt_ids'), 2, 1, 1, 'x', '5', 'no answer', "
	      "'nobody')");
	pg_do("UPDATE campaign_phones SET status = 'failure', call_count = 1,"
	      " expires = now() - interval '1 h' WHERE i_campaign_phone = 2");
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(0, sbed_ask(&a, 1, 2));
	wait_sql(3, "SELECT count(*) FROM campaign_phones "
		 "WHERE claimed_by = 'node a'");
	swallow_the_answer();
	sbed_cut();
	sbed_until(&a.oks, 2);

	assert_int_equal(2, a.claims);
	assert_int_equal(ENOTCONN, a.claim_err);
	assert_string_equal("trying 1 open node a now used", sbed_row(1));
	assert_string_equal("failure 1 open - now used", sbed_row(2));
	assert_string_equal("idle 0 open - now new", sbed_row(3));
	assert_int_equal(2, sbed_claim(&a, 1, 5));
}


/* Somebody holds one of them: the engine does not wait for that. */
static void an_unknown_row_that_is_held_is_left(void **state)
{
	(void)state;

	assert_int_equal(2, sbed_claim(&a, 1, 2));
	a.knownc = 0;
	pg_do("BEGIN; SELECT 1 FROM campaign_phones "
	      "WHERE i_campaign_phone = 1 FOR UPDATE");
	sbed_cut();
	sbed_until(&a.oks, 2);
	assert_string_equal("trying 1 open node a now used", sbed_row(1));
	assert_string_equal("idle 0 open - now new", sbed_row(2));
	pg_do("COMMIT");
}


/* Committed, but nobody said so: it is sent again. */
static void a_report_whose_answer_was_lost_is_written_once(void **state)
{
	struct report rep;
	char before[2000];
	(void)state;

	assert_int_equal(1, sbed_claim(&a, 1, 1));
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_PREMATURE);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	wait_sql(1, "SELECT count(*) FROM call_attempts");
	swallow_the_answer();
	(void)snprintf(before, sizeof(before), "%s", pg_text(
		"SELECT concat(p, c) FROM campaign_phones p "
		"JOIN call_attempts c USING (i_campaign_phone)"));
	assert_int_equal(1, store_pg_ops.pending(a.st));
	sbed_cut();
	sbed_flush(&a);
	assert_int_equal(2, a.oks);
	assert_string_equal(before, pg_text(
		"SELECT concat(p, c) FROM campaign_phones p "
		"JOIN call_attempts c USING (i_campaign_phone)"));
	assert_string_equal("premature hangup 1 open - later used",
			    sbed_row(1));
}


static void a_batch_that_was_cut_is_written_once(void **state)
{
	enum { N = 50 };
	(void)state;

	pg_do("INSERT INTO campaign_phones (i_campaign, cld) "
	      "SELECT 1, g::text FROM generate_series(1, %d) g", N);
	assert_int_equal(N, sbed_claim(&a, 1, N));
	pg_do("BEGIN; SELECT 1 FROM campaign_phones "
	      "WHERE i_campaign_phone = 20 FOR UPDATE");
	for (int i = 0; i < N; i++) {
		struct report rep;

		sbed_fill(&rep, &a.phonev[i], REPORT_END, OUTCOME_FAILURE);
		assert_int_equal(0, store_pg_ops.report(a.st, &rep));
		if (i == 0)
			sbed_until_sql(1, "SELECT count(*) "
				       "FROM call_attempts");
	}
	sbed_until_sql(1, "SELECT count(*) FROM pg_stat_activity WHERE "
		       "application_name = 'ringround' "
		       "AND wait_event_type = 'Lock'");
	assert_in_range(pg_number("SELECT count(*) FROM call_attempts"), 1,
			2);
	sbed_cut();
	pg_do("COMMIT");
	sbed_flush(&a);
	assert_int_equal(2, a.oks);
	assert_int_equal(N, pg_number("SELECT count(*) FROM call_attempts"));
	assert_int_equal(N, pg_number("SELECT count(*) FROM campaign_phones "
				      "WHERE status = 'failure' "
				      "AND call_count = 1 "
				      "AND claimed_by IS NULL"));
}


static void unset(int err, const struct campaign *campv, size_t campc,
		  const struct settings *set, void *arg)
{
	(void)err;
	(void)campv;
	(void)campc;
	(void)set;
	(void)arg;
	fail();
}


static void unheard(int err, const uint8_t *data, size_t size,
		    const char *why, void *arg)
{
	(void)err;
	(void)data;
	(void)size;
	(void)why;
	(void)arg;
	fail();
}


static void canceled(int err, const uint8_t *data, size_t size,
		     const char *why, void *arg)
{
	unsigned *calls = arg;
	(void)data;
	(void)size;
	(void)why;

	assert_int_equal(ECANCELED, err);
	++*calls;
}


static void reports_wait_while_the_database_is_away(void **state)
{
	int64_t id = 1;
	struct report rep;
	(void)state;

	assert_int_equal(1, sbed_claim(&a, 1, 1));
	sbed_cut();
	sbed_until(&a.downs, 1);
	assert_false(a.ok);
	assert_int_equal(ENOTCONN, sbed_ask(&a, 1, 1));
	assert_int_equal(ENOTCONN, store_pg_ops.load(a.st, unset, NULL));
	assert_int_equal(ENOTCONN, store_pg_ops.extend(a.st, &id, 1, 90));
	assert_int_equal(ENOTCONN, store_pg_audio(a.st, 1, "", unheard,
						  NULL));
	store_pg_ops.trouble(a.st, 1, "", "why");

	sbed_fill(&rep, a.phonev, REPORT_ANSWER, OUTCOME_SUCCESS);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	sbed_fill(&rep, a.phonev, REPORT_SUCCESS, OUTCOME_SUCCESS);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	assert_int_equal(1, store_pg_ops.pending(a.st));
	sbed_flush(&a);
	assert_true(a.ok);
	assert_string_equal("success 1 finished node a now used",
			    sbed_row(1));
}


/* Stamps are ages: what waited long is written with its own time. */
static void what_waited_keeps_its_time(void **state)
{
	struct report rep;
	(void)state;

	assert_int_equal(1, sbed_claim(&a, 1, 1));
	sbed_cut();
	sbed_until(&a.downs, 1);
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_FAILURE);
	rep.ended_ms = pg_now() - 120000;
	rep.setup_ms = pg_now() - 130000;
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	a.knownc = 0;           /* the engine has done with it           */
	sbed_flush(&a);
	assert_string_equal("failure 1 open - later used", sbed_row(1));
	assert_in_range(pg_number("SELECT extract(epoch FROM now() "
				  "- disconnect_time)::integer "
				  "FROM call_attempts"), 119, 125);
	assert_in_range(pg_number("SELECT extract(epoch FROM next_call "
				  "- now())::integer FROM campaign_phones "
				  "WHERE i_campaign_phone = 1"), 474, 481);
}


/* Wait for a server's process of the store that is neither of these. */
static pid_t another_backend(pid_t frozen, pid_t last)
{
	char sql[200];
	pid_t pid;

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) "
		       "FROM pg_stat_activity WHERE application_name = "
		       "'ringround' AND pid NOT IN (%d, %d)", (int)frozen,
		       (int)last);
	do {
		sbed_until_sql(1, sql);
		pid = (pid_t)pg_number("SELECT max(pid) FROM pg_stat_activity "
				       "WHERE application_name = 'ringround' "
				       "AND pid NOT IN (%d, %d)", (int)frozen,
				       (int)last);
	} while (!pid);

	return pid;
}


/* The server's process stands still, and holds the name of the node. */
static void a_frozen_server_is_left_and_found_again(void **state)
{
	struct report rep;
	pid_t pid, last = 0;
	(void)state;

	assert_int_equal(1, sbed_claim(&a, 1, 1));
	pid = sbed_backend();
	assert_int_equal(0, kill(pid, SIGSTOP));
	sbed_fill(&rep, a.phonev, REPORT_END, OUTCOME_FAILURE);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	store_pg_tick(a.st, pg_now());
	assert_true(a.ok);
	pg_skip(PG_QUERY_MS + 100);
	store_pg_tick(a.st, pg_now());
	assert_false(a.ok);
	assert_int_equal(1, store_pg_ops.pending(a.st));

	/* new connections are refused its name: no reason to give up */
	for (int i = 0; i < 3; i++) {
		last = another_backend(pid, last);
		pg_skip(STORE_NODE_MS * 2);
	}
	assert_int_equal(0, a.fatals);
	assert_int_equal(1, a.downs);

	assert_int_equal(0, kill(pid, SIGCONT));
	sbed_flush(&a);
	assert_true(a.ok);
	assert_int_equal(1, pg_number("SELECT count(*) FROM call_attempts"));
	assert_string_equal("failure 1 open - later used", sbed_row(1));
}


static void changes_of_others_wake(void **state)
{
	static const char *const sqlv[] = {
		"INSERT INTO campaign_phones (i_campaign, cld) VALUES (1, "
		"'9')",
		"UPDATE campaign_phones SET next_call = NULL",
		"DELETE FROM campaign_phones WHERE cld = '9'",
		"UPDATE campaigns SET paused = true",
		"UPDATE campaigns SET paused = false",
		"INSERT INTO schedules (name) VALUES ('s')",
		"INSERT INTO schedule_records (i_schedule) VALUES (1)",
		"INSERT INTO config VALUES ('campaign', 'scanintervalsec', "
		"'9')",
		"UPDATE ivr_prompts SET audio = '\\x01'",
	};
	unsigned n;
	(void)state;

	sbed_until(&a.changes, 1);
	sbed_load(&a);
	n = a.changes;
	for (size_t i = 0; i < sizeof(sqlv) / sizeof(sqlv[0]); i++) {
		pg_do("%s", sqlv[i]);
		sbed_until(&a.changes, ++n);
	}
}


/* What we write, and then a change of another's as a fence */
static void our_own_writes_do_not_wake(void **state)
{
	struct report rep;
	unsigned n;
	(void)state;

	sbed_until(&a.changes, 1);
	sbed_load(&a);
	n = a.changes;
	assert_int_equal(3, sbed_claim(&a, 1, 3));
	sbed_fill(&rep, &a.phonev[0], REPORT_ANSWER, OUTCOME_SUCCESS);
	sbed_report(&a, &rep);
	sbed_fill(&rep, &a.phonev[0], REPORT_END, OUTCOME_SUCCESS);
	sbed_report(&a, &rep);
	sbed_fill(&rep, &a.phonev[1], REPORT_RELEASE, OUTCOME_SUCCESS);
	sbed_report(&a, &rep);
	assert_int_equal(0, store_pg_ops.extend(a.st,
						&a.phonev[2].attempt_id, 1,
						90));
	sbed_load(&a);
	pg_do("UPDATE config SET value = '8'");
	sbed_until(&a.changes, n + 1);
	sbed_load(&a);
	assert_int_equal(n + 1, a.changes);
}


/* An update that touches no row is no news. */
static void an_idle_statement_wakes_nobody(void **state)
{
	unsigned n;
	(void)state;

	sbed_until(&a.changes, 1);
	sbed_load(&a);
	n = a.changes;
	pg_do("UPDATE campaign_phones SET cld = '1' WHERE false");
	pg_do("DELETE FROM campaign_phones WHERE false");
	pg_do("UPDATE config SET value = '8' WHERE false");
	pg_do("INSERT INTO config VALUES ('campaign', 'x', 'y')");
	sbed_until(&a.changes, n + 1);
	sbed_load(&a);
	assert_in_range(a.changes, n + 1, n + 2);
}


/* The leak checker sees what is forgotten. */
static void closing_drops_what_is_pending(void **state)
{
	unsigned calls = 0;
	struct report rep;
	(void)state;

	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(0, store_pg_ops.load(a.st, unset, NULL));
	assert_int_equal(0, store_pg_audio(a.st, 1, "", canceled, &calls));
	sbed_fill(&rep, a.phonev, REPORT_ANSWER, OUTCOME_SUCCESS);
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	rep.kind = REPORT_END;
	assert_int_equal(0, store_pg_ops.report(a.st, &rep));
	assert_int_equal(0, sbed_ask(&a, 1, 1));
	sbed_close(&a);
	assert_int_equal(1, a.claims);
	assert_int_equal(1, calls);
	store_pg_free(NULL);
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		STORE(a_claim_nobody_heard_of_is_taken_back),
		STORE(an_unknown_row_that_is_held_is_left),
		STORE(a_report_whose_answer_was_lost_is_written_once),
		STORE(a_batch_that_was_cut_is_written_once),
		STORE(reports_wait_while_the_database_is_away),
		STORE(what_waited_keeps_its_time),
		STORE(a_frozen_server_is_left_and_found_again),
		STORE(changes_of_others_wake),
		STORE(our_own_writes_do_not_wake),
		STORE(an_idle_statement_wakes_nobody),
		STORE(closing_drops_what_is_pending),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
