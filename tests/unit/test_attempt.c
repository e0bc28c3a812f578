/**
 * @file test_attempt.c  The state machine of an attempt, every cell of it
 *
 * links: core/attempt.o
 */
#include "core/attempt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum {
	EVENTS = AEV_CLOSE + 1,
	NO     = -1,            /* refused: EPROTO                       */
	LATE   = -2,            /* refused: EALREADY                     */
};


/* A row for each state; columns DIAL, RINGING, ANSWER, HEARD, CLOSE */
static const int cellv[ATTEMPT_STATES][EVENTS] = {
	[ATT_QUEUED]   = { ATT_DIALING, NO, NO, NO, ATT_DONE },
	[ATT_DIALING]  = { NO, ATT_RINGING, ATT_ANSWERED, NO, ATT_DONE },
	[ATT_RINGING]  = { NO, ATT_RINGING, ATT_ANSWERED, NO, ATT_DONE },
	[ATT_ANSWERED] = { NO, NO, NO, ATT_HEARD, ATT_DONE },
	[ATT_HEARD]    = { NO, NO, NO, NO, ATT_DONE },
	[ATT_DONE]     = { LATE, LATE, LATE, LATE, LATE },
};


static void every_state_takes_every_event(void **state)
{
	(void)state;

	for (int st = 0; st < ATTEMPT_STATES; st++) {
		for (int ev = 0; ev < EVENTS; ev++) {
			const int want = cellv[st][ev];
			enum attempt_st next = (enum attempt_st)77;
			const int err = attempt_next(&next,
						     (enum attempt_st)st,
						     (enum attempt_ev)ev);
			const int werr = want == NO ? EPROTO
				: want == LATE ? EALREADY : 0;

			if (err != werr || (int)next != (err ? 77 : want))
				fail_msg("state %s, event %d: error %d, "
					 "next %d",
					 attempt_name((enum attempt_st)st),
					 ev, err, (int)next);
		}
	}
}


static void what_is_no_event_or_state_is_refused(void **state)
{
	enum attempt_st next = ATT_RINGING;
	(void)state;

	for (int st = 0; st < ATTEMPT_STATES; st++)
		assert_int_not_equal(0, attempt_next(&next,
						     (enum attempt_st)st,
						     (enum attempt_ev)99));
	assert_int_not_equal(0, attempt_next(&next, (enum attempt_st)99,
					     AEV_CLOSE));
	assert_int_equal(ATT_RINGING, next);
}


/* An attempt ends by its close, and a heard one was answered before. */
static void each_walk_ends_in_done_and_stays_there(void **state)
{
	(void)state;

	for (unsigned walk = 0; walk < 5 * 5 * 5 * 5 * 5 * 5; walk++) {
		enum attempt_st st = ATT_QUEUED;
		bool answered = false, closed = false;
		unsigned w = walk;

		for (int i = 0; i < 6; i++, w /= EVENTS) {
			const enum attempt_ev ev = (enum attempt_ev)
				(w % EVENTS);

			if (attempt_next(&st, st, ev))
				continue;
			assert_false(closed);
			answered |= ev == AEV_ANSWER;
			closed |= ev == AEV_CLOSE;
			assert_true(answered || st != ATT_HEARD);
			assert_int_equal(closed, st == ATT_DONE);
		}
	}
}


static void the_database_sees_trying_answer_success(void **state)
{
	(void)state;

	assert_int_equal(PHONE_TRYING, attempt_status(ATT_QUEUED));
	assert_int_equal(PHONE_TRYING, attempt_status(ATT_DIALING));
	assert_int_equal(PHONE_TRYING, attempt_status(ATT_RINGING));
	assert_int_equal(PHONE_ANSWER, attempt_status(ATT_ANSWERED));
	assert_int_equal(PHONE_SUCCESS, attempt_status(ATT_HEARD));
}


static void the_states_have_different_names(void **state)
{
	(void)state;

	for (int a = 0; a < ATTEMPT_STATES; a++) {
		assert_true(attempt_name((enum attempt_st)a)[0]);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(
				attempt_name((enum attempt_st)a),
				attempt_name((enum attempt_st)b));
	}

	assert_non_null(attempt_name((enum attempt_st)99));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(every_state_takes_every_event),
		cmocka_unit_test(what_is_no_event_or_state_is_refused),
		cmocka_unit_test(each_walk_ends_in_done_and_stays_there),
		cmocka_unit_test(the_database_sees_trying_answer_success),
		cmocka_unit_test(the_states_have_different_names),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
