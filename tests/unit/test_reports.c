/**
 * @file test_reports.c  The queue of reports: what goes out, and when
 *
 * links: sql/reports.o sql/array.o core/text.o core/outcome.o core/phone.o
 * links: sql/report_items.o
 * links: sql/hush.o tests/unit/fake_pgconn.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/fake_pgconn.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

#define assert_attempts(v) assert_string_equal(v, fake_pg.paramv[3])
#define assert_kinds(v) assert_string_equal(v, fake_pg.paramv[1])


static void a_quiet_queue_sends_at_once_a_busy_one_gathers(void **state)
{
	(void)state;

	fake_pgconn_send();
	assert_int_equal(0, fake_pg.sent);

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_send();
	assert_int_equal(1, fake_pg.sent);
	assert_attempts("{1}");

	for (int i = 2; i < 6; i++) {
		fake_pgconn_add(REPORT_ANSWER, i);
		fake_pgconn_send();
	}
	assert_int_equal(1, fake_pg.sent);
	assert_int_equal(5, reports_pending(fake_pg.rp));

	fake_pgconn_answer(0, NULL);
	assert_int_equal(2, fake_pg.sent);
	assert_attempts("{2,3,4,5}");
	assert_int_equal(4, reports_pending(fake_pg.rp));
	fake_pgconn_answer(0, NULL);
	assert_int_equal(2, fake_pg.sent);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


static void a_later_report_takes_the_place_of_one_that_waits(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_add(REPORT_ANSWER, 2);
	fake_pgconn_add(REPORT_SUCCESS, 1);
	assert_int_equal(2, reports_pending(fake_pg.rp));
	fake_pgconn_send();
	assert_attempts("{1,2}");
	assert_kinds("{\"success\",\"answer\"}");

	/* but not of one that is on its way */
	fake_pgconn_add(REPORT_END, 1);
	fake_pgconn_add(REPORT_END, 2);
	assert_int_equal(4, reports_pending(fake_pg.rp));
	fake_pgconn_answer(0, NULL);
	assert_attempts("{1,2}");
	assert_kinds("{\"end\",\"end\"}");
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


static void all_that_is_known_is_sent(void **state)
{
	static const char *const wantv[FAKE_PARAMS] = {
		"node", "{\"end\"}", "{101}", "{1}", "{2}",
		"{\"premature hangup\"}", "{\"premature hangup\"}",
		"{\"f\"}", "{600}", "{9000}", "{8000}", "{7000}", "{6990}",
		"{1}", "{2990}", "{200}", "{\"remote\"}",
		"{\"bye \\\"x\\\"\"}", "{\"id@h\"}",
		"{\"pbx\"}", "{\"+1\"}", "{\"+2\"}",
	};
	const struct report rep = {
		.kind = REPORT_END, .phone_id = 101, .attempt_id = 1,
		.attempt_no = 2, .status = PHONE_PREMATURE,
		.outcome = OUTCOME_PREMATURE, .retry = true,
		.backoff_sec = 600, .setup_ms = FAKE_T0 - 9000,
		.ring_ms = FAKE_T0 - 8000, .connect_ms = FAKE_T0 - 7000,
		.prompt_ms = FAKE_T0 - 6990, .ended_ms = FAKE_T0 - 1,
		.played_ms = 2990, .sip_code = 200,
		.ended_by = ENDED_REMOTE, .reason = "bye \"x\"",
		.call_id = "id@h", .proxy = "pbx", .cli = "+1", .cld = "+2",
	};
	(void)state;

	assert_int_equal(0, reports_add(fake_pg.rp, &rep));
	fake_pgconn_send();
	for (int i = 0; i < FAKE_PARAMS; i++) {
		if (strcmp(wantv[i], fake_pg.paramv[i]))
			fail_msg("parameter %d: %s", i + 1, fake_pg.paramv[i]);
	}
}


static void what_is_not_known_is_null(void **state)
{
	static const uint16_t codev[] = { 0, 99, 700, 65535 };
	(void)state;

	fake_pgconn_add(REPORT_RELEASE, 1);
	fake_pgconn_send();
	assert_kinds("{\"release\"}");
	assert_string_equal("{NULL}", fake_pg.paramv[6]);
	for (int i = 9; i < 14; i++)
		assert_string_equal("{NULL}", fake_pg.paramv[i]);
	for (int i = 17; i < 21; i++)
		assert_string_equal("{NULL}", fake_pg.paramv[i]);
	fake_pgconn_answer(0, NULL);

	for (size_t i = 0; i < LENGTH(codev); i++) {
		struct report rep = { .kind = REPORT_END, .attempt_id = 1,
				      .sip_code = codev[i] };

		assert_int_equal(0, reports_add(fake_pg.rp, &rep));
		fake_pgconn_send();
		assert_string_equal("{NULL}", fake_pg.paramv[15]);
		fake_pgconn_answer(0, NULL);
	}
}


