/**
 * @file address.h  Addresses that people write: -l and the SIP proxy
 */
#ifndef RINGROUND_ADDRESS_H
#define RINGROUND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOST_SIZE      = 128,
	TRANSPORT_SIZE = 4,     /**< udp, tcp or tls                     */
};

struct address {
	char host[HOST_SIZE];   /**< without brackets                    */
	bool v6;
	uint16_t port;          /**< 0: none was written                 */
};

/**
 * Parse ADDR[:PORT] with a literal address: 192.0.2.1, 192.0.2.1:5060,
 * [2001:db8::1] or [2001:db8::1]:5060 (RFC 3986 section 3.2.2)
 *
 * @return 0, or EINVAL (ad unchanged)
 */
int address_parse(struct address *ad, const char *text);

/**
 * Parse host[:port][;transport=udp|tcp|tls], the host a name (RFC 1123
 * section 2.1) or an address as above
 *
 * @param ad         v6 of a name is false; without a port it is 5060, or
 *                   5061 of TLS (RFC 3261 section 19.1.2)
 * @param transport  TRANSPORT_SIZE; in lower case, udp when it is not given
 * @return 0, or EINVAL (nothing is written)
 */
int address_proxy_parse(struct address *ad, char *transport,
			const char *text);

/** Only the verdict */
int address_proxy_check(const char *text);

#endif
