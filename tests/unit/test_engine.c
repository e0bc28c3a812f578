/**
 * @file test_engine.c  A call's life in the engine: what is reported of it
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o
 * links: core/attempt.o core/pacer.o core/outcome.o core/number.o
 * links: core/phone.o core/settings.o core/address.o core/snapshot.o
 * links: tests/unit/engine_bed.o tests/unit/fake_store.o
 * links: tests/unit/fake_store_look.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_clock.o
 * links: core/tally.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/engine_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct bed bed;


static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


/* One phone, dialled. @return the id of its call */
static uint64_t one_call(void)
{
	if (!bed.store.campc)
		(void)fake_store_campaign(&bed.store, 1, 1);
	bed_start(&bed);
	assert_int_equal(1, bed.dialer.callc);

	return bed_call(&bed, 0)->id;
}


static const struct report *the_end(void)
{
	assert_int_equal(1, fake_store_reports(&bed.store, REPORT_END));

	return fake_store_report(&bed.store, REPORT_END, 0);
}


static uint64_t answered_call(void)
{
	const uint64_t id = one_call();

	bed_pass(&bed, 1000);
	bed_event(&bed, id, CALL_EV_RINGING, 0);
	bed_pass(&bed, 2000);
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_pass(&bed, 40);
	bed_event(&bed, id, CALL_EV_PROMPT, 0);

	return id;
}


/* What is reported at the answer, at the threshold and at the end */
static void a_heard_call_is_reported_step_by_step(void **state)
{
	const uint64_t id = answered_call();
	const struct report *rep;
	(void)state;

	rep = fake_store_report(&bed.store, REPORT_ANSWER, 0);
	assert_non_null(rep);
	assert_int_equal(PHONE_ANSWER, rep->status);
	assert_false(rep->finished);
	assert_int_equal(BED_T0 + 3000, rep->connect_ms);

	bed_pass(&bed, 3000);
	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);
	rep = fake_store_report(&bed.store, REPORT_SUCCESS, 0);
	assert_non_null(rep);
	assert_true(rep->finished);
	assert_int_equal(PHONE_SUCCESS, rep->status);
	assert_int_equal(OUTCOME_SUCCESS, rep->outcome);

	assert_null(fake_store_report(&bed.store, REPORT_END, 0));
	bed_close(&bed, id, 0, 3000, "bye");
	assert_int_equal(OUTCOME_SUCCESS, the_end()->outcome);
	assert_int_equal(3, bed.store.repc);
}


static void the_end_of_a_heard_call_has_all_its_stamps(void **state)
{
	const struct report *rep;
	uint64_t id;
	(void)state;

	bed.dialer.call_id = "abc@host";
	id = answered_call();
	bed_pass(&bed, 3000);
	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);
	bed_pass(&bed, 2000);
	bed_close(&bed, id, 0, 5000, "bye");
	rep = the_end();
	assert_int_equal(1001, rep->phone_id);
	assert_int_equal(1, rep->attempt_id);
	assert_int_equal(1, rep->campaign_id);
	assert_int_equal(1, rep->attempt_no);
	assert_int_equal(OUTCOME_SUCCESS, rep->outcome);
	assert_int_equal(PHONE_SUCCESS, rep->status);
	assert_true(rep->finished);
	assert_false(rep->retry);
	assert_int_equal(BED_T0, rep->setup_ms);
	assert_int_equal(BED_T0 + 1000, rep->ring_ms);
	assert_int_equal(BED_T0 + 3000, rep->connect_ms);
	assert_int_equal(BED_T0 + 3040, rep->prompt_ms);
	assert_int_equal(BED_T0 + 8040, rep->ended_ms);
	assert_int_equal(5000, rep->played_ms);
	assert_int_equal(200, rep->sip_code);
	assert_int_equal(ENDED_REMOTE, rep->ended_by);
	assert_string_equal("bye", rep->reason);
	assert_string_equal("abc@host", rep->call_id);
	assert_string_equal("127.0.0.1:5061", rep->proxy);
	assert_string_equal("+15550010000", rep->cld);
	assert_string_equal("+15550010000", rep->cli);
	assert_int_equal(0, engine_live(bed.eng));
}


static void the_end_of_the_prompt_ends_the_call(void **state)
{
	const uint64_t id = answered_call();
	(void)state;

	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);
	bed_event(&bed, id, CALL_EV_PROMPT_END, BED_PROMPT_MS);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
	bed_pass(&bed, BED_BYE_MS);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	bed_event(&bed, id, CALL_EV_PROMPT_END, BED_PROMPT_MS);

	bed_close(&bed, id, 0, BED_PROMPT_MS, "Connection reset by user");
	assert_int_equal(ENDED_LOCAL, the_end()->ended_by);
	assert_int_equal(OUTCOME_SUCCESS, the_end()->outcome);
	assert_int_equal(1, fake_store_reports(&bed.store, REPORT_SUCCESS));
}


