/**
 * @file cmd_nodes.c  ringround nodes: the engines on a database
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "tui/cmd.h"
#include "tui/database.h"

enum {
	COLUMNS      = 10,
	CELL_SIZE    = 256,
	INSTANT_SIZE = 32,
};

static const struct {
	const char *title;
	bool number;            /* aligned on the right                */
} columnv[COLUMNS] = {
	{ "NODE", false },    { "CALLS", true },   { "CAPACITY", true },
	{ "DIALLED", true },  { "SEEN", true },    { "ADDRESS", false },
	{ "VERSION", false }, { "HOST", false },   { "PID", true },
	{ "STATE", false },
};


/* How long ago, in the largest unit that says enough */
static void age_print(char *buf, size_t size, const struct db_node *nd)
{
	const int64_t ms = nd->now_at - nd->seen_at;
	const int64_t sec = ms > 0 ? ms / 1000 : 0;

	if (!nd->seen_at)
		snprintf(buf, size, "never");
	else if (sec < 120)
		snprintf(buf, size, "%" PRId64 " s", sec);
	else if (sec < 2 * 3600)
		snprintf(buf, size, "%" PRId64 " min", sec / 60);
	else if (sec < 2 * 86400)
		snprintf(buf, size, "%" PRId64 " h", sec / 3600);
	else
		snprintf(buf, size, "%" PRId64 " d", sec / 86400);
}


/* ISO 8601, in UTC; nothing when it is not known */
static void instant_print(char *buf, size_t size, int64_t at)
{
	const time_t t = (time_t)(at / 1000);
	struct tm tm;

	if (!at || !gmtime_r(&t, &tm) ||
	    !strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf[0] = '\0';
}


static void gone_print(char *buf, size_t size, const struct db_node *nd)
{
	char calls[64] = "", seen[INSTANT_SIZE];

	instant_print(seen, sizeof(seen), nd->seen_at);

	if (nd->live)
		snprintf(calls, sizeof(calls), "; its calls are taken up "
			 "when their leases end");

	snprintf(buf, size, "gone%s%s%s", seen[0] ? " since " : "", seen,
		 calls);
}


static void state_print(char *buf, size_t size, const struct db_node *nd)
{
	switch (nd->state) {

	case NODE_CONNECTED:
		snprintf(buf, size, "connected");
		break;

	case NODE_SILENT:
		snprintf(buf, size, "connected, but silent");
		break;

	case NODE_OLDER:
		snprintf(buf, size, "older schema: made for version %" PRId32
			 ", the database has %" PRId32 "; it does not dial",
			 nd->schema, nd->schema_now);
		break;

	case NODE_GONE:
		gone_print(buf, size, nd);
		break;
	}
}


static void cells_fill(char cellv[COLUMNS][CELL_SIZE],
		       const struct db_node *nd)
{
	const char *text[COLUMNS] = {
		[0] = nd->node, [5] = nd->address, [6] = nd->version,
		[7] = nd->host,
	};
	const int64_t number[COLUMNS] = {
		[1] = nd->live, [2] = nd->max_calls, [3] = nd->dialled,
		[8] = nd->pid,
	};

	for (size_t i = 0; i < COLUMNS; i++) {
		if (text[i])
			snprintf(cellv[i], CELL_SIZE, "%s", text[i][0] ?
				 text[i] : "-");
		else if (i == 1 || nd->seen_at)
			snprintf(cellv[i], CELL_SIZE, "%" PRId64, number[i]);
		else
			snprintf(cellv[i], CELL_SIZE, "-");
	}

	age_print(cellv[4], CELL_SIZE, nd);
	state_print(cellv[9], CELL_SIZE, nd);
}


/* Nothing stands behind the last column. */
static void line_print(const char *const *cellv, const int *widthv)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const int pad = widthv[i] - text_count(cellv[i]);

		if (columnv[i].number)
			printf("%*s%s", pad, "", cellv[i]);
		else
			printf("%s%*s", cellv[i],
			       i + 1 < COLUMNS ? pad : 0, "");

		fputs(i + 1 < COLUMNS ? "  " : "\n", stdout);
	}
}


