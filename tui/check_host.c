/**
 * @file check_host.c  What an engine needs of this host
 */
#include "tui/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/room.h"
#include "tui/listen.h"
#include "tui/profile.h"

enum {
	VERSION_SIZE = 64,
	COMMAND_SIZE = 640,
	CALLS_FEW    = 20,      /* of a campaign, unless it says another */
};


/* What it says of itself in its first line: "baresip v1.0.0 Copyright" */
static void version_read(char *version, const char *baresip)
{
	char command[COMMAND_SIZE];
	FILE *f;

	version[0] = '\0';
	if (strchr(baresip, '\''))
		return;

	snprintf(command, sizeof(command), "exec timeout 5 '%s' -h 2>&1 "
		 "</dev/null", baresip);
	/* Nothing of it but a path that was found, and that has no quote */
	f = popen(command, "re");       /* NOLINT(cert-env33-c) */
	if (!f)
		return;

	if (fscanf(f, "baresip v%63[0-9.]", version) != 1)
		version[0] = '\0';
	while (fgetc(f) != EOF)
		;
	(void)pclose(f);
}


void check_parts(struct check *ck)
{
	struct profile_parts pp;
	char version[VERSION_SIZE];

	profile_look(&pp);
	if (!pp.baresip[0]) {
		check_say(ck, CHECK_FAIL, "baresip", "install the package "
			  "baresip-core", "baresip is not installed");
	}
	else {
		version_read(version, pp.baresip);
		check_say(ck, version[0] ? CHECK_OK : CHECK_WARN, "baresip",
			  version[0] ? NULL : "see that it runs: baresip -h",
			  "%s, version %s", pp.baresip, version[0] ? version
			  : "unknown");
	}

	for (size_t i = 0; pp.baresip[0] && i < PROFILE_MODULES; i++) {
		const char *what = strstr(pp.modulev[i].name, "srtp")
			? "encryption" : "codec";

		if (pp.modulev[i].found)
			check_say(ck, CHECK_OK, what, NULL, "%s",
				  pp.modulev[i].name);
		else
			check_say(ck, pp.modulev[i].needed ? CHECK_FAIL
				  : CHECK_WARN, what, "install the package "
				  "baresip-core again", "%s has no module %s",
				  pp.baresip, pp.modulev[i].name);
	}

	check_say(ck, pp.module[0] && pp.preload[0] ? CHECK_OK : CHECK_FAIL,
		  "module", pp.module[0] && pp.preload[0] ? NULL
		  : "build it with make, or install ringround again",
		  "%s%s%s", pp.module[0] ? pp.module
		  : "ringround.so is missing", pp.preload[0] ? "" : ", ",
		  pp.preload[0] ? "" : "ringround-preload.so is missing");
}


/* An engine of ours that is at work there */
static const struct db_node *node_at(const struct check *ck)
{
	const struct address *ad = &ck->opt->listen;
	char where[HOST_SIZE + 16], host[HOST_SIZE] = "";

	snprintf(where, sizeof(where), ad->v6 ? "[%s]:%u" : "%s:%u", ad->host,
		 (unsigned)ad->port);
	(void)gethostname(host, sizeof(host) - 1);

	for (size_t i = 0; i < ck->nodec; i++) {
		const struct db_node *nd = &ck->nodev[i];

		if (nd->connected && !strcmp(nd->address, where)
		    && !strncmp(nd->host, host, sizeof(nd->host) - 1))
			return nd;
	}

	return NULL;
}


