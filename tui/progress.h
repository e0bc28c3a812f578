/**
 * @file progress.h  How far something is, on a terminal
 *
 * Nothing is shown in the first second, nor where stderr is no terminal.
 */
#ifndef RINGROUND_PROGRESS_H
#define RINGROUND_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *what;       /**< borrowed                            */
	uint64_t total;         /**< 0: not known                        */
	uint64_t began_ms;
	uint64_t shown_ms;
	bool terminal;
	bool shown;
};

/** @param what  Said before the bar: "importing" */
void progress_begin(struct progress *pr, const char *what, uint64_t total);

/** So much is done; cheap to call often */
void progress_step(struct progress *pr, uint64_t done);

/** Say what is being done now, of which nobody knows how far it is */
void progress_say(struct progress *pr, const char *what);

/** Take the line away */
void progress_end(struct progress *pr);

/**
 * The line for a time and a state, without control characters
 *
 * @param ms  Since the beginning
 */
void progress_line(char *buf, size_t size, const struct progress *pr,
		   uint64_t done, uint64_t ms);

#endif
