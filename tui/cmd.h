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
	STATUS_NONE  = 3,       /**< what was named is not there         */
	STATUS_NO    = 4,       /**< a question was answered by no       */
};

/** Say on stderr, in one line, what is wrong. @return STATUS_ERROR */
int cmd_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * Run a command: cmd_engine() becomes the engine, and returns only when that
 * fails; the status of cmd_db_shell() is psql's.
 */
#define CMD_PROTOTYPE(NAME, name) int cmd_##name(const struct options *opt);
#define CMD_NONE(NAME, name)
COMMAND_LIST(CMD_PROTOTYPE, CMD_NONE)
#undef CMD_PROTOTYPE
#undef CMD_NONE

/** What the console in another process or program has to know, too */
void cmd_console_env(const struct options *opt);

#endif