void check_listen(struct check *ck)
{
	const struct address *ad = &ck->opt->listen;
	const struct db_node *nd;
	char why[WHY_SIZE];
	int err;

	err = listen_check(ad, why, sizeof(why));
	nd = err == EADDRINUSE ? node_at(ck) : NULL;
	if (nd)
		check_say(ck, CHECK_OK, "listen", NULL, "%s:%u is in use by "
			  "engine %s", ad->host, (unsigned)ad->port, nd->node);
	else if (err)
		check_why(ck, CHECK_FAIL, "listen", why);
	else if (!ck->opt->listen_given)
		check_say(ck, CHECK_WARN, "listen", "give an address of this "
			  "host with -l", "%s:%u is free, and reaches this "
			  "host only", ad->host, (unsigned)ad->port);
	else
		check_say(ck, CHECK_OK, "listen", NULL, "%s:%u is free",
			  ad->host, (unsigned)ad->port);
}


static bool port_free(const struct address *ad, unsigned port)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} any;
	const int family = ad->v6 ? AF_INET6 : AF_INET;
	const int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool taken;

	memset(&any, 0, sizeof(any));
	any.sa.sa_family = (sa_family_t)family;
	any.in.sin_port = htons((uint16_t)port);
	(void)inet_pton(family, ad->host, ad->v6
			? (void *)&any.in6.sin6_addr
			: (void *)&any.in.sin_addr);

	taken = fd >= 0 && bind(fd, &any.sa, ad->v6 ? sizeof(any.in6)
				: sizeof(any.in)) && errno == EADDRINUSE;
	if (fd >= 0)
		close(fd);

	return !taken;
}


static void rtp_ports(const struct check *ck, struct carry_in *in)
{
	in->port_min = ck->opt->rtp_max ? ck->opt->rtp_min : LAUNCH_RTP_MIN;
	in->port_max = ck->opt->rtp_max ? ck->opt->rtp_max : LAUNCH_RTP_MAX;
}


void check_ports(struct check *ck)
{
	const unsigned listen = ck->opt->listen.port;
	struct carry_in in = { .asked = 0 };
	unsigned pairs = 0, used = 0;

	rtp_ports(ck, &in);
	for (unsigned p = in.port_min; p + 1 <= in.port_max; p += 2) {
		++pairs;
		used += !port_free(&ck->opt->listen, p)
			|| !port_free(&ck->opt->listen, p + 1);
	}

	if (used * 5 > pairs)
		check_say(ck, used == pairs ? CHECK_FAIL : CHECK_WARN, "rtp",
			  "give others with --rtp-ports", "of the ports "
			  "%u-%u, %u of %u pairs are in use", in.port_min,
			  in.port_max, used, pairs);
	else if (listen >= in.port_min && listen <= in.port_max)
		check_say(ck, CHECK_WARN, "rtp", "give others with "
			  "--rtp-ports, or -l", "SIP is on port %u, which is "
			  "one of %u-%u", listen, in.port_min, in.port_max);
	else
		check_say(ck, CHECK_OK, "rtp", NULL, "ports %u-%u, enough for "
			  "%u calls; %u of %u pairs are in use", in.port_min,
			  in.port_max, carry_ports(in.port_min, in.port_max),
			  used, pairs);
}


/* Descriptors that an engine would have: it raises its limit, if it may, as
 * baresip-glue/preload.c does. */
static uint64_t files_raised(void)
{
	const rlim_t most = CARRY_FDS * CARRY_MAX + CARRY_FDS_REST;
	const struct rlimit more = { most, most };
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl))
		return CARRY_NONE;
	if (rl.rlim_max >= most)
		return most;
	if (setrlimit(RLIMIT_NOFILE, &more))
		return rl.rlim_max;

	(void)setrlimit(RLIMIT_NOFILE, &rl);

	return most;
}


void check_room(struct check *ck)
{
	struct carry_in in = { .asked = (uint32_t)ck->opt->max_calls };
	struct carry ca;
	char words[256];

	rtp_ports(ck, &in);
	room_look(&in);
	in.files = files_raised();
	carry_weigh(&ca, &in);
	(void)carry_words(words, sizeof(words), &ca, &in);
	if (in.asked > ca.calls || ca.calls < CALLS_FEW)
		check_why(ck, CHECK_WARN, "room", words);
	else
		check_say(ck, CHECK_OK, "room", NULL, "%s", words);
}
