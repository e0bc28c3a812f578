/**
 * @file console.h  The operator's console: on a terminal
 *
 * It reads snapshots, when the engine is in its process, and has a database
 * connection of its own. A stalled terminal or a stalled database stalls the
 * console alone.
 */
#ifndef RINGROUND_CONSOLE_H
#define RINGROUND_CONSOLE_H

#include <stdbool.h>
#include "core/order.h"
#include "core/snapshot.h"

struct console;

/** Any of these in the environment, not empty, is the option of that name */
#define CONSOLE_ENV_ASCII    "RINGROUND_ASCII"
#define CONSOLE_ENV_READONLY "RINGROUND_READONLY"

struct console_prm {
	int tty_in;             /**< borrowed until console_stop()       */
	int tty_out;
	const char *conninfo;   /**< copied; NULL: the PG* environment   */
	order_h *orderh;        /**< any order; it does not block. NULL:
				     no engine is in this process        */
	void *arg;
};

/**
 * Take the terminal over and start a thread. Sets LC_CTYPE from the
 * environment. ORDER_DETACH and ORDER_LOST are the last orders: the thread
 * ends by itself after them, and waits for console_stop().
 *
 * SIGWINCH must be blocked in every thread of the process to be noticed at
 * once; else a new size is seen within 250 ms. The terminal sends no signals
 * while the console has it: ^C and ^Z are keys.
 *
 * @return 0; ENOTTY when it is no terminal or one that curses cannot use;
 *         or another errno
 */
int console_start(struct console **conp, const struct console_prm *prm);

/** Show this from now on. Any thread; takes ownership of one reference. */
void console_publish(struct console *con, struct snapshot *sn);

/** As if the terminal were gone: ORDER_LOST follows. Any thread. */
void console_hangup(struct console *con);

/**
 * End the thread, give the terminal back as it was, free. Takes 1 s at the
 * most whatever terminal and database do. NULL is fine; not to be called
 * from orderh.
 */
void console_stop(struct console *con);

/**
 * The same without an engine, on this thread, until the operator leaves it or
 * a signal ends it. Blocks all signals of the terminal; suspends by ^Z.
 *
 * @return 0; EIO when the terminal is gone; or as console_start()
 */
int console_run(const struct console_prm *prm);

#endif
