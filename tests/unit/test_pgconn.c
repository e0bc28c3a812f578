/**
 * @file test_pgconn.c  The asynchronous connection, on a real PostgreSQL
 *
 * links: core/text.o sql/pgconn.o sql/array.o sql/embedded.o core/text.o
 * links: tests/unit/pg_fixture.o
 */
#include "sql/pgconn.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <re.h>
#include "tests/unit/pg_fixture.h"

enum { MANY = 2000 };

/* All that a test looks at */
static struct {
	struct pgconn *pc;
	unsigned ups, downs, notes, results;
	char why[256];
	char payload[100];
	int err;                /* of the last result                    */
	char value[20000];      /* its first value                       */
	char state[8];          /* SQLSTATE                              */
	unsigned errs;          /* results with an error                 */
	bool reset_up;
} t;


static void up_handler(void *arg)
{
	(void)arg;
	++t.ups;
	if (t.reset_up)
		pgconn_reset(t.pc, "reset by the test");
}


static void down_handler(const char *why, void *arg)
{
	(void)arg;
	++t.downs;
	(void)snprintf(t.why, sizeof(t.why), "%s", why);
}


static void notify_handler(const char *channel, const char *payload,
			   void *arg)
{
	(void)arg;
	assert_string_equal("news", channel);
	++t.notes;
	(void)snprintf(t.payload, sizeof(t.payload), "%s", payload);
}


static void result_handler(int err, const PGresult *res, void *arg)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	(void)arg;

	++t.results;
	t.err = err;
	t.errs += err != 0;
	(void)snprintf(t.state, sizeof(t.state), "%s", state ? state : "");
	(void)snprintf(t.value, sizeof(t.value), "%s",
		       !err && PQntuples(res) ? PQgetvalue(res, 0, 0) : "");
}


static void tick(uint64_t now_ms)
{
	pgconn_tick(t.pc, now_ms);
}


static bool reached(void *arg)
{
	const unsigned *const *v = arg;

	return *v[0] >= *v[1];
}


/* Run the loop until a counter has this value. */
static void until(const unsigned *count, unsigned n)
{
	const unsigned *v[] = { count, &n };

	if (!pg_loop(reached, v, tick))
		fail_msg("%u instead of %u; down: %s", *count, n, t.why);
}


static void conn_open(const char *conninfo)
{
	const struct pgconn_prm prm = {
		.conninfo = conninfo,
		.app      = "test_pgconn",
		.uph      = up_handler,
		.downh    = down_handler,
		.notifyh  = notify_handler,
	};

	memset(&t, 0, sizeof(t));
	assert_int_equal(0, pgconn_alloc(&t.pc, &prm));
}


static int conn_up(void **state)
{
	(void)state;
	conn_open(pg_conninfo());
	until(&t.ups, 1);

	return 0;
}


static int conn_down(void **state)
{
	(void)state;
	pgconn_free(t.pc);

	return 0;
}


static int ask(const char *sql)
{
	return pgconn_query(t.pc, sql, 0, NULL, NULL, NULL, false,
			    result_handler, NULL);
}


static pid_t backend(void)
{
	pid_t pid = 0;

	assert_int_equal(1, pg_backends("test_pgconn", &pid, 1));

	return pid;
}


static void statements_are_answered_in_order(void **state)
{
	const char *paramv[] = { "7", NULL };
	(void)state;

	assert_int_equal(0, pgconn_query(t.pc, "SELECT $1::int + 1, $2::text",
					 2, paramv, NULL, NULL, false,
					 result_handler, NULL));
	assert_int_equal(0, t.results);
	assert_int_equal(1, pgconn_pending(t.pc));
	until(&t.results, 1);
	assert_int_equal(0, t.err);
	assert_string_equal("8", t.value);
	assert_int_equal(0, pgconn_pending(t.pc));

	for (unsigned i = 0; i < MANY; i++) {
		char sql[64];

		(void)snprintf(sql, sizeof(sql), "SELECT %u", i);
		assert_int_equal(0, ask(sql));
	}
	assert_int_equal(MANY, pgconn_pending(t.pc));
	until(&t.results, 1 + MANY);
	assert_string_equal("1999", t.value);
	assert_int_equal(0, t.errs);
	assert_int_equal(0, pgconn_pending(t.pc));
}


/* Far more than the sockets hold, both ways */
static void large_statements_and_rows_do_not_block(void **state)
{
	static char text[300000];
	const char *paramv[] = { text };
	(void)state;

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 20; i++)
		assert_int_equal(0, pgconn_query(
			t.pc, "SELECT length($1::text), repeat('y', 300000)",
			1, paramv, NULL, NULL, false, result_handler, NULL));
	until(&t.results, 20);
	assert_int_equal(0, t.errs);
	assert_string_equal("299999", t.value);
}


