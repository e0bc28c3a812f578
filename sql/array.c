/**
 * @file array.c  PostgreSQL array literals, built element by element
 */
#include "sql/array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


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


/* Length of the valid UTF-8 sequence at p (RFC 3629 section 4), else 0 */
static size_t utf8_len(const unsigned char *p)
{
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	else if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;

	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}

	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)
	    || (p[0] == 0xf0 && p[1] < 0x90)
	    || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;

	return n;
}


/* C0, DEL, and C1 as its two bytes; or no character at all */
static bool is_control(const unsigned char *p, size_t n)
{
	return !n || *p < 0x20 || *p == 0x7f
		|| (n == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}


void array_add_text(struct array *ar, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (!text) {
		array_add_null(ar);
		return;
	}

	element(ar);
	put(ar, "\"", 1);
	while (*p) {
		const size_t n = utf8_len(p);

		if (is_control(p, n)) {
			put(ar, "?", 1);
			p += n ? n : 1;
			continue;
		}
		if (*p == '"' || *p == '\\')
			put(ar, "\\", 1);
		put(ar, (const char *)p, n);
		p += n;
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
