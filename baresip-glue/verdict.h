/**
 * @file verdict.h  The final response behind a call that the host gave up
 *
 * A redirect that leads nowhere, or a challenge that cannot be met, closes a
 * call of the host's without its SIP code: it is looked for on the wire. All
 * functions belong to the loop thread.
 */
#ifndef RINGROUND_VERDICT_H
#define RINGROUND_VERDICT_H

#include <stddef.h>
#include <stdint.h>

/** Look at the responses that come in from now on */
void verdict_watch(void);

/** No more */
void verdict_unwatch(void);

/**
 * What was said to a call that is being closed without a code
 *
 * @param words  Receives the response's words and why they were the end
 * @return a 3xx code, 401 or 407; 0 when none of these has just come for it,
 *         with words untouched
 */
uint16_t verdict_of(const char *call_id, char *words, size_t size);

#endif
