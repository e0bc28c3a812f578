/**
 * @file ladder.h  A call as people read it: one line for each SIP message
 */
#ifndef RINGROUND_LADDER_H
#define RINGROUND_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/ports.h"

enum {
	LADDER_LINE = 160,      /**< bytes that a line takes at the most */
	LADDER_SEEN = 64,       /**< messages that are remembered        */
};

/** All zero before the first message */
struct ladder {
	bool begun;
	uint64_t began_ms;      /**< the first INVITE                    */
	char call_id[128];
	uint32_t seenv[LADDER_SEEN];    /**< what has come before        */
	size_t seenc;
};

/**
 * The line for a message, as it was sent or received (RFC 3261 section 7).
 * The first INVITE that is sent says which call it is about; messages of
 * others, and what is none, give no line.
 *
 * @param line  LADDER_LINE bytes; without control characters or a line feed
 * @return whether there is one
 */
bool ladder_message(struct ladder *la, char *line, bool tx, const char *msg,
		    size_t len, uint64_t now_ms);

/** A line of ours, with its time in front. @param now_ms See above */
void ladder_note(const struct ladder *la, char *line, uint64_t now_ms,
		 const char *words);

/** How far the prompt is: "[####      ] 1.2 s of 3.0 s" */
void ladder_bar(char *words, size_t size, uint32_t played_ms,
		uint32_t length_ms);

/** What the call came to, in some lines, each with its end */
void ladder_summary(char *text, size_t size, const struct report *rep,
		    uint32_t length_ms, const struct call_stats *rtp);

#endif
