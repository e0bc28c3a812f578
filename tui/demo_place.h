/**
 * @file demo_place.h  The demonstration's database, which leaves no trace
 *
 * A process of its own waits for the end of the demonstration, however that
 * comes, and removes what was made.
 */
#ifndef RINGROUND_DEMO_PLACE_H
#define RINGROUND_DEMO_PLACE_H

#include <stddef.h>

struct demo_place;

/**
 * A server of our own in a temporary folder, or a new database on another
 *
 * @param conninfo  Of the other server; NULL: one of our own
 * @return 0 or an errno, with one line in why
 */
int demo_place_make(struct demo_place **plp, const char *conninfo,
		    char *why, size_t size);

/** How to connect to it; borrowed */
const char *demo_place_conninfo(const struct demo_place *pl);

/** Have it removed, and wait until it is. NULL is fine. */
void demo_place_free(struct demo_place *pl);

#endif
