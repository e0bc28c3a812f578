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
"CAMPAIGN is its number or its name; a name that several have is refused.\n",
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
