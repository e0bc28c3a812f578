/**
 * @file journal.h  The log: lines on one descriptor
 *
 * Any thread. Where systemd takes the lines its level stands in front of
 * them, else the time.
 */
#ifndef RINGROUND_JOURNAL_H
#define RINGROUND_JOURNAL_H

#include <stdbool.h>

/**
 * @param fd      Borrowed
 * @param verbose Whether the host's own messages are wanted, too
 */
void journal_open(int fd, bool verbose);

/** One line without its end */
void journal_line(bool warn, const char *line);

__attribute__((format(printf, 2, 3)))
void journal_print(bool warn, const char *fmt, ...);

/** Take over what the host and libre print. Loop thread. */
void journal_hush_host(void);

/** Give that back before the module goes. Loop thread. */
void journal_close(void);

#endif
