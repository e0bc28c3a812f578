/**
 * @file console.h  The operator's console: a thread on a terminal
 *
 * The thread reads snapshots and has a database connection of its own. A
 * stalled terminal or a stalled database stalls the console alone.
 */
#ifndef RINGROUND_CONSOLE_H
#define RINGROUND_CONSOLE_H

#include "core/order.h"
#include "core/snapshot.h"

struct console;

/** What the operator, or the fate of the terminal, asks of the engine */
enum console_cmd {
	CONSOLE_QUIT,           /**< start no more calls, finish the live
				     ones, then leave; comes once        */
	CONSOLE_HANGUP,         /**< hang up and leave; follows QUIT     */
	CONSOLE_LOST,           /**< the terminal is gone and so is the
				     console; the last command           */
};

/** Runs on the console's thread: it must pass the command on, not act. */
typedef void (console_command_h)(enum console_cmd cmd, void *arg);

struct console_prm {
	int tty_in;             /**< borrowed until console_stop()       */
	int tty_out;
	const char *conninfo;   /**< copied; NULL: the PG* environment   */
	console_command_h *commandh;
	order_h *orderh;        /**< any order; it does not block        */
	void *arg;
};

/**
 * Take the terminal over and start. Sets LC_CTYPE from the environment.
 *
 * SIGWINCH must be blocked in every thread of the process to be noticed at
 * once; else a new size is seen within 250 ms. The terminal sends no signals
 * while the console has it: ^C is a key that quits, ^Z does nothing.
 *
 * @return 0; ENOTTY when it is no terminal or one that curses cannot use;
 *         or another errno
 */
int console_start(struct console **conp, const struct console_prm *prm);

/** Show this from now on. Any thread; takes ownership of one reference. */
void console_publish(struct console *con, struct snapshot *sn);

/**
 * End the thread, give the terminal back as it was, free. Takes 1 s at the
 * most whatever terminal and database do. NULL is fine; not to be called
 * from commandh.
 */
void console_stop(struct console *con);

#endif
