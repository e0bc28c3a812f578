/**
 * @file ptime.h  How much audio a packet to the callee carries
 */
#ifndef RINGROUND_PTIME_H
#define RINGROUND_PTIME_H

#include <stdint.h>

enum {
	PTIME_USUAL = 20,       /**< RFC 3551 section 4.2: the default   */
	PTIME_LEAST = 10,       /**< what is less is too many packets    */
	PTIME_MOST  = 60,       /**< what is more is too much to lose    */
};

/**
 * What the callee would like to receive (a=ptime), as far as it accepts that
 * (a=maxptime): RFC 8866 sections 6.4 and 6.5. A wish is bent to the bounds
 * above and to tens, the most that it accepts is kept to. What is no number
 * is not there.
 *
 * @param wish  Value of a=ptime; may be NULL
 * @param most  Value of a=maxptime; may be NULL
 * @return milliseconds a packet, 1 to PTIME_MOST
 */
uint32_t ptime_choose(const char *wish, const char *most);

#endif
