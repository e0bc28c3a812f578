/**
 * @file command_base.c  The commands that run: engine, console, demo, db
 */
#include "tui/command.h"

#define OPTIONS_LOOK \
	{ "ascii", 0, NULL, \
	  "no characters beyond ASCII in the console" }, \
	{ "no-color", 0, NULL, "no colours in it (as NO_COLOR=1)" }

#define OPTION_READONLY \
	{ "readonly", 0, NULL, "the console may look and do nothing" }

static const struct command_option enginev[] = {
	OPTION_LISTEN(
		"local SIP address (127.0.0.1:5060); an IPv6\n"
		"address in brackets. It is also where the SIP\n"
		"proxy is sought, on port 5061, unless the\n"
		"table config says otherwise"),
	OPTION_DATABASE,
	{ "node", 'n', "NODE",
	  "the name of this engine (the host's name);\n"
	  "engines on one database need different ones" },
	OPTION_MAX_CALLS,
	OPTION_RTP_PORTS,
	{ "metrics", 0, "[ADDR:]PORT",
	  "serve figures for Prometheus there, as /metrics;\n"
	  "on 127.0.0.1 unless an address is written" },
	{ "ca-file", 0, "FILE",
	  "PEM with the certificates of the CAs that a\n"
	  "proxy by TLS is to be vouched for (the\n"
	  "system's)" },
	{ "daemon", 0, NULL, "no console; log to stderr" },
	OPTION_READONLY,
	OPTIONS_LOOK,
	{ "verbose", 'v', NULL, "say more in the log" },
	{ "help", 'h', NULL, "this text; also after a command" },
	{ "version", 'V', NULL, "the version" },
	OPTIONS_END
};

const struct command_def command_engine = {
	.words = "",
	.args = "",
	.about = "the engine, with its console",
	.text =
"ringround rings round a set of phone numbers over SIP, plays each a voice\n"
"prompt, and keeps at it until each has heard it or its attempts are spent.\n",
	.optionv = enginev,
};

static const struct command_option consolev[] = {
	{ "once", 0, NULL, "print as on the screen" },
	{ "csv", 0, NULL, "print as CSV, numbers and times for programs" },
	{ "plain", 0, NULL, "print a line a row, for screen readers" },
	OPTION_READONLY,
	OPTIONS_LOOK,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_console = {
	.words = "console",
	.args = "[--once|--csv|--plain [TABLE]]",
	.words_max = 2,
	.about = "a console on what is running",
	.text =
"Shows what is running on a database, whoever runs it and wherever; any\n"
"number of consoles may look. ? lists the keys.\n"
"\n"
"TABLE, to print instead: campaigns (when none is named), calls, engines,\n"
"phones CAMPAIGN (its number or its name), phone ID (what happened to it).\n",
	.optionv = consolev,
};

static const struct command_option demov[] = {
	OPTION_LISTEN("local SIP address (a free port of 127.0.0.1)"),
	{ "database", 'd', "CONNINFO",
	  "make a database ringround_demo_PID on that\n"
	  "server and drop it at the end; without it, in\n"
	  "a server of its own. The environment (PGHOST\n"
	  "and the like) does not count here" },
	{ "daemon", 0, NULL, "no console" },
	OPTIONS_LOOK,
	{ "verbose", 'v', NULL, "show the engine's log, too" },
	OPTIONS_END
};

const struct command_def command_demo = {
	.words = "demo",
	.args = "",
	.about = "see it ring, with nothing set up",
	.text =
"Rings a dozen pretended phones on this machine, over loopback only, and\n"
"plays them a spoken prompt: some answer, others are busy, ring out or hang\n"
"up early. It makes a database for itself and removes all it made.\n"
"\n"
"In a terminal it shows the console. Without one, or with --daemon, it\n"
"prints each change of status and a table at the end; the exit status is 0\n"
"when every phone ended as it should.\n",
	.optionv = demov,
};

const struct command_def command_db = {
	.words = "db",
	.args = "",
	.group = true,
	.about = "the database's tables, and a way in",
	.text = "",
};

static const struct command_option initv[] = {
	{ "roles", 0, NULL,
	  "also make the roles ringround_engine,\n"
	  "ringround_operator and ringround_viewer, and\n"
	  "grant them their rights in this database:\n"
	  "GRANT ringround_viewer TO somebody" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_db_init = {
	.words = "db init",
	.args = "",
	.about = "create or upgrade the schema",
	.text =
"Creates ringround's tables in the database, or brings them up to this\n"
"program's version, in one transaction. It is safe to repeat: when all is\n"
"there it changes nothing. A schema of a newer version is refused.\n",
	.optionv = initv,
};

static const struct command_option shellv[] = {
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_db_shell = {
	.words = "db shell",
	.args = "",
	.about = "psql on the same database",
	.text =
"Starts psql on ringround's database: the way in to campaigns, phones and\n"
"schedules. Without a terminal it reads SQL from its input. The database\n"
"that ringround made for itself is started when it is down.\n",
	.optionv = shellv,
};

static const struct command_option nodesv[] = {
	{ "csv", 0, NULL, "comma-separated, with a line of names" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_nodes = {
	.words = "nodes",
	.args = "",
	.about = "list the engines",
	.text =
"Lists the engines that work on the database: the calls that each has live,\n"
"how many it can carry, how many INVITEs it has sent since its start, its\n"
"last sign of life, and its state:\n"
"\n"
"  connected              it is at work\n"
"  connected, but silent  it has not shown itself for 15 seconds\n"
"  older schema           the database is newer than it: it does not dial\n"
"  gone since TIME        it ended without leaving, or cannot be reached;\n"
"                         its own restart takes up its calls at once, other\n"
"                         engines do when their leases have run out\n"
"\n"
"An engine that was stopped is not listed. On a standby server an engine\n"
"counts as connected when it has shown itself within 15 seconds.\n",
	.optionv = nodesv,
};

static const struct command_option completionv[] = {
	OPTIONS_END
};

const struct command_def command_completion = {
	.words = "completion",
	.args = "",
	.about = "print the completion for bash",
	.text =
"Prints a script that lets bash complete commands and options:\n"
"\n"
"  ringround completion >~/.local/share/bash-completion/completions/ringround"
"\n\n"
"make install puts it where bash finds it for everybody.\n",
	.optionv = completionv,
};
