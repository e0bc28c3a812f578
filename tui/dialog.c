/**
 * @file dialog.c  A question to the operator
 */
#include "tui/dialog.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tui/keymap.h"


void dialog_open(struct dialog *dg, enum dialog_kind kind, int tag)
{
	memset(dg, 0, sizeof(*dg));
	dg->kind = kind;
	dg->tag = tag;
}


void dialog_line(struct dialog *dg, const char *fmt, ...)
{
	va_list ap;

	if (dg->linec >= DIALOG_LINES)
		return;

	va_start(ap, fmt);
	(void)vsnprintf(dg->linev[dg->linec++], DIALOG_LINE, fmt, ap);
	va_end(ap);
}


void dialog_shown(struct dialog *dg)
{
	dg->shown = true;
}


static enum dialog_answer name_key(struct dialog *dg, int key)
{
	if (key == KEYC_ESC || key == KEYC_CTRL('c'))
		return DIALOG_NO;
	if (key == KEYC_ENTER || key == '\n') {
		dg->mistyped = strcmp(dg->edit.text, dg->want) != 0;
		return dg->mistyped ? DIALOG_NO : DIALOG_YES;
	}

	(void)edit_key(&dg->edit, key);

	return DIALOG_OPEN;
}


static enum dialog_answer choice_key(struct dialog *dg, int key)
{
	if (key > ' ' && key < 0x7f && strchr(dg->letters, key)) {
		dg->choice = (char)key;
		return DIALOG_YES;
	}

	return DIALOG_NO;
}


static enum dialog_answer answer(struct dialog *dg, int key)
{
	switch (dg->kind) {

	case DIALOG_NONE:       return DIALOG_NO;
	case DIALOG_CONFIRM:    return key == 'y' ? DIALOG_YES : DIALOG_NO;
	case DIALOG_NAME:       return name_key(dg, key);
	case DIALOG_CHOICE:     return choice_key(dg, key);
	}

	return DIALOG_NO;
}


enum dialog_answer dialog_key(struct dialog *dg, int key)
{
	enum dialog_answer an;

	if (!dg->shown)
		return DIALOG_OPEN;

	an = answer(dg, key);
	if (an != DIALOG_OPEN)
		dg->kind = DIALOG_NONE;

	return an;
}
