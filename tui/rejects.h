/**
 * @file rejects.h  The file of the lines that an import left out
 */
#ifndef RINGROUND_REJECTS_H
#define RINGROUND_REJECTS_H

#include <stdio.h>
#include "tui/tool.h"

struct rejects {
	FILE *f;                /**< being written                       */
	char *path;             /**< the file's name; NULL: there is none */
	char *part;             /**< its name until it is kept           */
};

/**
 * Write what import_lines and import_refused say, with a line of names, under
 * a name that nobody reads yet
 *
 * @param path  NULL: as source, with .rejects behind it
 * @param source  The file that is imported; "-" becomes stdin
 * @return 0, or an errno with tl->why (nothing is left then)
 */
int rejects_write(struct rejects *rj, struct tool *tl, const char *path,
		  const char *source);

/** Give it its name. Nothing is done when nothing was written. */
int rejects_keep(struct rejects *rj, char *why, size_t size);

/** Remove what was written; nothing is fine */
void rejects_drop(struct rejects *rj);

/** Free the names */
void rejects_free(struct rejects *rj);

#endif
