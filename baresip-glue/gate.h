/**
 * @file gate.h  What may come in from the network, before anybody parses it
 *
 * A datagram passes that is SIP and belongs to a call of ours, from a party
 * of it (peers.h). A response that does not is thrown away, a request only
 * when there are many of them: the porter says no to the rest. All functions
 * belong to the loop thread.
 */
#ifndef RINGROUND_GATE_H
#define RINGROUND_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum gate_kind {
	GATE_JUNK,
	GATE_REQUEST,
	GATE_RESPONSE,
};

/** What a message begins as (RFC 3261 section 7) */
enum gate_kind gate_kind_of(const uint8_t *msg, size_t len);

/**
 * The Call-ID of a message, in whichever form (RFC 3261 section 7.3.3)
 *
 * @return 0, or ENOENT when there is none on one line; call_id is borrowed
 */
int gate_call_id(struct pl *call_id, const uint8_t *msg, size_t len);

/**
 * Stand before the datagrams of fd, and before connections
 *
 * @param fd  SIP's socket for UDP; -1: there is none
 */
void gate_open(int fd);

void gate_close(void);

/** May a stranger ask, or has there been too much of that? */
bool gate_may_enter(const struct sa *src);

/** A SIP message has come from where no party of its call is. */
void gate_tell(const struct pl *call_id, const struct sa *src, bool request);

#endif
