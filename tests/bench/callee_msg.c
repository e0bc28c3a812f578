/**
 * @file callee_msg.c  SIP and SDP as far as the callees need them
 */
#include "tests/bench/callee.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>


struct out {
	char *buf;
	size_t size;
	size_t len;
};


bool piece_is(const struct piece *pc, const char *text)
{
	return pc->len == strlen(text) && !memcmp(pc->p, text, pc->len);
}


/* The next line, without its end; false at an empty one or the end */
static bool next_line(struct piece *line, const char **at, const char *end)
{
	const char *p = *at;
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	if (!nl)
		return false;

	*at = nl + 1;
	line->p = p;
	line->len = (size_t)(nl - p);
	if (line->len && p[line->len - 1] == '\r')
		--line->len;

	return line->len > 0;
}


static bool names(const struct piece *line, const char *name, char compact,
		  struct piece *val)
{
	size_t n = strlen(name);

	if (line->len <= n || strncasecmp(line->p, name, n) ||
	    line->p[n] != ':') {
		if (!compact || line->len < 2 || line->p[1] != ':' ||
		    (line->p[0] | 0x20) != compact)
			return false;
		n = 1;
	}

	for (++n; n < line->len && line->p[n] == ' '; ++n)
		;

	val->p = line->p + n;
	val->len = line->len - n;

	return true;
}


/* The first header of a name */
bool msg_header(struct piece *val, const struct piece *msg,
		const char *name, char compact)
{
	const char *at = msg->p;
	struct piece line;

	if (!next_line(&line, &at, msg->p + msg->len))
		return false;

	while (next_line(&line, &at, msg->p + msg->len)) {
		if (names(&line, name, compact, val))
			return true;
	}

	return false;
}


static void put(struct out *o, const char *p, size_t len)
{
	if (len > o->size - o->len)
		len = o->size - o->len;

	memcpy(o->buf + o->len, p, len);
	o->len += len;
}


static void __attribute__((format(printf, 2, 3)))
put_f(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o->buf + o->len, o->size - o->len, fmt, ap);
	va_end(ap);

	if (n > 0)
		o->len += (size_t)n;
	if (o->len > o->size)
		o->len = o->size;
}


static void put_copies(struct out *o, const struct piece *req,
		       const char *tag)
{
	const char *at = req->p;
	struct piece line, val;

	(void)next_line(&line, &at, req->p + req->len);

	while (next_line(&line, &at, req->p + req->len)) {

		const bool to = names(&line, "To", 't', &val);

		if (!to && !names(&line, "Via", 'v', &val) &&
		    !names(&line, "From", 'f', &val) &&
		    !names(&line, "Call-ID", 'i', &val) &&
		    !names(&line, "Record-Route", '\0', &val) &&
		    !names(&line, "CSeq", '\0', &val))
			continue;

		put(o, line.p, line.len);
		if (to && tag && !memmem(val.p, val.len, ";tag=", 5))
			put_f(o, ";tag=%s", tag);
		put(o, "\r\n", 2);
	}
}


/* An answer to a request. Returns its length. */
size_t msg_reply(char *buf, size_t size, const struct piece *req,
		 const char *status, const char *tag, const char *more,
		 const char *sdp)
{
	struct out o = { buf, size, 0 };

	put_f(&o, "SIP/2.0 %s\r\n", status);
	put_copies(&o, req, tag);
	if (more)
		put_f(&o, "%s", more);
	if (sdp)
		put_f(&o, "Content-Type: application/sdp\r\n");
	put_f(&o, "Content-Length: %zu\r\n\r\n%s", sdp ? strlen(sdp) : 0,
	      sdp ? sdp : "");

	return o.len;
}


/* "0 PCMU/8000" or "96 opus/48000/2", behind a=rtpmap: */
static bool rtpmap(struct offer *offer, const struct piece *line,
		   const char *codec)
{
	const size_t skip = strlen("a=rtpmap:");
	const char *sp = memchr(line->p, ' ', line->len);
	const char *slash;

	if (line->len < skip || strncmp(line->p, "a=rtpmap:", skip) || !sp)
		return false;

	slash = memchr(sp, '/', line->len - (size_t)(sp - line->p));
	if (!slash)
		return false;

	if (codec && (strlen(codec) != (size_t)(slash - sp - 1) ||
		      strncasecmp(sp + 1, codec, strlen(codec))))
		return false;

	offer->pt = atoi(line->p + skip);
	offer->clock = (uint32_t)atoi(slash + 1);
	offer->name.p = sp + 1;
	offer->name.len = line->len - (size_t)(sp + 1 - line->p);

	return true;
}


static void address(struct offer *offer, const struct piece *line)
{
	const size_t skip = strlen("c=IN IP4 ");
	char host[INET_ADDRSTRLEN] = "";

	if (line->len <= skip || line->len - skip >= sizeof(host))
		return;

	memcpy(host, line->p + skip, line->len - skip);
	(void)inet_pton(AF_INET, host, &offer->peer.sin_addr);
}


/* Where its audio wants to go, and as what. codec NULL: as the first. */
bool msg_offer(struct offer *offer, const struct piece *msg,
	       const char *codec)
{
	const char *end = msg->p + msg->len;
	const char *at = memmem(msg->p, msg->len, "\r\n\r\n", 4);
	struct piece line;
	bool found = false;

	memset(offer, 0, sizeof(*offer));
	offer->peer.sin_family = AF_INET;
	if (!at)
		return false;

	at += 4;
	while (next_line(&line, &at, end)) {
		if (!strncmp(line.p, "m=audio ", 8))
			offer->peer.sin_port =
				htons((uint16_t)atoi(line.p + 8));
		else if (!strncmp(line.p, "c=IN IP4 ", 9))
			address(offer, &line);
		else if (!found)
			found = rtpmap(offer, &line, codec);
	}

	return found && offer->peer.sin_port;
}
