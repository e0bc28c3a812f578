/**
 * @file test_engine_dial.c  Numbers, errors, rules, and the engine's end
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
#include "core/engine_priv.h"
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


static void a_number_that_is_unsafe_is_never_dialled(void **state)
{
	static const struct {
		const char *cld, *cli;
		bool misfit, allowed;
	} testv[] = {
		{ "1\r\nX: 1",  "",    false, true  },
		{ "1@host",     "",    false, true  },
		{ "",           "",    false, true  },
		{ "",           "",    true,  true  },
		{ "123",        "",    true,  true  },
		{ "123",        "a b", false, true  },
		{ "123",        "sip:a@b", false, true },
		{ "sip:a@b",    "",    false, false },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		bed_free(&bed);
		bed_init(&bed);
		(void)fake_store_campaign(&bed.store, 1, 0);
		(void)fake_store_row(&bed.store, 1, testv[i].cld);
		strcpy(bed.store.example.cli, testv[i].cli);
		bed.store.example.misfit = testv[i].misfit;
		bed.store.set.uri_allowed = testv[i].allowed;
		bed_start(&bed);

		assert_int_equal(0, bed.dialer.tries);
		assert_int_equal(OUTCOME_FAILURE, the_end()->outcome);
		assert_true(the_end()->finished);
		assert_false(the_end()->retry);
		assert_true(the_end()->reason[0]);
		assert_int_equal(0, the_end()->setup_ms);
		assert_int_equal(0, engine_live(bed.eng));
	}
}


static void the_caller_number_is_the_campaigns_when_it_has_one(void **state)
{
	uint64_t id;
	(void)state;

	strcpy(bed.store.example.cli, "+1999");
	bed.store.set.uri_allowed = true;
	(void)fake_store_campaign(&bed.store, 1, 0);
	(void)fake_store_row(&bed.store, 1, "sip:a@b");
	id = one_call();
	bed_close(&bed, id, 404, 0, NULL);
	assert_string_equal("+1999", the_end()->cli);
	assert_string_equal("sip:a@b", the_end()->cld);
}


/* The callee was not asked: it is no attempt. */
static void trouble_of_this_machine_gives_the_phone_back(void **state)
{
	static const int errv[] = {
		ENOMEM, EMFILE, ENFILE, ENOBUFS, EADDRINUSE, EAGAIN, EINVAL,
		EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH,
		EPERM, EACCES,
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(errv); i++) {
		bed_free(&bed);
		bed_init(&bed);
		(void)fake_store_campaign(&bed.store, 1, 3);
		bed.dialer.dial_err = errv[i];
		bed_start(&bed);
		assert_int_equal(1, bed.dialer.tries);
		assert_int_equal(1, fake_store_reports(&bed.store,
						       REPORT_RELEASE));
		assert_int_equal(0, fake_store_phone(&bed.store, 1001)
				 ->call_count);
		assert_int_equal(1, bed.warnings);

		/* and dialling rests a second */
		bed_pass(&bed, 900);
		assert_int_equal(1, bed.dialer.tries);
		bed.dialer.dial_err = 0;
		bed_pass(&bed, 700);
		assert_int_equal(3, bed.dialer.callc);
		assert_int_equal(0, fake_store_reports(&bed.store,
						       REPORT_END));
	}
}


static void another_error_of_dialling_is_a_failed_attempt(void **state)
{
	static const int errv[] = {
		EPROTO, ENOENT, EDESTADDRREQ, ENAMETOOLONG,
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(errv); i++) {
		bed_free(&bed);
		bed_init(&bed);
		(void)fake_store_campaign(&bed.store, 1, 1);
		bed.dialer.dial_err = errv[i];
		bed_start(&bed);
		assert_int_equal(1, bed.dialer.tries);
		assert_int_equal(OUTCOME_FAILURE, the_end()->outcome);
		assert_true(the_end()->retry);
		assert_string_equal(strerror(errv[i]), the_end()->reason);
		assert_int_equal(BED_T0, the_end()->setup_ms);
		assert_int_equal(0, engine_live(bed.eng));
	}
}


