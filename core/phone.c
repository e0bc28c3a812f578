/**
 * @file phone.c  What the rules know of a campaign and of a phone to ring
 */
#include "core/phone.h"

#include <errno.h>
#include <string.h>

static const char *const statusv[PHONE_STATUSES] = {
	[PHONE_IDLE]      = "idle",
	[PHONE_TRYING]    = "trying",
	[PHONE_ANSWER]    = "answer",
	[PHONE_FAILURE]   = "failure",
	[PHONE_PREMATURE] = "premature hangup",
	[PHONE_SUCCESS]   = "success",
};


const char *phone_status_name(enum phone_status status)
{
	return (unsigned)status < PHONE_STATUSES ? statusv[status] : "?";
}


int phone_status_parse(enum phone_status *status, const char *word)
{
	unsigned i;

	for (i = 0; i < PHONE_STATUSES; i++) {
		if (strcmp(word, statusv[i]))
			continue;
		*status = (enum phone_status)i;
		return 0;
	}

	return EINVAL;
}


int phone_media_parse(enum phone_media *media, const char *word)
{
	if (!strcmp(word, "none"))
		*media = PHONE_MEDIA_NONE;
	else if (!strcmp(word, "srtp"))
		*media = PHONE_MEDIA_SRTP;
	else if (!strcmp(word, "dtls-srtp"))
		*media = PHONE_MEDIA_DTLS;
	else
		return EINVAL;

	return 0;
}


const char *phone_mask(char *buf, unsigned size, const char *number)
{
	const size_t len = strlen(number);
	size_t i;

	if (!size)
		return buf;

	for (i = 0; i < len && i < size - 1; i++)
		buf[i] = (i < 4 && len > 7) || i + 3 >= len ? number[i] : '*';
	buf[i] = '\0';

	return buf;
}
