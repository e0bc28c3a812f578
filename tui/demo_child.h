/**
 * @file demo_child.h  The processes of the demonstration
 */
#ifndef RINGROUND_DEMO_CHILD_H
#define RINGROUND_DEMO_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "core/address.h"
#include "tui/options.h"

/** They die with the demonstration, even when it is killed. */
struct demo_child {
	pid_t pid;              /**< 0: none, or it has ended            */
	int status;             /**< as of waitpid(), when it has        */
	int out_fd;             /**< what it printed; -1: nothing kept   */
};

/**
 * Start the pretended phones and wait until they can be called
 *
 * @param ad  Their address; the port is written
 * @return 0 or an errno, with one line in why
 */
int demo_child_callees(struct demo_child *ch, struct address *ad,
		       char *why, size_t size);

/**
 * Start an engine
 *
 * @param ad       Its address
 * @param console  It has the terminal
 * @param opt      For -v
 */
int demo_child_engine(struct demo_child *ch, const struct address *ad,
		      const char *conninfo, bool console,
		      const struct options *opt, char *why, size_t size);

/** Has it ended? Never waits. */
bool demo_child_ended(struct demo_child *ch);

/**
 * End it: ask, ask again, then kill. An engine lets its calls finish when it
 * is asked once.
 *
 * @param hurry  Ask again at once
 */
void demo_child_stop(struct demo_child *ch, bool hurry);

/** The last line that it printed, or "" */
void demo_child_words(const struct demo_child *ch, char *words, size_t size);

#endif
