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