static int table_print(const struct db_node *nodev, size_t nodec)
{
	char (*cellv)[COLUMNS][CELL_SIZE] = calloc(nodec, sizeof(*cellv));
	const char *rowv[COLUMNS];
	int widthv[COLUMNS], w;

	if (!cellv)
		return cmd_fail("out of memory");

	for (size_t c = 0; c < COLUMNS; c++)
		widthv[c] = text_count(columnv[c].title);

	for (size_t i = 0; i < nodec; i++) {
		cells_fill(cellv[i], &nodev[i]);
		for (size_t c = 0; c < COLUMNS; c++) {
			w = text_count(cellv[i][c]);
			if (w > widthv[c])
				widthv[c] = w;
		}
	}

	for (size_t c = 0; c < COLUMNS; c++)
		rowv[c] = columnv[c].title;
	line_print(rowv, widthv);

	for (size_t i = 0; i < nodec; i++) {
		for (size_t c = 0; c < COLUMNS; c++)
			rowv[c] = cellv[i][c];
		line_print(rowv, widthv);
	}

	free(cellv);

	return STATUS_OK;
}


/* RFC 4180 section 2 */
static void quoted_print(const char *text)
{
	if (!strpbrk(text, ",\"")) {
		fputs(text, stdout);
		return;
	}

	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}


/* Of one that only left calls behind nothing is known. */
static void number_print(const struct db_node *nd, int64_t n)
{
	if (nd->seen_at)
		printf(",%" PRId64, n);
	else
		putchar(',');
}


static void text_print(const char *text)
{
	putchar(',');
	quoted_print(text);
}


static void csv_line_print(const struct db_node *nd)
{
	static const char *const namev[] = {
		[NODE_CONNECTED] = "connected",
		[NODE_SILENT]    = "silent",
		[NODE_OLDER]     = "older schema",
		[NODE_GONE]      = "gone",
	};
	char text[INSTANT_SIZE];

	quoted_print(nd->node);
	text_print(namev[nd->state]);
	printf(",%" PRId64, nd->live);
	number_print(nd, nd->max_calls);
	number_print(nd, nd->dialled);
	text_print(nd->version);
	number_print(nd, nd->schema);
	text_print(nd->host);
	number_print(nd, nd->pid);
	text_print(nd->address);
	instant_print(text, sizeof(text), nd->started_at);
	text_print(text);
	instant_print(text, sizeof(text), nd->seen_at);
	text_print(text);
	putchar('\n');
}


static void csv_print(const struct db_node *nodev, size_t nodec)
{
	puts("node,state,live,max_calls,dialled,version,schema_version,host,"
	     "pid,address,started,seen");

	for (size_t i = 0; i < nodec; i++)
		csv_line_print(&nodev[i]);
}


static int nodes_print(const struct options *opt,
		       const struct db_node *nodev, size_t nodec)
{
	if (opt->csv) {
		csv_print(nodev, nodec);
		return STATUS_OK;
	}

	if (nodec)
		return table_print(nodev, nodec);

	puts("there is no engine: none is connected, and none is gone "
	     "without having left");

	return STATUS_OK;
}


int cmd_nodes(const struct options *opt)
{
	struct database dt;
	struct db *db = NULL;
	struct db_node *nodev = NULL;
	char why[WHY_SIZE];
	size_t nodec = 0;
	int err, status;

	err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = database_open(&db, &dt, why, sizeof(why));
	if (!err)
		err = db_nodes(db, &nodev, &nodec, why, sizeof(why));

	status = err ? cmd_fail("%s", why) : nodes_print(opt, nodev, nodec);

	free(nodev);
	db_close(db);
	database_leave(&dt);

	return status;
}
