/**
 * @file campaign_fields.h  What of a campaign an operator may set
 */
#ifndef RINGROUND_CAMPAIGN_FIELDS_H
#define RINGROUND_CAMPAIGN_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/options.h"

/** In the order of sql/query/campaign_set.sql */
enum {
	FIELD_NAME,
	FIELD_DESCRIPTION,
	FIELD_PROMPT,
	FIELD_PAUSED,
	FIELD_USERNAME,
	FIELD_CLI,
	FIELD_SCHEDULE,
	FIELD_MAX_CONCURRENT,
	FIELD_MAX_ATTEMPTS,
	FIELD_TIMEOUT,
	FIELD_BACKOFF,
	FIELD_THRESHOLD,
	FIELD_RATE,
	FIELD_MEDIA,
	FIELDS
};

struct campaign_fields {
	const char *valuev[FIELDS];     /**< borrowed; NULL: as it is; empty:
					     not set any more            */
	const char *secret;             /**< where it is; NULL: as it is */
};

/** The column's name */
const char *campaign_field(int field);

/**
 * Take what options and NAME=VALUE words say, and see that it makes sense
 *
 * @param cf     All NULL
 * @param wordv  wordc words behind the campaign
 * @return 0, or EINVAL with why
 */
int campaign_fields_read(struct campaign_fields *cf,
			 const struct options *opt, int wordc,
			 char *const wordv[], char *why, size_t size);

#endif
