/**
 * @file attempt.h  The life of one attempt as a pure state machine
 */
#ifndef RINGROUND_ATTEMPT_H
#define RINGROUND_ATTEMPT_H

#include "core/phone.h"
#include "core/ports.h"

enum attempt_st {
	ATT_QUEUED,             /**< claimed, no INVITE yet              */
	ATT_DIALING,            /**< INVITE sent                         */
	ATT_RINGING,            /**< a 18x was seen                      */
	ATT_ANSWERED,           /**< established, prompt below threshold */
	ATT_HEARD,              /**< success; the call goes on           */
	ATT_DONE,               /**< closed; only the report is left     */
};

enum { ATTEMPT_STATES = ATT_DONE + 1 };

enum attempt_ev {
	AEV_DIAL,
	AEV_RINGING,
	AEV_ANSWER,
	AEV_HEARD,
	AEV_CLOSE,
};

/**
 * The state that an event leads to
 *
 * @param next  Written on 0 only
 * @return 0; EPROTO for an event out of order, EALREADY after the close.
 *         Refused events change nothing: SIP does deliver them late.
 */
int attempt_next(enum attempt_st *next, enum attempt_st st,
		 enum attempt_ev ev);

/** What the database shows while an attempt is in this state */
enum phone_status attempt_status(enum attempt_st st);

/** A word for logs and screens; never NULL */
const char *attempt_name(enum attempt_st st);

#endif
