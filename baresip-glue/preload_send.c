/**
 * @file preload_send.c  sendto(), for whoever wants to see what is sent
 */
/* With GNU's extensions an address is a union, which ISO C has not. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE
#include "baresip-glue/capture.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>


static __thread struct {
	capture_h *h;
	void *arg;
} capture;


__attribute__((visibility("default")))
void ringround_capture(capture_h *h, void *arg)
{
	capture.h = h;
	capture.arg = arg;
}


/*
 * Whatever SDP, Via or a route may name: nothing goes to a group or to all.
 * The kernel itself refuses broadcasts of its networks.
 */
static bool is_for_many(const struct sockaddr *to)
{
	const struct sockaddr_in *in = (const void *)to;
	const struct sockaddr_in6 *in6 = (const void *)to;
	uint32_t v4;

	if (to->sa_family == AF_INET)
		v4 = in->sin_addr.s_addr;
	else if (to->sa_family != AF_INET6)
		return false;
	else if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		memcpy(&v4, in6->sin6_addr.s6_addr + 12, sizeof(v4));
	else
		return IN6_IS_ADDR_MULTICAST(&in6->sin6_addr);

	v4 = ntohl(v4);

	return IN_MULTICAST(v4) || IN_BADCLASS(v4);
}


__attribute__((visibility("default")))
ssize_t sendto(int fd, const void *data, size_t len, int flags,
	       const struct sockaddr *to, socklen_t tolen)
{
	if (to && is_for_many(to)) {
		errno = EACCES;
		return -1;
	}

	if (capture.h)
		return capture.h(fd, data, len, to, tolen, capture.arg);

	return syscall(SYS_sendto, fd, data, len, flags, to, tolen);
}
