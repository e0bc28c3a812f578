/**
 * @file term.c  The terminal: the one door to curses
 */
#define NCURSES_WIDECHAR 1
#include "tui/term.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <curses.h>
#include <term.h>
#include "tui/keymap.h"
#include "tui/sequence.h"
#include "tui/style.h"


struct terminal {
	int out;                /**< borrowed                            */
	FILE *fin;
	FILE *fout;
	SCREEN *screen;
	bool color;
	int width;              /**< what curses believes                */
	int height;
};

enum { PAIR_RED = 1, PAIR_GREEN, PAIR_YELLOW, SIGNALS = 4 };

/* Those that curses takes when nobody else has; they are not its business */
static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

static const struct {
	int curses;
	int key;
} keys[] = {
	{ KEY_UP,        KEYC_UP },
	{ KEY_DOWN,      KEYC_DOWN },
	{ KEY_PPAGE,     KEYC_PGUP },
	{ KEY_NPAGE,     KEYC_PGDN },
	{ KEY_HOME,      KEYC_HOME },
	{ KEY_A1,        KEYC_HOME },
	{ KEY_A3,        KEYC_PGUP },
	{ KEY_END,       KEYC_END },
	{ KEY_C1,        KEYC_END },
	{ KEY_C3,        KEYC_PGDN },
	{ KEY_ENTER,     KEYC_ENTER },
	{ KEY_F(1),      KEYC_F1 },
	{ KEY_F(3),      KEYC_F3 },
	{ KEY_F(4),      KEYC_F4 },
	{ KEY_F(6),      KEYC_F6 },
	{ KEY_F(9),      KEYC_F9 },
	{ KEY_F(10),     KEYC_F10 },
};


static int file_dup(FILE **fp, int fd, const char *mode)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return errno;

	*fp = fdopen(copy, mode);
	if (!*fp) {
		close(copy);
		return ENOMEM;
	}

	return 0;
}


/* A terminal that cannot place its cursor is of no use. */
static SCREEN *screen_new(const char *name, FILE *out, FILE *in)
{
	SCREEN *sc = newterm(name, out, in);
	char cup[] = "cup";
	const char *place;

	if (!sc)
		return NULL;

	place = tigetstr(cup);
	if (place && place != (const char *)-1)
		return sc;

	(void)endwin();
	delscreen(sc);

	return NULL;
}


static SCREEN *screen_open(FILE *out, FILE *in)
{
	static const char *const names[] = {
		"xterm-256color", "xterm", "vt100",
	};
	const char *name = getenv("TERM");
	SCREEN *sc = NULL;
	int err;

	if (name && name[0]) {
		/* A terminal that is known to be too simple stays so. */
		if (setupterm(name, fileno(out), &err) == OK) {
			(void)del_curterm(cur_term);
			return screen_new(name, out, in);
		}
	}

	for (size_t i = 0; !sc && i < sizeof(names) / sizeof(names[0]); i++)
		sc = screen_new(names[i], out, in);

	return sc;
}


void term_rescue(void)
{
	static char names[][6] = { "rmcup", "rmkx", "cnorm", "sgr0" };
	int err;

	if (setupterm(NULL, STDOUT_FILENO, &err) != OK &&
	    setupterm("xterm", STDOUT_FILENO, &err) != OK)
		return;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *s = tigetstr(names[i]);

		if (s && s != (const char *)-1)
			(void)putp(s);
	}
	(void)fputs("\n", stdout);
	(void)fflush(stdout);
}


static bool colors_wanted(void)
{
	const char *no = getenv("NO_COLOR");

	return (!no || !no[0]) && has_colors();
}


static void screen_setup(struct terminal *tm)
{
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)intrflush(stdscr, FALSE);
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	(void)set_escdelay(25);
	/* One that is not seen need not be brought home with each frame. */
	if (curs_set(0) != ERR)
		(void)leaveok(stdscr, TRUE);

	tm->color = colors_wanted() && start_color() == OK;
	if (!tm->color)
		return;

	(void)use_default_colors();
	(void)init_pair(PAIR_RED, COLOR_RED, -1);
	(void)init_pair(PAIR_GREEN, COLOR_GREEN, -1);
	(void)init_pair(PAIR_YELLOW, COLOR_YELLOW, -1);
}


static int term_alloc(struct terminal **tmp, int in, int out)
{
	struct terminal *tm;
	int err;

	tm = calloc(1, sizeof(*tm));
	if (!tm)
		return ENOMEM;

	tm->out = out;
	err = file_dup(&tm->fin, in, "r");
	if (err)
		goto out;
	err = file_dup(&tm->fout, out, "w");
	if (err)
		goto out;

	*tmp = tm;

	return 0;

out:
	term_close(tm);

	return err;
}


int term_open(struct terminal **tmp, int in, int out)
{
	struct sigaction old[SIGNALS];
	struct terminal *tm;
	int err;

	if (!isatty(in) || !isatty(out))
		return ENOTTY;

	/* PuTTY shows line drawing wrongly in UTF-8 otherwise. */
	if (term_utf8())
		(void)setenv("NCURSES_NO_UTF8_ACS", "1", 1);

	err = term_alloc(&tm, in, out);
	if (err)
		return err;

	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaction(signals[i], NULL, &old[i]);
	tm->screen = screen_open(tm->fout, tm->fin);
	for (size_t i = 0; i < SIGNALS; i++)
		(void)sigaction(signals[i], &old[i], NULL);

	if (!tm->screen) {
		term_close(tm);
		return ENOTTY;
	}

	screen_setup(tm);
	getmaxyx(stdscr, tm->height, tm->width);
	*tmp = tm;

	return 0;
}


