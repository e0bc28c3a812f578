/**
 * @file model_cursor.h  The cursor and the window of a scrolling list
 *
 * The cursor stays on the row with its id when rows move.
 */
#ifndef RINGROUND_MODEL_CURSOR_H
#define RINGROUND_MODEL_CURSOR_H

#include <stddef.h>
#include <stdint.h>

struct cursor {
	int64_t id;             /**< of the row under the cursor         */
	size_t cur;             /**< index of that row                   */
	size_t top;             /**< index of the first row shown        */
	size_t n;               /**< rows there are                      */
	size_t rows;            /**< rows that fit the screen, 1 at least */
};

/** The id of row i; rows is what cursor_remap() was given */
typedef int64_t (cursor_id_h)(const void *rows, size_t i);

/** Move the cursor by so many rows, clamped; idh may be NULL without ids */
void cursor_move(struct cursor *cu, int64_t by, cursor_id_h *idh,
		 const void *rows);

/** The rows are others now: find the cursor's row, and keep its line. */
void cursor_remap(struct cursor *cu, size_t n, cursor_id_h *idh,
		  const void *rows);

/** Another height */
void cursor_resize(struct cursor *cu, size_t rows);

#endif
