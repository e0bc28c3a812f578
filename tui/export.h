/**
 * @file export.h  The table of a screen, to a file
 */
#ifndef RINGROUND_EXPORT_H
#define RINGROUND_EXPORT_H

#include "tui/view.h"

enum { EXPORT_PATH = 1024 };

/**
 * Write what the screen shows as CSV to a new file, mode 0600, in the
 * working folder, else in the home: ringround-campaigns-20261123-140327.csv.
 * A list that is held whole goes whole, of phones the rows on the screen.
 *
 * @param path  Receives the file's name, on 0
 * @param rows  Receives their number, on 0
 */
int export_file(const struct view *v, char *path, size_t size, size_t *rows);

#endif
