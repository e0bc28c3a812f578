/**
 * @file database.h  Which database: -d, the environment, or the embedded one
 */
#ifndef RINGROUND_DATABASE_H
#define RINGROUND_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include "sql/cluster.h"
#include "sql/db.h"
#include "tui/options.h"

struct database {
	const char *conninfo;   /**< NULL: the environment               */
	struct cluster *cluster;        /**< NULL unless it is embedded  */
};

/**
 * Decide, and start the embedded one when it is that
 *
 * The environment counts when it names a place: PGHOST, PGHOSTADDR, PGPORT,
 * PGDATABASE, PGUSER or PGSERVICE is set and not empty.
 *
 * @return 0 or an errno, with why
 */
int database_choose(struct database *dt, const struct options *opt,
		    char *why, size_t size);

/** Is a database named by -d or the environment, so not the embedded one? */
bool database_named(const struct options *opt);

/**
 * Connect, and see that the schema is right; the embedded one gets it
 *
 * @param dbp  To be closed by the caller, on 0
 */
int database_open(struct db **dbp, const struct database *dt,
		  char *why, size_t size);

/** Leave the embedded one */
void database_leave(struct database *dt);

#endif
