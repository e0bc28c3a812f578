/**
 * @file command_plan.c  The commands that look ahead
 */
#include "tui/command.h"

static const struct command_option forecastv[] = {
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_forecast = {
	.words = "forecast",
	.args = "CAMPAIGN",
	.words_min = 1,
	.words_max = 1,
	.about = "when a campaign will be done",
	.text =
"Tells how many phones a campaign has to ring, how many are due, how many\n"
"will not be rung and why, what holds it, and when it will be done, by its\n"
"schedule, its limits and those of the engines, and how its attempts went so\n"
"far. It changes nothing and calls nobody.\n"
"\n"
"done is the best guess, in which nothing holds the campaign but its schedule,\n"
"and nothing else is rung. bottleneck is what most of the time goes into:\n"
"calls at a time, calls started a second, the schedule, or waiting for next\n"
"attempts. basis says what the guess stands on: with fewer than 30 attempts\n"
"so far that is an assumption. never is said of a schedule that never opens\n"
"and the like.\n",
	.optionv = forecastv,
};

static const struct command_option checkv[] = {
	OPTION_LISTEN("the SIP address that the engine is to have\n"
		      "(127.0.0.1:5060); the proxy is asked from there"),
	OPTION_DATABASE,
	OPTION_MAX_CALLS,
	OPTION_RTP_PORTS,
	OPTIONS_OUTPUT,
	OPTIONS_END
};

const struct command_def command_check = {
	.words = "check",
	.args = "",
	.about = "is all there that an engine needs?",
	.text =
"Looks at the database and its schema, baresip and its modules, the SIP\n"
"address, RTP ports, limits of the system, clocks, prompts, schedules,\n"
"campaigns, engines, and asks the SIP proxy by OPTIONS. Each line is ok, warn\n"
"or FAIL, and says what to do. Give the options that the engine gets. The\n"
"exit status is 1 when something fails.\n"
"\n"
"It changes nothing, and goes on without a database. ringround's own is not\n"
"made for this; where it is there, and down, it is started and stopped again.\n",
	.optionv = checkv,
};
