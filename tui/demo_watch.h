/**
 * @file demo_watch.h  What becomes of the demonstration's phones
 */
#ifndef RINGROUND_DEMO_WATCH_H
#define RINGROUND_DEMO_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "sql/db.h"

struct demo_watch;

/**
 * Make the campaign, and have news of its phones come over db
 *
 * @param proxy   The pretended phones, host:port
 * @param prompt  The file of its prompt
 */
int demo_watch_campaign(struct db *db, const char *proxy, const char *prompt,
			char *why, size_t size);

/** @return 0 or ENOMEM */
int demo_watch_alloc(struct demo_watch **dwp);

/** NULL is fine. */
void demo_watch_free(struct demo_watch *dw);

/**
 * Read all phones
 *
 * @param print  A line on stdout for each whose status has changed
 */
int demo_watch_read(struct demo_watch *dw, struct db *db, bool print,
		    char *why, size_t size);

/** Have all finished, with no call left? */
bool demo_watch_done(const struct demo_watch *dw);

/** Print how all phones ended. @return true when all did as they should */
bool demo_watch_table(const struct demo_watch *dw);

#endif
