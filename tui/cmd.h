/**
 * @file cmd.h  The commands of the program; each returns its exit status
 */
#ifndef RINGROUND_CMD_H
#define RINGROUND_CMD_H

#include "tui/options.h"

enum {
	STATUS_OK    = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
};

/** Say on stderr, in one line, what is wrong. @return STATUS_ERROR */
int cmd_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** Become the engine; returns only when that fails */
int cmd_engine(const struct options *opt);

/** Show a running system, or print its tables */
int cmd_console(const struct options *opt);

/** What the console in another process or program has to know, too */
void cmd_console_env(const struct options *opt);

int cmd_demo(const struct options *opt);

int cmd_db_init(const struct options *opt);

/** psql on the database; the status is psql's */
int cmd_db_shell(const struct options *opt);

/** List the engines on the database */
int cmd_nodes(const struct options *opt);

int cmd_prompt_add(const struct options *opt);

#endif
