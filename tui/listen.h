/**
 * @file listen.h  Can the engine have its SIP address?
 */
#ifndef RINGROUND_LISTEN_H
#define RINGROUND_LISTEN_H

#include <stddef.h>
#include "core/address.h"

/**
 * Try to bind UDP and TCP there, and let go again
 *
 * @return 0 or an errno, with one line in why
 */
int listen_check(const struct address *ad, char *why, size_t size);

/** The same for TCP alone, where an option names it: any address will do */
int listen_check_tcp(const struct address *ad, const char *option,
		     char *why, size_t size);

/**
 * A port of an address that nobody uses, UDP or TCP, just now
 *
 * @return 0 (the port of ad is written) or an errno
 */
int listen_free_port(struct address *ad);

#endif
