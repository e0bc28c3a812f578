/**
 * @file cmd_schedule.c  ringround schedule add, list, show
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/schedule_text.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

enum { TEXTS_SIZE = 4096 };     /* the records of a schedule             */

static const struct sheet_column listv[] = {
	{ "i_schedule",  SHEET_NUMBER },
	{ "name",        SHEET_TEXT   },
	{ "time_zone",   SHEET_TEXT   },
	{ "open",        SHEET_BOOL   },
	{ "next_change", SHEET_TIME   },
	{ "records",     SHEET_NUMBER },
	{ "campaigns",   SHEET_NUMBER },
};

static const struct sheet_column showv[] = {
	{ "i_schedule",  SHEET_NUMBER },
	{ "name",        SHEET_TEXT   },
	{ "description", SHEET_TEXT   },
	{ "time_zone",   SHEET_TEXT   },
	{ "at",          SHEET_TIME   },
	{ "open",        SHEET_BOOL   },
	{ "next_change", SHEET_TIME   },
	{ "records",     SHEET_TEXT   },
	{ "campaigns",   SHEET_NUMBER },
};


static void id_row(const char *const *colv, size_t colc, void *arg)
{
	(void)colc;
	snprintf(arg, FIND_ID_SIZE, "%s", colv[0]);
}


static int record_add(struct tool *tl, const char *id,
		      const struct schedule_record *rec)
{
	const bool times = rec->start_time[0];
	char start[4], stop[4];
	const char *const paramv[] = {
		id, rec->start_wday ? start : NULL,
		rec->start_wday ? stop : NULL,
		times ? rec->start_time : NULL, times ? rec->stop_time : NULL,
	};

	snprintf(start, sizeof(start), "%d", rec->start_wday % 10);
	snprintf(stop, sizeof(stop), "%d", rec->stop_wday % 10);

	return tool_ask(tl, sql_schedule_record, COUNT(paramv), paramv, NULL,
			NULL);
}


static int schedule_make(struct tool *tl, const struct options *opt, char *id,
			 const struct schedule_record *recv, size_t recc)
{
	const char *const paramv[] = {
		opt->wordv[0], options_value(opt, "description"),
		options_value(opt, "time-zone"),
	};
	int err;

	err = db_exec(tl->db, "BEGIN", tl->why, sizeof(tl->why));
	if (!err)
		err = tool_ask(tl, sql_schedule_add, COUNT(paramv), paramv,
			       id_row, id);
	for (size_t i = 0; !err && i < recc; i++)
		err = record_add(tl, id, &recv[i]);
	if (!err)
		err = db_exec(tl->db, "COMMIT", tl->why, sizeof(tl->why));

	return err;
}


int cmd_schedule_add(const struct options *opt)
{
	struct schedule_record recv[2 * SCHEDULE_RECORDS];
	char id[FIND_ID_SIZE], why[WHY_SIZE];
	struct tool tl;
	size_t recc = 0, n;
	int err;

	for (int i = 1; i < opt->wordc; i++) {
		if (schedule_text_read(recv + recc, &n, opt->wordv[i], why,
				       sizeof(why))) {
			cmd_fail("%s", why);
			return STATUS_USAGE;
		}
		recc += n;
		if (recc > SCHEDULE_RECORDS) {
			cmd_fail("a schedule of more than %d records; make "
				 "it simpler", SCHEDULE_RECORDS);
			return STATUS_USAGE;
		}
	}

	err = tool_open(&tl, opt);
	if (!err)
		err = schedule_make(&tl, opt, id, recv, recc);
	if (!err)
		puts(id);

	return tool_done(&tl, err);
}


int cmd_schedule_list(const struct options *opt)
{
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err)
		err = tool_list(&tl, opt, listv, COUNT(listv),
				"there is no schedule", sql_schedule_list, 0,
				NULL);

	return tool_done(&tl, err);
}


/* Without seconds where there are none */
static void time_copy(char *buf, const char *text)
{
	const size_t len = strlen(text);
	const bool bare = len == 8 && !strcmp(text + 5, ":00");

	snprintf(buf, SCHEDULE_TIME_SIZE, "%.*s", bare ? 5 : 8, text);
}


static void record_row(const char *const *colv, size_t colc, void *arg)
{
	struct schedule_record rec = { .start_wday = 0 };
	char text[SCHEDULE_TEXT_SIZE];
	char *texts = arg;
	const size_t len = strlen(texts);

	(void)colc;
	if (colv[0] && colv[1]) {
		rec.start_wday = (int)strtol(colv[0], NULL, 10);
		rec.stop_wday = (int)strtol(colv[1], NULL, 10);
	}
	if (colv[2] && colv[3]) {
		time_copy(rec.start_time, colv[2]);
		time_copy(rec.stop_time, colv[3]);
	}

	schedule_text_write(text, sizeof(text), &rec);
	snprintf(texts + len, TEXTS_SIZE - len, "%s%s", len ? "; " : "",
		 text);
}


static void open_row(const char *const *colv, size_t colc, void *arg)
{
	bool *open = arg;

	(void)colc;
	*open = colv[5] && colv[5][0] == 't';
}


int cmd_schedule_show(const struct options *opt)
{
	const char *at = options_value(opt, "at");
	char id[FIND_ID_SIZE], texts[TEXTS_SIZE] = "";
	const char *const paramv[] = { id, at, texts };
	bool open = true;
	struct tool tl;
	int err, status;

	err = tool_open(&tl, opt);
	if (!err)
		err = find_schedule(&tl, opt->wordv[0], id);
	if (!err)
		err = tool_ask(&tl, sql_schedule_records, 1, paramv,
			       record_row, texts);
	if (!err && !texts[0])
		snprintf(texts, sizeof(texts), "never");
	if (!err)
		err = tool_ask(&tl, sql_schedule_show, COUNT(paramv), paramv,
			       open_row, &open);
	if (!err)
		err = tool_show(&tl, opt, showv, COUNT(showv),
				sql_schedule_show, COUNT(paramv), paramv);

	status = tool_done(&tl, err);

	return !status && at && !open ? STATUS_NO : status;
}
