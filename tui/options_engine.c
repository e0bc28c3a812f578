/**
 * @file options_engine.c  What options of the engine may say
 */
#include "tui/options_engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
		     "0123456789._-"


int option_listen(struct options *opt, const char *text,
		  char *why, size_t size)
{
	if (address_parse(&opt->listen, text)) {
		snprintf(why, size, "'%s' is no address for -l; write it "
			 "like 192.0.2.1, 192.0.2.1:5060 or [2001:db8::1]",
			 text);
		return EINVAL;
	}

	if (!opt->listen.port)
		opt->listen.port = SIP_PORT;
	opt->listen_given = true;

	return 0;
}


int option_node(struct options *opt, const char *text,
		char *why, size_t size)
{
	const size_t len = strlen(text);

	if (!len || len >= sizeof(opt->node) ||
	    strspn(text, NODE_LETTERS) != len) {
		snprintf(why, size, "'%s' is no node name for -n; use 1 to "
			 "%d letters, digits, '.', '_' or '-'", text,
			 LAUNCH_NODE_SIZE - 1);
		return EINVAL;
	}

	strcpy(opt->node, text);

	return 0;
}


int option_calls(struct options *opt, const char *text,
		 char *why, size_t size)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 1 || n > LAUNCH_CALLS_MAX) {
		snprintf(why, size, "'%s' is no number of calls for -c; use "
			 "1 to %d", text, LAUNCH_CALLS_MAX);
		return EINVAL;
	}

	opt->max_calls = (int)n;

	return 0;
}


/* RTP has the even port, RTCP the next (RFC 3550 section 11). */
int option_ports(struct options *opt, const char *text,
		 char *why, size_t size)
{
	unsigned min, max;
	int used = -1;

	if (strspn(text, "0123456789-") != strlen(text)
	    || sscanf(text, "%5u-%5u%n", &min, &max, &used) != 2
	    || (size_t)used != strlen(text) || min < RTP_PORT_MIN
	    || max > UINT16_MAX || min % 2 || max <= min) {
		snprintf(why, size, "'%s' is no range for --rtp-ports; use "
			 "MIN-MAX from %d to %d, MIN even, two ports a call",
			 text, (int)RTP_PORT_MIN, UINT16_MAX);
		return EINVAL;
	}

	opt->rtp_min = (uint16_t)min;
	opt->rtp_max = (uint16_t)max;

	return 0;
}


/* Figures are nobody else's business unless somebody says so. */
int option_metrics(struct options *opt, const char *text,
		   char *why, size_t size)
{
	char full[HOST_SIZE + 16];
	const bool bare = text[0] && strspn(text, "0123456789")
		== strlen(text);

	snprintf(full, sizeof(full), "%s%s", bare ? "127.0.0.1:" : "", text);
	if (strlen(text) >= HOST_SIZE || address_parse(&opt->metrics, full)
	    || !opt->metrics.port) {
		opt->metrics.port = 0;
		snprintf(why, size, "'%.100s' is no place for --metrics; "
			 "write it like 9464, 192.0.2.1:9464 or "
			 "[2001:db8::1]:9464", text);
		return EINVAL;
	}

	return 0;
}


void options_node(char *node, const char *hostname)
{
	size_t n = 0;

	for (; hostname[n] && n + 1 < LAUNCH_NODE_SIZE; n++)
		node[n] = strchr(NODE_LETTERS, hostname[n]) ?
			  hostname[n] : '-';
	node[n] = '\0';

	if (!n)
		strcpy(node, "ringround");
}
