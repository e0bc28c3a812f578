/**
 * @file import_read.h  A file of numbers, on its way into the database
 *
 * Its lines go into the temporary table import_lines as they are read, those
 * that hold no number with the reason: memory does not grow with the file.
 */
#ifndef RINGROUND_IMPORT_READ_H
#define RINGROUND_IMPORT_READ_H

#include <stdbool.h>
#include <stdint.h>
#include "core/dial.h"
#include "tui/import_column.h"
#include "tui/progress.h"
#include "tui/tool.h"

struct import_prm {
	const char *path;               /**< "-": standard input         */
	const char *column;             /**< or NULL: see import_column  */
	enum header header;
	bool latin1;
	char delimiter;                 /**< 0: found out                */
	const struct dial_plan *home;   /**< or NULL: see dial_number    */
};

struct import_counts {
	uint64_t read;          /**< records, without a header           */
	uint64_t invalid;       /**< of these: no number in them         */
};

/**
 * What the options say
 *
 * @return 0, or EINVAL with why
 */
int import_options(struct import_prm *prm, const struct options *opt,
		   char *why, size_t size);

/**
 * Read the file into import_lines, in the transaction that is open
 *
 * @param pr  Shows how far it is; to be ended by the caller
 * @return 0 or an errno, with tl->why; ENOENT when there is no such file
 */
int import_read(struct tool *tl, const struct import_prm *prm,
		struct progress *pr, struct import_counts *counts);

#endif
