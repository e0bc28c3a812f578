/**
 * @file reports.h  Reports on their way to the database
 *
 * Kept until committed. One batch is on its way at a time; what comes up
 * meanwhile goes out with the next, so a busy engine writes few large
 * statements and a quiet one writes at once. A later report of an attempt
 * takes the place of an earlier one that has not been sent.
 *
 * Times go out as ages, which the server takes from its own clock when it
 * gets to them: ends that it was late to write are sent once more.
 */
#ifndef RINGROUND_REPORTS_H
#define RINGROUND_REPORTS_H

#include "core/ports.h"
#include "sql/array.h"
#include "sql/pgconn.h"

struct reports;

enum {
	REPORTS_BATCH = 500,    /**< reports a statement                 */
	REPORTS_RETRY_MS = 500, /**< after a refusal that may pass       */
	REPORTS_LATE_MS = 2000, /**< ages are not true that far          */
	REPORTS_CLASH_MS = 50,  /**< after one that met another writer   */
};

typedef void (reports_log_h)(const char *line, void *arg);

/** The clock of the reports' stamps, milliseconds */
typedef uint64_t (reports_now_h)(void *arg);

/** node is copied. @return 0 or ENOMEM */
int reports_alloc(struct reports **rpp, const char *node,
		  reports_now_h *nowh, reports_log_h *logh, void *arg);

/** What is not committed is lost. NULL is fine. */
void reports_free(struct reports *rp);

/** Have memory for a report of so many attempts more. @return 0 or ENOMEM */
int reports_reserve(struct reports *rp, size_t n);

/** Copied. @return 0; ENOMEM: there is none, and none was put by */
int reports_add(struct reports *rp, const struct report *rep);

/**
 * Send what waits, if nothing is on its way
 *
 * @param pc The connection; NULL: not now
 */
void reports_send(struct reports *rp, struct pgconn *pc);

/** Reports not yet committed */
size_t reports_pending(const struct reports *rp);

/**
 * Does the database refuse what is reported, whatever it is? It may be full,
 * or read-only. Whoever is rung now may be rung again after a crash.
 */
bool reports_stuck(const struct reports *rp);

/** Add the attempts of all pending reports to an array of bigint */
void reports_attempts(const struct reports *rp, struct array *ar);

#endif
