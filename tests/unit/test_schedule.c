/**
 * @file test_schedule.c  Schedules against a second opinion
 *
 * 100,000 random schedules, each at a random instant, judged by a real
 * PostgreSQL and by the oracle. RINGROUND_SEED=n tries other ones.
 *
 * links: tests/unit/schedule_oracle.o tests/unit/schedule_case.o
 * links: tests/unit/pg_fixture.o sql/embedded.o
 */
#include "tests/unit/schedule_case.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include "tests/unit/pg_fixture.h"

enum {
	CASES      = 100000,
	NEXT_CASES = 4000,      /* the oracle steps through the minutes */
	TOLD       = 10,        /* what is printed of what went wrong   */
	ROW_SIZE   = 256,
};

static struct {
	PGconn *pg;
	struct schedule_case *casev;
} bed;


static void must(PGresult *res, ExecStatusType wanted)
{
	if (PQresultStatus(res) != wanted)
		fail_msg("%s", PQerrorMessage(bed.pg));
}


static void run(const char *sql)
{
	PGresult *res = PQexec(bed.pg, sql);

	must(res, PGRES_COMMAND_OK);
	PQclear(res);
}


/* Rows of what, one or several for each case */
static void copy_in(const char *sql, int (*rows)(const struct schedule_case *,
						 size_t, char *, size_t))
{
	char buf[8 * ROW_SIZE];
	PGresult *res = PQexec(bed.pg, sql);

	must(res, PGRES_COPY_IN);
	PQclear(res);

	for (size_t i = 0; i < CASES; i++) {
		int n = rows(&bed.casev[i], i, buf, sizeof(buf));

		assert_in_range(n, 0, (int)sizeof(buf) - 1);
		assert_int_equal(1, PQputCopyData(bed.pg, buf, n));
	}

	assert_int_equal(1, PQputCopyEnd(bed.pg, NULL));
	res = PQgetResult(bed.pg);
	must(res, PGRES_COMMAND_OK);
	PQclear(res);
	assert_null(PQgetResult(bed.pg));
}


static int row_schedule(const struct schedule_case *cs, size_t i,
			char *buf, size_t size)
{
	return snprintf(buf, size, "%zu\tcase\t%s\n", i, cs->zone);
}


static int row_pair(const struct schedule_case *cs, size_t i,
		    char *buf, size_t size)
{
	char at[64];

	schedule_case_instant(cs, at, sizeof(at));

	return snprintf(buf, size, "%zu\t%s\n", i, at);
}


static int row_records(const struct schedule_case *cs, size_t i,
		       char *buf, size_t size)
{
	size_t n = 0;

	for (size_t k = 0; k < cs->recc; k++) {
		char rec[ROW_SIZE / 2];

		schedule_case_record(cs, k, rec, sizeof(rec));
		n += (size_t)snprintf(buf + n, size - n, "%zu\t%s\n", i, rec);
	}

	return (int)n;
}


static int bed_make(void **state)
{
	const char *seed = getenv("RINGROUND_SEED");

	bed.casev = schedule_cases(CASES, seed ? strtoull(seed, NULL, 10) : 3);
	if (!bed.casev || pg_fixture_start(state) || pg_fixture_fresh(state))
		return -1;
	bed.pg = PQconnectdb(pg_conninfo());

	return PQstatus(bed.pg) == CONNECTION_OK ? 0 : -1;
}


static int bed_drop(void **state)
{
	PQfinish(bed.pg);
	free(bed.casev);

	return pg_fixture_stop(state);
}


static void the_cases_are_loaded(void **state)
{
	(void)state;

	run("CREATE TEMP TABLE pairs (i integer, at timestamptz)");
	copy_in("COPY schedules (i_schedule, name, time_zone) FROM STDIN",
		row_schedule);
	copy_in("COPY schedule_records (i_schedule, start_wday, stop_wday, "
		"start_time, stop_time) FROM STDIN", row_records);
	copy_in("COPY pairs FROM STDIN", row_pair);
	run("ANALYZE");
}


static void tell(size_t i, const char *got, const char *wanted)
{
	const struct schedule_case *cs = &bed.casev[i];
	char text[ROW_SIZE];

	schedule_case_instant(cs, text, sizeof(text));
	print_error("case %zu: %s in %s: %s, not %s; records:\n", i, text,
		    cs->zone, got, wanted);
	for (size_t k = 0; k < cs->recc; k++) {
		schedule_case_record(cs, k, text, sizeof(text));
		print_error("\t%s\n", text);
	}
}


static void schedule_open_says_what_the_oracle_says(void **state)
{
	PGresult *res = PQexec(bed.pg, "SELECT schedule_open(i, at) "
			       "FROM pairs ORDER BY i");
	size_t wrong = 0, open = 0;
	(void)state;

	must(res, PGRES_TUPLES_OK);
	assert_int_equal(CASES, PQntuples(res));
	for (size_t i = 0; i < CASES; i++) {
		const char *got = PQgetvalue(res, (int)i, 0);
		const char *want = schedule_case_open(&bed.casev[i])
			? "t" : "f";

		open += *want == 't';
		if (strcmp(want, got) && wrong++ < TOLD)
			tell(i, got, want);
	}
	PQclear(res);

	/* Cases of one kind only would prove little. */
	assert_in_range(open, CASES / 4, CASES * 3 / 4);
	assert_int_equal(0, wrong);
}


static void schedule_next_change_says_what_the_oracle_says(void **state)
{
	char sql[160], want[32];
	size_t wrong = 0, never = 0;
	PGresult *res;
	(void)state;

	/* Every so many, since each zone has its cases in a row. */
	snprintf(sql, sizeof(sql), "SELECT i, extract(epoch FROM "
		 "schedule_next_change(i, at)) FROM pairs "
		 "WHERE i %% %d = 0 ORDER BY i", CASES / NEXT_CASES);
	res = PQexec(bed.pg, sql);
	must(res, PGRES_TUPLES_OK);
	assert_int_equal(NEXT_CASES, PQntuples(res));

	for (int row = 0; row < NEXT_CASES; row++) {
		const size_t i = strtoul(PQgetvalue(res, row, 0), NULL, 10);
		const char *got = PQgetvalue(res, row, 1);
		const time_t next = schedule_case_next(&bed.casev[i]);

		snprintf(want, sizeof(want), "%" PRId64 ".000000",
			 (int64_t)next);
		if (next < 0)
			want[0] = '\0';
		never += next < 0;
		if (strcmp(want, got) && wrong++ < TOLD)
			tell(i, got, want);
	}
	PQclear(res);

	assert_in_range(never, NEXT_CASES / 20, NEXT_CASES / 2);
	assert_int_equal(0, wrong);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(the_cases_are_loaded),
		cmocka_unit_test(schedule_open_says_what_the_oracle_says),
		cmocka_unit_test(
			schedule_next_change_says_what_the_oracle_says),
	};

	return cmocka_run_group_tests(testv, bed_make, bed_drop);
}
