/**
 * @file fuzz.h  What the targets of libFuzzer share
 *
 * A target is a file fuzz_NAME.c with a line "links: ...", as the unit tests
 * have it, and a folder corpus/NAME of inputs to begin with.
 */
#ifndef RINGROUND_TEST_FUZZ_H
#define RINGROUND_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/** What must hold for any input; libFuzzer keeps the one where it did not */
#define EXPECT(what)							\
	do {								\
		if (!(what)) {						\
			fprintf(stderr, "%s:%d: not so: %s\n",		\
				__FILE__, __LINE__, #what);		\
			abort();					\
		}							\
	} while (0)


/** The input as text that ends where its memory does. @return to be freed */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	EXPECT(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';

	return text;
}


/** Take a byte from the front of the input; 0 when it is empty */
static inline uint8_t fuzz_byte(const uint8_t **data, size_t *size)
{
	if (!*size)
		return 0;

	--*size;
	return *(*data)++;
}


/** Is it one line that a terminal can show? */
static inline bool fuzz_line(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	}

	return true;
}

#endif
