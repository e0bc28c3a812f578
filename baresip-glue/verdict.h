/**
 * @file verdict.h  Why a call was closed before it was answered
 *
 * An answer whose SDP is of no use, a redirect that leads nowhere, or a
 * challenge that cannot be met closes a call of the host's without its SIP
 * code: it is looked for on the wire. All functions belong to the loop thread.
 */
#ifndef RINGROUND_VERDICT_H
#define RINGROUND_VERDICT_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>

/** Look at a response before the host sees it */
void verdict_see(const struct sip_msg *msg);

void verdict_close(void);

/**
 * Why the host has closed a call that was never answered
 *
 * @param words  Receives words without a code; empty when there are none
 * @param code   The host's code; 0: it has none
 * @param str    The host's words, such as "486 Busy Here"; may be NULL
 * @return the SIP code; 0: there was none
 */
uint16_t verdict_of(char *words, size_t size, const char *call_id,
		    uint16_t code, const char *str);

#endif