static void hung_up_before_the_threshold_is_premature(void **state)
{
	const uint64_t id = answered_call();
	const struct report *rep;
	(void)state;

	bed_close(&bed, id, 0, 2990, NULL);
	rep = the_end();
	assert_int_equal(OUTCOME_PREMATURE, rep->outcome);
	assert_int_equal(PHONE_PREMATURE, rep->status);
	assert_true(rep->retry);
	assert_false(rep->finished);
	assert_int_equal(600, rep->backoff_sec);
	assert_int_equal(2990, rep->played_ms);
	assert_int_equal(200, rep->sip_code);
	assert_int_equal(ENDED_REMOTE, rep->ended_by);
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_SUCCESS));
}


/* The close may come before the news that the threshold was crossed. */
static void the_close_may_overtake_the_threshold(void **state)
{
	static const struct {
		uint32_t threshold, length, played;
		enum outcome outcome;
	} testv[] = {
		{ 3000, 8000, 2990, OUTCOME_PREMATURE },
		{ 3000, 8000, 2999, OUTCOME_PREMATURE },
		{ 3000, 8000, 3000, OUTCOME_SUCCESS   },
		{ 3000, 8000, 3010, OUTCOME_SUCCESS   },
		{ 3000, 1200, 1180, OUTCOME_PREMATURE },
		{ 3000, 1200, 1200, OUTCOME_SUCCESS   },
		{ 0,    8000, 0,    OUTCOME_SUCCESS   },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct campaign *c;
		uint64_t id;

		bed_free(&bed);
		bed_init(&bed);
		c = fake_store_campaign(&bed.store, 1, 1);
		c->threshold_msec = testv[i].threshold;
		bed.dialer.prompt_ms = testv[i].length;

		id = answered_call();
		bed_close(&bed, id, 0, testv[i].played, NULL);
		if (the_end()->outcome != testv[i].outcome)
			fail_msg("row %zu", i);
		assert_int_equal(testv[i].outcome == OUTCOME_SUCCESS,
				 fake_store_reports(&bed.store,
						    REPORT_SUCCESS));

		/* the news comes late */
		bed_event(&bed, id, CALL_EV_THRESHOLD, testv[i].played);
		bed_event(&bed, id, CALL_EV_PROMPT_END, testv[i].played);
		assert_int_equal(1, fake_store_reports(&bed.store,
						       REPORT_END));
	}
}


static void a_threshold_of_nought_is_crossed_by_the_answer(void **state)
{
	uint64_t id;
	(void)state;

	fake_store_campaign(&bed.store, 1, 1)->threshold_msec = 0;
	id = one_call();
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	assert_int_equal(1, fake_store_reports(&bed.store, REPORT_SUCCESS));
	bed_close(&bed, id, 0, 0, NULL);
	assert_int_equal(OUTCOME_SUCCESS, the_end()->outcome);
	assert_true(the_end()->finished);
}


static void a_short_prompt_succeeds_at_its_end(void **state)
{
	uint64_t id;
	(void)state;

	bed.dialer.prompt_ms = 1200;
	id = answered_call();
	bed_event(&bed, id, CALL_EV_PROMPT_END, 1200);
	assert_int_equal(1, fake_store_reports(&bed.store, REPORT_SUCCESS));
	bed_pass(&bed, BED_BYE_MS);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	bed_close(&bed, id, 0, 1200, NULL);
	assert_int_equal(OUTCOME_SUCCESS, the_end()->outcome);
}


static void a_refusal_is_a_failure_with_its_code(void **state)
{
	const uint64_t id = one_call();
	const struct report *rep;
	(void)state;

	bed_close(&bed, id, 486, 0, "486 Busy Here");
	rep = the_end();
	assert_int_equal(OUTCOME_FAILURE, rep->outcome);
	assert_int_equal(PHONE_FAILURE, rep->status);
	assert_int_equal(486, rep->sip_code);
	assert_string_equal("486 Busy Here", rep->reason);
	assert_int_equal(ENDED_NOBODY, rep->ended_by);
	assert_int_equal(0, rep->connect_ms);
	assert_true(rep->retry);
}


static void nobody_answers_within_the_time(void **state)
{
	const uint64_t id = one_call();
	const struct report *rep;
	(void)state;

	bed_event(&bed, id, CALL_EV_RINGING, 0);
	bed_pass(&bed, 299900);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
	bed_pass(&bed, 200);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	bed_pass(&bed, 10000);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_END));

	bed_close(&bed, id, 0, 0, "Connection reset by user");
	rep = the_end();
	assert_int_equal(OUTCOME_NO_ANSWER, rep->outcome);
	assert_int_equal(PHONE_FAILURE, rep->status);
	assert_int_equal(ENDED_LOCAL, rep->ended_by);
	assert_string_equal("no answer within 300 s", rep->reason);
	assert_true(rep->retry);
}


