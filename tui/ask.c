/**
 * @file ask.c  A question on a terminal before something is lost
 */
#include "tui/ask.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>


bool ask_possible(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}


bool ask_yes(const char *question)
{
	char line[16];

	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!fgets(line, sizeof(line), stdin))
		return false;

	line[strcspn(line, "\r\n")] = '\0';

	return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}
