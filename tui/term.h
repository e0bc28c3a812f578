/**
 * @file term.h  The terminal: the one door to curses
 *
 * One terminal at a time; one thread at a time.
 */
#ifndef RINGROUND_TERM_H
#define RINGROUND_TERM_H

#include <stdbool.h>
#include "tui/canvas.h"

struct terminal;

/**
 * Take a terminal over. LC_CTYPE has to be set before. No signal handler
 * is left behind, and the terminal's keys send no signals from now on.
 *
 * @param in   Borrowed descriptors
 * @return 0; ENOTTY when it is no terminal, or one that curses cannot use
 */
int term_open(struct terminal **tmp, int in, int out);

/** Give it back as it was. NULL is fine. */
void term_close(struct terminal *tm);

/** Bring it from the console's screen back to the shell's, for a process that
 * died. By standard output. */
void term_rescue(void);

/** Can it show characters beyond ASCII? By the locale. */
bool term_utf8(void);

/** The size now, in cells. @return 0 or an errno: it is gone */
int term_size(const struct terminal *tm, int *width, int *height);

/** Paint the canvas; all: everything, not the changes only */
void term_draw(struct terminal *tm, const struct canvas *cv, bool all);

/** Leave the screen to others for a while, and take it back. */
void term_leave(struct terminal *tm);
void term_enter(struct terminal *tm);

/** Put text on the clipboard, where the terminal can (OSC 52). */
void term_copy(struct terminal *tm, const char *text);

/** Drop the keys that wait. */
void term_flush(struct terminal *tm);

/** @return a key of tui/keymap.h, KEYC_NONE when there is none left */
int term_key(struct terminal *tm);

#endif
