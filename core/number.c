/**
 * @file number.c  What may go onto the wire as a number
 */
#include "core/number.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static const char scheme[] = "sip:";


bool number_is_uri(const char *number)
{
	return !strncmp(number, scheme, sizeof(scheme) - 1);
}


/* Escapes, parameters and headers are left out: nobody needs them here. */
static const char *refuse_uri(const char *uri)
{
	static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789";
	const char *p = uri + sizeof(scheme) - 1;
	size_t len;

	if (strlen(uri) > NUMBER_URI_MAX)
		return "the URI is longer than 200 characters";

	for (len = 0; p[len] && (strchr(alnum, p[len])
				 || strchr("._~+*-", p[len])); len++)
		;
	if (!len || p[len] != '@')
		return "the URI's user holds a character that is not "
			"allowed here";

	p += len + 1;
	for (len = 0; p[len] && (strchr(alnum, p[len])
				 || strchr(".-", p[len])); len++)
		;
	if (!len)
		return "the URI has no host";
	if (p[len] == ':' && p[len + 1]) {
		p += len + 1;
		len = strspn(p, "0123456789");
		if (len > 5 || atoi(p) < 1 || atoi(p) > UINT16_MAX)
			return "the URI's port is none from 1 to 65535";
	}

	return p[len] ? "the URI's host holds a character that is not "
		"allowed here" : NULL;
}


const char *number_refuse(const char *number, bool uri_allowed)
{
	const char *p = number;
	size_t len;

	if (!*p)
		return "the number is empty";

	if (number_is_uri(number))
		return uri_allowed ? refuse_uri(number)
			: "a sip: URI is no number here: see config "
			  "campaign/sipuri";

	if (*p == '+')
		++p;

	len = strspn(p, "0123456789*#");
	if (p[len])
		return "the number holds a character that is no digit, "
			"* or #";
	if (!len)
		return "the number has no digit";
	if ((size_t)(p - number) + len > NUMBER_MAX)
		return "the number is longer than 32 characters";

	return NULL;
}


static int escape_user(char *buf, size_t size, const char *user)
{
	size_t n = 0;

	for (; *user; user++) {

		if (n + 4 > size)
			return ENAMETOOLONG;
		if (*user == '#') {
			memcpy(buf + n, "%23", 3);
			n += 3;
		}
		else {
			buf[n++] = *user;
		}
	}

	buf[n] = '\0';
	return 0;
}


int number_uri(char *buf, size_t size, const char *number, const char *host)
{
	char user[4 * NUMBER_MAX];
	int n;

	if (number_is_uri(number)) {
		n = snprintf(buf, size, "%s", number);
	}
	else {
		if (escape_user(user, sizeof(user), number))
			return ENAMETOOLONG;
		n = snprintf(buf, size, "sip:%s@%s", user, host);
	}

	return n < 0 || (size_t)n >= size ? ENAMETOOLONG : 0;
}
