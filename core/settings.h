/**
 * @file settings.h  The config table as the engine uses it
 */
#ifndef RINGROUND_SETTINGS_H
#define RINGROUND_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/phone.h"

enum {
	PROXY_SIZE     = 256,
	SCAN_SEC       = 5,     /**< default of campaign/scanintervalsec */
	SCAN_SEC_MAX   = 86400,
	CALL_RATE      = 50,    /**< default of campaign/maxcallspersecond */
	CALL_RATE_MAX  = 1000,
};

/** Values in force. A value that does not parse leaves the last good one. */
struct settings {
	char proxy[PROXY_SIZE]; /**< host[:port][;transport=udp|tcp|tls];
				     empty: none that parses, do not dial */
	uint32_t scan_sec;
	uint32_t rate;          /**< INVITEs a second, of one engine     */
	bool uri_allowed;       /**< a cld may be a sip: URI             */
	enum phone_media media; /**< of campaigns that do not say        */
};

/**
 * The defaults of an engine at the given address (host without brackets;
 * NULL without -l): the proxy is that host with port 5061, else
 * 127.0.0.1:5061.
 */
void settings_default(struct settings *set, const char *host);

/**
 * Take up one row of config
 *
 * @param why  Receives words about a value that was refused
 * @return 0 also for options that belong to others; EINVAL when the value
 *         does not parse (set unchanged, why written)
 */
int settings_set(struct settings *set, const char *section,
		 const char *option, const char *value,
		 char *why, size_t size);

/** Take an option's value from other: it stays as it was there. */
void settings_keep(struct settings *set, const struct settings *other,
		   const char *option);

#endif
