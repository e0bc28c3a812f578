/**
 * @file timeline.c  What happened to an attempt, and when
 */
#include "core/timeline.h"


void timeline_add(struct timeline *tl, enum happening what, uint16_t code,
		  uint32_t at_ms)
{
	if (tl->eventc == TIMELINE_SIZE)
		++tl->lost;
	else
		++tl->eventc;

	tl->eventv[tl->eventc - 1] = (struct timeline_event){
		.at_ms = at_ms, .code = code, .what = (uint8_t)what,
	};
}


const char *happening_name(enum happening what)
{
	switch (what) {

	case HAPPENED_CREATED:          return "attempt created";
	case HAPPENED_INVITE:           return "> INVITE";
	case HAPPENED_RINGING:          return "< ringing";
	case HAPPENED_ANSWER:           return "< 200 OK";
	case HAPPENED_PROMPT:           return "prompt start";
	case HAPPENED_THRESHOLD:        return "threshold reached";
	case HAPPENED_PROMPT_END:       return "prompt end";
	case HAPPENED_CANCEL:           return "> CANCEL";
	case HAPPENED_BYE:              return "> BYE";
	case HAPPENED_CLOSED:           return "closed";
	}

	return "?";
}
