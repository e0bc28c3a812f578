/**
 * @file command_schedule.c  The commands on schedules and the do-not-call list
 */
#include "tui/command.h"

const struct command_def command_schedule = {
	.words = "schedule",
	.args = "",
	.group = true,
	.about = "when campaigns may ring",
	.text = "SCHEDULE is its number or its name.\n",
};

static const struct command_option addv[] = {
	{ "time-zone", 0, "ZONE",
	  "the zone of its times, like Europe/Kyiv; that of\n"
	  "the database when not given" },
	{ "description", 0, "TEXT", "what it is for" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_schedule_add = {
	.words = "schedule add",
	.args = "NAME WHEN [WHEN ...]",
	.words_min = 2,
	.words_max = COMMAND_ANY,
	.about = "make a schedule",
	.text =
"Makes a schedule that is open when any WHEN holds, and prints its number:\n"
"\n"
"  'mon-fri 09:00-17:30'       weekdays and times, both inclusive\n"
"  'sat,sun'                   whole days\n"
"  'mon,wed-thu 9-12,14-18'    lists of either\n"
"  '22:00-06:00'               every night\n"
"  'fri 22:00-06:00'           the night from Friday to Saturday: what lies\n"
"                              behind midnight belongs to the evening\n"
"  always                      at any time\n",
	.optionv = addv,
};

static const struct command_option listv[] = {
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_schedule_list = {
	.words = "schedule list",
	.args = "",
	.about = "list the schedules, and what they say now",
	.text =
"Lists all schedules by number: whether each is open now, when that changes\n"
"next, how many records it has and how many campaigns use it.\n",
	.optionv = listv,
};

static const struct command_option showv[] = {
	{ "at", 0, "TIME",
	  "what it says then: '2026-12-24 18:00' in its own\n"
	  "time zone, or 2026-12-24T17:00:00Z" },
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_schedule_show = {
	.words = "schedule show",
	.args = "SCHEDULE",
	.words_min = 1,
	.words_max = 1,
	.about = "show it, and when it opens or closes",
	.text =
"Shows a schedule's records, whether it is open, and when that changes\n"
"next; with --at, at that instant: the exit status is 0 when it would be\n"
"open and 4 when it would be closed.\n",
	.optionv = showv,
};

const struct command_def command_dnc = {
	.words = "dnc",
	.args = "",
	.group = true,
	.about = "the do-not-call list",
	.text =
"No campaign rings a number that is on the list, whenever it was added to\n"
"either. NUMBER is best written as +441632960001; 0044 1632-960001 is the\n"
"same. For numbers without a country's code set config campaign/country.\n",
};

static const struct command_option dncaddv[] = {
	{ "reason", 0, "TEXT", "why, for people" },
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_dnc_add = {
	.words = "dnc add",
	.args = "NUMBER ...",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "put numbers on the do-not-call list",
	.text =
"Puts numbers on the do-not-call list, all or none. One that is there\n"
"already stays as it is. A call that is live is not touched; there is no\n"
"further one.\n",
	.optionv = dncaddv,
};

const struct command_def command_dnc_list = {
	.words = "dnc list",
	.args = "[NUMBER]",
	.words_max = 1,
	.about = "list it, or look up a number",
	.text =
"Lists the do-not-call list, or what NUMBER is on it under; the exit status\n"
"is 3 when it is not.\n",
	.optionv = listv,
};

const struct command_def command_dnc_remove = {
	.words = "dnc remove",
	.args = "NUMBER ...",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "take numbers off the list",
	.text =
"Takes numbers off the do-not-call list, all or none. Phones that were not\n"
"rung for its sake alone are due again.\n",
	.optionv = listv,
};
