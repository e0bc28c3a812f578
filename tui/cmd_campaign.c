/**
 * @file cmd_campaign.c  ringround campaign list, show, pause, stop, delete
 */
#include <stdio.h>

#include "tui/ask.h"
#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static const struct sheet_column listv[] = {
	{ "i_campaign", SHEET_NUMBER },
	{ "name",       SHEET_TEXT   },
	{ "paused",     SHEET_BOOL   },
	{ "total",      SHEET_NUMBER },
	{ "finished",   SHEET_NUMBER },
	{ "success",    SHEET_NUMBER },
	{ "live",       SHEET_NUMBER },
	{ "due_now",    SHEET_NUMBER },
	{ "next_due",   SHEET_TIME   },
	{ "attempts",   SHEET_NUMBER },
};

/* As sql/query/campaign_show.sql gives them */
static const struct sheet_column showv[] = {
	{ "i_campaign",           SHEET_NUMBER },
	{ "name",                 SHEET_TEXT   },
	{ "description",          SHEET_TEXT   },
	{ "paused",               SHEET_BOOL   },
	{ "i_ivr_prompt",         SHEET_NUMBER },
	{ "prompt",               SHEET_TEXT   },
	{ "i_schedule",           SHEET_NUMBER },
	{ "schedule",             SHEET_TEXT   },
	{ "open",                 SHEET_BOOL   },
	{ "next_change",          SHEET_TIME   },
	{ "cli",                  SHEET_TEXT   },
	{ "username",             SHEET_TEXT   },
	{ "has_secret",           SHEET_BOOL   },
	{ "max_concurrent_calls", SHEET_NUMBER },
	{ "max_attempts",         SHEET_NUMBER },
	{ "timeout_sec",          SHEET_NUMBER },
	{ "backoff_sec",          SHEET_NUMBER },
	{ "threshold_msec",       SHEET_NUMBER },
	{ "max_calls_per_second", SHEET_NUMBER },
	{ "media_encryption",     SHEET_TEXT   },
	{ "total",                SHEET_NUMBER },
	{ "finished",             SHEET_NUMBER },
	{ "success",              SHEET_NUMBER },
	{ "live",                 SHEET_NUMBER },
	{ "due_now",              SHEET_NUMBER },
	{ "next_due",             SHEET_TIME   },
	{ "attempts",             SHEET_NUMBER },
};

static const struct sheet_column pausev[] = {
	{ "i_campaign", SHEET_NUMBER },
	{ "name",       SHEET_TEXT   },
	{ "paused",     SHEET_BOOL   },
	{ "changed",    SHEET_BOOL   },
	{ "live",       SHEET_NUMBER },
};

static const struct sheet_column stopv[] = {
	{ "i_campaign", SHEET_NUMBER },
	{ "name",       SHEET_TEXT   },
	{ "paused",     SHEET_BOOL   },
	{ "changed",    SHEET_BOOL   },
	{ "hung_up",    SHEET_NUMBER },
};


int cmd_campaign_list(const struct options *opt)
{
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err)
		err = tool_list(&tl, opt, listv, COUNT(listv),
				"there is no campaign",
				sql_campaign_list, 0, NULL);

	return tool_done(&tl, err);
}


int cmd_campaign_show(const struct options *opt)
{
	char id[FIND_ID_SIZE];
	const char *const paramv[] = { id };
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err)
		err = find_campaign(&tl, opt->wordv[0], id);
	if (!err)
		err = tool_show(&tl, opt, showv, COUNT(showv),
				sql_campaign_show, 1, paramv);

	return tool_done(&tl, err);
}


static int pause_word(struct tool *tl, const char *word, struct sheet *sh,
		      void *arg)
{
	char id[FIND_ID_SIZE];
	const char *const paramv[] = { id, arg };
	int err;

	err = find_campaign(tl, word, id);

	return err ? err : tool_ask(tl, sql_campaign_pause, 2, paramv,
				    sheet_row, sh);
}


static int stop_word(struct tool *tl, const char *word, struct sheet *sh,
		     void *arg)
{
	char id[FIND_ID_SIZE];
	const char *const paramv[] = { id };
	int err;

	(void)arg;
	err = find_campaign(tl, word, id);

	return err ? err : tool_ask(tl, sql_campaign_stop, 1, paramv,
				    sheet_row, sh);
}


int cmd_campaign_pause(const struct options *opt)
{
	char paused[] = "t";

	return tool_each(opt, pausev, COUNT(pausev), pause_word, paused);
}


int cmd_campaign_resume(const struct options *opt)
{
	char paused[] = "f";

	return tool_each(opt, pausev, COUNT(pausev), pause_word, paused);
}


int cmd_campaign_stop(const struct options *opt)
{
	return tool_each(opt, stopv, COUNT(stopv), stop_word, NULL);
}


static void question_row(const char *const *colv, size_t colc, void *arg)
{
	(void)colc;
	snprintf(arg, WHY_SIZE, "delete the campaign '%s' with %s phones and "
		 "%s attempts?", colv[0], colv[1], colv[2]);
}


int cmd_campaign_delete(const struct options *opt)
{
	const bool sure = options_value(opt, "yes");
	char id[FIND_ID_SIZE], question[WHY_SIZE] = "";
	const char *const paramv[] = { id };
	struct tool tl;
	int err;

	if (!sure && !ask_possible()) {
		cmd_fail("campaign delete asks on a terminal, and there is "
			 "none; give --yes");
		return STATUS_USAGE;
	}

	err = tool_open(&tl, opt);
	if (!err)
		err = find_campaign(&tl, opt->wordv[0], id);
	if (!err && !sure)
		err = tool_ask(&tl, sql_campaign_size, 1, paramv,
			       question_row, question);
	if (!err && !sure && !ask_yes(question)) {
		tool_close(&tl);
		fputs("nothing was deleted\n", stderr);
		return STATUS_NO;
	}
	if (!err)
		err = tool_ask(&tl, sql_campaign_delete, 1, paramv, NULL,
			       NULL);

	return tool_done(&tl, err);
}
