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
