/**
 * @file edit.c  A line of text that is being typed
 */
#include "tui/edit.h"
#include <stdio.h>
#include <string.h>
#include "tui/keymap.h"


void edit_set(struct edit *ed, const char *text)
{
	(void)snprintf(ed->text, sizeof(ed->text), "%s", text);
	ed->len = strlen(ed->text);
}


static bool cut(struct edit *ed, size_t len)
{
	bool changed = len != ed->len;

	ed->len = len;
	ed->text[len] = '\0';

	return changed;
}


/* A character of UTF-8 goes as a whole. */
static size_t without_char(const struct edit *ed)
{
	size_t len = ed->len;

	while (len && ((unsigned char)ed->text[len - 1] & 0xc0) == 0x80)
		--len;

	return len ? len - 1 : 0;
}


static size_t without_word(const struct edit *ed)
{
	size_t len = ed->len;

	while (len && ed->text[len - 1] == ' ')
		--len;
	while (len && ed->text[len - 1] != ' ')
		--len;

	return len;
}


bool edit_key(struct edit *ed, int key)
{
	if (key == '\b')
		return cut(ed, without_char(ed));
	if (key == KEYC_CTRL('u'))
		return cut(ed, 0);
	if (key == KEYC_CTRL('w'))
		return cut(ed, without_word(ed));

	if (key < ' ' || key > 0xff || key == 0x7f ||
	    ed->len + 1 >= sizeof(ed->text))
		return false;

	ed->text[ed->len++] = (char)key;
	ed->text[ed->len] = '\0';

	return true;
}
