/**
 * @file dialog.h  A question to the operator, and what may be typed to it
 *
 * Keys that were typed before the question was on the screen are no answer
 * to it: they are dropped. What is not an answer means no.
 */
#ifndef RINGROUND_DIALOG_H
#define RINGROUND_DIALOG_H

#include <stdbool.h>
#include <stdint.h>
#include "tui/edit.h"

enum dialog_kind {
	DIALOG_NONE,
	DIALOG_CONFIRM,         /**< y does it, all else does not        */
	DIALOG_NAME,            /**< a name has to be typed, then Enter  */
	DIALOG_CHOICE,          /**< one of some letters                 */
};

enum dialog_answer {
	DIALOG_OPEN,            /**< it is still there                   */
	DIALOG_NO,
	DIALOG_YES,             /**< CHOICE: the letter is in choice     */
};

enum { DIALOG_LINES = 6, DIALOG_LINE = 512 };

struct dialog {
	enum dialog_kind kind;
	bool shown;             /**< it was drawn: keys count from now on */
	int tag;                /**< the owner's: what it is about       */
	char linev[DIALOG_LINES][DIALOG_LINE];
	int linec;
	char want[EDIT_SIZE];   /**< NAME: what has to be typed          */
	struct edit edit;       /**< NAME: what was typed                */
	bool mistyped;          /**< NAME: that is why it was a no       */
	char letters[8];        /**< CHOICE                              */
	char choice;
};

/** Open an empty one: lines follow by dialog_line(). */
void dialog_open(struct dialog *dg, enum dialog_kind kind, int tag);

/** Add a line of text; those that do not fit are left out. */
void dialog_line(struct dialog *dg, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** It is on the screen. */
void dialog_shown(struct dialog *dg);

/**
 * Take a key
 *
 * @return DIALOG_OPEN when it goes on; else it is closed
 */
enum dialog_answer dialog_key(struct dialog *dg, int key);

#endif
