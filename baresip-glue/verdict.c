/**
 * @file verdict.c  Why a call was closed before it was answered
 */
#include "baresip-glue/verdict.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The last response that may close a call; forgotten with its loop turn */
static struct {
	struct tmr tmr;
	uint16_t code;
	char call_id[128];
	char phrase[64];
} last;


static void forget_handler(void *arg)
{
	(void)arg;
	last.code = 0;
}


static bool matters(const struct sip_msg *msg)
{
	const uint16_t code = msg->scode;

	if (code / 100 == 2)
		return !pl_strcmp(&msg->cseq.met, "INVITE");

	return code / 100 == 3 || code == 401 || code == 407;
}


/* What is too long is no Call-ID of ours. */
void verdict_see(const struct sip_msg *msg)
{
	if (!matters(msg))
		return;

	if (!pl_strcpy(&msg->callid, last.call_id, sizeof(last.call_id))) {
		last.code = msg->scode;
		if (pl_strcpy(&msg->reason, last.phrase, sizeof(last.phrase)))
			last.phrase[0] = '\0';
	}

	tmr_start(&last.tmr, 0, forget_handler, NULL);
}


void verdict_close(void)
{
	tmr_cancel(&last.tmr);
}


/* "486 Busy Here" without its number, which has a field of its own */
static const char *phrase_of(const char *str)
{
	while (isdigit((unsigned char)*str))
		++str;
	while (*str == ' ')
		++str;

	return str;
}


/* Errors that the host passes on in the system's words */
static const char *plain_words(const char *str)
{
	if (!strcmp(str, strerror(EDESTADDRREQ)))
		return "the host's name is not known";
	if (!strcmp(str, strerror(EBADMSG)))
		return "an answer that cannot be understood";

	return str;
}


/* Why the host could do nothing with a response */
static const char *trouble_with(uint16_t code)
{
	if (code < 300)
		return "an answer whose SDP cannot be used";
	if (code < 400)
		return "a redirect to no address that can be called";

	return "an algorithm that is not known here, only MD5 is";
}


uint16_t verdict_of(char *words, size_t size, const char *call_id,
		    uint16_t code, const char *str)
{
	const bool known = !code && last.code && call_id
		&& !strcmp(call_id, last.call_id);

	if (!str)
		str = "";

	if (code)
		(void)snprintf(words, size, "%s", *phrase_of(str)
			       ? phrase_of(str) : "answered without words");
	else if (!known)
		(void)snprintf(words, size, "%s", plain_words(str));
	else
		(void)snprintf(words, size, "%s: %s", last.phrase,
			       trouble_with(last.code));

	return known ? last.code : code;
}
