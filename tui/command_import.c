/**
 * @file command_import.c  The commands that read files of numbers
 */
#include "tui/command.h"

#define OPTIONS_FILE \
	{ "column", 0, "NAME|N", \
	  "the column of the numbers, by its name or\n" \
	  "counted from 1; else the only one, one of a\n" \
	  "usual name (number, phone, cld, mobile ...), or\n" \
	  "the only one with numbers in it" }, \
	{ "header", 0, NULL, "the first line holds the names" }, \
	{ "no-header", 0, NULL, \
	  "it does not; else it does when no field of it\n" \
	  "holds three digits" }, \
	{ "delimiter", 0, "CHAR", \
	  "what separates the columns, or tab; else comma,\n" \
	  "semicolon or tab, as the first lines have it" }, \
	{ "encoding", 0, "NAME", "utf-8 (the default) or latin1" }, \
	{ "country", 0, "XX", \
	  "where the numbers are dialled as they stand,\n" \
	  "like GB: they become +44...; without it those\n" \
	  "that begin with neither + nor 00 stay as they\n" \
	  "are" }, \
	{ "rejects", 0, "FILE", \
	  "where to list the lines that are left out, each\n" \
	  "with its number and the reason (FILE.rejects)" }, \
	{ "dry-run", 0, NULL, "say what would be, and change nothing" }

#define TEXT_FILE \
"FILE is CSV (RFC 4180) as spreadsheets write it; - is standard input.\n" \
"Spaces, dashes, dots and parentheses in a number do not count. All of it\n" \
"happens, or nothing.\n"

static const struct command_option importv[] = {
	OPTIONS_FILE,
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_import = {
	.words = "import",
	.args = "CAMPAIGN FILE",
	.words_min = 2,
	.words_max = 2,
	.about = "add the numbers of a file to a campaign",
	.text =
"Adds the numbers of a file to a campaign, but for those that are there\n"
"twice, that it has already, or that are on the do-not-call list, and tells\n"
"how many these were.\n"
"\n"
TEXT_FILE,
	.optionv = importv,
};

static const struct command_option dncv[] = {
	OPTIONS_FILE,
	{ "reason", 0, "TEXT", "why, for people" },
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_dnc_import = {
	.words = "dnc import",
	.args = "FILE",
	.words_min = 1,
	.words_max = 1,
	.about = "put the numbers of a file on the list",
	.text =
"Puts the numbers of a file on the do-not-call list, but for those that are\n"
"there twice or are on it already, and tells how many these were.\n"
"\n"
TEXT_FILE,
	.optionv = dncv,
};
