/**
 * @file peers.h  Who takes part in the calls of this engine, by address
 *
 * A call's parties are the addresses that requests of it were sent to, and
 * those that accepted answers name in Contact and Record-Route: there the
 * callee's own requests may come from. A name that DNS has several addresses
 * for is in as the address that was used. All functions belong to the loop
 * thread.
 */
#ifndef RINGROUND_PEERS_H
#define RINGROUND_PEERS_H

#include <stdbool.h>
#include <re.h>

enum peer_trust {
	PEER_NO_CALL,           /**< no call has that Call-ID            */
	PEER_STRANGER,          /**< it takes no part in the call        */
	PEER_PARTY,
};

/** @return 0 or ENOMEM */
int peers_open(void);

void peers_close(void);

/** Have memory for one call more. @return 0 or ENOMEM */
int peers_reserve(void);

/** A request of the call goes there. Without memory for it: forgotten. */
void peers_sent(const struct pl *call_id, const struct sa *dst);

/** Has any request of the call found an address to go to? */
bool peers_asked(const char *call_id);

/** The call is one of ours; its parties are known until peers_leave(). */
void peers_hold(const char *call_id);

/** The call has ended: its parties may have a last word, for a while. */
void peers_leave(const char *call_id);

/**
 * Who speaks in a call?
 *
 * A party that answers from the port that it was asked at (RFC 3581 section
 * 4) is bound to that port from then on.
 *
 * @param datagram  It came by UDP: the port says something, too
 */
enum peer_trust peers_judge(const struct pl *call_id, const struct sa *src,
			    bool datagram);

/** A party has answered from there */
void peers_answered(const struct pl *call_id, const struct sa *src);

/** A party's answer names this address */
void peers_named(const struct pl *call_id, const struct sa *addr);

/** Is this machine itself, by loopback or by that address, a party? */
bool peers_near(const char *call_id, const struct sa *own);

/** A party sends one more request: is that within reason? */
bool peers_may_ask(const struct pl *call_id);

/** Has a stranger to this call been complained of? It has from now on. */
bool peers_told(const struct pl *call_id);

#endif
