/**
 * @file import_column.c  Which column of a file holds the numbers
 */
#include "tui/import_column.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dial.h"
#include "core/text.h"

enum { DIGITS_MIN = 3 };        /* fewer make no number                  */

static const char *const usualv[] = {
	"cld", "number", "phone", "phone_number", "phone number",
	"phonenumber", "telephone", "tel", "mobile", "msisdn", "cell",
};


static size_t digits(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += isdigit((unsigned char)*text) != 0;

	return n;
}


static bool is_number(const char *text)
{
	char buf[NUMBER_MAX + 1];

	return digits(text) >= DIGITS_MIN && !dial_number(buf, NULL, text);
}


static bool is_header(const char *const *fieldv, size_t fieldc)
{
	for (size_t i = 0; i < fieldc; i++) {
		if (digits(fieldv[i]) >= DIGITS_MIN)
			return false;
	}

	return true;
}


/* In a why: the names, as far as there is room */
static void names_add(char *why, size_t size, const char *const *fieldv,
		      size_t fieldc)
{
	char name[64];
	size_t len;

	for (size_t i = 0; i < fieldc; i++) {
		len = strlen(why);
		if (len + sizeof(name) + 8 > size)
			break;
		(void)text_clean(name, sizeof(name), fieldv[i]);
		snprintf(why + len, size - len, "%s'%s'", i ? ", " : " ",
			 name);
	}
}


/* -1: there is none of that name */
static long named(const char *column, const char *const *fieldv,
		  size_t fieldc)
{
	for (size_t i = 0; i < fieldc; i++) {
		if (!strcasecmp(fieldv[i], column))
			return (long)i;
	}

	return -1;
}


static int given(const char *column, bool header, const char *const *fieldv,
		 size_t fieldc, size_t *index, char *why, size_t size)
{
	const long found = header ? named(column, fieldv, fieldc) : -1;
	char *end;
	long n;

	if (found >= 0) {
		*index = (size_t)found;
		return 0;
	}

	n = strtol(column, &end, 10);
	if (isdigit((unsigned char)*column) && !*end && n >= 1 &&
	    (size_t)n <= fieldc) {
		*index = (size_t)n - 1;
		return 0;
	}

	snprintf(why, size, "there is no column '%.60s'; the first line has "
		 "%zu:", column, fieldc);
	names_add(why, size, fieldv, fieldc);

	return EINVAL;
}


static int guess(bool header, const char *const *fieldv, size_t fieldc,
		 size_t *index, char *why, size_t size)
{
	size_t n = 0;

	*index = 0;
	if (fieldc == 1)
		return 0;

	for (size_t i = 0; header && i < sizeof(usualv) / sizeof(usualv[0]);
	     i++) {
		const long found = named(usualv[i], fieldv, fieldc);

		if (found >= 0) {
			*index = (size_t)found;
			return 0;
		}
	}

	for (size_t i = 0; !header && i < fieldc; i++) {
		if (is_number(fieldv[i])) {
			*index = i;
			++n;
		}
	}
	if (n == 1)
		return 0;

	snprintf(why, size, "which column holds the numbers? Say --column "
		 "NAME or N; the first line has %zu:", fieldc);
	names_add(why, size, fieldv, fieldc);

	return EINVAL;
}


int import_column(const char *column, enum header want,
		  const char *const *fieldv, size_t fieldc, bool *header,
		  size_t *index, char *why, size_t size)
{
	*header = want == HEADER_YES ||
		(want == HEADER_DETECT && is_header(fieldv, fieldc));

	return column ? given(column, *header, fieldv, fieldc, index, why,
			      size)
		: guess(*header, fieldv, fieldc, index, why, size);
}
