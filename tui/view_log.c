/**
 * @file view_log.c  What the engine in this process has logged
 */
#include "tui/view.h"
#include <stdio.h>
#include "tui/table.h"


static void time_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct logline *ln = row;

	(void)view_clock(v, fd->text, sizeof(fd->text), ln->wall_ms);
}


static void level_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct logline *ln = row;
	(void)v;

	fd->attr = ln->warn ? ATTR_BAD : ATTR_NORMAL;
	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       ln->warn ? "warn" : "info");
}


static void text_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct logline *ln = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s", ln->text);
}


static const struct table_column columns[] = {
	{ .head = "TIME", .name = "time", .min = 8, .max = 8,
	  .sort = SORT_NONE, .cellh = time_cell },
	{ .head = "", .name = "level", .min = 4, .max = 4,
	  .sort = SORT_NONE, .cellh = level_cell },
	{ .head = "TEXT", .name = "text", .min = 20, .max = 500, .grow = 1,
	  .sort = SORT_NONE, .cellh = text_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	size_t row = i < m->log.cu.n ? m->log.rowv[i] : SIZE_MAX;

	return m->snap && row < m->snap->logc ? m->snap->logv[row] : NULL;
}


const struct table *view_log_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		NULL,
	};

	return &tb;
}


/* A long line is seen whole below the list. */
static const char *whole(const struct model *m)
{
	const struct logline *ln = row_at(m, m->log.cu.cur);

	return ln ? ln->text : "";
}


void view_log(const struct view *v)
{
	const struct model *m = v->m;
	char title[TEXT_SIZE], line[EDIT_SIZE + TEXT_SIZE];
	const char *words[] = { title };

	(void)snprintf(title, sizeof(title), "ENGINE LOG %zu lines",
		       m->snap ? m->snap->logc : 0);
	view_title(v, words, 1);
	(void)snprintf(line, sizeof(line), "autoscroll %s  filter %s",
		       m->scroll ? "on" : "off",
		       m->log.filter[0] ? m->log.filter : "-");
	canvas_put(v->cv, 1, 1, canvas_width(v->cv) - 1, ATTR_NORMAL, line);
	table_draw(v, view_log_table(), &m->log, 2);

	if (!m->own)
		view_none(v, 4, "The log is where the engine runs: its "
			  "journal, or its standard error.");
	else if (!m->log.cu.n)
		view_none(v, 4, "Nothing was logged that is like that.");

	view_foot(v, whole(m), "");
}
