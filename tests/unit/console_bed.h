/**
 * @file console_bed.h  A model of the console with something to show
 *
 * Stands in for the database: it answers what a model wants.
 */
#ifndef RINGROUND_TEST_CONSOLE_BED_H
#define RINGROUND_TEST_CONSOLE_BED_H

#include "tui/model.h"

enum { BED_NOW = 1000000 };

/** 2026-11-23 14:03:27 UTC, a Monday */
#define BED_WALL INT64_C(1795442607000)

/** An engine of its own with a snapshot; the campaigns are there. */
void bed_start(struct model *m);

/** The same of ringround console: no engine in the process */
void bed_remote(struct model *m);

/** Answer what the model wants, until it is content. */
void bed_serve(struct model *m);

/** Keys, one by one, each served; a dialog counts as drawn after each. */
void bed_keys(struct model *m, const char *keys);

/** One key at an instant */
void bed_key(struct model *m, int key, uint64_t now_ms);

/** The snapshot once more */
void bed_snapshot(struct model *m);

/** A campaign of hostile names: wide, combining, control, invalid, long */
void bed_hostile(struct model *m);

/** Zone, locale: for the main function. @return 0, or -1 without UTF-8 */
int bed_locale(void);

#endif
