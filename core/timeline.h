/**
 * @file timeline.h  What happened to an attempt, and when
 */
#ifndef RINGROUND_TIMELINE_H
#define RINGROUND_TIMELINE_H

#include <stdint.h>

enum { TIMELINE_SIZE = 16 };    /**< a longer one loses what comes before
				     the newest                          */

enum happening {
	HAPPENED_CREATED,       /**< claimed                             */
	HAPPENED_INVITE,        /**< > INVITE                            */
	HAPPENED_RINGING,       /**< < 18x; code                         */
	HAPPENED_ANSWER,        /**< < 200 to the INVITE; ACK was sent   */
	HAPPENED_PROMPT,        /**< its first packet was sent           */
	HAPPENED_THRESHOLD,     /**< a success from here on              */
	HAPPENED_PROMPT_END,
	HAPPENED_CANCEL,        /**< > CANCEL                            */
	HAPPENED_BYE,           /**< > BYE                               */
	HAPPENED_CLOSED,        /**< < BYE, or the refusal; code         */
};

struct timeline_event {
	uint32_t at_ms;         /**< since the attempt was created       */
	uint16_t code;          /**< of SIP; 0: none                     */
	uint8_t what;           /**< enum happening                      */
};

struct timeline {
	struct timeline_event eventv[TIMELINE_SIZE];    /**< in order    */
	uint32_t eventc;
	uint32_t lost;          /**< events left out before the last one */
};

/** All zero is an empty one. */
void timeline_add(struct timeline *tl, enum happening what, uint16_t code,
		  uint32_t at_ms);

/** Words as in "> INVITE"; "< 180" for a ringing goes without the code */
const char *happening_name(enum happening what);

#endif
