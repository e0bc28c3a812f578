/**
 * @file tool.c  What a command needs to ask the database
 */
#include "tui/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tui/cmd.h"


int tool_open(struct tool *tl, const struct options *opt)
{
	int err;

	memset(tl, 0, sizeof(*tl));

	err = database_choose(&tl->dt, opt, tl->why, sizeof(tl->why));
	if (err)
		return err;

	return database_open(&tl->db, &tl->dt, tl->why, sizeof(tl->why));
}


void tool_close(struct tool *tl)
{
	db_close(tl->db);
	tl->db = NULL;
	database_leave(&tl->dt);
}


int tool_done(struct tool *tl, int err)
{
	tool_close(tl);

	if (!err)
		return STATUS_OK;

	cmd_fail("%s", tl->why[0] ? tl->why : strerror(err));

	return err == ENOENT ? STATUS_NONE : STATUS_ERROR;
}


int tool_ask(struct tool *tl, const char *sql, int paramc,
	     const char *const *paramv, db_row_h *rowh, void *arg)
{
	return db_rows(tl->db, sql, paramc, paramv, rowh, arg, tl->why,
		       sizeof(tl->why));
}


static int print(struct tool *tl, struct sheet *sh, const char *sql,
		 int paramc, const char *const *paramv)
{
	int err;

	err = tool_ask(tl, sql, paramc, paramv, sheet_row, sh);
	if (err) {
		sheet_drop(sh);
		return err;
	}

	err = sheet_end(sh);
	if (err)
		snprintf(tl->why, sizeof(tl->why), "cannot print: %s",
			 strerror(err));

	return err;
}


int tool_list(struct tool *tl, const struct options *opt,
	      const struct sheet_column *colv, size_t colc, const char *none,
	      const char *sql, int paramc, const char *const *paramv)
{
	struct sheet *sh;
	int err;

	err = sheet_begin(&sh, opt, colv, colc, false, none);

	return err ? err : print(tl, sh, sql, paramc, paramv);
}


/* Where a single row goes once it is there */
struct single {
	const struct options *opt;
	const struct sheet_column *colv;
	size_t colc;
	size_t rows;
	int err;
};


static void single_row(const char *const *cellv, size_t cellc, void *arg)
{
	struct single *sg = arg;
	struct sheet *sh;

	if (sg->rows++)
		return;

	sg->err = sheet_begin(&sh, sg->opt, sg->colv, sg->colc, true, NULL);
	if (sg->err)
		return;

	sheet_row(cellv, cellc, sh);
	sg->err = sheet_end(sh);
}


int tool_show(struct tool *tl, const struct options *opt,
	      const struct sheet_column *colv, size_t colc,
	      const char *sql, int paramc, const char *const *paramv)
{
	struct single sg = { .opt = opt, .colv = colv, .colc = colc };
	int err;

	err = tool_ask(tl, sql, paramc, paramv, single_row, &sg);
	if (err)
		return err;

	return sg.rows ? sg.err : ENOENT;
}


static int each(struct tool *tl, const struct options *opt, struct sheet *sh,
		tool_word_h *wordh, void *arg)
{
	int err;

	err = db_exec(tl->db, "BEGIN", tl->why, sizeof(tl->why));
	for (int i = 0; !err && i < opt->wordc; i++)
		err = wordh(tl, opt->wordv[i], sh, arg);

	return err ? err : db_exec(tl->db, "COMMIT", tl->why,
				   sizeof(tl->why));
}


int tool_each(const struct options *opt, const struct sheet_column *colv,
	      size_t colc, tool_word_h *wordh, void *arg)
{
	struct sheet *sh = NULL;
	struct tool tl;
	char *text = NULL;
	size_t len;
	FILE *f;
	int err;

	err = tool_open(&tl, opt);
	if (err)
		return tool_done(&tl, err);

	f = open_memstream(&text, &len);
	err = f ? sheet_begin_file(&sh, f, opt, colv, colc, false, NULL)
		: ENOMEM;
	if (!err)
		err = each(&tl, opt, sh, wordh, arg);
	if (!err)
		err = sheet_end(sh);
	else
		sheet_drop(sh);

	if (f)
		fclose(f);
	if (!err)
		fputs(text, stdout);
	free(text);

	return tool_done(&tl, err);
}
