/**
 * @file tool.h  What a command needs to ask the database
 */
#ifndef RINGROUND_TOOL_H
#define RINGROUND_TOOL_H

#include <stddef.h>
#include "tui/database.h"
#include "tui/options.h"
#include "tui/sheet.h"

struct tool {
	struct database dt;
	struct db *db;
	char why[WHY_SIZE];     /**< one line, when something is wrong   */
};

/**
 * Open the database that the options name
 *
 * @param tl  To be closed in any case
 * @return 0 or an errno, with tl->why
 */
int tool_open(struct tool *tl, const struct options *opt);

void tool_close(struct tool *tl);

/**
 * Close it, and say on stderr what is wrong, if anything is
 *
 * @param err  0; ENOENT: what was named is not there; or another errno
 * @return the command's exit status
 */
int tool_done(struct tool *tl, int err);

/** Run a statement with text parameters; rowh may be NULL */
int tool_ask(struct tool *tl, const char *sql, int paramc,
	     const char *const *paramv, db_row_h *rowh, void *arg);

/** Print the rows of a statement as a list, see sheet_begin() */
int tool_list(struct tool *tl, const struct options *opt,
	      const struct sheet_column *colv, size_t colc, const char *none,
	      const char *sql, int paramc, const char *const *paramv);

/**
 * Print the one row of a statement; without one nothing is printed
 *
 * @return ENOENT when there is no row (tl->why is the caller's)
 */
int tool_show(struct tool *tl, const struct options *opt,
	      const struct sheet_column *colv, size_t colc,
	      const char *sql, int paramc, const char *const *paramv);

/** What a command does with one of its words; rows go into the sheet */
typedef int (tool_word_h)(struct tool *tl, const char *word,
			  struct sheet *sh, void *arg);

/**
 * Do something with each word of a command, with all of them or with none:
 * in a transaction, whose rows are printed when it is done
 *
 * @return the command's exit status
 */
int tool_each(const struct options *opt, const struct sheet_column *colv,
	      size_t colc, tool_word_h *wordh, void *arg);

#endif
