/**
 * @file style.h  What the meaning of a cell looks like on a terminal
 *
 * Only the terminal's own colours, red, yellow and green, bold, dim and
 * reverse; what a colour says is a word on the screen, too.
 */
#ifndef RINGROUND_STYLE_H
#define RINGROUND_STYLE_H

#include <stdbool.h>

enum colour {
	COLOUR_OWN,             /**< the terminal's foreground           */
	COLOUR_RED,
	COLOUR_GREEN,
	COLOUR_YELLOW,
};

struct style {
	enum colour colour;
	bool bold;
	bool dim;
	bool reverse;
};

/**
 * @param attr    enum attr of tui/canvas.h, with its flags
 * @param colours The terminal has colours, and they are wanted
 */
struct style style_of(unsigned attr, bool colours);

/** The style as a letter, for whoever compares screens: see style.c */
char style_letter(struct style st);

#endif
