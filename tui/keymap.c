/**
 * @file keymap.c  What a key does, the help and the key bar, by the table
 */
#include "tui/keymap.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>


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
	{ KEYC_F3,    "F3" },
	{ KEYC_F4,    "F4" },
	{ KEYC_F6,    "F6" },
	{ KEYC_F9,    "F9" },
	{ KEYC_F10,   "F10" },
};


static bool has_key(const struct keymap *km, int key)
{
	if (km->key == key)
		return true;

	for (size_t i = 0; i < KEY_ALIASES && km->alias[i]; i++) {
		if (km->alias[i] == key)
			return true;
	}

	return false;
}


static bool is_on(const struct keymap *km, enum screen_id screen)
{
	return km->screens & 1u << screen;
}


enum action keymap_action(enum screen_id screen, int key)
{
	size_t n;
	const struct keymap *table = keymap_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (is_on(&table[i], screen) && has_key(&table[i], key))
			return table[i].action;
	}

	return ACTION_NONE;
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

	for (size_t i = 0; i < KEY_ALIASES && km->alias[i]; i++) {
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
	const char *const *words = keymap_words();
	size_t n;
	const struct keymap *table = keymap_table(&n);

	if (!line--) {
		(void)snprintf(buf, size, "Keys");
		return 0;
	}

	for (size_t i = 0; i < n; i++) {
		if (!table[i].help)
			continue;
		if (!line--) {
			help_row(buf, size, &table[i]);
			return 0;
		}
	}

	while (*words && line) {
		++words;
		--line;
	}
	if (!*words)
		return ENOENT;

	(void)snprintf(buf, size, "%s", *words);

	return 0;
}


/* @return cells */
static size_t bar_word(struct keymap_word *wd, const struct keymap *km,
		       uint64_t denied)
{
	char name[16];
	size_t len;

	(void)keymap_name(name, sizeof(name), km->key);
	len = strlen(name);
	wd->denied = denied & ACTION_BIT(km->action);
	(void)snprintf(wd->text, sizeof(wd->text), " %s%s%s%s%s",
		       wd->denied ? "(" : "", name,
		       isalnum((unsigned char)name[len - 1]) ? ":" : "",
		       km->bar, wd->denied ? ")" : "");

	return strlen(wd->text);
}


static bool is_way_out(const struct keymap *km)
{
	return km->action == ACTION_QUIT || km->action == ACTION_BACK;
}


size_t keymap_bar(struct keymap_word *wordv, size_t max,
		  enum screen_id screen, int width, uint64_t denied)
{
	struct keymap_word wd;
	size_t n, room = width > 0 ? (size_t)width : 0;
	size_t len = 0, out = 0, words = 0;
	const struct keymap *table = keymap_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (table[i].bar && is_on(&table[i], screen) &&
		    is_way_out(&table[i]))
			out += bar_word(&wd, &table[i], denied);
	}

	for (size_t i = 0; i < n && words < max; i++) {
		const struct keymap *km = &table[i];
		size_t cells, keep = is_way_out(km) ? 0 : out;

		if (!km->bar || !is_on(km, screen))
			continue;

		cells = bar_word(&wd, km, denied);
		if (len + cells + keep > room)
			continue;

		wordv[words++] = wd;
		len += cells;
	}

	return words;
}
