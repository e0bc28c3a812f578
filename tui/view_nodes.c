/**
 * @file view_nodes.c  The engines on this database
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include "tui/table.h"


static void node_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       ((const struct db_node *)row)->node);
}


static void state_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct db_node *n = row;
	const char *word = "UP";
	(void)v;

	fd->attr = ATTR_GOOD;
	switch (n->state) {

	case NODE_CONNECTED:
		break;

	case NODE_SILENT:
		fd->attr = ATTR_WARN;
		word = "SILENT";
		break;

	case NODE_OLDER:
		fd->attr = ATTR_BAD;
		word = "OLDER";
		break;

	case NODE_GONE:
		fd->attr = ATTR_BAD;
		word = "GONE";
		break;
	}
	(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
}


static void calls_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct db_node *n = row;

	if (v->raw)
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
			       n->live);
	else
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64 "/%d",
			       n->live, n->max_calls);
}


static void most_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%d",
		       ((const struct db_node *)row)->max_calls);
}


static void dialled_cell(struct field *fd, const struct view *v,
			 const void *row)
{
	const struct db_node *n = row;

	if (v->raw)
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
			       n->dialled);
	else
		(void)view_short(fd->text, sizeof(fd->text), n->dialled);
}


static void host_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       ((const struct db_node *)row)->host);
}


static void pid_cell(struct field *fd, const struct view *v, const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%d",
		       ((const struct db_node *)row)->pid);
}


static void version_cell(struct field *fd, const struct view *v,
			 const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       ((const struct db_node *)row)->version);
}


static void address_cell(struct field *fd, const struct view *v,
			 const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%s",
		       ((const struct db_node *)row)->address);
}


/* How long it is up, or since when it has not been seen */
static void up_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct db_node *n = row;

	if (v->raw)
		(void)view_clock(v, fd->text, sizeof(fd->text),
				 n->started_at);
	else if (n->connected && n->started_at)
		(void)view_span(fd->text, sizeof(fd->text),
				view_server_at(v) - n->started_at);
	else
		(void)snprintf(fd->text, sizeof(fd->text), "-");
}


static void seen_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)view_clock(v, fd->text, sizeof(fd->text),
			 ((const struct db_node *)row)->seen_at);
}


static const struct table_column columns[] = {
	{ .head = "ENGINE", .name = "engine", .min = 12, .max = 32,
	  .grow = 2, .sort = SORT_NAME, .cellh = node_cell },
	{ .head = "STATE", .name = "state", .min = 6, .max = 6,
	  .sort = SORT_STATE, .cellh = state_cell },
	{ .head = "CALLS", .name = "calls", .min = 9, .max = 11, .grow = 4,
	  .right = true, .sort = SORT_CALLS, .cellh = calls_cell },
	{ .name = "max_calls", .sort = SORT_NONE, .cellh = most_cell },
	{ .head = "DIALLED", .name = "dialled", .min = 8, .max = 9,
	  .grow = 4, .right = true, .sort = SORT_TOTAL,
	  .cellh = dialled_cell },
	{ .head = "UP", .name = "started", .said = "up", .min = 9,
	  .max = 10, .grow = 4,
	  .right = true, .rank = 1, .sort = SORT_TIME, .cellh = up_cell },
	{ .head = "HOST", .name = "host", .min = 8, .max = 32, .grow = 3,
	  .rank = 3, .sort = SORT_NONE, .cellh = host_cell },
	{ .head = "PID", .name = "pid", .min = 7, .max = 7, .right = true,
	  .rank = 5, .sort = SORT_NONE, .cellh = pid_cell },
	{ .head = "SEEN", .name = "seen", .min = 8, .max = 8, .rank = 2,
	  .sort = SORT_NONE, .cellh = seen_cell },
	{ .head = "VERSION", .name = "version", .min = 8, .max = 12,
	  .grow = 4, .rank = 4, .sort = SORT_NONE, .cellh = version_cell },
	{ .head = "ADDRESS", .name = "address", .min = 14, .max = 48,
	  .grow = 3, .rank = 6, .sort = SORT_NONE, .cellh = address_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	size_t row = i < m->nodes.cu.n ? m->nodes.rowv[i] : SIZE_MAX;

	return row < m->nodec ? &m->nodev[row] : NULL;
}


const struct table *view_nodes_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		NULL,
	};

	return &tb;
}


void view_nodes(const struct view *v)
{
	const struct model *m = v->m;
	char title[TEXT_SIZE], line[EDIT_SIZE + TEXT_SIZE];
	const char *words[] = { title };
	int64_t live = 0;
	size_t up = 0;

	for (size_t i = 0; i < m->nodec; i++) {
		up += m->nodev[i].connected;
		live += m->nodev[i].live;
	}

	(void)snprintf(title, sizeof(title), "ENGINES %zu", m->nodec);
	view_title(v, words, 1);
	(void)snprintf(line, sizeof(line), "up %zu  calls %" PRId64
		       "  filter %s", up, live,
		       m->nodes.filter[0] ? m->nodes.filter : "-");
	canvas_put(v->cv, 1, 1, canvas_width(v->cv) - 1, ATTR_NORMAL, line);
	table_draw(v, view_nodes_table(), &m->nodes, 2);
	if (!m->nodes.cu.n)
		view_none(v, 4, m->nodec ? "No engine is like that."
			  : "No engine has worked on this database yet.");
	view_foot(v, "", "");
}
