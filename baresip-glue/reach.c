/**
 * @file reach.c  Where audio may be sent
 */
#include "baresip-glue/reach.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* IPv4 in IPv6 is sent as IPv4. */
static bool in_v4(uint32_t *v4, const struct sa *addr)
{
	const struct in6_addr *in6 = &addr->u.in6.sin6_addr;

	if (sa_af(addr) == AF_INET) {
		*v4 = sa_in(addr);
		return true;
	}
	if (!IN6_IS_ADDR_V4MAPPED(in6))
		return false;

	*v4 = (uint32_t)in6->s6_addr[12] << 24
		| (uint32_t)in6->s6_addr[13] << 16
		| (uint32_t)in6->s6_addr[14] << 8 | in6->s6_addr[15];

	return true;
}


static bool is_group(const struct sa *addr)
{
	uint32_t v4;

	if (in_v4(&v4, addr))
		return IN_MULTICAST(v4);

	return IN6_IS_ADDR_MULTICAST(&addr->u.in6.sin6_addr);
}


/* 240.0.0.0/4 is nobody's, but for its last one, which is everybody's. */
static bool is_all(const struct sa *addr)
{
	uint32_t v4;

	return in_v4(&v4, addr) && IN_BADCLASS(v4);
}


/* Connecting sends nothing. A broadcast is denied to whom did not ask for it.
 */
static int ask_kernel(const struct sa *addr)
{
	const int fd = socket(sa_af(addr), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	/* Short of descriptors, the call is not judged by that. */
	if (fd < 0)
		return 0;

	if (connect(fd, &addr->u.sa, addr->len))
		err = errno;
	(void)close(fd);

	return err;
}


const char *reach_refusal(const struct sa *addr, const struct sa *own,
			  bool near)
{
	if (!sa_isset(addr, SA_ALL))
		return NULL;

	if (sa_af(addr) != sa_af(own))
		return sa_af(addr) == AF_INET6
			? "the callee's audio address is IPv6, IPv4 was "
			"offered" : "the callee's audio address is IPv4, "
			"IPv6 was offered";

	if (is_group(addr))
		return "the callee's audio address is a multicast group";

	if (is_all(addr))
		return "the callee's audio address is a broadcast address";

	if (sa_is_loopback(addr) && !sa_is_loopback(own) && !near)
		return "the callee's audio address is its own machine's "
			"loopback";

	switch (ask_kernel(addr)) {

	case 0:
		return NULL;

	case EACCES:
		return "the callee's audio address is a broadcast address";

	default:
		return "the callee's audio address cannot be reached from "
			"here";
	}
}
