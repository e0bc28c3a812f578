/**
 * @file keymap.c  One table of keys: what they do, the help, the key bar
 */
#include "tui/keymap.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>


#define ON(screen) (1u << (screen))

#define LISTS (ON(SCREEN_CAMPAIGNS) | ON(SCREEN_PHONES))
#define ALL   (LISTS | ON(SCREEN_HELP))

/* In the order of the help and of the key bar */
static const struct keymap table[] = {
	{ '?', { KEYC_F1 }, LISTS, ACTION_HELP, "Help",
	  "these pages" },
	{ '?', { KEYC_F1 }, ON(SCREEN_HELP), ACTION_BACK, NULL, NULL },
	{ KEYC_ENTER, { '\n' }, ON(SCREEN_CAMPAIGNS), ACTION_OPEN, "Phones",
	  "the phones of the campaign" },
	{ 'p', { 0 }, LISTS, ACTION_PAUSE, "Pause",
	  "pause: no new calls, live ones finish" },
	{ 'r', { 0 }, LISTS, ACTION_RESUME, "Resume",
	  "resume the campaign" },
	{ 'j', { KEYC_DOWN }, ALL, ACTION_DOWN, NULL, "a row down" },
	{ 'k', { KEYC_UP }, ALL, ACTION_UP, NULL, "a row up" },
	{ KEYC_PGDN, { KEYC_CTRL('f'), ' ' }, ON(SCREEN_HELP),
	  ACTION_PAGE_DOWN, NULL, NULL },
	{ KEYC_PGDN, { KEYC_CTRL('f') }, LISTS, ACTION_PAGE_DOWN, NULL,
	  "a page down" },
	{ KEYC_PGUP, { KEYC_CTRL('b') }, ALL, ACTION_PAGE_UP, NULL,
	  "a page up" },
	{ 'g', { KEYC_HOME }, ALL, ACTION_TOP, NULL, "the first row" },
	{ 'G', { KEYC_END }, ALL, ACTION_BOTTOM, NULL, "the last row" },
	{ KEYC_CTRL('r'), { 0 }, LISTS, ACTION_REFETCH, NULL,
	  "read the database again now" },
	{ KEYC_CTRL('l'), { 0 }, ALL, ACTION_REDRAW, NULL,
	  "paint the screen anew" },
	{ KEYC_CTRL('z'), { 0 }, ALL, ACTION_SUSPEND, NULL, NULL },
	{ 'q', { 0 }, ON(SCREEN_CAMPAIGNS), ACTION_QUIT, "Quit",
	  "quit: calls finish; again hangs up" },
	{ 'q', { KEYC_ESC }, ON(SCREEN_PHONES) | ON(SCREEN_HELP),
	  ACTION_BACK, "Back", "back" },
	{ 'Q', { KEYC_CTRL('c'), KEYC_F10 }, ALL, ACTION_QUIT, NULL,
	  "quit from any screen" },
};


static const struct {
	int key;
	const char *name;
} names[] = {
	{ KEYC_ENTER, "Enter" },
	{ KEYC_ESC,   "Esc" },
	{ ' ',        "Space" },
	{ KEYC_UP,    "Up" },
	{ KEYC_DOWN,  "Down" },
	{ KEYC_PGUP,  "PgUp" },
	{ KEYC_PGDN,  "PgDn" },
	{ KEYC_HOME,  "Home" },
	{ KEYC_END,   "End" },
	{ KEYC_F1,    "F1" },
	{ KEYC_F10,   "F10" },
};

static const char *const words[] = {
	"",
	"What a campaign's STATE says",
	"  RUNNING     it dials",
	"  PAUSED      no new calls, none is live",
	"  DRAINING 9  paused; 9 calls are still finishing",
	"  PAUSING     asked for; not in the database yet",
	"  PAUSE?      asked for, and not answered for 3 s",
	"  WINDOW      closed by its schedule until NEXT",
	"  FULL        max_concurrent_calls are live",
	"  BACKOFF     nothing is due; a phone is in NEXT",
	"  NO PROMPT   none, or one that cannot be played",
	"  LOADING     its prompt is being prepared",
	"  DB DOWN     the database is away: no call starts",
	"  STOPPING    the engine starts no more calls",
	"  DONE        nothing is left to ring",
	"",
	"What the first line says",
	"  LIVE 1s     the rows are a second old",
	"  STALE 12s   they are older: the database is away",
};

