/**
 * @file settings.c  The config table as the engine uses it
 */
#include "core/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/address.h"

static const char section_campaign[] = "campaign";
static const char option_proxy[]     = "sipproxy";
static const char option_scan[]      = "scanintervalsec";
static const char option_rate[]      = "maxcallspersecond";
static const char option_uri[]       = "sipuri";
static const char option_media[]     = "mediaencryption";


void settings_default(struct settings *set, const char *host)
{
	const bool v6 = host && strchr(host, ':');

	memset(set, 0, sizeof(*set));
	(void)snprintf(set->proxy, sizeof(set->proxy),
		       v6 ? "[%s]:5061" : "%s:5061",
		       host ? host : "127.0.0.1");
	set->scan_sec = SCAN_SEC;
	set->rate = CALL_RATE;
}


static int set_proxy(struct settings *set, const char *value,
		     char *why, size_t size)
{
	if (strlen(value) >= sizeof(set->proxy)
	    || address_proxy_check(value)) {
		(void)snprintf(why, size, "\"%.60s\" is no host[:port]"
			       "[;transport=udp|tcp|tls]", value);
		return EINVAL;
	}

	memcpy(set->proxy, value, strlen(value) + 1);
	return 0;
}


static int set_number(uint32_t *number, const char *value, long max,
		      const char *what, char *why, size_t size)
{
	char *end = NULL;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < 1 || n > max) {
		(void)snprintf(why, size, "\"%.60s\" is no number of %s "
			       "from 1 to %ld", value, what, max);
		return EINVAL;
	}

	*number = (uint32_t)n;
	return 0;
}


static int set_uri(struct settings *set, const char *value,
		   char *why, size_t size)
{
	if (strcmp(value, "allow") && strcmp(value, "refuse")) {
		(void)snprintf(why, size, "\"%.60s\" is neither allow nor "
			       "refuse", value);
		return EINVAL;
	}

	set->uri_allowed = !strcmp(value, "allow");
	return 0;
}


static int set_media(struct settings *set, const char *value,
		     char *why, size_t size)
{
	if (!phone_media_parse(&set->media, value))
		return 0;

	(void)snprintf(why, size, "\"%.60s\" is neither none, srtp nor "
		       "dtls-srtp", value);
	return EINVAL;
}


int settings_set(struct settings *set, const char *section,
		 const char *option, const char *value,
		 char *why, size_t size)
{
	if (strcmp(section, section_campaign))
		return 0;

	if (!strcmp(option, option_proxy))
		return set_proxy(set, value, why, size);
	if (!strcmp(option, option_scan))
		return set_number(&set->scan_sec, value, SCAN_SEC_MAX,
				  "seconds", why, size);
	if (!strcmp(option, option_rate))
		return set_number(&set->rate, value, CALL_RATE_MAX,
				  "calls a second", why, size);
	if (!strcmp(option, option_uri))
		return set_uri(set, value, why, size);
	if (!strcmp(option, option_media))
		return set_media(set, value, why, size);

	return 0;
}


void settings_keep(struct settings *set, const struct settings *other,
		   const char *option)
{
	if (!strcmp(option, option_proxy))
		memcpy(set->proxy, other->proxy, sizeof(set->proxy));
	else if (!strcmp(option, option_scan))
		set->scan_sec = other->scan_sec;
	else if (!strcmp(option, option_rate))
		set->rate = other->rate;
	else if (!strcmp(option, option_uri))
		set->uri_allowed = other->uri_allowed;
	else if (!strcmp(option, option_media))
		set->media = other->media;
}
