/**
 * @file options.h  The command line
 */
#ifndef RINGROUND_OPTIONS_H
#define RINGROUND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/address.h"
#include "core/launch.h"
#include "tui/command.h"

enum {
	SIP_PORT = 5060,        /**< where -l gives none                 */
	RTP_PORT_MIN = 1024,    /**< those below are not for everybody   */
	OPTIONS_GIVEN = 48,     /**< options of a command line, at most  */
};

/** Print the console's tables instead of showing them */
enum form {
	FORM_NONE,
	FORM_ONCE,              /**< as on the screen                    */
	FORM_CSV,
	FORM_PLAIN,             /**< a sentence a row                    */
};

struct options {
	enum command command;
	bool help;              /**< print help on the command           */
	bool version;
	struct address listen;  /**< the port is never 0                 */
	bool listen_given;
	const char *conninfo;   /**< of -d, borrowed from argv; or NULL  */
	char node[LAUNCH_NODE_SIZE];    /**< empty: not given            */
	int max_calls;          /**< 0: not given                        */
	uint16_t rtp_min;       /**< even                                */
	uint16_t rtp_max;       /**< 0: not given                        */
	struct address metrics; /**< port 0: not given                   */
	bool daemon;
	bool roles;             /**< of db init: make them, too         */
	bool verbose;
	bool csv;               /**< see sheet.h                         */
	bool json;
	bool readonly;          /**< of the console                      */
	bool ascii;
	bool no_color;
	enum form form;
	const char *table;      /**< of console --csv and the like, borrowed
				     from argv; NULL: campaigns          */
	const char *which;      /**< campaign or phone of table, borrowed */
	char *const *wordv;     /**< behind the command, borrowed: as many
				     as its definition allows            */
	int wordc;
	struct {
		const char *name;
		const char *value;      /**< borrowed from argv; "" of an
					     option that takes none      */
	} givenv[OPTIONS_GIVEN];        /**< all options, as they came   */
	int givenc;
};

/**
 * Parse the command line; options may stand before and after the words
 *
 * @param argv  Its order may change
 * @param why   Receives one line on EINVAL
 * @return 0 or EINVAL (opt unchanged)
 */
int options_parse(struct options *opt, int argc, char *argv[],
		  char *why, size_t size);

/** The value of an option by its long name, the last one; NULL: not given */
const char *options_value(const struct options *opt, const char *name);

/**
 * The value of an option as a whole number
 *
 * @param n  Unchanged when the option is not given
 * @return 0, or EINVAL with why
 */
int options_number(const struct options *opt, const char *name, long min,
		   long max, long *n, char *why, size_t size);

/**
 * A node name out of a host's name: what is not allowed becomes '-'
 *
 * @param node  LAUNCH_NODE_SIZE characters
 */
void options_node(char *node, const char *hostname);

#endif
