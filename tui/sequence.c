/**
 * @file sequence.c  Keys that come as several bytes behind ESC
 */
#include "tui/sequence.h"
#include <string.h>
#include "tui/keymap.h"


static const struct {
	const char *seq;
	int key;
} keys[] = {
	{ "[A",   KEYC_UP },    { "OA",   KEYC_UP },
	{ "[B",   KEYC_DOWN },  { "OB",   KEYC_DOWN },
	{ "[5~",  KEYC_PGUP },  { "[6~",  KEYC_PGDN },
	{ "[H",   KEYC_HOME },  { "OH",   KEYC_HOME },
	{ "[1~",  KEYC_HOME },  { "[7~",  KEYC_HOME },
	{ "[F",   KEYC_END },   { "OF",   KEYC_END },
	{ "[4~",  KEYC_END },   { "[8~",  KEYC_END },
	{ "OP",   KEYC_F1 },    { "[11~", KEYC_F1 },    { "[[A", KEYC_F1 },
	{ "OR",   KEYC_F3 },    { "[13~", KEYC_F3 },    { "[[C", KEYC_F3 },
	{ "OS",   KEYC_F4 },    { "[14~", KEYC_F4 },    { "[[D", KEYC_F4 },
	{ "[17~", KEYC_F6 },    { "[20~", KEYC_F9 },    { "[21~", KEYC_F10 },
	/* The keypad, when it is the application's */
	{ "OM",   KEYC_ENTER }, { "Ok", '+' },  { "Om", '-' },
	{ "Oj", '*' },          { "Oo", '/' },
	{ "Op", '0' },  { "Oq", '1' },  { "Or", '2' },  { "Os", '3' },
	{ "Ot", '4' },  { "Ou", '5' },  { "Ov", '6' },  { "Ow", '7' },
	{ "Ox", '8' },  { "Oy", '9' },
};


bool sequence_begins(int c)
{
	return c == '[' || c == 'O';
}


bool sequence_ends(const char *seq, size_t len)
{
	if (len < 2)
		return false;
	if (len == 2 && seq[0] == '[' && seq[1] == '[')
		return false;

	return seq[len - 1] >= 0x40 && seq[len - 1] <= 0x7e;
}


int sequence_key(const char *seq, size_t len)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].seq) == len &&
		    !memcmp(keys[i].seq, seq, len))
			return keys[i].key;
	}

	return KEYC_NONE;
}
