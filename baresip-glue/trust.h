/**
 * @file trust.h  Whom the engine speaks to by TLS
 *
 * The proxy's certificate has to be valid, vouched for by a CA that is trusted
 * here, and made out to the host that the proxy is called by in config (RFC
 * 5922 section 7). What libre checks differs by version, from nothing on: it
 * is all done here. Loop thread.
 */
#ifndef RINGROUND_TRUST_H
#define RINGROUND_TRUST_H

#include <stddef.h>

struct tls;

/**
 * A context for TLS in which nobody is trusted yet
 *
 * @param ca_file PEM; "": the system's; borrowed for good
 * @param why     Receives one line on an error
 * @return 0 or an errno
 */
int trust_alloc(struct tls **tlsp, const char *ca_file, char *why,
		size_t size);

/**
 * From now on connections are made to this proxy, host[:port][;transport=].
 * After a failure the CA's certificates are read anew.
 */
void trust_proxy(const char *proxy);

/**
 * Why a handshake has failed in this turn of the loop, borrowed until its end;
 * NULL: none has
 */
const char *trust_failure(void);

/** The context goes; the host may keep references to it. */
void trust_close(void);

#endif
