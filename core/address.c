/**
 * @file address.c  Addresses that people write: -l and the SIP proxy
 */
#include "core/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
	LABEL_MAX = 63,
	NAME_MAX_LEN = 253,
};


static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}


static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}


/* 1 to 65535, digits only */
static int port_parse(uint16_t *port, const char *text, size_t len)
{
	uint32_t n = 0;

	if (!len || len > 5)
		return EINVAL;

	for (size_t i = 0; i < len; i++) {
		if (!is_digit(text[i]))
			return EINVAL;
		n = n * 10 + (uint32_t)(text[i] - '0');
	}

	if (!n || n > UINT16_MAX)
		return EINVAL;

	*port = (uint16_t)n;

	return 0;
}


/* The host in front of a port: its text and what follows it */
static int host_split(char *host, bool *bracket, const char **rest,
		      const char *text, size_t len)
{
	const bool br = len && text[0] == '[';
	const char *begin = br ? text + 1 : text;
	const char *end = memchr(text, br ? ']' : ':', len);
	size_t n;

	if (br && !end)
		return EINVAL;
	if (!end)
		end = text + len;

	n = (size_t)(end - begin);
	if (!n || n >= HOST_SIZE)
		return EINVAL;

	memcpy(host, begin, n);
	host[n] = '\0';
	*bracket = br;
	*rest = br ? end + 1 : end;

	return 0;
}


static bool is_literal(const char *host, bool v6)
{
	struct in6_addr addr;

	return inet_pton(v6 ? AF_INET6 : AF_INET, host, &addr) == 1;
}


int address_parse(struct address *ad, const char *text)
{
	const size_t len = strlen(text);
	struct address new = { .port = 0 };
	const char *rest;
	int err;

	err = host_split(new.host, &new.v6, &rest, text, len);
	if (err)
		return err;

	if (!is_literal(new.host, new.v6))
		return EINVAL;

	if (*rest) {
		if (*rest != ':')
			return EINVAL;
		err = port_parse(&new.port, rest + 1, strlen(rest + 1));
		if (err)
			return err;
	}

	*ad = new;

	return 0;
}


static bool is_label(const char *label, size_t len)
{
	if (!len || len > LABEL_MAX || label[0] == '-' ||
	    label[len - 1] == '-')
		return false;

	for (size_t i = 0; i < len; i++) {
		if (!is_alnum(label[i]) && label[i] != '-')
			return false;
	}

	return true;
}


/* A name whose last label is a number is a mistyped address. */
static bool is_name(const char *host)
{
	const size_t len = strlen(host);
	const char *last = strrchr(host, '.');

	if (len > NAME_MAX_LEN)
		return false;

	last = last ? last + 1 : host;
	if (strspn(last, "0123456789") == strlen(last))
		return false;

	while (*host) {
		const size_t n = strcspn(host, ".");

		if (!is_label(host, n))
			return false;
		host += n + (host[n] == '.');
	}

	return true;
}


static bool is_transport(const char *text)
{
	static const char key[] = ";transport=";
	const char *value = text + sizeof(key) - 1;

	if (strncasecmp(text, key, sizeof(key) - 1))
		return false;

	return !strcasecmp(value, "udp") || !strcasecmp(value, "tcp") ||
	       !strcasecmp(value, "tls");
}


static uint16_t default_port(const char *transport)
{
	return strcasecmp(transport, "tls") ? 5060 : 5061;
}


int address_proxy_parse(struct address *ad, char *transport,
			const char *text)
{
	const size_t len = strcspn(text, ";");
	const char *tp = text[len] ? text + len + strlen(";transport=")
		: "udp";
	struct address new = { .port = 0 };
	const char *rest;
	int err;

	if (text[len] && !is_transport(text + len))
		return EINVAL;

	err = host_split(new.host, &new.v6, &rest, text, len);
	if (err)
		return err;

	if (!is_literal(new.host, new.v6) && (new.v6 || !is_name(new.host)))
		return EINVAL;

	new.port = default_port(tp);
	if (rest != text + len) {
		err = *rest == ':' ? port_parse(&new.port, rest + 1,
				(size_t)(text + len - rest - 1)) : EINVAL;
		if (err)
			return err;
	}

	*ad = new;
	for (size_t i = 0; i < 4; i++)
		transport[i] = (char)(tp[i] >= 'A' && tp[i] <= 'Z'
				      ? tp[i] - 'A' + 'a' : tp[i]);

	return 0;
}


int address_proxy_check(const char *text)
{
	struct address ad;
	char transport[TRANSPORT_SIZE];

	return address_proxy_parse(&ad, transport, text);
}