static void the_last_attempt_finishes(void **state)
{
	uint64_t id;
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 1);
	bed.store.rowv[0].call_count = 2;
	id = one_call();
	bed_close(&bed, id, 404, 0, NULL);
	assert_int_equal(3, the_end()->attempt_no);
	assert_true(the_end()->finished);
}


static void changed_rules_decide_on_the_retry(void **state)
{
	uint64_t id;
	(void)state;

	id = one_call();
	fake_store_find(&bed.store, 1)->max_attempts = 1;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 100);
	bed_close(&bed, id, 404, 0, NULL);
	assert_true(the_end()->finished);

	bed_free(&bed);
	bed_init(&bed);
	id = one_call();
	fake_store_find(&bed.store, 1)->backoff_sec = 7;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 100);
	bed_close(&bed, id, 404, 0, NULL);
	assert_int_equal(7, the_end()->backoff_sec);
}


static void a_deleted_campaign_lets_its_call_end(void **state)
{
	const uint64_t id = answered_call();
	(void)state;

	fake_store_remove(&bed.store, 1);
	engine_wake(bed.eng, true);
	bed_pass(&bed, 100);
	assert_int_equal(1, engine_live(bed.eng));

	bed_event(&bed, id, CALL_EV_THRESHOLD, 3000);
	bed_close(&bed, id, 0, 4000, NULL);
	assert_int_equal(OUTCOME_SUCCESS, the_end()->outcome);
	assert_int_equal(0, engine_live(bed.eng));
}


static void a_report_that_finds_no_memory_is_told(void **state)
{
	const uint64_t id = one_call();
	(void)state;

	bed.store.report_err = ENOMEM;
	bed_close(&bed, id, 404, 0, NULL);
	assert_int_equal(1, bed.warnings);
	assert_int_equal(0, engine_live(bed.eng));
	assert_int_equal(0, bed_live(&bed, 1));
}


static void the_log_masks_numbers(void **state)
{
	const uint64_t id = one_call();
	(void)state;

	bed_close(&bed, id, 404, 0, "404 Not Found");
	assert_non_null(strstr(bed.line, "+155*****000"));
	assert_non_null(strstr(bed.line, "404 Not Found"));
	assert_null(strstr(bed.line, "15550010000"));
}


static void a_failed_claim_rests_a_second(void **state)
{
	(void)state;

	for (int at_once = 0; at_once < 2; at_once++) {
		unsigned claims;

		bed_free(&bed);
		bed_init(&bed);
		(void)fake_store_campaign(&bed.store, 1, 3);
		engine_db(bed.eng, true);
		if (at_once) {
			bed.store.err = ENOMEM;
			bed_settle(&bed);
			bed.store.err = 0;
		}
		else {
			(void)fake_store_answer(&bed.store);
			bed.store.reply_err = EPROTO;
			(void)fake_store_answer(&bed.store);
			bed.store.reply_err = 0;
		}
		claims = bed.store.claims;

		bed_pass(&bed, 980);
		assert_int_equal(claims, bed.store.claims);
		assert_int_equal(0, bed.dialer.callc);
		bed_pass(&bed, 40);
		assert_int_equal(3, bed.dialer.callc);
	}
}


/* Phones held by others: asked for again, but not in a frenzy. */
static void a_short_claim_is_repeated_now_and_then(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	bed.store.stingy = true;
	bed_start(&bed);
	bed_pass(&bed, 10000);
	assert_in_range(bed.store.claims, 20, 45);
	assert_in_range(bed.store.scans, 20, 45);
	assert_int_equal(1, bed.store.loads);

	bed.store.stingy = false;
	bed_pass(&bed, 300);
	assert_int_equal(3, bed.dialer.callc);
}


