/**
 * @file capture.h  Datagrams of a thread, taken before the kernel has them
 *
 * libre sends each packet by a sendto() of its own. The preloaded library
 * stands before that function: what a thread asked for is handed to it, with
 * all that the host's layers have done to the packet.
 */
#ifndef RINGROUND_CAPTURE_H
#define RINGROUND_CAPTURE_H

#include <stddef.h>
#include <sys/socket.h>

/** In sendto()'s place, and returns what it would; data is borrowed. */
typedef ssize_t (capture_h)(int fd, const void *data, size_t len,
			    const struct sockaddr *to, socklen_t tolen,
			    void *arg);

/**
 * What this thread sends by sendto() goes to h from now on; NULL: to the
 * kernel. A weak symbol: NULL where the library is not loaded.
 */
void ringround_capture(capture_h *h, void *arg) __attribute__((weak));

#endif
