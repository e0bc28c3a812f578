/**
 * @file preload_send.c  sendto(), for whoever wants to see what is sent
 */
/* With GNU's extensions an address is a union, which ISO C has not. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE
#include "baresip-glue/capture.h"

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


__attribute__((visibility("default")))
ssize_t sendto(int fd, const void *data, size_t len, int flags,
	       const struct sockaddr *to, socklen_t tolen)
{
	if (capture.h)
		return capture.h(fd, data, len, to, tolen, capture.arg);

	return syscall(SYS_sendto, fd, data, len, flags, to, tolen);
}
