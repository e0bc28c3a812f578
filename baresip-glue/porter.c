/**
 * @file porter.c  SIP of strangers: what this engine says to it
 */
#include "baresip-glue/porter.h"

#include <errno.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/gate.h"
#include "baresip-glue/peers.h"
#include "baresip-glue/verdict.h"
#include "baresip-glue/wire.h"

#define ALLOWED "Allow: INVITE, ACK, CANCEL, BYE, INFO, OPTIONS\r\n"

enum { CODE_FORBIDDEN = 403 };

static const struct {
	const char *method;
	uint16_t code;
} answerv[] = {
	{ "INVITE",    CODE_FORBIDDEN },
	{ "OPTIONS",   200 },
	{ "BYE",       481 },
	{ "CANCEL",    481 },
	{ "INFO",      481 },
	{ "PRACK",     481 },
	{ "UPDATE",    481 },
	{ "MESSAGE",   405 },
	{ "NOTIFY",    405 },
	{ "PUBLISH",   405 },
	{ "REFER",     405 },
	{ "REGISTER",  405 },
	{ "SUBSCRIBE", 405 },
};

static struct {
	struct sip_lsnr *requests;
	struct sip_lsnr *responses;
	struct wire wire;
} porter;


/* RFC 3261 section 8.1.1, and what its answer has to hold */
static bool is_whole(const struct sip_msg *msg)
{
	return pl_isset(&msg->to.auri) && pl_isset(&msg->from.auri)
		&& pl_isset(&msg->callid) && pl_isset(&msg->cseq.met)
		&& pl_isset(&msg->via.branch)
		&& !pl_cmp(&msg->met, &msg->cseq.met)
		&& sip_msg_hdr_count(msg, SIP_HDR_FROM) == 1
		&& sip_msg_hdr_count(msg, SIP_HDR_TO) == 1
		&& sip_msg_hdr_count(msg, SIP_HDR_CALL_ID) == 1
		&& sip_msg_hdr_count(msg, SIP_HDR_CSEQ) == 1;
}


uint16_t porter_code(const struct sip_msg *msg)
{
	struct pl maddr;

	/* The answer would go where somebody else wants it to. */
	if (!pl_isset(&msg->via.sentby)
	    || !msg_param_decode(&msg->via.params, "maddr", &maddr))
		return 0;

	if (!pl_strcmp(&msg->met, "ACK"))
		return 0;

	if (!is_whole(msg))
		return 400;

	if (sip_msg_hdr(msg, SIP_HDR_REQUIRE)
	    && pl_strcmp(&msg->met, "CANCEL"))
		return 420;

	for (size_t i = 0; i < ARRAY_SIZE(answerv); i++) {
		if (!pl_strcmp(&msg->met, answerv[i].method))
			return answerv[i].code;
	}

	return 501;
}


static const char *words_of(uint16_t code)
{
	switch (code) {

	case 200: return "OK";
	case 400: return "Bad Request";
	case 405: return "Method Not Allowed";
	case 420: return "Bad Extension";
	case 481: return "Call Does Not Exist";
	case 501: return "Not Implemented";
	default:  return "Forbidden";
	}
}


/* Nothing is kept of it: asked again, it gets the same tag (section 8.2.7). */
static void answer(const struct sip_msg *msg, uint16_t code)
{
	const struct sip_hdr *require = sip_msg_hdr(msg, SIP_HDR_REQUIRE);
	struct sip_msg again = *msg;

	again.tag = (uint64_t)hash_joaat_pl(&msg->callid) << 32
		| hash_joaat_pl(&msg->via.branch);

	if (code == 420 && require)
		(void)sip_replyf(uag_sip(), &again, code, words_of(code),
				 "Unsupported: %r\r\nContent-Length: 0\r\n"
				 "\r\n", &require->val);
	else
		(void)sip_replyf(uag_sip(), &again, code, words_of(code),
				 ALLOWED "Content-Length: 0\r\n\r\n");
}


/* In a call of ours, by one who takes part in it: the host's business */
static bool request_handler(const struct sip_msg *msg, void *arg)
{
	const bool datagram = msg->tp == SIP_TRANSP_UDP;
	uint16_t code = porter_code(msg);
	enum peer_trust trust;
	(void)arg;

	trust = peers_judge(&msg->callid, &msg->src, datagram);

	if (is_whole(msg) && pl_isset(&msg->to.tag)) {
		if (trust == PEER_PARTY)
			return false;
		if (trust == PEER_STRANGER) {
			gate_tell(&msg->callid, &msg->src, true);
			code = code ? CODE_FORBIDDEN : 0;
		}
	}
	/* Datagrams have been counted at the gate. */
	if (code && (datagram || gate_may_enter(&msg->src)))
		answer(msg, code);

	return true;
}


/* Only what is a number is believed: names may be anybody's. */
static bool named_handler(const struct sip_hdr *hdr, const struct sip_msg *msg,
			  void *arg)
{
	struct sip_addr addr;
	struct sa sa;
	(void)arg;

	if (!sip_addr_decode(&addr, &hdr->val)
	    && !sa_set(&sa, &addr.uri.host, addr.uri.port))
		peers_named(&msg->callid, &sa);

	return false;
}


static bool response_handler(const struct sip_msg *msg, void *arg)
{
	const bool datagram = msg->tp == SIP_TRANSP_UDP;
	(void)arg;

	switch (peers_judge(&msg->callid, &msg->src, datagram)) {

	case PEER_NO_CALL:
		return true;

	case PEER_STRANGER:
		gate_tell(&msg->callid, &msg->src, false);
		return true;

	case PEER_PARTY:
		break;
	}

	verdict_see(msg);
	if (datagram)
		peers_answered(&msg->callid, &msg->src);
	if (msg->scode > 100 && msg->scode < 300) {
		(void)sip_msg_hdr_apply(msg, true, SIP_HDR_CONTACT,
					named_handler, NULL);
		(void)sip_msg_hdr_apply(msg, false, SIP_HDR_RECORD_ROUTE,
					named_handler, NULL);
	}

	return false;
}


static void wire_handler(bool tx, const struct sa *peer, const uint8_t *pkt,
			 size_t len, void *arg)
{
	struct pl call_id;
	(void)arg;

	if (tx && gate_kind_of(pkt, len) == GATE_REQUEST
	    && !gate_call_id(&call_id, pkt, len))
		peers_sent(&call_id, peer);
}


/* libre asks its listeners in the order of its list, which begins with its
 * own; an entry's link is its first member. */
static int stand_first(struct sip_lsnr *lsnr)
{
	struct le *le = (void *)lsnr;
	struct list *list = le->list;

	if (le->data != lsnr || !list)
		return ENOSYS;

	list_unlink(le);
	list_prepend(list, le, lsnr);

	return 0;
}


int porter_open(void)
{
	struct sip *sip = uag_sip();
	int err;

	err = peers_open();
	if (!err)
		err = sip_listen(&porter.requests, sip, true, request_handler,
				 NULL);
	if (!err)
		err = sip_listen(&porter.responses, sip, false,
				 response_handler, NULL);
	if (!err)
		err = stand_first(porter.requests);
	if (!err)
		err = stand_first(porter.responses);
	if (err)
		porter_close();
	else
		wire_watch(&porter.wire, wire_handler, NULL);

	return err;
}


void porter_close(void)
{
	wire_unwatch(&porter.wire);
	gate_close();
	verdict_close();
	porter.requests = mem_deref(porter.requests);
	porter.responses = mem_deref(porter.responses);
	peers_close();
}
