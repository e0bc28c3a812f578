/**
 * @file keymap.h  One table of keys: what they do, the help, the key bar
 */
#ifndef RINGROUND_KEYMAP_H
#define RINGROUND_KEYMAP_H

#include <stddef.h>

/** Keys beyond characters; a character is its own code */
enum key {
	KEYC_NONE  = -1,
	KEYC_ENTER = '\r',
	KEYC_ESC   = 27,
	KEYC_UP    = 0x1000,
	KEYC_DOWN,
	KEYC_PGUP,
	KEYC_PGDN,
	KEYC_HOME,
	KEYC_END,
	KEYC_F1,
	KEYC_F10,
};

#define KEYC_CTRL(c) ((c) & 0x1f)

enum screen_id {
	SCREEN_CAMPAIGNS,
	SCREEN_PHONES,
	SCREEN_HELP,
};

enum { SCREENS = SCREEN_HELP + 1 };

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_PAUSE,
	ACTION_RESUME,
	ACTION_HELP,
	ACTION_REFETCH,
	ACTION_REDRAW,
	ACTION_QUIT,
	ACTION_SUSPEND,
};

/** A line of the table */
struct keymap {
	int key;
	int alias[3];           /**< other keys for the same; 0: no more */
	unsigned screens;       /**< 1 << enum screen_id, or-ed             */
	enum action action;
	const char *bar;        /**< word in the key bar; NULL: not there */
	const char *help;       /**< NULL: not in the help               */
};

/** What a key does on a screen */
enum action keymap_action(enum screen_id screen, int key);

/** The lines of the table, borrowed */
const struct keymap *keymap_table(size_t *n);

/** The name of a key: Enter, PgUp, ^L, q. @return buf */
const char *keymap_name(char *buf, size_t size, int key);

/**
 * A line of the help: the table, then the words that screens use
 *
 * @return 0, or ENOENT when there is no such line
 */
int keymap_help(char *buf, size_t size, size_t line);

/**
 * The key bar of a screen in at most width cells. Words that do not fit are
 * left out from the end of the table's order, the way out last.
 *
 * @return buf, ASCII
 */
const char *keymap_bar(char *buf, size_t size, enum screen_id screen,
		       int width);

#endif
