/**
 * @file db_camps.h  What reading campaigns and judging schedules share
 */
#ifndef RINGROUND_DB_CAMPS_H
#define RINGROUND_DB_CAMPS_H

#include "sql/db_priv.h"

/**
 * Fill in open and change_at
 *
 * @param idv  The campaigns' schedules in their order, 0: none
 */
int db_schedules_judge(struct db *db, struct db_camps *camps,
		       const int32_t *idv, char *why, size_t size);

#endif
