/**
 * @file number.h  What may go onto the wire as a number
 *
 * How a number should look is the database's domain phone_number; this only
 * refuses what would be unsafe in a SIP header (RFC 3261 section 25.1).
 */
#ifndef RINGROUND_NUMBER_H
#define RINGROUND_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/** The longest number that goes into a SIP header, in characters */
enum { NUMBER_MAX = 32, NUMBER_URI_MAX = 200 };

/** Does it begin as a URI, sip:...? */
bool number_is_uri(const char *number);

/**
 * Judge a cld or a cli
 *
 * @param uri_allowed Whether it may be sip:user@host[:port] as well
 * @return NULL when it is safe, else words that say what is wrong
 */
const char *number_refuse(const char *number, bool uri_allowed);

/**
 * The sip: URI of a number at a host; a URI is taken as it is. A # is escaped:
 * it is no character of a user part (RFC 3261 section 25.1).
 *
 * @param host host[:port][;parameters]
 * @return 0, or ENAMETOOLONG
 */
int number_uri(char *buf, size_t size, const char *number, const char *host);

#endif
