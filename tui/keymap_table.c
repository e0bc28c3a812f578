/**
 * @file keymap_table.c  The table of keys, and the words of the help
 */
#include "tui/keymap.h"


#define ON(screen) (1u << (screen))

#define CAMPS  ON(SCREEN_CAMPAIGNS)
#define PHONES ON(SCREEN_PHONES)
#define CALL   ON(SCREEN_CALL)
#define LIVE   ON(SCREEN_LIVE)
#define LOG    ON(SCREEN_LOG)
#define NODES  ON(SCREEN_NODES)
#define HELP   ON(SCREEN_HELP)

#define TAGGED (CAMPS | PHONES | LIVE)
#define SORTED (CAMPS | PHONES | LIVE | NODES)
#define LISTS  (CAMPS | PHONES | LIVE | LOG | NODES)
#define DATA   (LISTS | CALL)
#define ALL    (DATA | HELP)

/* In the order of the help and of the key bar */
static const struct keymap table[] = {
	{ '?', { KEYC_F1 }, DATA, ACTION_HELP, "Help", "these pages" },
	{ '?', { KEYC_F1 }, HELP, ACTION_BACK, NULL, NULL },
	{ KEYC_ENTER, { '\n' }, CAMPS, ACTION_OPEN, "Phones",
	  "open: phones of a campaign, a phone's call" },
	{ KEYC_ENTER, { '\n' }, PHONES | LIVE, ACTION_OPEN, "Call", NULL },
	{ 'p', { 0 }, CAMPS, ACTION_PAUSE, "Pause",
	  "pause: no new calls, live ones finish" },
	{ 'r', { 0 }, CAMPS, ACTION_RESUME, "Resume", "resume" },
	{ 'x', { KEYC_F9 }, LIVE | CALL, ACTION_HANGUP, "Hangup",
	  "hang up a call" },
	{ '/', { KEYC_F3 }, PHONES, ACTION_FILTER, "Number", NULL },
	{ '/', { KEYC_F3 }, LISTS & ~PHONES, ACTION_FILTER, "Filter",
	  "filter; numbers by prefix, Enter: anywhere" },
	{ 'f', { KEYC_F4 }, PHONES | LIVE, ACTION_STATUS, "Status",
	  "filter by status: the next one" },
	{ 'g', { KEYC_HOME }, ALL, ACTION_TOP, NULL, "the first row" },
	{ 'G', { KEYC_END }, ALL, ACTION_BOTTOM, NULL, "the last row" },
	{ ':', { 0 }, PHONES, ACTION_JUMP, "Id",
	  "go to a phone by its id" },
	{ ' ', { 0 }, TAGGED, ACTION_TAG, "Tag",
	  "tag a row; actions take the tagged" },
	{ '>', { KEYC_F6 }, CAMPS | LIVE | NODES, ACTION_SORT_RIGHT, "Sort",
	  "sort by the next column; phones: if indexed" },
	{ 'F', { 0 }, PHONES | LIVE | CALL, ACTION_FOLLOW, "Follow",
	  "follow a phone, on any screen; again: not" },
	{ 'F', { 0 }, CAMPS | LOG | NODES, ACTION_FOLLOW, NULL, NULL },
	{ 'x', { KEYC_F9 }, PHONES, ACTION_HANGUP, "Hangup", NULL },
	{ '>', { KEYC_F6 }, PHONES, ACTION_SORT_RIGHT, NULL, NULL },
	{ 'p', { 0 }, PHONES | CALL | LIVE, ACTION_PAUSE, NULL, NULL },
	{ 'r', { 0 }, PHONES | CALL | LIVE, ACTION_RESUME, NULL, NULL },
	{ 'A', { 0 }, CALL | LOG, ACTION_SCROLL, "Autoscroll",
	  "keep the newest line in sight" },
	{ '[', { 0 }, CALL, ACTION_PREVIOUS, "Prev", "the phone before" },
	{ ']', { 0 }, CALL, ACTION_NEXT, "Next", "the phone after" },
	{ 'Z', { 0 }, DATA, ACTION_FREEZE, "Freeze",
	  "freeze the display; calls go on" },
	{ 'y', { 0 }, DATA, ACTION_COPY, "Copy",
	  "copy number or Call-ID by the terminal" },
	{ 'P', { 0 }, CAMPS, ACTION_PAUSE_ALL, NULL,
	  "pause all campaigns" },
	{ 'R', { 0 }, CAMPS, ACTION_RESUME_ALL, NULL,
	  "resume all campaigns" },
	{ 'u', { 0 }, DATA, ACTION_UNDO, NULL,
	  "undo the last pause or resume, for 10 s" },
	{ 'X', { 0 }, CAMPS | PHONES, ACTION_STOP, NULL,
	  "stop a campaign: pause, hang up its calls" },
	{ '\\', { 0 }, LISTS, ACTION_CLEAR, NULL, "clear the filters" },
	{ '*', { 0 }, TAGGED, ACTION_TAG_ALL, NULL,
	  "tag all that the filter has, loaded or not" },
	{ 'U', { 0 }, TAGGED, ACTION_UNTAG, NULL, "untag all" },
	{ '<', { 0 }, SORTED, ACTION_SORT_LEFT, NULL,
	  "sort by the column before" },
	{ 'I', { 0 }, SORTED, ACTION_INVERT, NULL,
	  "invert the order" },
	{ 'j', { KEYC_DOWN }, ALL, ACTION_DOWN, NULL, "a row down" },
	{ 'k', { KEYC_UP }, ALL, ACTION_UP, NULL, "a row up" },
	{ KEYC_PGDN, { KEYC_CTRL('f'), ' ' }, HELP, ACTION_PAGE_DOWN, NULL,
	  NULL },
	{ KEYC_PGDN, { KEYC_CTRL('f') }, DATA, ACTION_PAGE_DOWN, NULL,
	  "a page down" },
	{ KEYC_PGUP, { KEYC_CTRL('b') }, ALL, ACTION_PAGE_UP, NULL,
	  "a page up" },
	{ '1', { 0 }, DATA, ACTION_CAMPAIGNS, NULL, "campaigns" },
	{ '2', { 0 }, DATA, ACTION_PHONES, NULL,
	  "phones of the campaign" },
	{ '3', { 0 }, DATA, ACTION_LIVE, NULL,
	  "live calls of all campaigns" },
	{ '4', { 'l' }, DATA, ACTION_LOG, NULL, "the engine's log" },
	{ '5', { 0 }, DATA, ACTION_NODES, NULL, "engines" },
	{ '+', { '=' }, DATA, ACTION_SLOWER, NULL,
	  "read the database less often, to 10 s" },
	{ '-', { 0 }, DATA, ACTION_FASTER, NULL, "more often, to 0.5 s" },
	{ 'e', { 0 }, DATA, ACTION_EXPORT, NULL,
	  "write the whole list to a CSV file; Esc stops" },
	{ KEYC_CTRL('r'), { 0 }, DATA, ACTION_REFETCH, NULL,
	  "read the database again now; lost: reconnect" },
	{ KEYC_CTRL('l'), { 0 }, ALL, ACTION_REDRAW, NULL,
	  "paint the screen anew" },
	{ KEYC_CTRL('z'), { 0 }, ALL, ACTION_SUSPEND, NULL,
	  "to the shell; an engine in here asks first" },
	{ 'q', { 0 }, CAMPS, ACTION_QUIT, "Quit", NULL },
	{ 'q', { KEYC_ESC }, PHONES | CALL | LIVE | LOG | NODES | HELP,
	  ACTION_BACK, "Back", "back" },
	{ 'Q', { KEYC_CTRL('c'), KEYC_F10 }, ALL, ACTION_QUIT, NULL,
	  "quit; asks when the engine is in here" },
};

static const char *const words[] = {
	"",
	"What a campaign's STATE says",
	"  RUNNING     it dials",
	"  PAUSED      no new calls, none is live",
	"  DRAINING 9  paused; 9 calls are still finishing",
	"  PAUSING     asked for; not in the database yet",
	"  PAUSE?      asked for, and not answered for 3 s",
	"  WINDOW      closed by its schedule; ETA: it opens",
	"  FULL        max_concurrent_calls are live",
	"  BACKOFF     nothing is due; ETA: the next phone is",
	"  NO PROMPT   none, or one that cannot be played",
	"  LOADING     its prompt is being prepared",
	"  NO ENGINE   no engine works on this database",
	"  DB DOWN     the database is away: no call starts",
	"  STOPPING    the engine starts no more calls",
	"  DONE        nothing is left to ring",
	"",
	"What the first line says",
	"  LIVE 1s     the rows are a second old",
	"  FROZEN      the display stands still since then",
	"  STALE 12s   they are older: the database is away",
	"",
	"Words in (brackets) may not be done now.",
	NULL,
};


const struct keymap *keymap_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);

	return table;
}


const char *const *keymap_words(void)
{
	return words;
}
