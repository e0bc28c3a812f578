/**
 * @file callee_sip.c  The callees' user agent: answers whoever calls
 */
#include "tests/bench/callee_call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MSG_SIZE        = 4096,
	T1_MS           = 500,
	T2_MS           = 4000,
	GIVE_UP_MS      = 64 * T1_MS,
};

static int fd = -1;
static uint32_t live;
static uint32_t rtcp_port;
static char contact[128];


int sip_fd(void)
{
	return fd;
}


uint32_t sip_live(void)
{
	return live;
}


static void send_to(const struct sockaddr_in *to, const char *p, size_t len)
{
	(void)sendto(fd, p, len, 0, (const struct sockaddr *)to,
		     sizeof(*to));
}


static void reply(const struct sockaddr_in *to, const struct piece *req,
		  const char *status, const char *tag)
{
	char buf[MSG_SIZE];

	send_to(to, buf, msg_reply(buf, sizeof(buf), req, status, tag, NULL,
				   NULL));
}


/* A reply to the INVITE, which is kept for when that comes again */
static void call_reply(struct call *call, const struct piece *req,
		       const char *status, const char *sdp)
{
	char buf[MSG_SIZE];
	const size_t len = msg_reply(buf, sizeof(buf), req, status,
				     call->tag, contact, sdp);

	free(call->reply);
	call->reply = malloc(len);
	if (!call->reply)
		abort();
	memcpy(call->reply, buf, len);
	call->reply_len = len;
	send_to(&call->from, buf, len);
}


static void call_over(struct call *call, uint64_t now)
{
	if (call->ear) {
		ear_release(call->ear);
		call->ear = NULL;
		--live;
	}

	call->st = CALL_OVER;
	call->at = now;
	call->due = now + GIVE_UP_MS * 1000000ull;
	wait_add(call);
}


static void call_answer(struct call *call, uint64_t now)
{
	const struct piece req = { call->req, call->req_len };

	call_reply(call, &req, "200 OK", call->sdp);
	free(call->req);
	call->req = NULL;
	call->st = CALL_ANSWERED;
	call->at = now;
	call->wait_ms = T1_MS;
	call->due = now + T1_MS * 1000000ull;
	wait_add(call);
	++tally.answers;
}


static void sdp_make(struct call *call, const struct offer *offer)
{
	const struct sockaddr_in addr = ear_addr(call->ear);
	char host[INET_ADDRSTRLEN];
	char ptime[64] = "";
	int n = 0;

	(void)inet_ntop(AF_INET, &addr.sin_addr, host, sizeof(host));
	if (opts.ptime)
		n = snprintf(ptime, sizeof(ptime), "a=ptime:%u\r\n",
			     opts.ptime);
	if (opts.maxptime)
		(void)snprintf(ptime + n, sizeof(ptime) - (size_t)n,
			       "a=maxptime:%u\r\n", opts.maxptime);

	(void)snprintf(call->sdp, sizeof(call->sdp),
		"v=0\r\no=callee 1 1 IN IP4 %s\r\ns=-\r\n"
		"c=IN IP4 %s\r\nt=0 0\r\nm=audio %u RTP/AVP %d\r\n"
		"a=rtpmap:%d %.*s\r\na=rtcp:%u IN IP4 127.0.0.2\r\n%s",
		host, host, ntohs(addr.sin_port), offer->pt,
		offer->pt, (int)offer->name.len, offer->name.p, rtcp_port,
		ptime);
}


static void invite_new(const struct piece *id, const struct piece *req,
		       const struct sockaddr_in *from, uint64_t at)
{
	struct call *call = call_new(id, req, from);
	struct offer offer;

	++tally.invites;
	call_event("INVITE", call, at);
	reply(from, req, "100 Trying", NULL);

	if (msg_offer(&offer, req, opts.codec))
		call->ear = ear_take(offer.clock, &offer.peer);
	if (!call->ear) {
		++tally.failed;
		call_reply(call, req, offer.clock ? "486 Busy Here" :
			   "488 Not Acceptable Here", NULL);
		call_over(call, at);
		return;
	}

	++live;
	sdp_make(call, &offer);
	call_reply(call, req, "180 Ringing", NULL);
	call->st = CALL_RINGING;
	call->at = at;
	call->due = at + opts.ring_ms * 1000000ull;
	if (opts.ring_ms)
		wait_add(call);
	else
		call_answer(call, at);
}


static void invite(struct call *call, const struct piece *id,
		   const struct piece *req, const struct sockaddr_in *from,
		   uint64_t at)
{
	struct piece to;

	if (!call) {
		invite_new(id, req, from, at);
		return;
	}

	/* With a tag of ours it is a change of the call, else a repetition. */
	if (msg_header(&to, req, "To", 't') &&
	    memmem(to.p, to.len, ";tag=", 5)) {
		++tally.odd;
		call_reply(call, req, "200 OK", call->sdp);
		return;
	}

	++tally.again;
	send_to(from, call->reply, call->reply_len);
}


