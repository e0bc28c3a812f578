/**
 * @file check.h  Is all there that an engine needs? A line for each thing
 */
#ifndef RINGROUND_CHECK_H
#define RINGROUND_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/settings.h"
#include "tui/database.h"
#include "tui/options.h"
#include "tui/sheet.h"

enum check_result {
	CHECK_OK,
	CHECK_WARN,             /**< it works, but perhaps not as meant  */
	CHECK_FAIL,
};

struct check {
	const struct options *opt;
	struct sheet *sh;
	unsigned fails;
	struct database dt;
	struct db *db;          /**< NULL: there is none                 */
	bool schema;            /**< its tables are this program's       */
	struct settings set;
	struct db_node *nodev;  /**< owned                               */
	size_t nodec;
};

/**
 * A line
 *
 * @param part  What it is about, in a word
 * @param todo  NULL: nothing
 */
void check_say(struct check *ck, enum check_result result, const char *part,
	       const char *todo, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/** A line of a text "what is wrong; what to do" */
void check_why(struct check *ck, enum check_result result, const char *part,
	       const char *why);

/** baresip, its modules and ours */
void check_parts(struct check *ck);

/** The address of SIP, the ports of RTP, files and memory */
void check_listen(struct check *ck);
void check_ports(struct check *ck);
void check_room(struct check *ck);

/** Open it if there is one, and see which it is; none is made */
void check_database(struct check *ck);

/** What its tables hold; nothing without them */
void check_tables(struct check *ck);

/** Ask the SIP proxy, by OPTIONS */
void check_proxy(struct check *ck);

#endif
