/**
 * @file address.h  Addresses that people write: -l and the SIP proxy
 */
#ifndef RINGROUND_ADDRESS_H
#define RINGROUND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOST_SIZE = 128 };

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
 * @return 0, or EINVAL. Nothing is written anywhere but the verdict.
 */
int address_proxy_check(const char *text);

#endif
