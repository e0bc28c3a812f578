/**
 * @file transport.h  Where the engine speaks SIP
 */
#ifndef RINGROUND_TRANSPORT_H
#define RINGROUND_TRANSPORT_H

#include <stdbool.h>
#include "core/address.h"

/**
 * Listen on UDP and TCP there, in place of what the host has opened. Loop
 * thread.
 *
 * @param verbose  Say in the log how much the socket can hold
 * @return 0 or an errno
 */
int transport_listen(const struct address *addr, bool verbose);

#endif
