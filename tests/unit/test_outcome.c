/**
 * @file test_outcome.c  Outcome and retry of an attempt
 *
 * links: core/outcome.o
 */
#include "core/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static const struct {
	struct outcome_in in;
	enum outcome outcome;
	enum phone_status status;
	bool finished;
} rulev[] = {
	/* answered, success, rang_out, hopeless, no, max */
	{ { false, false, false, false, 1, 3 },
	  OUTCOME_FAILURE, PHONE_FAILURE, false },
	{ { false, false, false, false, 2, 3 },
	  OUTCOME_FAILURE, PHONE_FAILURE, false },
	{ { false, false, false, false, 3, 3 },
	  OUTCOME_FAILURE, PHONE_FAILURE, true },
	{ { false, false, true,  false, 1, 3 },
	  OUTCOME_NO_ANSWER, PHONE_FAILURE, false },
	{ { false, false, true,  false, 3, 3 },
	  OUTCOME_NO_ANSWER, PHONE_FAILURE, true },
	{ { true,  false, false, false, 1, 3 },
	  OUTCOME_PREMATURE, PHONE_PREMATURE, false },
	{ { true,  false, false, false, 3, 3 },
	  OUTCOME_PREMATURE, PHONE_PREMATURE, true },
	{ { true,  true,  false, false, 1, 3 },
	  OUTCOME_SUCCESS, PHONE_SUCCESS, true },
	{ { true,  true,  false, false, 3, 3 },
	  OUTCOME_SUCCESS, PHONE_SUCCESS, true },

	/* the 200 OK crossed our CANCEL: it was answered */
	{ { true,  false, true,  false, 1, 3 },
	  OUTCOME_PREMATURE, PHONE_PREMATURE, false },
	{ { true,  true,  true,  false, 1, 3 },
	  OUTCOME_SUCCESS, PHONE_SUCCESS, true },

	/* no retry helps */
	{ { false, false, false, true,  1, 3 },
	  OUTCOME_FAILURE, PHONE_FAILURE, true },
	{ { false, false, false, true,  1, 1000 },
	  OUTCOME_FAILURE, PHONE_FAILURE, true },

	/* max_attempts of one, and one that was lowered meanwhile */
	{ { false, false, false, false, 1, 1 },
	  OUTCOME_FAILURE, PHONE_FAILURE, true },
	{ { false, false, true,  false, 5, 2 },
	  OUTCOME_NO_ANSWER, PHONE_FAILURE, true },
	{ { true,  false, false, false, 1, 0 },
	  OUTCOME_PREMATURE, PHONE_PREMATURE, true },

	/* and raised meanwhile */
	{ { false, false, false, false, 3, 4 },
	  OUTCOME_FAILURE, PHONE_FAILURE, false },
	{ { false, false, false, false, UINT32_MAX - 1, UINT32_MAX },
	  OUTCOME_FAILURE, PHONE_FAILURE, false },
};


static void the_rules(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(rulev); i++) {
		struct outcome_out out;

		memset(&out, 0xff, sizeof(out));
		outcome_decide(&out, &rulev[i].in);

		if (out.outcome != rulev[i].outcome
		    || out.status != rulev[i].status
		    || out.finished != rulev[i].finished
		    || out.retry != !rulev[i].finished)
			fail_msg("row %zu: %s, status %d, finished %d, "
				 "retry %d", i, outcome_name(out.outcome),
				 (int)out.status, out.finished, out.retry);
	}
}


/* All facts that there can be: what holds for every one of them */
static void what_always_holds(void **state)
{
	(void)state;

	for (uint32_t bits = 0; bits < 16; bits++) {
		for (uint32_t no = 1; no < 5; no++) {
			const struct outcome_in in = {
				.answered     = bits & 1,
				.success      = bits & 2,
				.rang_out     = bits & 4,
				.hopeless     = bits & 8,
				.attempt_no   = no,
				.max_attempts = 3,
			};
			struct outcome_out out;

			outcome_decide(&out, &in);
			assert_true(out.finished != out.retry);
			assert_true(out.finished || no < 3);
			assert_int_equal(in.success,
					 out.status == PHONE_SUCCESS);
			assert_int_equal(in.success,
					 out.outcome == OUTCOME_SUCCESS);
			assert_true(out.status == PHONE_FAILURE
				    || out.status == PHONE_PREMATURE
				    || out.status == PHONE_SUCCESS);
		}
	}
}


static void the_threshold_has_exact_edges(void **state)
{
	static const struct {
		uint32_t played_ms;
		bool ended;
		uint32_t threshold;
		bool heard;
	} testv[] = {
		{ 0,     false, 3000, false },
		{ 2990,  false, 3000, false },
		{ 2999,  false, 3000, false },
		{ 3000,  false, 3000, true  },
		{ 3010,  false, 3000, true  },
		{ 0,     false, 0,    true  },
		{ 0,     false, 1,    false },
		{ 800,   false, 3000, false },  /* a short prompt        */
		{ 1200,  true,  3000, true  },  /* and at its end        */
		{ 0,     true,  3000, true  },
		{ 3000,  true,  3000, true  },
		{ UINT32_MAX, false, UINT32_MAX, true },
		{ UINT32_MAX - 1, false, UINT32_MAX, false },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		if (testv[i].heard != outcome_heard(testv[i].played_ms,
						    testv[i].ended,
						    testv[i].threshold))
			fail_msg("row %zu", i);
	}
}


static void each_outcome_has_the_word_of_the_database(void **state)
{
	(void)state;

	assert_string_equal("success", outcome_name(OUTCOME_SUCCESS));
	assert_string_equal("premature hangup",
			    outcome_name(OUTCOME_PREMATURE));
	assert_string_equal("failure", outcome_name(OUTCOME_FAILURE));
	assert_string_equal("no answer", outcome_name(OUTCOME_NO_ANSWER));
	assert_string_equal("lost", outcome_name(OUTCOME_LOST));
	assert_non_null(outcome_name((enum outcome)99));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(the_rules),
		cmocka_unit_test(what_always_holds),
		cmocka_unit_test(the_threshold_has_exact_edges),
		cmocka_unit_test(each_outcome_has_the_word_of_the_database),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
