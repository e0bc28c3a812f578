/**
 * @file page_bed.h  Phones in a database of the test's own, and a console's
 *                   connection to it
 */
#ifndef RINGROUND_TEST_PAGE_BED_H
#define RINGROUND_TEST_PAGE_BED_H

#include "sql/db.h"

/** Connect as a console that may do everything; the caller's to close. */
struct db *page_bed_open(void);

/**
 * Two campaigns whose phones are mixed: every status, rung and not, numbers
 * that begin alike, ids with gaps.
 */
void page_bed_phones(int n);

#endif
