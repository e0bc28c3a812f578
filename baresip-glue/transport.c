/**
 * @file transport.c  Where the engine speaks SIP
 */
#include "baresip-glue/transport.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <re.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/trust.h"

/* The kernel's usual 208 kB hold some 275 messages: at 200 calls a second
 * with 6 messages each the loop may then stand still for a fifth of a second
 * before some are lost. */
enum { BUFFER_BYTES = 4 << 20 };


/* Calls over TLS go out from any port; nobody calls us there. */
static int add_tls(const struct sa *addr, const char *ca_file,
		   char *why, size_t size)
{
	struct sa laddr = *addr;
	struct tls *tls = NULL;
	int err;

	err = trust_alloc(&tls, ca_file, why, size);
	if (err)
		return err;

	sa_set_port(&laddr, 0);
	err = sip_transp_add(uag_sip(), SIP_TRANSP_TLS, &laddr, tls);
	if (err)
		journal_print(true, "a proxy by TLS cannot be reached: %s",
			      strerror(err));
	mem_deref(tls);

	return 0;
}


static bool is_udp_at(int fd, const struct sa *addr)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss), size = sizeof(int);
	struct sa sa;
	int type;

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size)
		&& type == SOCK_DGRAM
		&& !getsockname(fd, (struct sockaddr *)&ss, &len)
		&& !sa_set_sa(&sa, (const struct sockaddr *)&ss)
		&& sa_cmp(&sa, addr, SA_ALL);
}


/* libre keeps it to itself. -1: it is not there. */
static int find_udp(const struct sa *addr)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *de;
	int fd = -1;

	while (dir && fd < 0 && (de = readdir(dir))) {
		const int n = atoi(de->d_name);

		if (de->d_name[0] != '.' && is_udp_at(n, addr))
			fd = n;
	}
	if (dir)
		(void)closedir(dir);

	return fd;
}


/* Who may not go beyond net.core.rmem_max gets as much as that. */
static void grow_buffer(const struct sa *addr, bool verbose)
{
	const int fd = find_udp(addr), want = BUFFER_BYTES;
	socklen_t len = sizeof(int);
	int have = 0;

	if (fd < 0)
		return;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &want, sizeof(want)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &want,
				 sizeof(want));

	/* It tells twice what was set: half is for its own needs. */
	if (!verbose || getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &have, &len))
		return;

	journal_print(false, "SIP's receive buffer is %d kB%s",
		      have / 2 / 1024, have / 2 < want
		      ? "; for many calls a second raise net.core.rmem_max"
		      : "");
}


/* The host also listens for TLS, on a port that may be the proxy's. */
int transport_listen(const struct launch *la, char *why, size_t size)
{
	struct sa laddr;
	int err;

	err = sa_set_str(&laddr, la->listen.host, la->listen.port);
	if (err)
		goto out;

	sip_transp_flush(uag_sip());
	err = sip_transp_add(uag_sip(), SIP_TRANSP_UDP, &laddr);
	if (!err)
		err = sip_transp_add(uag_sip(), SIP_TRANSP_TCP, &laddr);
	if (err)
		goto out;

	grow_buffer(&laddr, la->verbose);

	return add_tls(&laddr, la->ca_file, why, size);

 out:
	(void)snprintf(why, size, "cannot listen for SIP, choose another "
		       "address with -l: %s", strerror(err));

	return err;
}
