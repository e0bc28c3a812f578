/**
 * @file main.c  The program: options, then one of its commands
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/cmd.h"
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


static int print(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout))
		return STATUS_ERROR;

	return STATUS_OK;
}


static int run(const struct options *opt)
{
	switch (opt->command) {

	case COMMAND_ENGINE:
		return cmd_engine(opt);

	case COMMAND_CONSOLE:
		return cmd_console(opt);

	case COMMAND_DEMO:
		return cmd_demo(opt);

	case COMMAND_DB_INIT:
		return cmd_db_init(opt);

	case COMMAND_DB_SHELL:
		return cmd_db_shell(opt);

	case COMMAND_NODES:
		return cmd_nodes(opt);

	case COMMAND_PROMPT_ADD:
		return cmd_prompt_add(opt);

	case COMMAND_DB:
	case COMMAND_PROMPT:
		break;
	}

	return STATUS_USAGE;
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

	if (opt.help)
		return print(help_text(opt.command));

	if (opt.version)
		return print("ringround " VERSION "\n");

	return flushed(run(&opt));
}
