/**
 * @file cmd_dnc.c  ringround dnc add, list, remove
 */
#include <errno.h>
#include <stdio.h>

#include "tui/cmd.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static const struct sheet_column columnv[] = {
	{ "number",   SHEET_TEXT },
	{ "digits",   SHEET_TEXT },
	{ "reason",   SHEET_TEXT },
	{ "added",    SHEET_TIME },
	{ "added_by", SHEET_TEXT },
	{ "new",      SHEET_BOOL },     /* of dnc add                    */
};


static int add_word(struct tool *tl, const char *word, struct sheet *sh,
		    void *arg)
{
	const struct options *opt = arg;
	const char *const paramv[] = { word, options_value(opt, "reason") };

	return tool_ask(tl, sql_dnc_add, 2, paramv, sheet_row, sh);
}


static int remove_word(struct tool *tl, const char *word, struct sheet *sh,
		       void *arg)
{
	const size_t before = sheet_rows(sh);
	int err;

	(void)arg;
	err = tool_ask(tl, sql_dnc_remove, 1, &word, sheet_row, sh);
	if (err || sheet_rows(sh) > before)
		return err;

	snprintf(tl->why, sizeof(tl->why), "'%.60s' is not on the "
		 "do-not-call list; nothing was changed", word);

	return ENOENT;
}


int cmd_dnc_add(const struct options *opt)
{
	struct options copy = *opt;

	return tool_each(opt, columnv, COUNT(columnv), add_word, &copy);
}


int cmd_dnc_remove(const struct options *opt)
{
	return tool_each(opt, columnv, COUNT(columnv) - 1, remove_word, NULL);
}


static void count_row(const char *const *colv, size_t colc, void *arg)
{
	size_t *n = arg;

	(void)colv;
	(void)colc;
	++*n;
}


int cmd_dnc_list(const struct options *opt)
{
	const char *number = opt->wordc ? opt->wordv[0] : NULL;
	struct tool tl;
	size_t n = 0;
	int err;

	err = tool_open(&tl, opt);
	if (!err && number)
		err = tool_ask(&tl, sql_dnc_list, 1, &number, count_row, &n);
	if (!err && number && !n) {
		snprintf(tl.why, sizeof(tl.why), "'%.60s' is not on the "
			 "do-not-call list", number);
		err = ENOENT;
	}
	if (!err)
		err = tool_list(&tl, opt, columnv, COUNT(columnv) - 1,
				"nobody is on the do-not-call list",
				sql_dnc_list, 1, &number);

	return tool_done(&tl, err);
}
