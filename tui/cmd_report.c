/**
 * @file cmd_report.c  ringround report: what a campaign came to
 */
#include <errno.h>
#include <locale.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/report.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

/* As sql/query/report_attempts.sql gives them; instants with milliseconds */
static const struct sheet_column attemptv[] = {
	{ "i_call_attempt",   SHEET_NUMBER },
	{ "i_campaign_phone", SHEET_NUMBER },
	{ "attempt",          SHEET_NUMBER },
	{ "cld",              SHEET_TEXT   },
	{ "cli",              SHEET_TEXT   },
	{ "outcome",          SHEET_TEXT   },
	{ "sip_code",         SHEET_NUMBER },
	{ "sip_reason",       SHEET_TEXT   },
	{ "setup_time",       SHEET_TEXT   },
	{ "ring_time",        SHEET_TEXT   },
	{ "connect_time",     SHEET_TEXT   },
	{ "prompt_time",      SHEET_TEXT   },
	{ "disconnect_time",  SHEET_TEXT   },
	{ "played_msec",      SHEET_NUMBER },
	{ "ended_by",         SHEET_TEXT   },
	{ "node",             SHEET_TEXT   },
	{ "proxy",            SHEET_TEXT   },
	{ "call_id",          SHEET_TEXT   },
};


static int attempts_print(struct tool *tl, const struct options *opt,
			  const char *id)
{
	struct sheet *sh;
	int err;

	err = sheet_begin(&sh, opt, attemptv, COUNT(attemptv), false, NULL);
	if (err)
		return err;

	err = db_stream(tl->db, sql_report_attempts, 1, &id, sheet_row, sh,
			tl->why, sizeof(tl->why));
	if (err)
		sheet_drop(sh);
	else
		err = sheet_end(sh);

	return err;
}


/* Facts and bars are of the same instant. */
static int report_read(struct tool *tl, struct report *rp, const char *id)
{
	const char *const paramv[] = { id, rp->zone };
	int err;

	err = db_exec(tl->db, "BEGIN ISOLATION LEVEL REPEATABLE READ "
		      "READ ONLY", tl->why, sizeof(tl->why));
	if (!err)
		err = tool_ask(tl, sql_report_facts, 1, &id, report_facts,
			       rp);
	if (!err)
		err = tool_ask(tl, sql_report_bars, 2, paramv, report_bars,
			       rp);
	if (!err)
		err = db_exec(tl->db, "COMMIT", tl->why, sizeof(tl->why));

	return err ? err : report_done(rp);
}


static int html_write(const struct report *rp, const char *path, char *why,
		      size_t size)
{
	const bool out = !strcmp(path, "-");
	FILE *f = out ? stdout : fopen(path, "we");
	int err = 0;

	if (f) {
		report_html(f, rp);
		if (fflush(f) || ferror(f))
			err = errno ? errno : EIO;
		if (!out && fclose(f) && !err)
			err = errno;
	}
	else {
		err = errno;
	}
	if (err)
		snprintf(why, size, "%.200s cannot be written: %s",
			 out ? "the output" : path, strerror(err));

	/* What was named is not there is said of campaigns only. */
	return err == ENOENT ? EIO : err;
}


static int totals_print(struct tool *tl, const struct options *opt,
			const char *id)
{
	const char *html = options_value(opt, "html");
	struct report rp;
	int err;

	memset(&rp, 0, sizeof(rp));
	err = report_read(tl, &rp, id);
	if (!err && html)
		err = html_write(&rp, html, tl->why, sizeof(tl->why));
	else if (!err && opt->json)
		report_json(stdout, &rp);
	else if (!err)
		report_text(stdout, &rp, !opt->ascii &&
			    !strcmp(nl_langinfo(CODESET), "UTF-8"));
	report_free(&rp);

	return err;
}


int cmd_report(const struct options *opt)
{
	char id[FIND_ID_SIZE];
	struct tool tl;
	int err;

	if (options_value(opt, "html") && (opt->csv || opt->json)) {
		cmd_fail("report prints one form at a time: --html, --csv or "
			 "--json");
		return STATUS_USAGE;
	}

	(void)setlocale(LC_CTYPE, "");
	err = tool_open(&tl, opt);
	if (!err)
		err = find_campaign(&tl, opt->wordv[0], id);
	if (!err)
		err = opt->csv ? attempts_print(&tl, opt, id)
			: totals_print(&tl, opt, id);

	return tool_done(&tl, err);
}
