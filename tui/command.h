/**
 * @file command.h  The table of commands: words, options, help
 *
 * A command is a line of COMMAND_LIST, a definition in one of the files
 * command_*.c, and a function in a cmd_*.c. Parsing, --help, the completion
 * of shells and the check of the manual page come from these.
 */
#ifndef RINGROUND_COMMAND_H
#define RINGROUND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/**
 * All commands in the order of help. COMMAND(NAME, name) makes COMMAND_NAME
 * and wants command_name, its definition, and cmd_name(), which runs it. A
 * GROUP has no function: it is the first word of several commands.
 */
#define COMMAND_LIST(COMMAND, GROUP)         \
	COMMAND(ENGINE, engine)              \
	COMMAND(CONSOLE, console)            \
	COMMAND(DEMO, demo)                  \
	GROUP(DB, db)                        \
	COMMAND(DB_INIT, db_init)            \
	COMMAND(DB_SHELL, db_shell)          \
	GROUP(CAMPAIGN, campaign)            \
	COMMAND(CAMPAIGN_ADD, campaign_add)  \
	COMMAND(CAMPAIGN_LIST, campaign_list) \
	COMMAND(CAMPAIGN_SHOW, campaign_show) \
	COMMAND(CAMPAIGN_SET, campaign_set)  \
	COMMAND(CAMPAIGN_PAUSE, campaign_pause) \
	COMMAND(CAMPAIGN_RESUME, campaign_resume) \
	COMMAND(CAMPAIGN_STOP, campaign_stop) \
	COMMAND(CAMPAIGN_DELETE, campaign_delete) \
	COMMAND(IMPORT, import)              \
	GROUP(SCHEDULE, schedule)            \
	COMMAND(SCHEDULE_ADD, schedule_add)  \
	COMMAND(SCHEDULE_LIST, schedule_list) \
	COMMAND(SCHEDULE_SHOW, schedule_show) \
	GROUP(DNC, dnc)                      \
	COMMAND(DNC_ADD, dnc_add)            \
	COMMAND(DNC_IMPORT, dnc_import)      \
	COMMAND(DNC_LIST, dnc_list)          \
	COMMAND(DNC_REMOVE, dnc_remove)      \
	GROUP(PROMPT, prompt)                \
	COMMAND(PROMPT_ADD, prompt_add)      \
	COMMAND(PROMPT_LIST, prompt_list)    \
	COMMAND(PROMPT_SHOW, prompt_show)    \
	COMMAND(PROMPT_PLAY_TEST, prompt_play_test) \
	COMMAND(PROMPT_REPLACE, prompt_replace) \
	COMMAND(CALL, call)                  \
	COMMAND(FORECAST, forecast)          \
	COMMAND(WHY, why)                    \
	COMMAND(REPORT, report)              \
	COMMAND(NODES, nodes)                \
	COMMAND(CHECK, check)                \
	COMMAND(COMPLETION, completion)

/** What to do, and what there is help on */
enum command {
#define COMMAND_ENUM(NAME, name) COMMAND_##NAME,
	COMMAND_LIST(COMMAND_ENUM, COMMAND_ENUM)
#undef COMMAND_ENUM
	COMMANDS
};

struct command_option {
	const char *name;       /**< the long one, without its hyphens;
				     NULL ends a list                    */
	int letter;             /**< the short one, or 0                 */
	const char *arg;        /**< what it takes, as help shows it; NULL:
				     nothing                             */
	const char *help;       /**< lines; NULL: not listed in help     */
};

struct command_def {
	const char *words;      /**< one or two; empty: the engine       */
	const char *args;       /**< what stands behind, as help has it  */
	int words_min;          /**< how many that may be                */
	int words_max;          /**< -1: any number                      */
	bool group;
	const char *about;      /**< in a few words                      */
	const char *text;       /**< paragraphs of help                  */
	const struct command_option *optionv;   /**< of its own, and shared
						     ones                */
};

#define COMMAND_EXTERN(NAME, name) \
	extern const struct command_def command_##name;
COMMAND_LIST(COMMAND_EXTERN, COMMAND_EXTERN)
#undef COMMAND_EXTERN

enum { COMMAND_ANY = -1 };      /**< words_max: no limit                 */

#define OPTION_DATABASE \
	{ "database", 'd', "CONNINFO", \
	  "the database: \"host=db.example dbname=ring\",\n" \
	  "postgresql://user@db.example/ring; without it\n" \
	  "the environment (PGHOST, PGDATABASE and the\n" \
	  "like), else a database of your own, made and\n" \
	  "started for you" }

#define OPTION_LISTEN(help) { "listen", 'l', "ADDR[:PORT]", help }

#define OPTION_MAX_CALLS \
	{ "max-calls", 'c', "N", \
	  "carry no more calls at a time than this; else\n" \
	  "as many as the system has room for; the log\n" \
	  "says what the limit is" }

#define OPTION_RTP_PORTS \
	{ "rtp-ports", 0, "MIN-MAX", \
	  "UDP ports for RTP and RTCP, two a call and a\n" \
	  "fifth to spare (16384-65534); MIN is even" }

/** Of every command that prints rows: see sheet.h */
#define OPTIONS_OUTPUT \
	{ "csv", 0, NULL, "comma-separated (RFC 4180), with a line of names" \
	}, \
	{ "json", 0, NULL, "JSON" }

#define OPTIONS_END { NULL, 0, NULL, NULL }

/** Options that every command takes */
extern const struct command_option command_commonv[];

/** Never NULL */
const struct command_def *command_of(enum command cmd);

/**
 * The command that words begin with
 *
 * @param used  How many words it takes
 * @return 0, or EINVAL when there is none
 */
int command_find(enum command *cmd, int *used, int wordc,
		 char *const wordv[]);

/** An option of a command, its own or common; NULL: it has none so */
const struct command_option *command_option(enum command cmd,
					    const char *name);

/** "ringround", or "ringround db init": static until the next call */
const char *command_name(enum command cmd);

#endif
