/**
 * @file verdict.c  Why a call was closed before it was answered
 */
#include "baresip-glue/verdict.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/wire.h"

/* The last response that may close a call; forgotten with its loop turn */
static struct {
	struct tmr tmr;
	uint16_t code;
	char call_id[128];
	char phrase[64];
} last;

static struct wire wire;


static void forget_handler(void *arg)
{
	(void)arg;
	last.code = 0;
}


/* "SIP/2.0 302 ...": cheap, as it is asked of every message */
static bool matters(const uint8_t *pkt, size_t len)
{
	static const char start[] = "SIP/2.0 ";
	const uint8_t *code = pkt + sizeof(start) - 1;

	if (len < sizeof(start) + 3 || memcmp(pkt, start, sizeof(start) - 1))
		return false;

	return code[0] == '3' || !memcmp(code, "401", 3)
		|| !memcmp(code, "407", 3);
}


/* Before the host sees it. What is too long is no Call-ID of ours. */
static void keep(const struct sip_msg *msg)
{
	if (!pl_strcpy(&msg->callid, last.call_id, sizeof(last.call_id))) {
		last.code = msg->scode;
		if (pl_strcpy(&msg->reason, last.phrase, sizeof(last.phrase)))
			last.phrase[0] = '\0';
	}

	tmr_start(&last.tmr, 0, forget_handler, NULL);
}


static void wire_handler(bool tx, const uint8_t *pkt, size_t len, void *arg)
{
	struct sip_msg *msg = NULL;
	struct mbuf *mb;
	(void)arg;

	if (tx || !matters(pkt, len))
		return;

	mb = mbuf_alloc(len);
	if (mb && !mbuf_write_mem(mb, pkt, len)) {
		mb->pos = 0;
		if (!sip_msg_decode(&msg, mb))
			keep(msg);
	}

	mem_deref(msg);
	mem_deref(mb);
}


void verdict_watch(void)
{
	tmr_init(&last.tmr);
	wire_watch(&wire, wire_handler, NULL);
}


void verdict_unwatch(void)
{
	tmr_cancel(&last.tmr);
	wire_unwatch(&wire);
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


uint16_t verdict_of(char *words, size_t size, const char *call_id,
		    uint16_t code, const char *str)
{
	const bool known = !code && last.code && call_id
		&& !strcmp(call_id, last.call_id);

	if (!str)
		str = "";

	if (code)
		(void)snprintf(words, size, "%s", phrase_of(str));
	else if (!known)
		(void)snprintf(words, size, "%s", plain_words(str));
	else
		(void)snprintf(words, size, "%s: %s", last.phrase,
			       last.code < 400
			       ? "a redirect to no address that can be called"
			       : "an algorithm that is not known here, only "
			       "MD5 is");

	return known ? last.code : code;
}
