/**
 * @file golden.h  Whole screens, compared with files in tests/unit/golden
 *
 * A file holds the screen as text, then each cell's look, a letter a cell
 * (tui/style.c: b bold, d dim, r g y colours, capitals reversed, X plain
 * reverse): on a terminal with colours, and on one without. With
 * GOLDEN_UPDATE=1 in the environment the files are written instead.
 */
#ifndef RINGROUND_TEST_GOLDEN_H
#define RINGROUND_TEST_GOLDEN_H

#include "tui/view.h"

/** Draw and compare with NAME-80x24-utf8.txt and the like */
void golden(struct model *m, const char *name, int width, int height,
	    bool utf8);

/** At 60x16, 80x24 and 200x60, in ASCII and UTF-8 */
void golden_all(struct model *m, const char *name);

/** Draw at any size, for the sanitizers to watch */
void golden_none(struct model *m, int width, int height);

#endif
