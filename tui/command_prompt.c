/**
 * @file command_prompt.c  The commands on prompts
 */
#include "tui/command.h"

const struct command_def command_prompt = {
	.words = "prompt",
	.args = "",
	.group = true,
	.about = "what is played",
	.text = "",
};

static const struct command_option addv[] = {
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_prompt_add = {
	.words = "prompt add",
	.args = "NAME FILE",
	.words_min = 2,
	.words_max = 2,
	.about = "add a voice prompt",
	.text =
"Stores an audio file in the database, so that every engine can play it,\n"
"and prints its number for campaigns.i_ivr_prompt. Any rate, mono or\n"
"stereo: WAV, FLAC, Ogg and whatever else libsndfile reads, 100 MB at\n"
"most. A name that begins with '-' goes behind '--'.\n",
	.optionv = addv,
};
