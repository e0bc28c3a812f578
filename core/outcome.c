/**
 * @file outcome.c  What became of an attempt, and what happens next
 */
#include "core/outcome.h"


void outcome_decide(struct outcome_out *out, const struct outcome_in *in)
{
	if (in->success) {
		out->outcome = OUTCOME_SUCCESS;
		out->status = PHONE_SUCCESS;
	}
	else if (in->answered) {
		out->outcome = OUTCOME_PREMATURE;
		out->status = PHONE_PREMATURE;
	}
	else {
		out->outcome = in->rang_out
			? OUTCOME_NO_ANSWER : OUTCOME_FAILURE;
		out->status = PHONE_FAILURE;
	}

	out->finished = in->success || in->hopeless
		|| in->attempt_no >= in->max_attempts;
	out->retry = !out->finished;
}


bool outcome_heard(uint32_t played_ms, bool ended, uint32_t threshold_msec)
{
	return ended || played_ms >= threshold_msec;
}


const char *outcome_name(enum outcome outcome)
{
	switch (outcome) {

	case OUTCOME_SUCCESS:   return "success";
	case OUTCOME_PREMATURE: return "premature hangup";
	case OUTCOME_FAILURE:   return "failure";
	case OUTCOME_NO_ANSWER: return "no answer";
	case OUTCOME_LOST:      return "lost";
	}

	return "failure";
}
