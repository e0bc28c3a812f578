/**
 * @file campaign_fields.c  What of a campaign an operator may set
 */
#include "tui/campaign_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_SIZE = 40 };

enum kind {
	TEXT,
	WORD,                   /* names something: may be none          */
	FLAG,
	WHOLE,
	REAL,
};

static const struct {
	const char *column;
	const char *option;     /* the same word, or a shorter one       */
	enum kind kind;
	bool needed;            /* may not be NULL                       */
	double min, max;
} fieldv[FIELDS] = {
	[FIELD_NAME]        = { "name", "name", TEXT, true, 0, 0 },
	[FIELD_DESCRIPTION] = { "description", "description", TEXT, false,
				0, 0 },
	[FIELD_PROMPT]      = { "i_ivr_prompt", "prompt", WORD, false, 0, 0 },
	[FIELD_PAUSED]      = { "paused", "paused", FLAG, true, 0, 0 },
	[FIELD_USERNAME]    = { "username", "username", TEXT, false, 0, 0 },
	[FIELD_CLI]         = { "cli", "cli", TEXT, false, 0, 0 },
	[FIELD_SCHEDULE]    = { "i_schedule", "schedule", WORD, false, 0, 0 },
	[FIELD_MAX_CONCURRENT] = { "max_concurrent_calls",
				   "max_concurrent_calls", WHOLE, true, 0,
				   2147483647 },
	[FIELD_MAX_ATTEMPTS] = { "max_attempts", "max_attempts", WHOLE, true,
				 1, 2147483647 },
	[FIELD_TIMEOUT]     = { "timeout_sec", "timeout_sec", WHOLE, true, 1,
				86400 },
	[FIELD_BACKOFF]     = { "backoff_sec", "backoff_sec", WHOLE, true, 0,
				2147483647 },
	[FIELD_THRESHOLD]   = { "threshold_msec", "threshold_msec", WHOLE,
				true, 0, 2147483647 },
	[FIELD_RATE]        = { "max_calls_per_second",
				"max_calls_per_second", REAL, false, 0.0001,
				10000 },
};


const char *campaign_field(int field)
{
	return fieldv[field].column;
}


static int range_check(int field, const char *value, char *why, size_t size)
{
	const bool whole = fieldv[field].kind == WHOLE;
	char *end;
	double x;

	errno = 0;
	x = strtod(value, &end);
	if (!errno && end != value && !*end && x >= fieldv[field].min &&
	    x <= fieldv[field].max &&
	    (!whole || strspn(value, "0123456789") == strlen(value)))
		return 0;

	snprintf(why, size, "'%.60s' is no value for %s: give a %snumber "
		 "from %.10g to %.10g", value, fieldv[field].column,
		 whole ? "whole " : "", fieldv[field].min, fieldv[field].max);

	return EINVAL;
}


static int flag_read(const char **value)
{
	static const char *const yesv[] = { "yes", "true", "on", "1", "t" };
	static const char *const nov[] = { "no", "false", "off", "0", "f" };

	for (size_t i = 0; i < sizeof(yesv) / sizeof(yesv[0]); i++) {
		if (!strcmp(*value, yesv[i])) {
			*value = "t";
			return 0;
		}
		if (!strcmp(*value, nov[i])) {
			*value = "f";
			return 0;
		}
	}

	return EINVAL;
}


static int field_set(struct campaign_fields *cf, int field,
		     const char *value, char *why, size_t size)
{
	if (!value[0] && fieldv[field].needed) {
		snprintf(why, size, "%s cannot be empty",
			 fieldv[field].column);
		return EINVAL;
	}

	switch (fieldv[field].kind) {

	case WHOLE:
	case REAL:
		if (value[0] && range_check(field, value, why, size))
			return EINVAL;
		break;

	case FLAG:
		if (!flag_read(&value))
			break;
		snprintf(why, size, "'%.60s' is no value for %s: give yes or "
			 "no", value, fieldv[field].column);
		return EINVAL;

	case WORD:
	case TEXT:
		break;
	}

	cf->valuev[field] = value;

	return 0;
}


/* A name as people write it: max-attempts, max_attempts */
static int field_find(const char *name, size_t len)
{
	char plain[FIELD_SIZE];

	if (len >= sizeof(plain))
		return -1;

	for (size_t i = 0; i < len; i++)
		plain[i] = name[i] == '-' ? '_' : name[i];
	plain[len] = '\0';

	for (int i = 0; i < FIELDS; i++) {
		if (!strcmp(plain, fieldv[i].column) ||
		    !strcmp(plain, fieldv[i].option))
			return i;
	}

	return -1;
}


static int word_read(struct campaign_fields *cf, const char *word,
		     char *why, size_t size)
{
	const char *value = strchr(word, '=');
	const size_t len = value ? (size_t)(value - word) : 0;
	int field;

	if (!len) {
		snprintf(why, size, "'%.60s' is not NAME=VALUE", word);
		return EINVAL;
	}

	if (len == 9 && !strncmp(word, "md5secret", len)) {
		cf->secret = "";
		if (!value[1])
			return 0;
		snprintf(why, size, "a secret does not belong on a command "
			 "line, where others see it; give --md5secret FILE, "
			 "env:NAME, or - to be asked");
		return EINVAL;
	}

	field = field_find(word, len);
	if (field < 0) {
		snprintf(why, size, "a campaign has no '%.*s'; see ringround "
			 "campaign set --help", len < 60 ? (int)len : 60,
			 word);
		return EINVAL;
	}

	return field_set(cf, field, value + 1, why, size);
}


int campaign_fields_read(struct campaign_fields *cf,
			 const struct options *opt, int wordc,
			 char *const wordv[], char *why, size_t size)
{
	int err = 0;

	for (int i = 0; !err && i < opt->givenc; i++) {
		const char *name = opt->givenv[i].name;
		const int field = field_find(name, strlen(name));

		if (!strcmp(name, "md5secret"))
			cf->secret = opt->givenv[i].value;
		else if (field >= 0)
			err = field_set(cf, field, opt->givenv[i].value, why,
					size);
	}

	for (int i = 0; !err && i < wordc; i++)
		err = word_read(cf, wordv[i], why, size);

	return err;
}