static void bye(struct call *call, const struct piece *req,
		const struct sockaddr_in *from, uint64_t at)
{
	reply(from, req, call ? "200 OK" :
	      "481 Call/Transaction Does Not Exist", NULL);

	if (!call || call->st == CALL_OVER) {
		++*(call ? &tally.again : &tally.odd);
		return;
	}

	++tally.byes;
	call_event("BYE", call, at);
	call_over(call, at);
}


static void cancel(struct call *call, const struct piece *req,
		   const struct sockaddr_in *from, uint64_t at)
{
	reply(from, req, call ? "200 OK" :
	      "481 Call/Transaction Does Not Exist", call ? call->tag : "x");

	if (!call || call->st != CALL_RINGING)
		return;

	const struct piece inv = { call->req, call->req_len };

	++tally.cancels;
	call_event("CANCEL", call, at);
	call_reply(call, &inv, "487 Request Terminated", NULL);
	call_over(call, at);
}


static void ack(struct call *call, uint64_t at)
{
	if (!call || call->st != CALL_ANSWERED)
		return;

	++tally.acks;
	call_event("ACK", call, at);
	call->st = CALL_TALKING;
	wait_remove(call);
}


static void request(const struct piece *req, const struct sockaddr_in *from,
		    uint64_t at)
{
	const char *sp = memchr(req->p, ' ', req->len);
	const struct piece method = { req->p, sp ? (size_t)(sp - req->p) : 0 };
	struct call *call;
	struct piece id;

	/* Lines that keep a way open are no requests. */
	if (!msg_header(&id, req, "Call-ID", 'i'))
		return;

	call = call_find(&id);
	if (piece_is(&method, "INVITE"))
		invite(call, &id, req, from, at);
	else if (piece_is(&method, "ACK"))
		ack(call, at);
	else if (piece_is(&method, "BYE"))
		bye(call, req, from, at);
	else if (piece_is(&method, "CANCEL"))
		cancel(call, req, from, at);
	else
		reply(from, req, piece_is(&method, "OPTIONS") ? "200 OK" :
		      "501 Not Implemented", "o");
}


void sip_read(void)
{
	static char bufv[CALLEE_PACKETS][MSG_SIZE];
	static char ctlv[CALLEE_PACKETS][64];
	struct mmsghdr msgv[CALLEE_PACKETS];
	struct sockaddr_in fromv[CALLEE_PACKETS];
	struct iovec iov[CALLEE_PACKETS];
	int n;

	for (size_t i = 0; i < CALLEE_PACKETS; i++) {
		iov[i] = (struct iovec){ bufv[i], MSG_SIZE };
		msgv[i].msg_hdr = (struct msghdr){
			.msg_name = &fromv[i],
			.msg_namelen = sizeof(fromv[i]),
			.msg_iov = &iov[i],
			.msg_iovlen = 1,
			.msg_control = ctlv[i],
			.msg_controllen = sizeof(ctlv[i]),
		};
	}

	n = recvmmsg(fd, msgv, CALLEE_PACKETS, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		const struct piece req = { bufv[i], msgv[i].msg_len };

		request(&req, &fromv[i], stamp_of(&msgv[i].msg_hdr));
	}
}


static void call_due(struct call *call, uint64_t now)
{
	switch (call->st) {

	case CALL_RINGING:
		call_answer(call, now);
		break;

	case CALL_ANSWERED:
		if (now > call->at + GIVE_UP_MS * 1000000ull) {
			++tally.failed;
			call_event("NOACK", call, now);
			call_over(call, now);
			break;
		}
		++tally.repeats;
		send_to(&call->from, call->reply, call->reply_len);
		call->wait_ms = call->wait_ms * 2 < T2_MS
			? call->wait_ms * 2 : T2_MS;
		call->due = now + call->wait_ms * 1000000ull;
		break;

	case CALL_TALKING:
		break;

	case CALL_OVER:
		call_free(call);
		break;
	}
}


void sip_tick(uint64_t now)
{
	calls_tick(now, call_due);
}


/* Where all RTCP goes, unread */
static int rtcp_open(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	const int rfd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)inet_pton(AF_INET, "127.0.0.2", &addr.sin_addr);
	if (rfd < 0 || bind(rfd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    getsockname(rfd, (struct sockaddr *)&addr, &len))
		return errno;

	rtcp_port = ntohs(addr.sin_port);

	return 0;
}


int sip_open(void)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr = opts.sip_addr,
		.sin_port = htons(opts.sip_port),
	};
	const int on = 1, size = 8 << 20;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&addr, sizeof(addr)))
		return errno;

	(void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
	(void)snprintf(contact, sizeof(contact),
		       "Contact: <sip:callee@%s:%u>\r\n"
		       "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n",
		       inet_ntoa(opts.sip_addr), opts.sip_port);

	return rtcp_open();
}
