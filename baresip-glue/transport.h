/**
 * @file transport.h  Where the engine speaks SIP
 */
#ifndef RINGROUND_TRANSPORT_H
#define RINGROUND_TRANSPORT_H

#include <stddef.h>
#include "core/launch.h"

/**
 * Listen on UDP and TCP at the address of -l, in place of what the host has
 * opened, and be ready for a proxy by TLS. Loop thread.
 *
 * @param la   Borrowed for good
 * @param why  Receives one line on an error
 * @return 0 or an errno
 */
int transport_listen(const struct launch *la, char *why, size_t size);

#endif