static void all_are_hung_up_in_portions(void **state)
{
	size_t hung = 0;
	(void)state;

	fake_store_campaign(&bed.store, 1, 10)->max_concurrent = 10;
	bed_start(&bed);
	assert_int_equal(10, bed.dialer.open);
	engine_stop(bed.eng);

	assert_int_equal(10, engine_hangup(bed.eng, 0));
	assert_int_equal(6, engine_hangup(bed.eng, 4));
	assert_int_equal(2, engine_hangup(bed.eng, 4));
	assert_int_equal(0, engine_hangup(bed.eng, 4));
	assert_int_equal(0, engine_hangup(bed.eng, 4));
	for (size_t n = 0; n < 10; n++) {
		hung += bed_call(&bed, n)->hangups;
		bed_close(&bed, bed_call(&bed, n)->id, 0, 0, NULL);
	}
	assert_int_equal(10, hung);
	assert_int_equal(10, fake_store_reports(&bed.store, REPORT_UNDONE));
	assert_int_equal(0, engine_live(bed.eng));
}


/* Who was not answered yet was not rung; who has heard enough has. */
static void the_engine_leaves_and_what_counts_counts(void **state)
{
	const struct report *rep;
	uint64_t idv[3];
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	for (size_t n = 0; n < 3; n++)
		idv[n] = bed_call(&bed, n)->id;
	bed_event(&bed, idv[1], CALL_EV_ANSWER, 0);
	bed_event(&bed, idv[2], CALL_EV_ANSWER, 0);
	bed_event(&bed, idv[2], CALL_EV_THRESHOLD, 3000);
	assert_int_equal(0, engine_hangup(bed.eng, 9));
	for (size_t n = 0; n < 3; n++)
		bed_close(&bed, idv[n], 0, n ? 1000 : 0, NULL);

	rep = fake_store_report(&bed.store, REPORT_UNDONE, 0);
	assert_non_null(rep);
	assert_int_equal(1001, rep->phone_id);
	assert_int_equal(OUTCOME_LOST, rep->outcome);
	assert_false(rep->finished);
	assert_int_equal(0, fake_store_phone(&bed.store, 1001)->call_count);

	rep = fake_store_report(&bed.store, REPORT_END, 0);
	assert_int_equal(OUTCOME_PREMATURE, rep->outcome);
	assert_int_equal(ENDED_LOCAL, rep->ended_by);
	assert_true(rep->retry);
	rep = fake_store_report(&bed.store, REPORT_END, 1);
	assert_int_equal(OUTCOME_SUCCESS, rep->outcome);
	assert_true(rep->finished);
}


#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)

/* What one engine frees, another may have. */
static void a_full_campaign_is_shared_in_turns(void **state)
{
	struct campaign *camp;
	(void)state;

	for (int shared = 0; shared < 2; shared++) {
		bed_free(&bed);
		bed_init(&bed);
		camp = fake_store_campaign(&bed.store, 1, 3);
		camp->max_concurrent = 1;
		camp->shared = shared;
		bed_start(&bed);
		bed_pass(&bed, 1000);
		assert_int_equal(1, bed.dialer.callc);

		bed_close(&bed, bed_call(&bed, 0)->id, 404, 0, NULL);
		bed_pass(&bed, RETRY_MS / 2);
		assert_int_equal(shared ? 1 : 2, bed.dialer.callc);
		bed_pass(&bed, RETRY_MS);
		assert_int_equal(2, bed.dialer.callc);
	}
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		ON_BED(a_full_campaign_is_shared_in_turns),
		ON_BED(a_number_that_is_unsafe_is_never_dialled),
		ON_BED(the_caller_number_is_the_campaigns_when_it_has_one),
		ON_BED(trouble_of_this_machine_gives_the_phone_back),
		ON_BED(another_error_of_dialling_is_a_failed_attempt),
		ON_BED(the_last_attempt_finishes),
		ON_BED(changed_rules_decide_on_the_retry),
		ON_BED(a_deleted_campaign_lets_its_call_end),
		ON_BED(a_report_that_finds_no_memory_is_told),
		ON_BED(the_log_masks_numbers),
		ON_BED(a_failed_claim_rests_a_second),
		ON_BED(a_short_claim_is_repeated_now_and_then),
		ON_BED(all_are_hung_up_in_portions),
		ON_BED(the_engine_leaves_and_what_counts_counts),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
