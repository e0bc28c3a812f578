/**
 * @file command_campaign.c  The commands on campaigns
 */
#include "tui/command.h"

const struct command_def command_campaign = {
	.words = "campaign",
	.args = "",
	.group = true,
	.about = "campaigns: rules, prompt, schedule, caller",
	.text =
"CAMPAIGN is its number or its name; where several have the name, only its\n"
"number will do.\n",
};

#define OPTIONS_RULES \
	{ "description", 0, "TEXT", "what it is for" }, \
	{ "prompt", 0, "PROMPT", "what is played: its number or name" }, \
	{ "schedule", 0, "SCHEDULE", \
	  "when it may ring: its number or name; empty:\n" \
	  "always" }, \
	{ "paused", 0, "yes|no", "whether it dials" }, \
	{ "cli", 0, "NUMBER", \
	  "the caller's number; empty: the number that is\n" \
	  "called" }, \
	{ "username", 0, "NAME", "who authenticates at the SIP proxy" }, \
	{ "md5secret", 0, "FROM", \
	  "the password that goes with it: in the first\n" \
	  "line of a file, in env:NAME, or - for standard\n" \
	  "input, where a terminal is asked without echo" }, \
	{ "max-concurrent-calls", 0, "N", "calls at a time (20)" }, \
	{ "max-attempts", 0, "N", "attempts for each phone (3)" }, \
	{ "timeout-sec", 0, "N", "how long it rings (300)" }, \
	{ "backoff-sec", 0, "N", \
	  "from an unsuccessful attempt to the next (600)" }, \
	{ "threshold-msec", 0, "N", \
	  "how much of the prompt makes a success (3000)" }, \
	{ "max-calls-per-second", 0, "N", \
	  "INVITEs a second; empty: no limit" }

static const struct command_option addv[] = {
	OPTIONS_RULES,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_campaign_add = {
	.words = "campaign add",
	.args = "NAME [COLUMN=VALUE ...]",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "make a campaign",
	.text =
"Makes a campaign and prints its number. What is not given is as the options\n"
"below say. It dials as soon as it has a prompt and phones, unless it is\n"
"made with paused=yes. COLUMN=VALUE is the same as an option.\n",
	.optionv = addv,
};

static const struct command_option listv[] = {
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_campaign_list = {
	.words = "campaign list",
	.args = "",
	.about = "list the campaigns and how they stand",
	.text =
"Lists all campaigns by number: whether each is paused, how many phones it\n"
"has, how many of them are finished, have heard the prompt, are being rung\n"
"or are due now, and how many attempts were made.\n",
	.optionv = listv,
};

const struct command_def command_campaign_show = {
	.words = "campaign show",
	.args = "CAMPAIGN",
	.words_min = 1,
	.words_max = 1,
	.about = "show all of a campaign",
	.text =
"Shows a campaign's rules, whether its schedule is open and when that\n"
"changes, and how it stands. Of its secret it shows whether there is one.\n",
	.optionv = listv,
};

static const struct command_option setv[] = {
	{ "name", 0, "NAME", "another name" },
	OPTIONS_RULES,
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_campaign_set = {
	.words = "campaign set",
	.args = "CAMPAIGN [COLUMN=VALUE ...]",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "change a campaign's rules",
	.text =
"Changes a campaign, and shows what has changed. It holds at once; calls\n"
"that are live keep what they began with. COLUMN=VALUE is the same as an\n"
"option; an empty value takes away what need not be there.\n",
	.optionv = setv,
};

const struct command_def command_campaign_pause = {
	.words = "campaign pause",
	.args = "CAMPAIGN ...",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "stop new calls; live ones finish",
	.text =
"Pauses campaigns: no call begins any more, those that are live finish. All\n"
"of them or, when one is not there, none.\n",
	.optionv = listv,
};

const struct command_def command_campaign_resume = {
	.words = "campaign resume",
	.args = "CAMPAIGN ...",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "let it dial again",
	.text =
"Lets campaigns dial that were paused. All of them or, when one is not\n"
"there, none.\n",
	.optionv = listv,
};

const struct command_def command_campaign_stop = {
	.words = "campaign stop",
	.args = "CAMPAIGN ...",
	.words_min = 1,
	.words_max = COMMAND_ANY,
	.about = "pause it and hang up its calls",
	.text =
"Pauses campaigns and hangs up their live calls, which count as attempts\n"
"that did not succeed. All of them or, when one is not there, none.\n",
	.optionv = listv,
};

static const struct command_option deletev[] = {
	{ "yes", 'y', NULL, "do not ask" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_campaign_delete = {
	.words = "campaign delete",
	.args = "CAMPAIGN",
	.words_min = 1,
	.words_max = 1,
	.about = "delete it with its phones and attempts",
	.text =
"Deletes a campaign with its phones and all that is known of their attempts,\n"
"after a question on the terminal. While calls are live it is refused.\n",
	.optionv = deletev,
};