enum {
	TABLE_ROWS = sizeof(table) / sizeof(table[0]),
	WORD_ROWS  = sizeof(words) / sizeof(words[0]),
};


static int has_key(const struct keymap *km, int key)
{
	if (km->key == key)
		return 1;

	for (size_t i = 0; i < 3 && km->alias[i]; i++) {
		if (km->alias[i] == key)
			return 1;
	}

	return 0;
}


enum action keymap_action(enum screen_id screen, int key)
{
	for (size_t i = 0; i < TABLE_ROWS; i++) {
		if (table[i].screens & ON(screen) && has_key(&table[i], key))
			return table[i].action;
	}

	return ACTION_NONE;
}


const struct keymap *keymap_table(size_t *n)
{
	*n = TABLE_ROWS;

	return table;
}


const char *keymap_name(char *buf, size_t size, int key)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			(void)snprintf(buf, size, "%s", names[i].name);
			return buf;
		}
	}

	if (key > 0 && key < ' ')
		(void)snprintf(buf, size, "^%c", key + '@');
	else
		(void)snprintf(buf, size, "%c", key);

	return buf;
}


static void help_row(char *buf, size_t size, const struct keymap *km)
{
	char name[16], keys[48];
	size_t len;

	(void)snprintf(keys, sizeof(keys), "%s",
		       keymap_name(name, sizeof(name), km->key));

	for (size_t i = 0; i < 3 && km->alias[i]; i++) {
		if (km->alias[i] == '\n')
			continue;
		len = strlen(keys);
		(void)snprintf(&keys[len], sizeof(keys) - len, " %s",
			       keymap_name(name, sizeof(name), km->alias[i]));
	}

	(void)snprintf(buf, size, "  %-11s %s", keys, km->help);
}


int keymap_help(char *buf, size_t size, size_t line)
{
	if (!line--) {
		(void)snprintf(buf, size, "Keys");
		return 0;
	}

	for (size_t i = 0; i < TABLE_ROWS; i++) {
		if (!table[i].help)
			continue;
		if (!line--) {
			help_row(buf, size, &table[i]);
			return 0;
		}
	}

	if (line >= WORD_ROWS)
		return ENOENT;

	(void)snprintf(buf, size, "%s", words[line]);

	return 0;
}


static size_t bar_word(char *buf, size_t size, const struct keymap *km)
{
	char name[16];
	size_t len;

	(void)keymap_name(name, sizeof(name), km->key);
	len = strlen(name);
	(void)snprintf(buf, size, " %s%s%s", name,
		       isalnum((unsigned char)name[len - 1]) ? ":" : "",
		       km->bar);

	return strlen(buf);
}


static int is_way_out(const struct keymap *km)
{
	return km->action == ACTION_QUIT || km->action == ACTION_BACK;
}


const char *keymap_bar(char *buf, size_t size, enum screen_id screen,
		       int width)
{
	char word[32];
	size_t room = width > 0 ? (size_t)width : 0;
	size_t len = 0, out = 0;

	if (room >= size)
		room = size - 1;

	for (size_t i = 0; i < TABLE_ROWS; i++) {
		if (table[i].bar && table[i].screens & ON(screen) &&
		    is_way_out(&table[i]))
			out += bar_word(word, sizeof(word), &table[i]);
	}

	buf[0] = '\0';
	for (size_t i = 0; i < TABLE_ROWS; i++) {
		const struct keymap *km = &table[i];
		size_t n, keep = is_way_out(km) ? 0 : out;

		if (!km->bar || !(km->screens & ON(screen)))
			continue;

		n = bar_word(word, sizeof(word), km);
		if (len + n + keep > room)
			continue;

		memcpy(&buf[len], word, n + 1);
		len += n;
	}

	return buf;
}
