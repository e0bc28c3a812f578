/**
 * @file command_report.c  The commands that answer questions
 */
#include "tui/command.h"

static const struct command_option whyv[] = {
	{ "campaign", 0, "CAMPAIGN", "in that one only, by number or name" },
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_why = {
	.words = "why",
	.args = "NUMBER|ID",
	.words_min = 1,
	.words_max = 1,
	.about = "why a number is not being rung",
	.text =
"Tells the one reason why a phone is not being rung now, and when that\n"
"changes by itself, if it does: a line for each phone with that number, in\n"
"whatever notation, and for the one with that i_campaign_phone. The exit\n"
"status is 3 when there is none. A role that sees numbers masked looks up\n"
"phones by i_campaign_phone alone.\n",
	.optionv = whyv,
};

static const struct command_option reportv[] = {
	{ "csv", 0, NULL,
	  "the attempts instead, a line each, comma-\n"
	  "separated (RFC 4180), with a line of names" },
	{ "json", 0, NULL, "the figures as JSON" },
	{ "html", 0, "FILE",
	  "the figures as pictures: a page by itself, for\n"
	  "any browser; - is standard output" },
	{ "ascii", 0, NULL, "no characters beyond ASCII" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_report = {
	.words = "report",
	.args = "CAMPAIGN",
	.words_min = 1,
	.words_max = 1,
	.about = "what a campaign came to",
	.text =
"Shows a campaign's attempts by outcome and by SIP code, how many were\n"
"answered in which hour of the day, how much was heard, and how many\n"
"attempts it took. Hours are those of the schedule's time zone, else the\n"
"database's. Of an hour, the share is that of the answered ones; attempts\n"
"whose engine was lost are in none. Numbers are masked for a role that sees\n"
"them so.\n",
	.optionv = reportv,
};
