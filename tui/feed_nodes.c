/**
 * @file feed_nodes.c  The engines, as the view nodes knows them
 */
#include "tui/feed_read.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


enum { COLUMNS = 11 };

struct nodes {
	struct feed_node *v;
	size_t n;
	bool failed;
};


static void copy(char *buf, size_t size, const char *text)
{
	(void)snprintf(buf, size, "%s", text ? text : "");
}


static int64_t number(const char *text)
{
	return text ? strtoll(text, NULL, 10) : 0;
}


static void row_handler(const char *const *colv, size_t colc, void *arg)
{
	struct nodes *ns = arg;
	struct feed_node *v, *n;

	v = reallocarray(ns->v, ns->n + 1, sizeof(*v));
	if (!v || colc < COLUMNS) {
		ns->v = v ? v : ns->v;
		ns->failed = true;
		return;
	}

	ns->v = v;
	n = &v[ns->n++];
	memset(n, 0, sizeof(*n));
	copy(n->node, sizeof(n->node), colv[0]);
	n->connected = colv[1] && colv[1][0] == 't';
	n->live = number(colv[2]);
	n->max_calls = (int32_t)number(colv[3]);
	n->dialled = number(colv[4]);
	copy(n->version, sizeof(n->version), colv[5]);
	copy(n->host, sizeof(n->host), colv[6]);
	n->pid = (int32_t)number(colv[7]);
	copy(n->address, sizeof(n->address), colv[8]);
	n->started_at = number(colv[9]);
	n->seen_at = number(colv[10]);
}


int feed_nodes(struct db *db, struct feed_node **nodev, size_t *nodec,
	       char *why, size_t size)
{
	struct nodes ns = { NULL, 0, false };
	int err;

	err = db_rows(db, sql_console_nodes, 0, NULL, row_handler, &ns, why,
		      size);
	if (!err && ns.failed) {
		(void)snprintf(why, size, "out of memory");
		err = ENOMEM;
	}
	if (err) {
		free(ns.v);
		return err;
	}

	*nodev = ns.v;
	*nodec = ns.n;

	return 0;
}
