/**
 * @file keymap.h  One table of keys: what they do, the help, the key bar
 */
#ifndef RINGROUND_KEYMAP_H
#define RINGROUND_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	KEYC_F3,
	KEYC_F4,
	KEYC_F6,
	KEYC_F9,
	KEYC_F10,
};

#define KEYC_CTRL(c) ((c) & 0x1f)

enum screen_id {
	SCREEN_CAMPAIGNS,
	SCREEN_PHONES,          /**< of a campaign                       */
	SCREEN_CALL,            /**< a phone and its attempts            */
	SCREEN_LIVE,            /**< calls of all campaigns              */
	SCREEN_LOG,
	SCREEN_NODES,
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
	ACTION_PAUSE_ALL,
	ACTION_RESUME_ALL,
	ACTION_UNDO,
	ACTION_HANGUP,
	ACTION_STOP,
	ACTION_FILTER,
	ACTION_CLEAR,
	ACTION_STATUS,
	ACTION_JUMP,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_INVERT,
	ACTION_TAG,
	ACTION_TAG_ALL,
	ACTION_UNTAG,
	ACTION_FREEZE,
	ACTION_FOLLOW,
	ACTION_SCROLL,
	ACTION_PREVIOUS,
	ACTION_NEXT,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_COPY,
	ACTION_EXPORT,
	ACTION_CAMPAIGNS,
	ACTION_PHONES,
	ACTION_LIVE,
	ACTION_LOG,
	ACTION_NODES,
	ACTION_HELP,
	ACTION_REFETCH,
	ACTION_REDRAW,
	ACTION_QUIT,
	ACTION_SUSPEND,
};

enum { ACTIONS = ACTION_SUSPEND + 1, KEY_ALIASES = 3 };

/** A set of actions: a bit each */
#define ACTION_BIT(action) (UINT64_C(1) << (action))

/** A line of the table */
struct keymap {
	int key;
	int alias[KEY_ALIASES]; /**< other keys for the same; 0: no more */
	unsigned screens;       /**< 1 << enum screen_id, or-ed          */
	enum action action;
	const char *bar;        /**< word in the key bar; NULL: not there */
	const char *help;       /**< NULL: not in the help               */
};

/** A word of the key bar */
struct keymap_word {
	char text[32];          /**< ASCII, with the blank before it     */
	bool denied;            /**< shown in brackets                   */
};

/** What a key does on a screen */
enum action keymap_action(enum screen_id screen, int key);

/** The lines of the table, borrowed */
const struct keymap *keymap_table(size_t *n);

/** What the words on the screens mean: lines of the help, ended by NULL */
const char *const *keymap_words(void);

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
 * @param denied  Actions that may not be done now, as ACTION_BIT()
 * @return words written
 */
size_t keymap_bar(struct keymap_word *wordv, size_t max,
		  enum screen_id screen, int width, uint64_t denied);

#endif