/* The time is that of the campaign when it was claimed. */
static void the_ring_time_needs_no_ringing(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 1)->timeout_sec = 5;
	(void)one_call();
	bed_pass(&bed, 4900);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
	bed_pass(&bed, 200);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
}


static void an_answer_may_cross_our_cancel(void **state)
{
	uint64_t id;
	(void)state;

	fake_store_campaign(&bed.store, 1, 1)->timeout_sec = 5;
	id = one_call();
	bed_pass(&bed, 5100);
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_close(&bed, id, 0, 0, NULL);
	assert_int_equal(OUTCOME_PREMATURE, the_end()->outcome);
	assert_int_equal(ENDED_LOCAL, the_end()->ended_by);
}


static void a_call_on_hold_for_ever_is_ended(void **state)
{
	const uint64_t id = answered_call();
	(void)state;

	fake_store_find(&bed.store, 1)->paused = true;
	engine_wake(bed.eng, true);
	bed_pass(&bed, BED_PROMPT_MS + 599000);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
	bed_pass(&bed, 2000);
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	bed_close(&bed, id, 0, 100, NULL);
	assert_int_equal(OUTCOME_PREMATURE, the_end()->outcome);
	assert_string_equal("on hold for too long", the_end()->reason);
}


/* A prompt of 20 minutes is no call on hold, whatever its campaign does. */
static void a_long_prompt_plays_to_its_end(void **state)
{
	uint64_t id;
	(void)state;

	bed.dialer.prompt_ms = 1200000;
	id = answered_call();
	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);

	fake_store_find(&bed.store, 1)->paused = true;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 600000);
	fake_store_remove(&bed.store, 1);
	engine_wake(bed.eng, true);
	bed_pass(&bed, 590000);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
}


static void events_out_of_order_change_nothing(void **state)
{
	const uint64_t id = one_call();
	(void)state;

	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);
	bed_event(&bed, id, CALL_EV_PROMPT, 0);
	bed_event(&bed, id, CALL_EV_PROMPT_END, 8000);
	assert_int_equal(0, bed.store.repc);
	assert_int_equal(0, bed_call(&bed, 0)->hangups);

	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_pass(&bed, 100);
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_event(&bed, id, CALL_EV_RINGING, 0);
	bed_event(&bed, id, CALL_EV_PROMPT, 0);
	bed_pass(&bed, 100);
	bed_event(&bed, id, CALL_EV_PROMPT, 0);
	assert_int_equal(1, bed.store.repc);

	bed_close(&bed, id, 0, 150, NULL);
	assert_int_equal(0, the_end()->ring_ms);
	assert_int_equal(BED_T0, the_end()->connect_ms);
	assert_int_equal(BED_T0 + 100, the_end()->prompt_ms);
}


static void unknown_and_stale_ids_are_ignored(void **state)
{
	static const uint64_t idv[] = {
		0, 1, UINT32_MAX, UINT64_MAX, (uint64_t)1 << 32 | 999999,
		(uint64_t)7 << 32,
	};
	uint64_t id;
	(void)state;

	fake_store_campaign(&bed.store, 1, 2)->max_concurrent = 1;
	id = one_call();
	for (size_t i = 0; i < LENGTH(idv); i++) {
		bed_event(&bed, idv[i], CALL_EV_ANSWER, 0);
		bed_close(&bed, idv[i], 500, 0, NULL);
	}
	assert_int_equal(0, bed.store.repc);

	/* the next call has its place in the table, and another id */
	bed_close(&bed, id, 404, 0, NULL);
	bed_pass(&bed, 300);
	assert_int_equal(2, bed.dialer.callc);
	assert_int_not_equal(id, bed_call(&bed, 1)->id);
	assert_int_equal(id & UINT32_MAX, bed_call(&bed, 1)->id & UINT32_MAX);
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_close(&bed, id, 404, 0, NULL);
	assert_int_equal(1, bed.store.repc);
	assert_int_equal(1, engine_live(bed.eng));
}


#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		ON_BED(a_heard_call_is_reported_step_by_step),
		ON_BED(the_end_of_a_heard_call_has_all_its_stamps),
		ON_BED(the_end_of_the_prompt_ends_the_call),
		ON_BED(hung_up_before_the_threshold_is_premature),
		ON_BED(the_close_may_overtake_the_threshold),
		ON_BED(a_threshold_of_nought_is_crossed_by_the_answer),
		ON_BED(a_short_prompt_succeeds_at_its_end),
		ON_BED(a_refusal_is_a_failure_with_its_code),
		ON_BED(nobody_answers_within_the_time),
		ON_BED(the_ring_time_needs_no_ringing),
		ON_BED(an_answer_may_cross_our_cancel),
		ON_BED(a_call_on_hold_for_ever_is_ended),
		ON_BED(a_long_prompt_plays_to_its_end),
		ON_BED(events_out_of_order_change_nothing),
		ON_BED(unknown_and_stale_ids_are_ignored),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
