/**
 * @file rows.h  Rows of the database as the structs of core
 */
#ifndef RINGROUND_ROWS_H
#define RINGROUND_ROWS_H

#include <libpq-fe.h>
#include "core/phone.h"
#include "core/ports.h"

/** A row of sql/query/campaigns.sql */
void rows_campaign(struct campaign *camp, const PGresult *res, int row);

/** A row of sql/query/due_campaigns.sql */
void rows_due(struct campaign_due *due, const PGresult *res, int row);

/**
 * A row of sql/query/claim_phones.sql. The prompt is taken from the request
 * that the row answers.
 */
void rows_phone(struct phone *ph, const PGresult *res, int row,
		const struct claim_req *reqv, size_t reqc);

/** A whole number in a column; otherwise when it is NULL */
int64_t rows_int(const PGresult *res, int row, int col, int64_t otherwise);

#endif
