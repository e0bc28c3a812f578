/**
 * @file db_view.c  Which phones of a campaign, and where a page lies
 */
#include "sql/db_console.h"

#include <string.h>
#include "sql/db_words.h"


enum db_order db_view_order(const struct db_view *vw)
{
	return vw->number[0] ? DB_BY_NUMBER : vw->order;
}


void db_view_key(struct db_view *vw, const struct db_row *row)
{
	vw->id = row->id;
	memcpy(vw->cld, row->cld, sizeof(vw->cld));
	vw->kind = row->node[0] ? KIND_BEING_RUNG : (int)row->status;
	vw->due_us = row->due_us;
}


bool db_view_has(const struct db_view *vw, const struct db_row *row)
{
	if (vw->statuses && !(vw->statuses & 1u << row->status))
		return false;
	if (vw->within)
		return strstr(row->cld, vw->number) != NULL;

	return !strncmp(row->cld, vw->number, strlen(vw->number));
}