void term_close(struct terminal *tm)
{
	if (!tm)
		return;

	if (tm->screen) {
		(void)endwin();
		delscreen(tm->screen);
	}
	if (tm->fin)
		(void)fclose(tm->fin);
	if (tm->fout)
		(void)fclose(tm->fout);
	free(tm);
}


bool term_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}


int term_size(const struct terminal *tm, int *width, int *height)
{
	struct winsize ws;

	if (ioctl(tm->out, TIOCGWINSZ, &ws) < 0)
		return errno;

	/* A serial line knows no size: then curses has guessed. */
	*width = ws.ws_col ? ws.ws_col : tm->width;
	*height = ws.ws_row ? ws.ws_row : tm->height;

	return 0;
}


static attr_t attr_curses(const struct terminal *tm, unsigned attr,
			  short *pair)
{
	static const short pairs[] = {
		[COLOUR_OWN]    = 0,
		[COLOUR_RED]    = PAIR_RED,
		[COLOUR_GREEN]  = PAIR_GREEN,
		[COLOUR_YELLOW] = PAIR_YELLOW,
	};
	struct style st = style_of(attr, tm->color);
	attr_t at = A_NORMAL;

	*pair = pairs[st.colour];
	if (st.bold)
		at |= A_BOLD;
	if (st.dim)
		at |= A_DIM;
	if (st.reverse)
		at |= A_REVERSE;

	return at;
}


static void draw_cell(const struct terminal *tm, int row, int col,
		      const struct cell *c)
{
	wchar_t wch[CELL_CHARS + 1] = { 0 };
	cchar_t cch;
	short pair;
	attr_t at = attr_curses(tm, c->attr, &pair);

	for (size_t i = 0; i < CELL_CHARS; i++)
		wch[i] = (wchar_t)c->ch[i];

	if (setcchar(&cch, wch, at, pair, NULL) == OK)
		(void)mvadd_wch(row, col, &cch);
}


/* The last cell stays empty: some terminals scroll when it is written. */
static void draw_row(const struct terminal *tm, const struct canvas *cv,
		     int row)
{
	int end = canvas_width(cv) - (row + 1 == canvas_height(cv) ? 1 : 0);

	for (int col = 0; col < end; col++) {
		const struct cell *c = canvas_cell(cv, row, col);

		if (!c || !c->width || col + c->width > end)
			continue;
		if (c->ch[0] == ' ' && !c->attr)
			continue;
		draw_cell(tm, row, col, c);
	}
}


void term_draw(struct terminal *tm, const struct canvas *cv, bool all)
{
	int width = canvas_width(cv), height = canvas_height(cv);

	if (width != tm->width || height != tm->height) {
		(void)resizeterm(height, width);
		tm->width = width;
		tm->height = height;
		all = true;
	}

	if (all)
		(void)clear();
	else
		(void)erase();

	for (int row = 0; row < height; row++)
		draw_row(tm, cv, row);

	(void)wnoutrefresh(stdscr);
	(void)doupdate();
}


void term_leave(struct terminal *tm)
{
	(void)tm;
	(void)endwin();
}


void term_enter(struct terminal *tm)
{
	(void)tm;
	(void)reset_prog_mode();
	(void)clear();
	(void)refresh();
}


static void base64_put(FILE *f, const unsigned char *p, size_t len)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned a = p[i], b = i + 1 < len ? p[i + 1] : 0;
		unsigned c = i + 2 < len ? p[i + 2] : 0;

		(void)fputc(digit[a >> 2], f);
		(void)fputc(digit[(a & 3) << 4 | b >> 4], f);
		(void)fputc(i + 1 < len ? digit[(b & 15) << 2 | c >> 6]
			    : '=', f);
		(void)fputc(i + 2 < len ? digit[c & 63] : '=', f);
	}
}


void term_copy(struct terminal *tm, const char *text)
{
	(void)fputs("\033]52;c;", tm->fout);
	base64_put(tm->fout, (const unsigned char *)text, strlen(text));
	(void)fputs("\a", tm->fout);
	(void)fflush(tm->fout);
}


void term_flush(struct terminal *tm)
{
	(void)tm;
	(void)flushinp();
}


/* Behind ESC, as far as it is there: Esc itself, or a key's bytes */
static int key_escaped(void)
{
	char seq[SEQUENCE_SIZE];
	size_t n = 0;
	int c = getch();

	if (c != ERR && !sequence_begins(c))
		(void)ungetch(c);
	if (c == ERR || !sequence_begins(c))
		return KEYC_ESC;

	seq[n++] = (char)c;
	while (!sequence_ends(seq, n)) {
		c = getch();
		if (c < 0 || c > 0xff)
			break;
		/* What is too long is nobody's; its end still counts. */
		if (n == sizeof(seq))
			--n;
		seq[n++] = (char)c;
	}

	return sequence_key(seq, n);
}


/* @return KEYC_NONE: nothing that has a meaning */
static int key_of(int c)
{
	if (c == KEYC_ESC)
		return key_escaped();
	/* Beyond ASCII a character comes byte by byte. */
	if ((c > 0 && c < 0x7f) || (c > 0x7f && c <= 0xff))
		return c;
	if (c == 0x7f || c == KEY_BACKSPACE)
		return '\b';

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].curses == c)
			return keys[i].key;
	}

	return KEYC_NONE;
}


int term_key(struct terminal *tm)
{
	(void)tm;

	for (;;) {
		int c = getch(), key;

		if (c == ERR)
			return KEYC_NONE;
		key = key_of(c);
		if (key != KEYC_NONE)
			return key;
	}
}
