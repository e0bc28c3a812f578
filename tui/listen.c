/**
 * @file listen.c  Can the engine have its SIP address?
 */
#include "tui/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT_TRIES = 50 };

union sockaddr_any {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};


static socklen_t sockaddr_make(union sockaddr_any *any,
			       const struct address *ad)
{
	memset(any, 0, sizeof(*any));

	if (ad->v6) {
		any->in6.sin6_family = AF_INET6;
		any->in6.sin6_port = htons(ad->port);
		inet_pton(AF_INET6, ad->host, &any->in6.sin6_addr);
		return sizeof(any->in6);
	}

	any->in.sin_family = AF_INET;
	any->in.sin_port = htons(ad->port);
	inet_pton(AF_INET, ad->host, &any->in.sin_addr);

	return sizeof(any->in);
}


/* For TCP as libre does it: only a listening socket is in the way. */
static int bind_try(const struct address *ad, int type, int *fdp)
{
	union sockaddr_any any;
	const socklen_t len = sockaddr_make(&any, ad);
	const int on = 1;
	int fd, err = 0;

	fd = socket(ad->v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;

	if (type == SOCK_STREAM)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
				 sizeof(on));

	if (bind(fd, &any.sa, len) ||
	    (type == SOCK_STREAM && listen(fd, 1)))
		err = errno;

	if (err || !fdp)
		close(fd);
	else
		*fdp = fd;

	return err;
}


static void why_not(const struct address *ad, const char *proto,
		    const char *option, int err, char *why, size_t size)
{
	const char *open = ad->v6 ? "[" : "", *close_ = ad->v6 ? "]" : "";
	char where[HOST_SIZE + 16];

	snprintf(where, sizeof(where), "%s%s%s:%u", open, ad->host, close_,
		 (unsigned)ad->port);

	if (err == EADDRINUSE)
		snprintf(why, size, "%s is in use (%s); stop what uses it, "
			 "or give another port with %s", where, proto, option);
	else if (err == EADDRNOTAVAIL || err == EAFNOSUPPORT)
		snprintf(why, size, "%s is no address of this host; give "
			 "one of its own with %s", ad->host, option);
	else if (err == EACCES)
		snprintf(why, size, "%s may not be used by this user; give "
			 "a port above 1023 with %s", where, option);
	else
		snprintf(why, size, "%s cannot be used (%s): %s; give "
			 "another with %s", where, proto, strerror(err),
			 option);
}


/* It goes into From and Contact: callees answer to it. */
static bool is_wildcard(const struct address *ad)
{
	static const uint8_t zero[sizeof(struct in6_addr)];
	uint8_t addr[sizeof(struct in6_addr)];

	return inet_pton(ad->v6 ? AF_INET6 : AF_INET, ad->host, addr) == 1 &&
		!memcmp(addr, zero, ad->v6 ? sizeof(struct in6_addr)
			: sizeof(struct in_addr));
}


int listen_check(const struct address *ad, char *why, size_t size)
{
	int err;

	if (is_wildcard(ad)) {
		snprintf(why, size, "%s is no address that callees could "
			 "answer to; give one of this host with -l", ad->host);
		return EADDRNOTAVAIL;
	}

	err = bind_try(ad, SOCK_DGRAM, NULL);
	if (err) {
		why_not(ad, "UDP", "-l", err, why, size);
		return err;
	}

	return listen_check_tcp(ad, "-l", why, size);
}


int listen_check_tcp(const struct address *ad, const char *option,
		     char *why, size_t size)
{
	const int err = bind_try(ad, SOCK_STREAM, NULL);

	if (err)
		why_not(ad, "TCP", option, err, why, size);

	return err;
}


/* The kernel picks for UDP; TCP must agree. */
static int port_try(struct address *ad)
{
	struct address any = *ad;
	union sockaddr_any got;
	socklen_t len = sizeof(got);
	int fd, err;

	any.port = 0;
	err = bind_try(&any, SOCK_DGRAM, &fd);
	if (err)
		return err;

	if (getsockname(fd, &got.sa, &len)) {
		err = errno;
		goto out;
	}

	any.port = ntohs(ad->v6 ? got.in6.sin6_port : got.in.sin_port);
	err = bind_try(&any, SOCK_STREAM, NULL);
	if (!err)
		ad->port = any.port;
 out:
	close(fd);

	return err;
}


int listen_free_port(struct address *ad)
{
	int err = EADDRINUSE;

	for (int i = 0; i < PORT_TRIES && err == EADDRINUSE; i++)
		err = port_try(ad);

	return err;
}
