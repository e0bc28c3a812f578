/**
 * @file main.c  The program: options, then one of its commands
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/cmd.h"
#include "tui/command.h"
#include "tui/help.h"

enum { LINE_SIZE = 1024 };


/* Whatever words of others hold, it stays one line without control bytes. */
int cmd_fail(const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);

	for (char *p = line; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	}

	fprintf(stderr, "ringround: %s\n", line);

	return STATUS_ERROR;
}


static int run(const struct options *opt)
{
	static int (*const runv[COMMANDS])(const struct options *opt) = {
#define COMMAND_RUN(NAME, name) [COMMAND_##NAME] = cmd_##name,
#define GROUP_RUN(NAME, name)
		COMMAND_LIST(COMMAND_RUN, GROUP_RUN)
#undef COMMAND_RUN
#undef GROUP_RUN
	};

	if (opt->help) {
		help_print(stdout, opt->command);
		return STATUS_OK;
	}
	if (opt->version) {
		puts("ringround " VERSION);
		return STATUS_OK;
	}

	return runv[opt->command] ? runv[opt->command](opt) : STATUS_USAGE;
}


int cmd_completion(const struct options *opt)
{
	(void)opt;
	help_completion(stdout);

	return STATUS_OK;
}


/* What could not be written was not done, for whoever reads it. */
static int flushed(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;

	cmd_fail("the output cannot be written");

	return status ? status : STATUS_ERROR;
}


int main(int argc, char *argv[])
{
	struct options opt;
	char why[LINE_SIZE];

	if (options_parse(&opt, argc, argv, why, sizeof(why))) {
		cmd_fail("%s", why);
		return STATUS_USAGE;
	}

	return flushed(run(&opt));
}
