/**
 * @file array.c  PostgreSQL array literals, built element by element
 */
#include "sql/array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/text.h"


static void put(struct array *ar, const char *p, size_t n)
{
	if (ar->err)
		return;

	if (ar->len + n + 1 > ar->size) {
		size_t size = ar->size ? ar->size : 64;
		char *buf;

		while (size < ar->len + n + 1)
			size *= 2;
		buf = realloc(ar->buf, size);
		if (!buf) {
			ar->err = ENOMEM;
			return;
		}
		ar->buf = buf;
		ar->size = size;
	}

	memcpy(ar->buf + ar->len, p, n);
	ar->len += n;
	ar->buf[ar->len] = '\0';
}


static void element(struct array *ar)
{
	put(ar, ar->len ? "," : "{", 1);
}


void array_add_text(struct array *ar, const char *text)
{
	if (!text) {
		array_add_null(ar);
		return;
	}

	element(ar);
	put(ar, "\"", 1);
	while (*text) {
		int fit;
		const size_t n = text_next(text, &fit);

		if (*text == '"' || *text == '\\')
			put(ar, "\\", 1);
		put(ar, fit ? text : "?", fit ? n : 1);
		text += n;
	}
	put(ar, "\"", 1);
}


void array_add_int(struct array *ar, int64_t n)
{
	char buf[24];
	const int len = snprintf(buf, sizeof(buf), "%" PRId64, n);

	element(ar);
	put(ar, buf, (size_t)len);
}


void array_add_null(struct array *ar)
{
	element(ar);
	put(ar, "NULL", 4);
}


const char *array_text(struct array *ar)
{
	if (!ar->len)
		put(ar, "{", 1);
	put(ar, "}", 1);

	return ar->err ? NULL : ar->buf;
}


void array_free(struct array *ar)
{
	free(ar->buf);
	memset(ar, 0, sizeof(*ar));
}