/* Ages are counted when they are sent, not when they were reported. */
static void ages_grow_while_a_report_waits(void **state)
{
	struct report rep = { .kind = REPORT_END, .attempt_id = 1,
			      .ended_ms = FAKE_T0 };
	(void)state;

	assert_int_equal(0, reports_add(fake_pg.rp, &rep));
	fake_pg.now += 1500;
	fake_pgconn_send();
	assert_string_equal("{1500}", fake_pg.paramv[13]);

	fake_pg.now += 60000;
	fake_pgconn_answer(ENOTCONN, NULL);
	fake_pgconn_send();
	assert_string_equal("{61500}", fake_pg.paramv[13]);
	fake_pgconn_answer(0, NULL);

	rep.ended_ms = fake_pg.now + 20;
	assert_int_equal(0, reports_add(fake_pg.rp, &rep));
	fake_pgconn_send();
	assert_string_equal("{0}", fake_pg.paramv[13]);
}


/* The server took the ages from its own clock, when it came to them. */
static void an_end_that_was_written_late_is_sent_once_more(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_add(REPORT_END, 2);
	fake_pgconn_add(REPORT_RELEASE, 3);
	fake_pgconn_send();
	fake_pg.now += REPORTS_LATE_MS;
	fake_pgconn_answer(0, NULL);
	assert_int_equal(1, fake_pg.sent);
	assert_int_equal(0, reports_pending(fake_pg.rp));

	fake_pgconn_add(REPORT_ANSWER, 4);
	fake_pgconn_add(REPORT_END, 5);
	fake_pgconn_add(REPORT_RELEASE, 6);
	fake_pgconn_send();
	fake_pg.now += REPORTS_LATE_MS + 1;
	fake_pgconn_answer(0, NULL);
	assert_int_equal(3, fake_pg.sent);
	assert_attempts("{5}");
	assert_int_equal(1, reports_pending(fake_pg.rp));

	fake_pg.now += REPORTS_LATE_MS + 1;
	fake_pgconn_answer(0, NULL);
	assert_int_equal(3, fake_pg.sent);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


static void nothing_is_sent_without_a_connection(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_END, 1);
	reports_send(fake_pg.rp, NULL);
	assert_int_equal(0, fake_pg.sent);

	fake_pg.err = ENOTCONN;
	fake_pgconn_send();
	assert_int_equal(1, reports_pending(fake_pg.rp));
	fake_pg.err = ENOMEM;
	fake_pgconn_send();
	assert_int_equal(1, reports_pending(fake_pg.rp));
	fake_pg.err = 0;
	fake_pgconn_send();
	assert_attempts("{1}");
}


static void what_was_on_its_way_is_sent_again(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_add(REPORT_ANSWER, 2);
	fake_pgconn_send();
	fake_pgconn_add(REPORT_END, 2);
	fake_pgconn_add(REPORT_ANSWER, 3);
	fake_pgconn_answer(ENOTCONN, NULL);
	assert_int_equal(1, fake_pg.sent);
	assert_int_equal(3, reports_pending(fake_pg.rp));

	fake_pgconn_send();
	assert_attempts("{1,2,3}");
	assert_kinds("{\"answer\",\"end\",\"answer\"}");
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));
	assert_int_equal(0, fake_pg.lines);
}


static void a_batch_has_a_limit(void **state)
{
	(void)state;

	for (int i = 0; i < REPORTS_BATCH + 3; i++)
		fake_pgconn_add(REPORT_END, 10 + i);
	fake_pgconn_send();
	fake_pgconn_answer(0, NULL);
	assert_int_equal(3, reports_pending(fake_pg.rp));
	assert_attempts("{510,511,512}");
	fake_pgconn_answer(0, NULL);
	assert_int_equal(2, fake_pg.sent);
}


static void attempts_that_wait_are_listed(void **state)
{
	struct array ar = {0};
	(void)state;

	fake_pgconn_add(REPORT_ANSWER, 1);
	fake_pgconn_send();
	fake_pgconn_add(REPORT_RELEASE, 2);
	fake_pgconn_add(REPORT_END, 3);
	array_add_int(&ar, 99);
	reports_attempts(fake_pg.rp, &ar);
	assert_string_equal("{99,2,3,1}", array_text(&ar));
	array_free(&ar);
}


#define QUEUE(test) \
	cmocka_unit_test_setup_teardown(test, fake_pgconn_up,	\
					fake_pgconn_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		QUEUE(a_quiet_queue_sends_at_once_a_busy_one_gathers),
		QUEUE(a_later_report_takes_the_place_of_one_that_waits),
		QUEUE(all_that_is_known_is_sent),
		QUEUE(what_is_not_known_is_null),
		QUEUE(ages_grow_while_a_report_waits),
		QUEUE(an_end_that_was_written_late_is_sent_once_more),
		QUEUE(nothing_is_sent_without_a_connection),
		QUEUE(what_was_on_its_way_is_sent_again),
		QUEUE(a_batch_has_a_limit),
		QUEUE(attempts_that_wait_are_listed),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
