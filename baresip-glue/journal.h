/**
 * @file journal.h  The log: lines on one descriptor
 *
 * Any thread. Where systemd takes the lines its level stands in front of
 * them, else the time.
 */
#ifndef RINGROUND_JOURNAL_H
#define RINGROUND_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include "core/logbook.h"

/**
 * Stderr goes to nowhere from now on, unless verbose: the host's library
 * prints there what it pleases.
 *
 * @param fd      Borrowed
 * @param verbose Whether the host's own messages are wanted, too
 */
void journal_open(int fd, bool verbose);

/** No line is written from now on but by journal_last(). */
void journal_quiet(void);

/** One line without its end */
void journal_line(bool warn, const char *line);

/**
 * The last lines that were written, the oldest first, without what systemd
 * or the clock put in front; a reference to each
 *
 * @param v  Has room for LOGBOOK_LINES
 * @return how many there are
 */
size_t journal_lines(struct logline **v);

/** Why the program ends, as its commands say it: no time in front */
void journal_last(const char *why);

__attribute__((format(printf, 2, 3)))
void journal_print(bool warn, const char *fmt, ...);

/** Take over what the host and libre print. Loop thread. */
void journal_hush_host(void);

/** Give that back before the module goes. Loop thread. */
void journal_close(void);

#endif
