/**
 * @file edit.h  A line of text that is being typed
 *
 * Bytes, not characters: what a terminal sends beyond ASCII comes byte by
 * byte, and is taken back by whole characters.
 */
#ifndef RINGROUND_EDIT_H
#define RINGROUND_EDIT_H

#include <stdbool.h>
#include <stddef.h>

enum { EDIT_SIZE = 416 };

struct edit {
	char text[EDIT_SIZE];
	size_t len;
};

/** Begin with this text; longer is cut. */
void edit_set(struct edit *ed, const char *text);

/**
 * Take a key: a character, backspace, ^U (all), ^W (a word)
 *
 * @return true when the text is another now
 */
bool edit_key(struct edit *ed, int key);

#endif
