/**
 * @file ping.h  Does anybody speak SIP there?
 */
#ifndef RINGROUND_PING_H
#define RINGROUND_PING_H

#include <stddef.h>
#include "core/address.h"

enum {
	PING_MS    = 4000,  /**< of waiting in all                   */
	PING_WORDS = 80,
};

/**
 * Send OPTIONS (RFC 3261 section 11) and wait for any answer
 *
 * @param from       The local address; its port is not used
 * @param to         Host, which may be a name, and port
 * @param transport  udp, tcp, or tls: of that no more than the connection is
 *                   tried
 * @param words      Set to what was answered, as "200 OK"; PING_WORDS
 * @return 0; ENOENT: no such name; ENODATA: the name service does not answer;
 *         ETIMEDOUT: no answer; EBADMSG: what was answered is no SIP;
 *         ECONNREFUSED or another errno
 */
int ping_sip(const struct address *from, const struct address *to,
	     const char *transport, char *words);

/**
 * Read the beginning of an answer
 *
 * @param call_id  Of the question
 * @return 0, EBADMSG, or EAGAIN: it is no answer to that
 */
int ping_read(char *words, const char *text, const char *call_id);

#endif
