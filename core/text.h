/**
 * @file text.h  Text from outside, for logs and for the database
 */
#ifndef RINGROUND_TEXT_H
#define RINGROUND_TEXT_H

#include <stddef.h>

/**
 * The next character of a text
 *
 * @param fit Set to whether it may be shown: valid UTF-8 (RFC 3629 section
 *            4) and no control character, neither of C0, DEL nor of C1
 * @return its length in bytes, 1 to 4; 1 for a byte that begins none
 */
size_t text_next(const char *text, int *fit);

/** The characters of a text; each byte that begins none is one, too */
int text_count(const char *text);

/**
 * Copy with every character that is not fit as '?', clipped to whole
 * characters
 *
 * @return the length that was written, without the NUL
 */
size_t text_clean(char *buf, size_t size, const char *text);

/**
 * Mask what may be a number in a line: of more than seven digits in a row,
 * all but the first four and the last three become '*'
 */
void text_mask(char *line);

#endif
