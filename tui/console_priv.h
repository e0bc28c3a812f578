/**
 * @file console_priv.h  The console's state, and its loop
 */
#ifndef RINGROUND_CONSOLE_PRIV_H
#define RINGROUND_CONSOLE_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <termios.h>
#include "tui/console.h"
#include "tui/feed.h"
#include "tui/model.h"
#include "tui/term.h"

struct console {
	struct console_prm prm;
	bool own;               /**< the engine is in this process       */
	bool ascii;
	pthread_t thread;
	pthread_mutex_t lock;
	struct snapshot *next;  /**< under the lock: not yet shown       */
	atomic_bool stop;
	atomic_bool hung;       /**< as if the terminal were gone        */
	int wakefd;
	struct termios tio;     /**< how the terminal was                */
	int sigfd;              /**< -1: SIGWINCH by the clock alone     */

	/* the thread's own */
	struct terminal *term;
	struct feed *feed;
	struct export *export;  /**< under way; or NULL                  */
	struct canvas *cv;
	struct model model;
	bool left;              /**< the operator has                    */
	bool copy;              /**< model.copy waits for the terminal   */
	bool urgent;            /**< draw now: a key, a new size         */
	bool dirty;             /**< draw when the next frame is due     */
	bool all;               /**< draw everything                     */
	size_t asks;            /**< under way                           */
	unsigned answered;      /**< gen of the rows that came last      */
	uint64_t frame_ms;
	int64_t frame_sec;      /**< the time of day on the screen       */
};

enum { FRAME_MS = 250 };        /**< between frames that no key asked for */

/** Until the end. @return false when the terminal is gone */
bool console_loop(struct console *con);

/** Another size, another canvas. @return 0 or an errno: it is gone */
int console_resize(struct console *con);

#endif
