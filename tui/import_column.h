/**
 * @file import_column.h  Which column of a file holds the numbers
 */
#ifndef RINGROUND_IMPORT_COLUMN_H
#define RINGROUND_IMPORT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

enum header {
	HEADER_DETECT,          /**< one whose fields hold no number     */
	HEADER_YES,
	HEADER_NO,
};

/**
 * Choose by the first record of a file
 *
 * @param column What the user named: a name of the header, or a number from 1
 *               on; NULL: the only column, that of a usual name, or without a
 *               header the only one that holds a number
 * @param header Set to whether the record is one
 * @param index  Set to the column, from 0 on
 * @return 0, or EINVAL with why
 */
int import_column(const char *column, enum header want,
		  const char *const *fieldv, size_t fieldc, bool *header,
		  size_t *index, char *why, size_t size);

#endif
