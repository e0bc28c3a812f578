/**
 * @file print.c  The console's tables on standard output
 */
#include "tui/print.h"
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "tui/feed_read.h"
#include "tui/model_priv.h"
#include "tui/table.h"
#include "tui/term.h"


enum { WIDTH = 80, WIDTH_MAX = 1000, LINE = 4096 };

/** How it is printed */
struct print {
	struct model m;
	struct db *db;
	enum form form;
	bool ascii;
	bool headed;            /**< the heads are out                   */
	struct view v;
};


static int64_t wall_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static int columns(void)
{
	const char *env = getenv("COLUMNS");
	struct winsize ws;
	long n = env ? strtol(env, NULL, 10) : 0;

	if (!n && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		n = ws.ws_col;

	return n < MODEL_MIN_WIDTH ? WIDTH : n > WIDTH_MAX ? WIDTH_MAX
		: (int)n;
}


static void canvas_print(const struct canvas *cv, int row)
{
	char line[LINE];

	(void)canvas_text(cv, row, line, sizeof(line));
	puts(line);
}


/* As on the screen: heads once, then the rows of the list */
static int once(struct print *pr, const struct table *tb,
		struct model_list *ls)
{
	struct canvas *cv;
	int height = (int)ls->cu.n + 1, err;

	err = canvas_alloc(&cv, columns(), height < 9999 ? height : 9999,
			   term_utf8() && !pr->ascii);
	if (err)
		return err;

	pr->v.cv = cv;
	ls->cu.cur = ls->cu.n;
	ls->cu.top = 0;
	ls->cu.rows = ls->cu.n;
	table_draw(&pr->v, tb, ls, 0);
	for (int row = pr->headed ? 1 : 0; row < height; row++)
		canvas_print(cv, row);
	pr->headed = true;
	canvas_free(cv);

	return 0;
}


static int list_print(struct print *pr, enum screen_id screen)
{
	const struct table *tb = view_table(screen);
	struct model_list *ls = model_list_of(&pr->m, screen);

	pr->v.m = &pr->m;
	pr->v.now_ms = pr->v.real_ms = feed_now();
	pr->v.wall_ms = wall_ms();
	pr->v.raw = pr->form == FORM_CSV;
	if (pr->form == FORM_ONCE)
		return once(pr, tb, ls);

	if (pr->form == FORM_CSV && !pr->headed)
		table_csv_head(stdout, tb);
	pr->headed = true;

	for (size_t i = 0; i < ls->cu.n; i++) {
		if (pr->form == FORM_CSV)
			table_csv_row(stdout, &pr->v, tb,
				      tb->rowh(&pr->m, i));
		else
			table_plain_row(stdout, &pr->v, tb,
					tb->rowh(&pr->m, i));
	}

	return ferror(stdout) ? EIO : 0;
}


/* One reading, as the console's own feed would bring it */
static int take(struct print *pr, char *why, size_t size)
{
	struct feed_news news = { .ok = true };
	int err;

	err = feed_read(pr->db, &pr->m.feed, NULL, &news.rows, why, size);
	if (!err)
		model_news(&pr->m, &news, feed_now());

	return err;
}


/* The campaigns were read before: of each page its rows are enough. */
static int phones_print(struct print *pr, char *why, size_t size)
{
	struct model *m = &pr->m;
	struct db_view *vw = &m->feed.view;
	int err;

	m->screen = SCREEN_PHONES;
	vw->campaign = m->campaign;
	vw->edge = DB_TOP;
	vw->limit = DB_ROWS;

	for (;;) {
		db_page_free(&m->page);
		memset(&m->page, 0, sizeof(m->page));
		err = db_page(pr->db, vw, &m->page, why, size);
		if (err)
			return err;

		rows_phones(m);
		err = list_print(pr, SCREEN_PHONES);
		if (err || m->page.n < vw->limit)
			return err;

		vw->edge = DB_AFTER;
		db_view_key(vw, &m->page.v[m->page.n - 1]);
	}
}


/* A campaign's number, or else its name */
static int campaign_find(struct print *pr, const char *which,
			 char *why, size_t size)
{
	char *end;
	int64_t id = strtoll(which, &end, 10);

	for (size_t i = 0; i < pr->m.campr.n; i++) {
		const struct db_camp *c = &pr->m.campr.v[i];

		if ((!*end && c->id == id) || !strcmp(c->name, which)) {
			pr->m.campaign = c->id;
			return 0;
		}
	}
	(void)snprintf(why, size, "there is no campaign %s", which);

	return ENOENT;
}


static int phone_print(struct print *pr, const char *which,
		       char *why, size_t size)
{
	int err;

	pr->m.screen = SCREEN_CALL;
	pr->m.phone = strtoll(which, NULL, 10);
	model_want_feed(&pr->m);
	err = take(pr, why, size);
	if (!err && pr->m.one_gone) {
		(void)snprintf(why, size, "there is no phone %s", which);
		return ENOENT;
	}

	return err ? err : list_print(pr, SCREEN_CALL);
}


static int choose(struct print *pr, const struct options *opt,
		  char *why, size_t size)
{
	const char *table = opt->table ? opt->table : "campaigns";
	enum screen_id screen = SCREEN_CAMPAIGNS;
	int err;

	if (!strcmp(table, "phone"))
		return phone_print(pr, opt->which, why, size);

	if (!strcmp(table, "calls"))
		screen = SCREEN_LIVE;
	else if (!strcmp(table, "engines"))
		screen = SCREEN_NODES;
	pr->m.screen = screen;
	model_want_feed(&pr->m);
	err = take(pr, why, size);
	if (err)
		return err;
	if (strcmp(table, "phones"))
		return list_print(pr, screen);

	err = campaign_find(pr, opt->which, why, size);

	return err ? err : phones_print(pr, why, size);
}


int print_tables(struct db *db, const struct options *opt,
		 char *why, size_t size)
{
	struct db_rights rights;
	struct print *pr;
	int err;

	(void)setlocale(LC_CTYPE, "");
	err = db_console(db, &rights, why, size);
	if (err)
		return err;

	pr = calloc(1, sizeof(*pr));
	err = pr ? model_init(&pr->m, false, true) : ENOMEM;
	if (err) {
		(void)snprintf(why, size, "out of memory");
		goto out;
	}

	pr->db = db;
	pr->form = opt->form;
	pr->ascii = opt->ascii;
	err = choose(pr, opt, why, size);
	model_reset(&pr->m);
out:
	free(pr);

	return err;
}
