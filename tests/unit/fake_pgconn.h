/**
 * @file fake_pgconn.h  A connection that notes its statement, for reports
 */
#ifndef RINGROUND_FAKE_PGCONN_H
#define RINGROUND_FAKE_PGCONN_H

#include "sql/reports.h"

enum {
	FAKE_PARAMS = 22,
	FAKE_TEXT   = 16000,
	FAKE_T0     = 500000,   /**< where the clock begins              */
};

/** A queue of reports, and all that a test looks at */
struct fake_pgconn {
	struct reports *rp;
	uint64_t now;
	int err;                /**< of the next statements              */
	unsigned sent;
	char paramv[FAKE_PARAMS][FAKE_TEXT];    /**< of the last one     */
	pgconn_result_h *h;     /**< of the statement on its way         */
	void *arg;
	const char *state;      /**< SQLSTATE of its refusal             */
	const char *context;    /**< where the server was at it          */
	unsigned lines;
	char line[512];         /**< the last one that was logged        */
};

/** There is one. */
extern struct fake_pgconn fake_pg;

/** cmocka set-up and tear-down */
int fake_pgconn_up(void **state);
int fake_pgconn_down(void **state);

/** Add a report of an attempt without any facts */
void fake_pgconn_add(enum report_kind kind, int64_t attempt);

/** Send what waits */
void fake_pgconn_send(void);

/** Answer the statement on its way; state is for EPROTO */
void fake_pgconn_answer(int err, const char *state);

#endif
