/**
 * @file table.h  Rows in columns: on a canvas, as CSV, as plain lines
 *
 * A column says how its cells read; a screen, a CSV file and the lines for a
 * screen reader are made from the same ones.
 */
#ifndef RINGROUND_TABLE_H
#define RINGROUND_TABLE_H

#include <stdio.h>
#include "tui/view.h"

enum {
	FIELD_SIZE    = 512,
	TABLE_COLUMNS = 16,     /**< at the most                         */
};

/** What one cell of a table says */
struct field {
	char text[FIELD_SIZE];
	unsigned attr;
	bool bar;               /**< on a canvas: a bar, no text         */
	uint64_t part, whole;
};

/**
 * Fill a cell; fd comes empty. With v->raw it is for a program: numbers
 * without separators, times of ISO 8601, no abbreviations.
 */
typedef void (table_cell_h)(struct field *fd, const struct view *v,
			    const void *row);

struct table_column {
	const char *head;       /**< on screens; "": none                */
	const char *name;       /**< in CSV and plain; NULL: not there   */
	const char *said;       /**< in plain, where the name has a unit
				     that is the CSV's alone             */
	int min, max;           /**< cells                               */
	int rank;               /**< 0 always stays; the highest goes
				     first when it gets narrow           */
	int grow;               /**< those with the least get what is
				     left over first; 0: never           */
	bool right;
	int sort;               /**< enum sort_key; SORT_NONE            */
	table_cell_h *cellh;
};

/** Row i of what is shown; NULL ends it. */
typedef const void *(table_row_h)(const struct model *m, size_t i);

/** Is it tagged? */
typedef bool (table_tagged_h)(const struct model *m, size_t i);

struct table {
	const struct table_column *columnv;
	size_t columnc;
	table_row_h *rowh;
	table_tagged_h *taggedh;        /**< NULL: the list has it       */
};

/** Where columns are on a canvas; cells 0: left out */
struct table_place {
	int col[TABLE_COLUMNS];
	int cells[TABLE_COLUMNS];
};

void table_place(struct table_place *tp, const struct table *tb, int width);

/** The heads into a row, the rows of the list below. */
void table_draw(const struct view *v, const struct table *tb,
		const struct model_list *ls, int row);

/** A line of the columns' names, then a line a row; RFC 4180 */
void table_csv_head(FILE *f, const struct table *tb);
void table_csv_row(FILE *f, const struct view *v, const struct table *tb,
		   const void *row);

/** One line a row: what it is, then name and value of each column */
void table_plain_row(FILE *f, const struct view *v, const struct table *tb,
		     const void *row);

/** Text of others on a line of its own: control bytes become \xNN */
void table_print(FILE *f, const char *text);

#endif
