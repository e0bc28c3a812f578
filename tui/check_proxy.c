/**
 * @file check_proxy.c  Does the SIP proxy answer?
 */
#include "tui/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tui/ping.h"


static void answered(struct check *ck, const char *transport,
		     const char *words)
{
	if (!strcmp(transport, "tls"))
		check_say(ck, CHECK_OK, "proxy", NULL, "%s takes connections; "
			  "whether its certificate is good is not looked at",
			  ck->set.proxy);
	else
		check_say(ck, CHECK_OK, "proxy", NULL, "%s answers: %s",
			  ck->set.proxy, words);
}


static void silent(struct check *ck, const char *transport, int err)
{
	const char *proxy = ck->set.proxy;
	const char *from = ck->opt->listen.host;

	if (err == ENOENT)
		check_say(ck, CHECK_FAIL, "proxy", "set config "
			  "campaign/sipproxy to a host that has one, or mend "
			  "the name service", "%s has no IPv%d address; SRV "
			  "records are not looked up here", proxy,
			  ck->opt->listen.v6 ? 6 : 4);
	else if (err == ENODATA)
		check_say(ck, CHECK_FAIL, "proxy", "mend the name service, "
			  "see resolv.conf(5)", "the name service does not "
			  "answer for %s", proxy);
	else if (err == ETIMEDOUT)
		check_say(ck, CHECK_FAIL, "proxy", "see that it runs, that "
			  "its address is right, and that no firewall is "
			  "between", "%s does not answer within %d s (%s, "
			  "from %s)", proxy, PING_MS / 1000, transport,
			  from);
	else if (err == ECONNREFUSED)
		check_say(ck, CHECK_FAIL, "proxy", "start it, or set config "
			  "campaign/sipproxy to where one is", "nobody is at "
			  "%s (%s)", proxy, transport);
	else if (err == EBADMSG)
		check_say(ck, CHECK_FAIL, "proxy", "set config "
			  "campaign/sipproxy to the port of SIP", "what is at "
			  "%s does not speak SIP (%s)", proxy, transport);
	else
		check_say(ck, CHECK_FAIL, "proxy", "give an address of this "
			  "host that can reach it with -l", "%s cannot be "
			  "reached from %s: %s", proxy, from, strerror(err));
}


void check_proxy(struct check *ck)
{
	char transport[TRANSPORT_SIZE], words[PING_WORDS];
	struct address to;
	int err;

	err = address_proxy_parse(&to, transport, ck->set.proxy);
	if (!err)
		err = ping_sip(&ck->opt->listen, &to, transport, words);

	if (err)
		silent(ck, transport, err);
	else
		answered(ck, transport, words);
}
