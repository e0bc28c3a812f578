/**
 * @file pgconn.h  One asynchronous connection to PostgreSQL on libre's loop
 *
 * Connects, reconnects for ever with a growing delay, runs statements in
 * pipeline mode, each with a timeout, and passes notifications on. All
 * functions belong to the loop thread, and none of them blocks, except that
 * libpq looks up host names by itself.
 */
#ifndef RINGROUND_PGCONN_H
#define RINGROUND_PGCONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libpq-fe.h>

struct pgconn;

enum {
	PG_QUERY_MS       = 10000,      /**< then the connection is dead */
	PG_CONNECT_MS     = 5000,
	PG_RETRY_MIN_MS   = 100,
	PG_RETRY_MAX_MS   = 3000,
};

/**
 * The end of a statement: err 0 with its rows; EPROTO with the server's
 * refusal in res; ENOTCONN (res NULL) when the connection was lost and
 * nobody knows whether it was carried out; ECANCELED (res NULL) when
 * pgconn_free() drops it: release arg, and do nothing else. 0 comes only
 * when it is committed. res is borrowed.
 */
typedef void (pgconn_result_h)(int err, const PGresult *res, void *arg);

/** Connected: statements may be sent. */
typedef void (pgconn_up_h)(void *arg);

/** Lost, or not reached, with words; tries go on. */
typedef void (pgconn_down_h)(const char *why, void *arg);

typedef void (pgconn_notify_h)(const char *channel, const char *payload,
			       void *arg);

struct pgconn_prm {
	const char *conninfo;   /**< NULL: the PG* environment; copied   */
	const char *app;        /**< application_name; copied            */
	pgconn_up_h *uph;
	pgconn_down_h *downh;
	pgconn_notify_h *notifyh;
	void *arg;
};

/**
 * Begin to connect with the next pgconn_tick()
 *
 * @return 0 or ENOMEM
 */
int pgconn_alloc(struct pgconn **pcp, const struct pgconn_prm *prm);

/** Closes at once; pending handlers get ECANCELED. NULL is fine. */
void pgconn_free(struct pgconn *pc);

/** Time passes: to be called a few times a second, by a steady clock. */
void pgconn_tick(struct pgconn *pc, uint64_t now_ms);

/**
 * Send a statement
 *
 * @param lenv    Lengths of binary parameters; NULL when all are text
 * @param formatv 1 for binary parameters; NULL when all are text
 * @param binary  Whether the rows come in binary
 * @return 0; ENOTCONN when there is no connection; ENOMEM
 */
int pgconn_query(struct pgconn *pc, const char *sql, int paramc,
		 const char *const *paramv, const int *lenv,
		 const int *formatv, bool binary,
		 pgconn_result_h *h, void *arg);

/**
 * Drop the connection and try again: all pending statements end with
 * ENOTCONN. Not from within a handler of this connection but pgconn_up_h
 * and pgconn_result_h.
 */
void pgconn_reset(struct pgconn *pc, const char *why);

/** Statements sent and not yet answered */
size_t pgconn_pending(const struct pgconn *pc);

/** Microseconds that the last answered statement took; 0: none yet */
uint32_t pgconn_took_us(const struct pgconn *pc);

/** Milliseconds until the next try to connect; -1: connected, or trying */
int64_t pgconn_retry_ms(const struct pgconn *pc);

#endif
