/**
 * @file cmd_import.c  ringround import and ringround dnc import
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/import_read.h"
#include "tui/rejects.h"
#include "tui/tool.h"

/** Where numbers go: a campaign or the do-not-call list */
struct target {
	const char *lock;       /* for sql_import_lock                   */
	const char *listed;     /* leaves out whom nobody rings; or NULL */
	const char *present;    /* leaves out what is there              */
	const char *add;
	const char *check;
	const char *param;      /* of present, add and check             */
	bool param_present;
};

/** Numbers of lines */
struct result {
	struct import_counts file;
	int64_t duplicates;
	int64_t listed;
	int64_t present;
	int64_t added;
};

enum { CELL = 24 };

static const struct sheet_column columnv[] = {
	{ "read",              SHEET_NUMBER },
	{ "added",             SHEET_NUMBER },
	{ "duplicate_in_file", SHEET_NUMBER },
	{ "already_there",     SHEET_NUMBER },
	{ "on_do_not_call",    SHEET_NUMBER },
	{ "invalid",           SHEET_NUMBER },
	{ "dry_run",           SHEET_BOOL   },
	{ "rejects",           SHEET_TEXT   },
};


static int affect(struct tool *tl, const char *sql, int paramc,
		  const char *const *paramv, int64_t *n)
{
	return db_affect(tl->db, sql, paramc, paramv, n, tl->why,
			 sizeof(tl->why));
}


static int begin(struct tool *tl, const struct target *tg)
{
	int err;

	err = db_exec(tl->db, "BEGIN", tl->why, sizeof(tl->why));
	if (!err)
		err = tool_ask(tl, sql_import_settings, 0, NULL, NULL, NULL);
	if (!err)
		err = tool_ask(tl, sql_import_lines, 0, NULL, NULL, NULL);
	if (!err)
		err = tool_ask(tl, sql_import_refused, 0, NULL, NULL, NULL);
	if (!err)
		err = tool_ask(tl, sql_import_lock, 1, &tg->lock, NULL,
			       NULL);

	return err;
}


static void number_row(const char *const *colv, size_t colc, void *arg)
{
	(void)colc;
	*(int64_t *)arg = strtoll(colv[0], NULL, 10);
}


/* What is left out, and then the rest of it goes in */
static int sift(struct tool *tl, const struct target *tg, bool dry,
		struct result *rs)
{
	int err;

	err = affect(tl, sql_import_duplicates, 0, NULL, &rs->duplicates);
	if (!err && tg->listed)
		err = affect(tl, tg->listed, 0, NULL, &rs->listed);
	if (!err)
		err = affect(tl, tg->present, tg->param_present, &tg->param,
			     &rs->present);
	if (err)
		return err;

	return dry ? tool_ask(tl, tg->check, 1, &tg->param, number_row,
			      &rs->added)
		: affect(tl, tg->add, 1, &tg->param, &rs->added);
}


static int summary(const struct options *opt, const struct result *rs,
		   bool dry, const char *rejects)
{
	const int64_t numberv[] = {
		(int64_t)rs->file.read, rs->added, rs->duplicates,
		rs->present, rs->listed, (int64_t)rs->file.invalid,
	};
	enum { NUMBERS = sizeof(numberv) / sizeof(numberv[0]) };
	const char *cellv[NUMBERS + 2];
	char textv[NUMBERS][CELL];
	struct sheet *sh;
	int err;

	for (size_t i = 0; i < NUMBERS; i++) {
		snprintf(textv[i], CELL, "%" PRId64, numberv[i]);
		cellv[i] = textv[i];
	}
	cellv[NUMBERS] = dry ? "t" : "f";
	cellv[NUMBERS + 1] = rejects;

	err = sheet_begin(&sh, opt, columnv, NUMBERS + 2, true, NULL);
	if (err)
		return err;

	sheet_row(cellv, NUMBERS + 2, sh);

	return sheet_end(sh);
}


/* The rejects are on the disk before anything is committed, and get their
 * name when it is: what fails leaves neither numbers nor a file. */
static int finish(struct tool *tl, const struct options *opt,
		  const struct import_prm *prm, const struct result *rs)
{
	const bool dry = options_value(opt, "dry-run");
	struct rejects rj = { .f = NULL };
	int err = 0;

	if ((int64_t)rs->file.read > rs->added)
		err = rejects_write(&rj, tl, options_value(opt, "rejects"),
				    prm->path);
	if (!err)
		err = db_exec(tl->db, dry ? "ROLLBACK" : "COMMIT", tl->why,
			      sizeof(tl->why));
	if (err) {
		rejects_drop(&rj);
		return err;
	}

	err = rejects_keep(&rj, tl->why, sizeof(tl->why));
	if (!err)
		err = summary(opt, rs, dry, rj.path);
	rejects_free(&rj);

	return err;
}


static int run(struct tool *tl, const struct options *opt,
	       const struct import_prm *prm, const struct target *tg)
{
	struct result rs = { .added = 0 };
	struct progress pr = { .shown = false };
	int err;

	err = begin(tl, tg);
	if (!err)
		err = import_read(tl, prm, &pr, &rs.file);
	if (!err) {
		progress_say(&pr, "adding");
		err = sift(tl, tg, options_value(opt, "dry-run"), &rs);
	}
	progress_end(&pr);

	return err ? err : finish(tl, opt, prm, &rs);
}


int cmd_import(const struct options *opt)
{
	char id[FIND_ID_SIZE], why[WHY_SIZE];
	const struct target tg = {
		.lock = id,
		.listed = sql_import_listed,
		.present = sql_import_present,
		.add = sql_import_add,
		.check = sql_import_check,
		.param = id,
		.param_present = true,
	};
	struct import_prm prm;
	struct tool tl;
	int err;

	if (import_options(&prm, opt, why, sizeof(why))) {
		cmd_fail("%s", why);
		return STATUS_USAGE;
	}

	err = tool_open(&tl, opt);
	if (!err)
		err = find_campaign(&tl, opt->wordv[0], id);
	if (!err)
		err = run(&tl, opt, &prm, &tg);

	return tool_done(&tl, err);
}


int cmd_dnc_import(const struct options *opt)
{
	const struct target tg = {
		.lock = "0",
		.present = sql_dnc_import_present,
		.add = sql_dnc_import_add,
		.check = sql_dnc_import_check,
		.param = options_value(opt, "reason"),
	};
	char why[WHY_SIZE];
	struct import_prm prm;
	struct tool tl;
	int err;

	if (import_options(&prm, opt, why, sizeof(why))) {
		cmd_fail("%s", why);
		return STATUS_USAGE;
	}

	err = tool_open(&tl, opt);
	if (!err)
		err = run(&tl, opt, &prm, &tg);

	return tool_done(&tl, err);
}
