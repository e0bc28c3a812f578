/**
 * @file secret.h  A secret that is not on the command line
 */
#ifndef RINGROUND_SECRET_H
#define RINGROUND_SECRET_H

#include <stddef.h>

enum { SECRET_SIZE = 256 };

/**
 * Read a secret: its first line
 *
 * @param from  "env:NAME", "-" for standard input, asked for without echo
 *              where that is a terminal, or the path of a file; empty: an
 *              empty secret
 * @param buf   SECRET_SIZE bytes; the caller clears them
 * @return 0 or an errno, with one line in why that tells nothing of it
 */
int secret_read(const char *from, char *buf, char *why, size_t size);

#endif
