/**
 * @file hostile.h  Texts of 500 bytes that nobody would name a thing by
 */
#ifndef RINGROUND_TEST_HOSTILE_H
#define RINGROUND_TEST_HOSTILE_H

#include <stddef.h>
#include <string.h>

enum { HOSTILE_BYTES = 500, HOSTILE_TEXTS = 6 };

/** Which: wide characters, combining marks, control bytes, invalid UTF-8,
 * all of these, plain words; cut in the midst of what the last byte is of */
static inline const char *hostile_text(char buf[HOSTILE_BYTES + 1],
				       size_t which)
{
	static const char *const unit[HOSTILE_TEXTS] = {
		"\u6e2c", "\u0301", "\x1b", "\xff",
		"i\u0308\u6e2c\x07\xe6\xb8", "long ",
	};
	size_t len = strlen(unit[which]), at = 0;

	/* A mark needs one that it can stand on. */
	if (which == 1)
		buf[at++] = 'o';
	for (size_t i = 0; at < HOSTILE_BYTES; i++)
		buf[at++] = unit[which][i % len];
	buf[at] = '\0';

	return buf;
}

#endif