static void a_refusal_harms_no_other_statement(void **state)
{
	(void)state;

	assert_int_equal(0, ask("SELECT 1"));
	assert_int_equal(0, ask("SELECT 1/0"));
	assert_int_equal(0, ask("SELECT nonsense"));
	until(&t.results, 3);
	assert_int_equal(2, t.errs);
	assert_int_equal(EPROTO, t.err);
	assert_string_equal("42703", t.state);

	assert_int_equal(0, ask("SELECT 5"));
	until(&t.results, 4);
	assert_string_equal("5", t.value);
	assert_int_equal(0, t.downs);
}


/* What the commit refuses was not done, though the rows have come. */
static void a_failed_commit_is_a_refusal(void **state)
{
	(void)state;

	pg_do("CREATE TABLE late (i integer)");
	pg_do("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
	      "'BEGIN RAISE EXCEPTION ''not today''; END'");
	pg_do("CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON late "
	      "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
	      "EXECUTE FUNCTION refuse()");

	assert_int_equal(0, ask("INSERT INTO late VALUES (1) RETURNING i"));
	assert_int_equal(0, ask("SELECT 8"));
	until(&t.results, 2);
	assert_int_equal(1, t.errs);
	assert_string_equal("8", t.value);

	assert_int_equal(0, ask("INSERT INTO late VALUES (1) RETURNING i"));
	until(&t.results, 3);
	assert_int_equal(EPROTO, t.err);
	assert_string_equal("P0001", t.state);
	assert_int_equal(0, t.downs);
	pg_do("DROP TABLE late; DROP FUNCTION refuse");
}


static void binary_values_go_both_ways(void **state)
{
	static const char data[] = { 0, 1, -1, 'a', 0 };
	const char *paramv[] = { data };
	const int lenv[] = { sizeof(data) }, formatv[] = { 1 };
	(void)state;

	assert_int_equal(0, pgconn_query(t.pc, "SELECT encode($1::bytea, "
					 "'hex')", 1, paramv, lenv, formatv,
					 false, result_handler, NULL));
	until(&t.results, 1);
	assert_string_equal("0001ff6100", t.value);
	assert_int_equal(0, pgconn_query(t.pc, "SELECT '\\x616200'::bytea", 0,
					 NULL, NULL, NULL, true,
					 result_handler, NULL));
	until(&t.results, 2);
	assert_string_equal("ab", t.value);
}


static void notifications_come_by_themselves(void **state)
{
	(void)state;

	assert_int_equal(0, ask("LISTEN news"));
	until(&t.results, 1);
	pg_do("NOTIFY news, 'hello'");
	until(&t.notes, 1);
	assert_string_equal("hello", t.payload);

	/* and among answers */
	for (int i = 0; i < 5; i++) {
		pg_do("NOTIFY news, 'n%d'", i);
		assert_int_equal(0, ask("SELECT pg_sleep(0.01)"));
	}
	until(&t.notes, 6);
	until(&t.results, 6);
	assert_string_equal("n4", t.payload);
}


static void a_lost_connection_ends_all_and_comes_back(void **state)
{
	(void)state;

	assert_int_equal(0, ask("SELECT pg_sleep(30)"));
	assert_int_equal(0, ask("SELECT 1"));
	pg_do("SELECT pg_terminate_backend(%d)", (int)backend());
	until(&t.downs, 1);
	assert_true(t.why[0]);
	until(&t.results, 2);
	assert_int_equal(2, t.errs);
	assert_int_equal(0, pgconn_pending(t.pc));
	assert_int_equal(ENOTCONN, ask("SELECT 1"));

	until(&t.ups, 2);
	assert_int_equal(0, ask("SELECT 4"));
	until(&t.results, 3);
	assert_string_equal("4", t.value);
}


static void an_idle_connection_that_is_lost_comes_back(void **state)
{
	(void)state;

	pg_do("SELECT pg_terminate_backend(%d)", (int)backend());
	until(&t.downs, 1);
	until(&t.ups, 2);
	assert_int_equal(1, t.downs);
}


static void a_server_that_is_not_there_is_waited_for(void **state)
{
	(void)state;

	conn_open("host=/nonexistent dbname=postgres");
	until(&t.downs, 4);
	assert_int_equal(0, t.ups);
	assert_int_equal(ENOTCONN, ask("SELECT 1"));
	assert_true(t.why[0]);
	assert_null(strchr(t.why, '\n'));
}


/* Unless the user says that it will do */
static void a_server_that_takes_no_writes_is_no_server(void **state)
{
	char conninfo[512];
	(void)state;

	(void)snprintf(conninfo, sizeof(conninfo), "%s options='-c "
		       "default_transaction_read_only=on'", pg_conninfo());
	conn_open(conninfo);
	until(&t.downs, 1);
	assert_int_equal(0, t.ups);
	assert_non_null(strstr(t.why, "read-only"));
	pgconn_free(t.pc);

	strcat(conninfo, " target_session_attrs=any");
	conn_open(conninfo);
	until(&t.ups, 1);
	assert_int_equal(0, t.downs);
}


