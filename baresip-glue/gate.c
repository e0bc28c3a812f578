/**
 * @file gate.c  What may come in from the network, before anybody parses it
 */
#include "baresip-glue/gate.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/bucket.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/peers.h"
#include "baresip-glue/sift.h"

enum {
	STRANGERS      = 50,    /**< requests from outside a second      */
	STRANGERS_MOST = 100,   /**< and so many at once                 */
	LINE_MAX_LEN   = 8192,  /**< libre's own limit                   */
	CONNS          = 24,    /**< connections from outside            */
	CONNS_EACH     = 6,     /**< and from one address                */
	TELL_MS        = 60000,
};

static const char version[] = "SIP/2.0";

struct conn {
	int fd;
	struct sa from;
};

static struct {
	struct bucket strangers;
	struct conn connv[CONNS];
	size_t conns;
	unsigned thrown;
	uint64_t told_at;
} gate;


static bool begins_response(const uint8_t *msg, size_t len)
{
	const size_t n = sizeof(version) - 1;

	return len > n && !strncasecmp((const char *)msg, version, n)
		&& msg[n] == ' ';
}


enum gate_kind gate_kind_of(const uint8_t *msg, size_t len)
{
	const size_t n = sizeof(version) - 1;
	const uint8_t *end;

	if (begins_response(msg, len))
		return GATE_RESPONSE;

	if (!len || !isgraph(msg[0]))
		return GATE_JUNK;

	end = memchr(msg, '\n', len < LINE_MAX_LEN ? len : LINE_MAX_LEN);
	if (!end)
		return GATE_JUNK;

	if (end > msg && end[-1] == '\r')
		--end;

	return (size_t)(end - msg) > n + 3 && !memcmp(end - n, version, n)
		&& end[-(ssize_t)n - 1] == ' ' ? GATE_REQUEST : GATE_JUNK;
}


/* The value, when the line is that header's */
static bool is_call_id(struct pl *val, const char *line, size_t len)
{
	static const char name[] = "Call-ID";
	size_t n = sizeof(name) - 1;

	if (len && (line[0] == 'i' || line[0] == 'I'))
		n = 1;
	else if (len < n || strncasecmp(line, name, n))
		return false;

	while (n < len && (line[n] == ' ' || line[n] == '\t'))
		++n;
	if (n == len || line[n++] != ':')
		return false;

	while (n < len && isspace((unsigned char)line[n]))
		++n;
	while (len > n && isspace((unsigned char)line[len - 1]))
		--len;

	val->p = line + n;
	val->l = len - n;

	return val->l > 0;
}


int gate_call_id(struct pl *call_id, const uint8_t *msg, size_t len)
{
	const char *p = (const char *)msg, *const end = p + len;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {

		const char *stop;

		++p;
		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop)
			stop = end;
		if (stop - p <= 1)
			break;
		if (is_call_id(call_id, p, (size_t)(stop - p)))
			return 0;
	}

	return ENOENT;
}


void gate_tell(const struct pl *call_id, const struct sa *src, bool request)
{
	char from[64];

	if (peers_told(call_id))
		return;

	(void)re_snprintf(from, sizeof(from), "%J", src);
	journal_print(true, "a SIP %s in a call of ours came from %s, which "
		      "takes no part in it: ignored",
		      request ? "request" : "response", from);
}


/* The first at once, then all of a minute together */
static bool throw_away(const struct sa *src)
{
	const uint64_t now = tmr_jiffies();
	char from[64];

	++gate.thrown;
	if (gate.told_at && now - gate.told_at < TELL_MS)
		return false;

	(void)re_snprintf(from, sizeof(from), "%J", src);
	journal_print(true, "%u SIP messages of strangers were thrown away, "
		      "the last came from %s", gate.thrown, from);
	gate.told_at = now;
	gate.thrown = 0;

	return false;
}


bool gate_may_enter(const struct sa *src)
{
	return bucket_take(&gate.strangers, tmr_jiffies(), STRANGERS,
			   STRANGERS_MOST) || throw_away(src);
}


static bool packet_handler(const void *data, size_t len,
			   const struct sockaddr *from, void *arg)
{
	const enum gate_kind kind = gate_kind_of(data, len);
	enum peer_trust trust = PEER_NO_CALL;
	struct pl call_id = PL_INIT;
	struct sa src;
	(void)arg;

	if (kind == GATE_JUNK || sa_set_sa(&src, from))
		return false;

	if (!gate_call_id(&call_id, data, len))
		trust = peers_judge(&call_id, &src, true);

	if (kind == GATE_RESPONSE) {
		if (trust == PEER_STRANGER)
			gate_tell(&call_id, &src, false);
		return trust == PEER_PARTY;
	}

	if (trust == PEER_PARTY)
		return peers_may_ask(&call_id);

	return gate_may_enter(&src);
}


/* One that was closed may be another one's number by now. */
static bool is_open(const struct conn *cn)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct sa sa;

	return !getpeername(cn->fd, (struct sockaddr *)&ss, &len)
		&& !sa_set_sa(&sa, (const struct sockaddr *)&ss)
		&& sa_cmp(&sa, &cn->from, SA_ALL);
}


/* There are other listeners: that of the metrics counts its own. */
static bool is_sip(int listener)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct sa sa;

	return !getsockname(listener, (struct sockaddr *)&ss, &len)
		&& !sa_set_sa(&sa, (const struct sockaddr *)&ss)
		&& (sip_transp_isladdr(uag_sip(), SIP_TRANSP_TCP, &sa)
		    || sip_transp_isladdr(uag_sip(), SIP_TRANSP_TLS, &sa));
}


/* Each takes a descriptor and stays for half a minute, or a quarter of an
 * hour when it says something. */
static bool accept_handler(int listener, int fd, const struct sockaddr *from,
			   void *arg)
{
	struct conn cn = { .fd = fd };
	size_t n = 0, each = 0;
	(void)arg;

	if (!is_sip(listener))
		return true;
	if (sa_set_sa(&cn.from, from))
		return false;

	for (size_t i = 0; i < gate.conns; i++) {
		if (is_open(&gate.connv[i]))
			gate.connv[n++] = gate.connv[i];
	}
	for (size_t i = 0; i < n; i++)
		each += sa_cmp(&gate.connv[i].from, &cn.from, SA_ADDR);

	gate.conns = n;
	if (n == CONNS || each == CONNS_EACH)
		return throw_away(&cn.from);

	gate.connv[gate.conns++] = cn;

	return true;
}


void gate_open(int fd)
{
	if (ringround_sift)
		ringround_sift(fd, packet_handler, accept_handler, NULL);
}


void gate_close(void)
{
	if (ringround_sift)
		ringround_sift(-1, NULL, NULL, NULL);
}
