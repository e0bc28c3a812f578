/**
 * @file text.c  Text from outside, for logs and for the database
 */
#include "core/text.h"

#include <stdbool.h>
#include <string.h>


/* Bytes of the sequence that p begins; 0: it begins none */
static size_t sequence(const unsigned char *p)
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


size_t text_next(const char *text, int *fit)
{
	const unsigned char *p = (const unsigned char *)text;
	const size_t n = sequence(p);
	const bool control = *p < 0x20 || *p == 0x7f
		|| (n == 2 && p[0] == 0xc2 && p[1] < 0xa0);

	*fit = n && !control;

	return n ? n : 1;
}


size_t text_clean(char *buf, size_t size, const char *text)
{
	size_t len = 0;

	if (!size)
		return 0;

	while (*text) {
		int fit;
		const size_t n = text_next(text, &fit);

		if (len + (fit ? n : 1) >= size)
			break;
		if (fit)
			memcpy(buf + len, text, n);
		else
			buf[len] = '?';
		len += fit ? n : 1;
		text += n;
	}

	buf[len] = '\0';
	return len;
}


void text_mask(char *line)
{
	while (*line) {
		const size_t n = strspn(line, "0123456789");
		size_t i;

		for (i = 4; n > 7 && i + 3 < n; i++)
			line[i] = '*';
		line += n ? n : 1;
	}
}


int text_count(const char *text)
{
	int n = 0, fit;

	while (*text) {
		text += text_next(text, &fit);
		++n;
	}

	return n;
}
