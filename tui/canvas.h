/**
 * @file canvas.h  A grid of character cells that views draw to
 *
 * Knows no terminal. Text comes as bytes of any kind: what is no printable
 * character is shown as \xNN, and clipping never splits a wide character.
 * Widths are those of wcwidth(3), so LC_CTYPE has to be set before.
 */
#ifndef RINGROUND_CANVAS_H
#define RINGROUND_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct canvas;

/** What a cell means; a terminal without colours shows the same words */
enum attr {
	ATTR_NORMAL,
	ATTR_BOLD,
	ATTR_GOOD,
	ATTR_WARN,
	ATTR_BAD,
	ATTR_DIM,               /**< may not be done now                 */
};

enum {
	ATTRS       = ATTR_DIM + 1,
	ATTR_MASK   = 0x0f,
	ATTR_REV    = 0x10,     /**< a flag beside the meanings          */
	CELL_CHARS  = 3,        /**< one character, two combining ones   */
};

struct cell {
	uint32_t ch[CELL_CHARS];        /**< Unicode; 0: no more         */
	uint8_t width;          /**< 1, 2, or 0: hidden by its left one  */
	uint8_t attr;
};

/**
 * @param utf8  Characters beyond ASCII may be shown
 * @return 0 or ENOMEM
 */
int canvas_alloc(struct canvas **cvp, int width, int height, bool utf8);

/** NULL is fine. */
void canvas_free(struct canvas *cv);

/** All cells become blank. */
void canvas_clear(struct canvas *cv);

int canvas_width(const struct canvas *cv);
int canvas_height(const struct canvas *cv);

/** May it show characters beyond ASCII? */
bool canvas_utf8(const struct canvas *cv);

/** @return the cell, borrowed; NULL outside the grid */
const struct cell *canvas_cell(const struct canvas *cv, int row, int col);

/**
 * Write text from a position on, clipped to max cells and to the grid; what
 * was clipped ends in ~ (UTF-8: an ellipsis)
 *
 * @return cells used
 */
int canvas_put(struct canvas *cv, int row, int col, int max, unsigned attr,
	       const char *text);

/** The same, formatted; longer than 512 bytes is cut */
int canvas_printf(struct canvas *cv, int row, int col, int max,
		  unsigned attr, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/** The same, ending at the last of width cells from col */
int canvas_right(struct canvas *cv, int row, int col, int width,
		 unsigned attr, const char *text);

/** A bar of width cells, brackets included, filled part of whole */
void canvas_bar(struct canvas *cv, int row, int col, int width,
		unsigned attr, uint64_t part, uint64_t whole);

/** Set a flag on every cell of a row */
void canvas_mark(struct canvas *cv, int row, unsigned flag);

/** Cells that a text takes on this canvas, unclipped */
int canvas_measure(const struct canvas *cv, const char *text);

/**
 * Is the character at text shown as it is? Control characters, what is
 * invisible or turns text around, and invalid bytes are not.
 *
 * @return its bytes; negative: they are to be shown as escapes
 */
int canvas_char(const char *text, bool utf8);

/**
 * A row as UTF-8 text without blanks at the end
 *
 * @return bytes, without the NUL; clipped to size
 */
size_t canvas_text(const struct canvas *cv, int row, char *buf, size_t size);

#endif
