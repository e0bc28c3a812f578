/**
 * @file test_solo.c  One phone, rung once by an engine without a database
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o core/tally.o core/solo.o
 * links: core/attempt.o core/pacer.o core/outcome.o core/number.o
 * links: core/phone.o core/settings.o core/address.o core/snapshot.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_clock.o
 */
#include "core/solo.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/engine.h"
#include "tests/unit/fake_clock.h"
#include "tests/unit/fake_dialer.h"

enum { PROMPT_MS = 2000 };

static struct solo so;
static struct fake_clock ck;
static struct fake_dialer dl;
static struct engine *eng;
static char warning[512];


static void log_handler(bool warn, const char *line, void *arg)
{
	(void)arg;
	if (warn)
		strncpy(warning, line, sizeof(warning) - 1);
}


static int up(void **state)
{
	const struct solo_prm sp = { .number = "+441632960001", .cli = "",
		.username = "alice", .secret = "x", .timeout_sec = 30 };
	struct settings set;
	struct engine_prm ep = { .node = "call", .store = &solo_ops,
		.store_arg = &so, .dialer = &fake_dialer_ops,
		.dialer_arg = &dl, .clock = &fake_clock_ops, .clock_arg = &ck,
		.max_calls = 1, .logh = log_handler };
	(void)state;

	settings_default(&set, NULL);
	ep.set = set;
	warning[0] = '\0';
	ck.now_ms = 1000000;
	fake_dialer_init(&dl, PROMPT_MS);

	return solo_init(&so, &sp, &set) || engine_alloc(&eng, &ep);
}


static int down(void **state)
{
	(void)state;
	engine_free(eng);
	eng = NULL;
	fake_dialer_free(&dl);

	return 0;
}


static void pass(uint64_t ms)
{
	for (uint64_t t = 0; t < ms; t += ENGINE_TICK_MS) {
		ck.now_ms += ENGINE_TICK_MS;
		engine_tick(eng);
		solo_tick(&so);
	}
}


static void event(enum call_ev ev, uint16_t code, uint32_t played_ms)
{
	const struct call_fact fact = { .code = code, .played_ms = played_ms,
		.ended_by = ENDED_REMOTE };

	engine_call_event(eng, dl.callv[0].id, ev, &fact);
}


static void it_is_rung_once_and_no_more(void **state)
{
	(void)state;

	engine_db(eng, true);
	pass(500);
	assert_int_equal(1, dl.callc);
	assert_string_equal("+441632960001", dl.callv[0].ph.cld);
	assert_string_equal("alice", dl.callv[0].ph.username);
	assert_int_equal(SOLO_LIVE, solo_state(&so));

	event(CALL_EV_CLOSED, 486, 0);
	assert_int_equal(SOLO_ENDED, solo_state(&so));
	assert_int_equal(486, so.last.sip_code);
	assert_int_equal(OUTCOME_FAILURE, so.last.outcome);

	/* Hours later, and whatever wakes it */
	for (int i = 0; i < 100; i++) {
		engine_wake(eng, true);
		pass(1000);
		ck.now_ms += 100000;
	}
	assert_int_equal(1, dl.callc);
	assert_string_equal("", warning);
}


static void only_all_of_the_prompt_is_a_success(void **state)
{
	(void)state;

	engine_db(eng, true);
	pass(500);
	event(CALL_EV_ANSWER, 200, 0);
	event(CALL_EV_PROMPT, 0, 20);
	event(CALL_EV_CLOSED, 200, PROMPT_MS - 20);
	assert_int_equal(OUTCOME_PREMATURE, so.last.outcome);
}


static void all_of_the_prompt_is_a_success(void **state)
{
	(void)state;

	engine_db(eng, true);
	pass(500);
	event(CALL_EV_ANSWER, 200, 0);
	event(CALL_EV_PROMPT, 0, 20);
	event(CALL_EV_THRESHOLD, 0, PROMPT_MS);
	event(CALL_EV_PROMPT_END, 0, PROMPT_MS);
	pass(500);
	assert_int_equal(1, dl.callv[0].hangups);
	event(CALL_EV_CLOSED, 200, PROMPT_MS);
	assert_int_equal(OUTCOME_SUCCESS, so.last.outcome);
	assert_int_equal(PROMPT_MS, so.last.played_ms);
}


static void it_rings_no_longer_than_told(void **state)
{
	(void)state;

	engine_db(eng, true);
	pass(500);
	pass(29000);
	assert_int_equal(0, dl.callv[0].hangups);
	pass(1500);
	assert_int_equal(1, dl.callv[0].hangups);
}


static void what_cannot_begin_comes_back(void **state)
{
	(void)state;

	dl.dial_err = ENETUNREACH;
	engine_db(eng, true);
	pass(500);
	assert_int_equal(SOLO_BACK, solo_state(&so));
	assert_non_null(strstr(warning, "unreachable"));
	dl.dial_err = 0;
	for (int i = 0; i < 100; i++)
		pass(1000);
	assert_int_equal(0, dl.callc);
}


static void a_bad_prompt_is_told(void **state)
{
	(void)state;

	dl.prompt_err = EBADMSG;
	dl.why = "it is no sound";
	engine_db(eng, true);
	pass(500);
	assert_int_equal(SOLO_LIVE, solo_state(&so));
	assert_string_equal("it is no sound", solo_trouble(&so));
	assert_non_null(strstr(warning, "it is no sound"));
}


static void what_is_too_long_is_refused(void **state)
{
	char number[NUMBER_SIZE + 1];
	struct solo_prm sp = { .number = number, .cli = "", .username = "",
		.secret = "", .timeout_sec = 1 };
	struct settings set;
	(void)state;

	settings_default(&set, NULL);
	memset(number, '1', NUMBER_SIZE);
	number[NUMBER_SIZE] = '\0';
	assert_int_equal(EINVAL, solo_init(&so, &sp, &set));
	number[NUMBER_SIZE - 1] = '\0';
	assert_int_equal(0, solo_init(&so, &sp, &set));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test_setup_teardown(it_is_rung_once_and_no_more,
						up, down),
		cmocka_unit_test_setup_teardown(
			only_all_of_the_prompt_is_a_success, up, down),
		cmocka_unit_test_setup_teardown(all_of_the_prompt_is_a_success,
						up, down),
		cmocka_unit_test_setup_teardown(it_rings_no_longer_than_told,
						up, down),
		cmocka_unit_test_setup_teardown(what_cannot_begin_comes_back,
						up, down),
		cmocka_unit_test_setup_teardown(a_bad_prompt_is_told, up,
						down),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