/* The delay grows: 100, 200, 400 ms ... 3 s. */
static void tries_become_rare(void **state)
{
	unsigned downs;
	uint64_t now = 1000000;
	(void)state;

	conn_open("host=/nonexistent dbname=postgres");
	pgconn_tick(t.pc, now);
	assert_int_equal(1, t.downs);
	pgconn_tick(t.pc, now + 99);
	assert_int_equal(1, t.downs);
	pgconn_tick(t.pc, now + 100);
	assert_int_equal(2, t.downs);
	pgconn_tick(t.pc, now + 299);
	assert_int_equal(2, t.downs);
	for (; now < 1060000; now += 20)
		pgconn_tick(t.pc, now);
	downs = t.downs;
	for (; now < 1090000; now += 20)
		pgconn_tick(t.pc, now);
	assert_in_range(t.downs - downs, 9, 11);
}


static void nonsense_for_a_connection_is_no_crash(void **state)
{
	(void)state;

	conn_open("nonsense");
	until(&t.downs, 1);
	assert_true(t.why[0]);
}


/* The clock is the test's: nobody waits ten seconds. */
static void a_frozen_server_is_given_up(void **state)
{
	const pid_t pid = backend();
	(void)state;

	assert_int_equal(0, kill(pid, SIGSTOP));
	assert_int_equal(0, ask("SELECT 1"));
	pgconn_tick(t.pc, pg_now());
	pg_skip(PG_QUERY_MS - 500);
	pgconn_tick(t.pc, pg_now());
	assert_int_equal(0, t.downs);
	pg_skip(1000);
	pgconn_tick(t.pc, pg_now());
	assert_int_equal(1, t.downs);
	assert_int_equal(1, t.results);
	assert_int_equal(ENOTCONN, t.err);

	until(&t.ups, 2);
	assert_int_equal(0, kill(pid, SIGCONT));
	assert_int_equal(0, ask("SELECT 6"));
	until(&t.results, 2);
	assert_string_equal("6", t.value);
}


static void a_server_that_does_not_greet_is_given_up(void **state)
{
	(void)state;

	assert_int_equal(0, kill(pg_server(), SIGSTOP));
	conn_open(pg_conninfo());
	pgconn_tick(t.pc, pg_now());
	pg_skip(PG_CONNECT_MS + 100);
	pgconn_tick(t.pc, pg_now());
	assert_int_equal(1, t.downs);
	assert_int_equal(0, kill(pg_server(), SIGCONT));
	until(&t.ups, 1);
}


static void a_reset_ends_all_and_comes_back(void **state)
{
	(void)state;

	assert_int_equal(0, ask("SELECT pg_sleep(30)"));
	pgconn_reset(t.pc, "the test\nwants it");
	assert_int_equal(ENOTCONN, ask("SELECT 1"));
	until(&t.downs, 1);
	assert_string_equal("the test", t.why);
	assert_int_equal(1, t.results);
	assert_int_equal(ENOTCONN, t.err);
	until(&t.ups, 2);
}


static void a_reset_may_come_from_the_up_handler(void **state)
{
	(void)state;

	conn_open(pg_conninfo());
	t.reset_up = true;
	until(&t.downs, 2);
	t.reset_up = false;
	until(&t.ups, 3);
	assert_int_equal(0, ask("SELECT 2"));
	until(&t.results, 1);
}


static void freeing_cancels_what_is_pending(void **state)
{
	(void)state;

	assert_int_equal(0, ask("SELECT pg_sleep(30)"));
	assert_int_equal(0, ask("SELECT 1"));
	pgconn_free(t.pc);
	t.pc = NULL;
	assert_int_equal(2, t.results);
	assert_int_equal(ECANCELED, t.err);
	pgconn_free(NULL);
}


#define CONNECTED(test) \
	cmocka_unit_test_setup_teardown(test, conn_up, conn_down)
#define ALONE(test) cmocka_unit_test_teardown(test, conn_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		CONNECTED(statements_are_answered_in_order),
		CONNECTED(large_statements_and_rows_do_not_block),
		CONNECTED(a_refusal_harms_no_other_statement),
		CONNECTED(a_failed_commit_is_a_refusal),
		CONNECTED(binary_values_go_both_ways),
		CONNECTED(notifications_come_by_themselves),
		CONNECTED(a_lost_connection_ends_all_and_comes_back),
		CONNECTED(an_idle_connection_that_is_lost_comes_back),
		ALONE(a_server_that_is_not_there_is_waited_for),
		ALONE(a_server_that_takes_no_writes_is_no_server),
		ALONE(tries_become_rare),
		ALONE(nonsense_for_a_connection_is_no_crash),
		CONNECTED(a_frozen_server_is_given_up),
		ALONE(a_server_that_does_not_greet_is_given_up),
		CONNECTED(a_reset_ends_all_and_comes_back),
		ALONE(a_reset_may_come_from_the_up_handler),
		CONNECTED(freeing_cancels_what_is_pending),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
