/**
 * @file cmd_campaign.c  ringround campaign list
 */
#include "tui/cmd.h"
#include "tui/tool.h"

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


int cmd_campaign_list(const struct options *opt)
{
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err)
		err = tool_list(&tl, opt, listv,
				sizeof(listv) / sizeof(listv[0]),
				"there is no campaign",
				sql_campaign_list, 0, NULL);

	return tool_done(&tl, err);
}
