/**
 * @file print.h  The console's tables on standard output
 */
#ifndef RINGROUND_PRINT_H
#define RINGROUND_PRINT_H

#include "sql/db.h"
#include "tui/options.h"

/**
 * Print the table that the options name, once: as on the screen, as CSV, or
 * as a line a row. Phones go page by page: any number of them.
 *
 * @return 0; ENOENT when the campaign or phone is not there; or an errno of
 *         the database
 */
int print_tables(struct db *db, const struct options *opt,
		 char *why, size_t size);

#endif
