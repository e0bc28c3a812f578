/**
 * @file conceal.c  What does not stay on the command line
 */
#include "tui/conceal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>


const char *conceal_conninfo(char *value)
{
	static char *copy;
	const bool secret = strcasestr(value, "pass") ||
		(strstr(value, "://") && strchr(value, '@'));

	if (!secret)
		return value;

	free(copy);
	copy = strdup(value);
	if (!copy)
		return value;

	memset(value, '*', strlen(value));

	return copy;
}
