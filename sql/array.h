/**
 * @file array.h  PostgreSQL array literals, built element by element
 *
 * Text is quoted and made valid UTF-8: what is no UTF-8, and control
 * characters, become '?'. An error is kept until array_text().
 */
#ifndef RINGROUND_ARRAY_H
#define RINGROUND_ARRAY_H

#include <stddef.h>
#include <stdint.h>

struct array {
	char *buf;              /**< owned                               */
	size_t len;
	size_t size;
	int err;
};

/** Append; text NULL is the NULL of SQL */
void array_add_text(struct array *ar, const char *text);
void array_add_int(struct array *ar, int64_t n);
void array_add_null(struct array *ar);

/**
 * The finished literal, borrowed until array_free(); nothing may be added
 * afterwards.
 *
 * @return NULL when memory ran out
 */
const char *array_text(struct array *ar);

/** Frees the text; the array is empty again. */
void array_free(struct array *ar);

#endif
