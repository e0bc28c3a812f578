/**
 * @file preload_receive.c  recvfrom() and accept(), with somebody at the door
 */
/* With GNU's extensions an address is a union, which ISO C has not. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE
#include "baresip-glue/sift.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* So many that nobody wants, before the loop has its turn again */
enum { THROWN_AT_ONCE = 64 };

static struct {
	int fd;
	sift_h *h;
	sift_accept_h *accepth;
	void *arg;
} sift = { .fd = -1 };


__attribute__((visibility("default")))
void ringround_sift(int fd, sift_h *h, sift_accept_h *accepth, void *arg)
{
	sift.fd = fd;
	sift.h = h;
	sift.accepth = accepth;
	sift.arg = arg;
}


/* Other threads receive, too; none of them from this socket. */
__attribute__((visibility("default")))
ssize_t recvfrom(int fd, void *buf, size_t size, int flags,
		 struct sockaddr *from, socklen_t *fromlen)
{
	const socklen_t room = fromlen ? *fromlen : 0;
	ssize_t n;

	if (!sift.h || fd != sift.fd || !from)
		return syscall(SYS_recvfrom, fd, buf, size, flags, from,
			       fromlen);

	for (int i = 0; i < THROWN_AT_ONCE; i++) {
		*fromlen = room;
		n = syscall(SYS_recvfrom, fd, buf, size, flags, from,
			    fromlen);
		if (n < 0 || sift.h(buf, (size_t)n, from, sift.arg))
			return n;
	}

	errno = EAGAIN;

	return -1;
}


__attribute__((visibility("default")))
int accept(int fd, struct sockaddr *from, socklen_t *fromlen)
{
	const int new = (int)syscall(SYS_accept, fd, from, fromlen);

	if (new < 0 || !from || !sift.accepth
	    || sift.accepth(fd, new, from, sift.arg))
		return new;

	(void)close(new);
	errno = ECONNABORTED;

	return -1;
}
