/**
 * @file attempt.c  The life of one attempt as a pure state machine
 */
#include "core/attempt.h"

#include <errno.h>


static int from_dialing(enum attempt_st *next, enum attempt_ev ev)
{
	switch (ev) {

	case AEV_RINGING:
		*next = ATT_RINGING;
		return 0;

	case AEV_ANSWER:
		*next = ATT_ANSWERED;
		return 0;

	case AEV_CLOSE:
		*next = ATT_DONE;
		return 0;

	case AEV_DIAL:
	case AEV_HEARD:
		return EPROTO;
	}

	return EPROTO;
}


int attempt_next(enum attempt_st *next, enum attempt_st st,
		 enum attempt_ev ev)
{
	switch (st) {

	case ATT_QUEUED:
		if (ev != AEV_DIAL && ev != AEV_CLOSE)
			return EPROTO;
		*next = ev == AEV_DIAL ? ATT_DIALING : ATT_DONE;
		return 0;

	case ATT_DIALING:
	case ATT_RINGING:
		return from_dialing(next, ev);

	case ATT_ANSWERED:
		if (ev != AEV_HEARD && ev != AEV_CLOSE)
			return EPROTO;
		*next = ev == AEV_HEARD ? ATT_HEARD : ATT_DONE;
		return 0;

	case ATT_HEARD:
		if (ev != AEV_CLOSE)
			return EPROTO;
		*next = ATT_DONE;
		return 0;

	case ATT_DONE:
		return EALREADY;
	}

	return EINVAL;
}


enum phone_status attempt_status(enum attempt_st st)
{
	switch (st) {

	case ATT_QUEUED:
	case ATT_DIALING:
	case ATT_RINGING:
		return PHONE_TRYING;

	case ATT_ANSWERED:
		return PHONE_ANSWER;

	case ATT_HEARD:
		return PHONE_SUCCESS;

	case ATT_DONE:
		break;
	}

	return PHONE_IDLE;
}


const char *attempt_name(enum attempt_st st)
{
	switch (st) {

	case ATT_QUEUED:        return "queued";
	case ATT_DIALING:       return "dialing";
	case ATT_RINGING:       return "ringing";
	case ATT_ANSWERED:      return "answered";
	case ATT_HEARD:         return "heard";
	case ATT_DONE:          return "done";
	}

	return "?";
}
