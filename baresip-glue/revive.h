/**
 * @file revive.h  The embedded database is started again when it has died
 *
 * All functions belong to the loop thread; the work is done on another.
 */
#ifndef RINGROUND_REVIVE_H
#define RINGROUND_REVIVE_H

#include <stdbool.h>
#include <stdint.h>

struct cluster;
struct revive;

enum {
	REVIVE_AFTER_MS = 5000,         /**< without a connection        */
	REVIVE_MAX_MS   = 60000,        /**< between two tries, at most  */
};

/** The cluster is borrowed. @return 0 or ENOMEM */
int revive_alloc(struct revive **rvp, struct cluster *cl);

/** Waits for a try that is under way. NULL is fine. */
void revive_free(struct revive *rv);

/** Time passes, with the database there or away. NULL is fine. */
void revive_tick(struct revive *rv, bool there, uint64_t now_ms);

#endif
