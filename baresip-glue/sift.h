/**
 * @file sift.h  What comes in, looked at before libre has it
 *
 * libre reads datagrams by recvfrom() and takes connections by accept(). The
 * preloaded library stands before both.
 */
#ifndef RINGROUND_SIFT_H
#define RINGROUND_SIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/** May libre have this datagram? All is borrowed. */
typedef bool (sift_h)(const void *data, size_t len,
		      const struct sockaddr *from, void *arg);

/** May libre have this connection, on fd, that came in on listener? */
typedef bool (sift_accept_h)(int listener, int fd,
			     const struct sockaddr *from, void *arg);

/**
 * Ask h about the datagrams that come in on fd, and accepth about connections
 * that come in on any socket; NULL: about none. Loop thread. A weak symbol:
 * NULL where the library is not loaded.
 */
void ringround_sift(int fd, sift_h *h, sift_accept_h *accepth, void *arg)
	__attribute__((weak));

#endif
