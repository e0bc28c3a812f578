/**
 * @file export.h  The table of a screen, to a file
 */
#ifndef RINGROUND_EXPORT_H
#define RINGROUND_EXPORT_H

#include "tui/view.h"

enum { EXPORT_PATH = 1024 };

/**
 * A new file, mode 0600, in the working folder, else in the home, else in
 * /tmp: ringround-campaigns-20261123-140327.csv
 *
 * @param path  Receives its name
 * @return a descriptor, or -1 and errno
 */
int export_open(enum screen_id screen, int64_t wall_ms, char *path,
		size_t size);

/**
 * Write a list that is held whole as CSV to a new file.
 *
 * @param path  Receives the file's name, on 0
 * @param rows  Receives their number, on 0
 */
int export_file(const struct view *v, char *path, size_t size, size_t *rows);

/*
 * export_phones.c: phones are not held whole. A thread reads all that the
 * filter lets through, page by page, as they were at one instant.
 */

struct export;

struct export_state {
	int64_t rows;           /**< written so far                      */
	bool done;
	int err;                /**< of a done one; ECANCELED            */
	char why[WHY_SIZE];
	char path[EXPORT_PATH];
};

/**
 * Begin.
 *
 * @param conninfo  Copied; NULL: the PG* environment
 * @param view      Which phones, in which order; its edge does not matter
 * @param wakefd    An eventfd, borrowed: written to when there is news
 */
int export_start(struct export **exp, const char *conninfo,
		 const struct db_view *view, int64_t wall_ms, int wakefd);

/** @return false when nothing is new since the last call */
bool export_look(struct export *ex, struct export_state *st);

/** No more: it is done soon, and what was written is removed. */
void export_cancel(struct export *ex);

/**
 * End and free, within ms (below 1,000); what was not done is removed. NULL is
 * fine.
 */
void export_stop(struct export *ex, unsigned ms);

#endif
