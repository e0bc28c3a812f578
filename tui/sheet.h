/**
 * @file sheet.h  The results of commands: a table, CSV, or JSON
 *
 * The same columns in all three. A table is for people: aligned, instants in
 * local time, nothing that a terminal would obey. CSV (RFC 4180) has a line
 * of names, instants of ISO 8601 in UTC, true and false. JSON (RFC 8259) is
 * an array of objects, or an object for a single thing; NULL is null.
 */
#ifndef RINGROUND_SHEET_H
#define RINGROUND_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct options;
struct sheet;

enum { SHEET_COLUMNS = 32 };    /**< at most                             */

/** How a cell's text, as PostgreSQL writes it, is to be taken */
enum sheet_kind {
	SHEET_TEXT,
	SHEET_NUMBER,
	SHEET_BOOL,             /**< t or f                              */
	SHEET_TIME,             /**< milliseconds since 1970: epoch_ms() */
};

struct sheet_column {
	const char *name;       /**< lower case, with underscores        */
	enum sheet_kind kind;
};

/**
 * Begin on standard output, in the form that the options ask for
 *
 * @param colv    Borrowed until the end
 * @param single  One thing, a line a column in a table: exactly one row
 * @param none    What a table says when there is no row; NULL: nothing
 * @return 0 or ENOMEM
 */
int sheet_begin(struct sheet **shp, const struct options *opt,
		const struct sheet_column *colv, size_t colc, bool single,
		const char *none);

/** The same on a file */
int sheet_begin_file(struct sheet **shp, FILE *f, const struct options *opt,
		     const struct sheet_column *colv, size_t colc,
		     bool single, const char *none);

/**
 * Add a row, copied; NULL cells are empty. A db_row_h, with the sheet as arg
 */
void sheet_row(const char *const *cellv, size_t cellc, void *arg);

/** How many rows there were */
size_t sheet_rows(const struct sheet *sh);

/** Print what is left, and free it. @return 0, or an errno; NULL is fine */
int sheet_end(struct sheet *sh);

/** Free it without the end: something went wrong. NULL is fine. */
void sheet_drop(struct sheet *sh);

/** A string of JSON (RFC 8259 section 7); what is no UTF-8 becomes U+FFFD */
void sheet_json_text(FILE *f, const char *text);

#endif
