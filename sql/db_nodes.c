/**
 * @file db_nodes.c  The engines on a database
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "core/text.h"

/* As sql/query/nodes.sql gives them */
enum {
	COL_NODE, COL_CONNECTED, COL_LIVE, COL_MAX_CALLS, COL_DIALLED,
	COL_VERSION, COL_SCHEMA, COL_HOST, COL_PID, COL_ADDRESS,
	COL_STARTED, COL_SEEN, COL_NOW, COL_SCHEMA_NOW,
};


static int64_t number(const PGresult *res, int row, int col)
{
	return strtoll(PQgetvalue(res, row, col), NULL, 10);
}


static void text(char *buf, size_t size, const PGresult *res, int row,
		 int col)
{
	(void)text_clean(buf, size, PQgetvalue(res, row, col));
}


static enum node_state state_find(const struct db_node *nd)
{
	if (!nd->connected)
		return NODE_GONE;

	if (nd->schema && nd->schema < nd->schema_now)
		return NODE_OLDER;

	return nd->now_at - nd->seen_at > NODE_SILENT_MS ? NODE_SILENT :
		NODE_CONNECTED;
}


static void node_read(struct db_node *nd, const PGresult *res, int i)
{
	text(nd->node, sizeof(nd->node), res, i, COL_NODE);
	nd->connected = number(res, i, COL_CONNECTED) != 0;
	nd->live = number(res, i, COL_LIVE);
	nd->max_calls = (int32_t)number(res, i, COL_MAX_CALLS);
	nd->dialled = number(res, i, COL_DIALLED);
	text(nd->version, sizeof(nd->version), res, i, COL_VERSION);
	nd->schema = (int32_t)number(res, i, COL_SCHEMA);
	nd->schema_now = (int32_t)number(res, i, COL_SCHEMA_NOW);
	text(nd->host, sizeof(nd->host), res, i, COL_HOST);
	nd->pid = (int32_t)number(res, i, COL_PID);
	text(nd->address, sizeof(nd->address), res, i, COL_ADDRESS);
	nd->started_at = number(res, i, COL_STARTED);
	nd->seen_at = number(res, i, COL_SEEN);
	nd->now_at = number(res, i, COL_NOW);
	nd->state = state_find(nd);
}


int db_nodes(struct db *db, struct db_node **nodev, size_t *nodec,
	     char *why, size_t size)
{
	struct db_node *v;
	PGresult *res;
	int n, err;

	err = db_query(db, &res, sql_nodes, 0, NULL, NULL, NULL, why, size);
	if (err)
		return err;

	n = PQntuples(res);
	v = calloc((size_t)n + 1, sizeof(*v));
	if (!v) {
		snprintf(why, size, "out of memory");
		err = ENOMEM;
		goto out;
	}

	for (int i = 0; i < n; i++)
		node_read(&v[i], res, i);

	*nodev = v;
	*nodec = (size_t)n;
 out:
	PQclear(res);

	return err;
}
