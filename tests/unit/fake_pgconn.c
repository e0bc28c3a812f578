/**
 * @file fake_pgconn.c  A connection that notes its statement, for reports
 */
#include "tests/unit/fake_pgconn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "sql/embedded.h"

const char sql_apply_reports[] = "apply";

struct fake_pgconn fake_pg;

/* Never looked into */
static struct pgconn *const conn = (struct pgconn *)&fake_pg;


int pgconn_query(struct pgconn *pc, const char *sql, int paramc,
		 const char *const *paramv, const int *lenv,
		 const int *formatv, bool binary,
		 pgconn_result_h *h, void *arg)
{
	assert_ptr_equal(conn, pc);
	assert_ptr_equal(sql_apply_reports, sql);
	assert_int_equal(FAKE_PARAMS, paramc);
	assert_null(lenv);
	assert_null(formatv);
	assert_false(binary);
	if (fake_pg.err)
		return fake_pg.err;

	assert_null(fake_pg.h);
	++fake_pg.sent;
	for (int i = 0; i < FAKE_PARAMS; i++) {
		assert_true(strlen(paramv[i]) < FAKE_TEXT);
		strcpy(fake_pg.paramv[i], paramv[i]);
	}
	fake_pg.h = h;
	fake_pg.arg = arg;

	return 0;
}


/* In place of libpq's: results of the test carry no fields */
char *PQresultErrorField(const PGresult *res, int field)
{
	(void)res;

	if (field == PG_DIAG_SQLSTATE)
		return (char *)(uintptr_t)fake_pg.state;
	if (field == PG_DIAG_CONTEXT)
		return (char *)(uintptr_t)fake_pg.context;

	return (char *)(uintptr_t)"words of the server";
}


void fake_pgconn_answer(int err, const char *state)
{
	pgconn_result_h *h = fake_pg.h;

	assert_non_null(h);
	fake_pg.h = NULL;
	fake_pg.state = state;
	h(err, NULL, fake_pg.arg);
}


static uint64_t now_handler(void *arg)
{
	(void)arg;

	return fake_pg.now;
}


static void log_handler(const char *line, void *arg)
{
	(void)arg;
	++fake_pg.lines;
	(void)snprintf(fake_pg.line, sizeof(fake_pg.line), "%s", line);
}


int fake_pgconn_up(void **state)
{
	(void)state;

	memset(&fake_pg, 0, sizeof(fake_pg));
	fake_pg.now = FAKE_T0;

	return reports_alloc(&fake_pg.rp, "node", now_handler, log_handler,
			     NULL);
}


int fake_pgconn_down(void **state)
{
	(void)state;
	reports_free(fake_pg.rp);

	return 0;
}


void fake_pgconn_add(enum report_kind kind, int64_t attempt)
{
	struct report rep = {
		.kind       = kind,
		.phone_id   = attempt + 100,
		.attempt_id = attempt,
		.attempt_no = 1,
		.status     = PHONE_FAILURE,
		.outcome    = OUTCOME_FAILURE,
		.cld        = "5",
	};

	assert_int_equal(0, reports_add(fake_pg.rp, &rep));
}


void fake_pgconn_send(void)
{
	reports_send(fake_pg.rp, conn);
}
