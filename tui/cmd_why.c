/**
 * @file cmd_why.c  ringround why: the one reason a number is not being rung
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

/* As sql/query/why.sql gives them */
static const struct sheet_column columnv[] = {
	{ "i_campaign_phone", SHEET_NUMBER },
	{ "cld",              SHEET_TEXT   },
	{ "campaign",         SHEET_TEXT   },
	{ "status",           SHEET_TEXT   },
	{ "call_count",       SHEET_NUMBER },
	{ "max_attempts",     SHEET_NUMBER },
	{ "reason",           SHEET_TEXT   },
	{ "until",            SHEET_TIME   },
	{ "last_call",        SHEET_TEXT   },
};


static void idv_row(const char *const *colv, size_t colc, void *arg)
{
	char **idv = arg;

	(void)colc;
	free(*idv);
	*idv = strdup(colv[0]);
}


/* The phones with that number; not asked for by whoever sees none whole */
static int number_find(struct tool *tl, const char *word,
		       const char *campaign, char **idv, bool *masked)
{
	const char *const paramv[] = { word, campaign };
	int64_t may = 0;
	int err;

	err = db_number(tl->db, sql_why_may, &may, tl->why, sizeof(tl->why));
	if (err)
		return err;

	*masked = !may;
	if (may)
		err = tool_ask(tl, sql_why_number, 2, paramv, idv_row, idv);

	return err;
}


static int print(struct tool *tl, const struct options *opt,
		 const char *idv, const char *campaign, bool masked)
{
	const char *word = opt->wordv[0];
	const char *const paramv[] = { idv ? idv : "{}", word, campaign };
	struct sheet *sh = NULL;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int err;

	err = f ? sheet_begin_file(&sh, f, opt, columnv, COUNT(columnv),
				   false, NULL) : ENOMEM;
	if (!err)
		err = tool_ask(tl, sql_why, 3, paramv, sheet_row, sh);
	if (!err && !sheet_rows(sh)) {
		snprintf(tl->why, sizeof(tl->why), "there is no phone "
			 "'%.60s'%s%s", word, campaign ? " in that campaign"
			 : "", masked ? "; numbers are masked for this "
			 "role: give i_campaign_phone" : word[0] == '0' ?
			 "; is config campaign/country the country's code?"
			 : "");
		err = ENOENT;
	}
	if (err)
		sheet_drop(sh);
	else
		err = sheet_end(sh);

	if (f)
		fclose(f);
	if (!err)
		fputs(text, stdout);
	free(text);

	return err;
}


int cmd_why(const struct options *opt)
{
	const char *camp = options_value(opt, "campaign");
	char id[FIND_ID_SIZE];
	char *idv = NULL;
	bool masked = false;
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err && camp)
		err = find_campaign(&tl, camp, id);
	if (!err)
		err = number_find(&tl, opt->wordv[0], camp ? id : NULL, &idv,
				  &masked);
	if (!err)
		err = print(&tl, opt, idv, camp ? id : NULL, masked);
	free(idv);

	return tool_done(&tl, err);
}
