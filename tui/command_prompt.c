/**
 * @file command_prompt.c  The commands on prompts
 */
#include "tui/command.h"

const struct command_def command_prompt = {
	.words = "prompt",
	.args = "",
	.group = true,
	.about = "what is played",
	.text = "PROMPT is its number or its name.\n",
};

#define OPTIONS_SOURCE \
	{ "text", 0, "TEXT", \
	  "speak it by espeak-ng instead of a file; - for\n" \
	  "the text on standard input" }, \
	{ "voice", 0, "VOICE", \
	  "language or voice of espeak-ng: en-gb, uk, de" }, \
	{ "speed", 0, "N", "words a minute (175)" }, \
	{ "normalize", 0, "LUFS", \
	  "to this loudness (EBU R 128; -16 is loud, -23\n" \
	  "what broadcasters use), by less where it would\n" \
	  "clip; stored as FLAC" }

static const struct command_option addv[] = {
	OPTIONS_SOURCE,
	{ "description", 0, "TEXT", "what it says" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_prompt_add = {
	.words = "prompt add",
	.args = "NAME FILE|--text TEXT",
	.words_min = 1,
	.words_max = 2,
	.about = "add a voice prompt",
	.text =
"Stores an audio file in the database, so that every engine can play it,\n"
"and prints its number for campaigns.i_ivr_prompt. Any rate, mono or\n"
"stereo: WAV, FLAC, Ogg, MP3 and whatever else libsndfile reads, 100 MB and\n"
"half an hour at most. It stays as it is unless it is normalised. Length,\n"
"level, clipping and silence are told on standard error. A name that begins\n"
"with '-' goes behind '--'.\n",
	.optionv = addv,
};

static const struct command_option listv[] = {
	OPTIONS_OUTPUT,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_prompt_list = {
	.words = "prompt list",
	.args = "",
	.about = "list the prompts",
	.text =
"Lists the prompts by number: how large each is, how many campaigns play it,\n"
"and what trouble engines have had with it.\n",
	.optionv = listv,
};

const struct command_def command_prompt_show = {
	.words = "prompt show",
	.args = "PROMPT",
	.words_min = 1,
	.words_max = 1,
	.about = "show length, level, clipping, silence",
	.text =
"Shows a prompt and what its audio is like: the level (RMS) and peak of the\n"
"mono mix in dB of full scale, how many samples are at full scale, the\n"
"loudness by EBU R 128, and the silence (windows of 10 ms below -50 dB) in\n"
"front, behind, and in all.\n",
	.optionv = listv,
};

static const struct command_option testv[] = {
	{ "alaw", 0, NULL, "through A-law instead of mu-law" },
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_prompt_play_test = {
	.words = "prompt play-test",
	.args = "PROMPT [FILE]",
	.words_min = 1,
	.words_max = 2,
	.about = "write what a callee hears as WAV",
	.text =
"Writes a WAV file of what a callee hears: at 8 kHz, through G.711 and\n"
"decoded again, resampled by the code that engines use. Without FILE, or\n"
"with -, to standard output: over SSH,\n"
"\n"
"  ssh host ringround prompt play-test warning | aplay\n",
	.optionv = testv,
};

static const struct command_option replacev[] = {
	OPTIONS_SOURCE,
	OPTION_DATABASE,
	OPTIONS_END
};

const struct command_def command_prompt_replace = {
	.words = "prompt replace",
	.args = "PROMPT FILE|--text TEXT",
	.words_min = 1,
	.words_max = 2,
	.about = "other audio under the same number",
	.text =
"Puts other audio in the place of a prompt's, as prompt add does. Calls that\n"
"are live go on with what they began; the next ones play the new one.\n",
	.optionv = replacev,
};
