/**
 * @file command_call.c  The command that rings one number now
 */
#include "tui/command.h"

static const struct command_option callv[] = {
	{ "prompt", 0, "PROMPT", "what is played: its number or name" },
	{ "campaign", 0, "CAMPAIGN",
	  "whose prompt, cli, username, secret, time-out and\n"
	  "media_encryption hold where nothing else is given" },
	{ "cli", 0, "NUMBER", "the caller's number; else NUMBER itself" },
	{ "username", 0, "NAME", "who authenticates at the SIP proxy" },
	{ "md5secret", 0, "FROM",
	  "the password that goes with it: in the first\n"
	  "line of a file, in env:NAME, or - for standard\n"
	  "input, where a terminal is asked without echo" },
	{ "proxy", 0, "HOST[:PORT]",
	  "through which SIP proxy; else that of the table\n"
	  "config" },
	{ "ca-file", 0, "FILE",
	  "PEM with the certificates of the CAs that a\n"
	  "proxy by TLS is to be vouched for (the\n"
	  "system's)" },
	{ "timeout-sec", 0, "N", "how long it rings (60)" },
	{ "listen", 'l', "ADDR[:PORT]",
	  "local SIP address (127.0.0.1, any free port)" },
	{ "rtp-ports", 0, "MIN-MAX", "UDP ports for RTP and RTCP" },
	OPTION_DATABASE,
	{ "verbose", 'v', NULL, "the engine's log, too" },
	OPTIONS_END
};

const struct command_def command_call = {
	.words = "call",
	.args = "NUMBER",
	.words_min = 1,
	.words_max = 1,
	.about = "ring one number now, and watch",
	.text =
"Rings NUMBER once, plays it a prompt, and shows each SIP message with its\n"
"time as it comes and goes, how far the prompt is, and what the call came\n"
"to. ^C hangs up. It goes by an engine's rules but belongs to no campaign:\n"
"schedules and pauses do not hold it back, it is no attempt, no report\n"
"counts it, and nothing is written. It needs a database and no engine, and\n"
"disturbs none.\n"
"\n"
"A number on the do-not-call list is not called, nor one that an engine is\n"
"ringing now. The exit status is 0 when the prompt was heard to its end, and\n"
"4 when it was not.\n",
	.optionv = callv,
};
