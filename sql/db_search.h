/**
 * @file db_search.h  What lists of phones and searches ask of each other
 */
#ifndef RINGROUND_DB_SEARCH_H
#define RINGROUND_DB_SEARCH_H

#include "sql/db_priv.h"

struct words;

/** How many phones have the statuses of a filter: the kept count */
int db_count(struct db *db, const struct words *w, int64_t *n,
	     char *why, size_t size);

/** Rows of a statement like sql/query/console_page.sql */
int db_page_read(struct db_page *pg, const PGresult *res,
		 char *why, size_t size);

/** Phones by their ids, in the order of these, which the statement before has
 * found: db_took_us() is that of both */
int db_page_rows(struct db *db, int32_t campaign, const int64_t *idv,
		 size_t n, struct db_page *pg, char *why, size_t size);

/** To the end, without a pause; ECANCELED by db_interrupt() */
int db_search_run(struct db *db, struct db_search *s, struct db_page *pg,
		  char *why, size_t size);

#endif
