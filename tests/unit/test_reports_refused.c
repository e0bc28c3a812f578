/**
 * @file test_reports_refused.c  Reports that the database does not take
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


static void a_refusal_that_may_pass_is_tried_again_later(void **state)
{
	static const char *const statev[] = {
		"40001", "40P01", "57014", "55P03", "53100", "42501", NULL,
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(statev); i++) {
		const unsigned sent = fake_pg.sent;

		fake_pgconn_add(REPORT_END, 1);
		fake_pgconn_add(REPORT_END, 2);
		fake_pgconn_send();
		fake_pgconn_answer(EPROTO, statev[i]);
		assert_int_equal(2, reports_pending(fake_pg.rp));
		fake_pg.now += REPORTS_RETRY_MS - 1;
		fake_pgconn_send();
		assert_int_equal(sent + 1, fake_pg.sent);
		fake_pg.now += 1;
		fake_pgconn_send();
		assert_int_equal(sent + 2, fake_pg.sent);
		assert_attempts("{1,2}");
		fake_pgconn_answer(0, NULL);
		assert_int_equal(0, reports_pending(fake_pg.rp));
	}
}


static void the_same_complaint_is_made_once(void **state)
{
	(void)state;

	fake_pgconn_add(REPORT_END, 1);
	for (int i = 0; i < 10; i++) {
		fake_pgconn_send();
		fake_pgconn_answer(EPROTO, "42501");
		fake_pg.now += REPORTS_RETRY_MS;
	}
	assert_int_equal(1, fake_pg.lines);
	assert_non_null(strstr(fake_pg.line, "words of the server"));

	/* after a success it is news again */
	fake_pgconn_send();
	fake_pgconn_answer(0, NULL);
	fake_pgconn_add(REPORT_END, 2);
	fake_pgconn_send();
	fake_pgconn_answer(EPROTO, "42501");
	assert_int_equal(2, fake_pg.lines);
}


static void bad_data_is_found_and_dropped(void **state)
{
	(void)state;

	for (int i = 1; i <= 4; i++)
		fake_pgconn_add(REPORT_END, i);
	fake_pgconn_send();
	assert_attempts("{1,2,3,4}");
	fake_pgconn_answer(EPROTO, "23514");
	assert_int_equal(4, reports_pending(fake_pg.rp));

	fake_pgconn_send();
	assert_attempts("{1}");
	fake_pgconn_answer(0, NULL);
	assert_attempts("{2}");
	fake_pgconn_answer(EPROTO, "22003");
	assert_int_equal(2, reports_pending(fake_pg.rp));
	assert_non_null(strstr(fake_pg.line, "for good"));

	fake_pgconn_send();
	assert_attempts("{3}");
	fake_pgconn_answer(0, NULL);
	assert_attempts("{4}");
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));

	/* then in batches as before */
	for (int i = 5; i <= 7; i++)
		fake_pgconn_add(REPORT_END, i);
	fake_pgconn_send();
	assert_attempts("{5,6,7}");
}


/* What others wrote may be at fault: without it the facts are taken. */
static void words_are_given_up_before_facts(void **state)
{
	const struct report rep = {
		.kind = REPORT_END, .attempt_id = 1, .played_ms = 7,
		.reason = "words", .call_id = "id", .proxy = "pbx",
		.cld = "5",
	};
	(void)state;

	assert_int_equal(0, reports_add(fake_pg.rp, &rep));
	fake_pgconn_send();
	assert_string_equal("{\"words\"}", fake_pg.paramv[17]);
	fake_pgconn_answer(EPROTO, "22P05");
	assert_int_equal(1, reports_pending(fake_pg.rp));
	fake_pgconn_send();
	for (int i = 17; i < 20; i++)
		assert_string_equal("{NULL}", fake_pg.paramv[i]);
	assert_string_equal("{7}", fake_pg.paramv[14]);
	assert_string_equal("{\"5\"}", fake_pg.paramv[21]);
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


/* Somebody's open transaction holds a row: the others pass. */
static void a_locked_row_is_overtaken(void **state)
{
	(void)state;

	fake_pg.context = "while updating tuple (0,1) in relation "
		"\"campaign_phones\"";
	for (int i = 1; i <= 3; i++)
		fake_pgconn_add(REPORT_END, i);
	fake_pgconn_send();
	assert_attempts("{1,2,3}");
	fake_pgconn_answer(EPROTO, "55P03");
	fake_pg.now += REPORTS_RETRY_MS;
	fake_pgconn_send();
	assert_attempts("{1}");
	fake_pgconn_answer(EPROTO, "55P03");
	fake_pgconn_send();
	assert_attempts("{2}");
	fake_pgconn_answer(0, NULL);
	assert_attempts("{3}");
	fake_pgconn_answer(0, NULL);
	assert_attempts("{1}");

	/* the last one waits a while, and what is newer stays */
	fake_pgconn_answer(EPROTO, "55P03");
	assert_int_equal(1, reports_pending(fake_pg.rp));
	fake_pgconn_send();
	assert_int_equal(5, fake_pg.sent);
	fake_pg.now += REPORTS_RETRY_MS;
	fake_pgconn_send();
	assert_attempts("{1}");
	fake_pgconn_add(REPORT_SUCCESS, 1);
	fake_pgconn_add(REPORT_END, 4);
	fake_pgconn_answer(EPROTO, "55P03");
	assert_int_equal(2, reports_pending(fake_pg.rp));
	fake_pgconn_send();
	assert_kinds("{\"success\"}");
	fake_pgconn_answer(0, NULL);
	fake_pgconn_answer(0, NULL);
	assert_int_equal(0, reports_pending(fake_pg.rp));
}


/* Tried again as it was once, then each by itself: one may be in the way. */
static void writers_that_meet_again_are_parted(void **state)
{
	static const char *const statev[] = {
		"40001", "40P01", "57014", "55P03",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(statev); i++) {
		fake_pgconn_add(REPORT_END, 1);
		fake_pgconn_add(REPORT_END, 2);
		fake_pgconn_send();
		fake_pgconn_answer(EPROTO, statev[i]);
		fake_pg.now += REPORTS_RETRY_MS;
		fake_pgconn_send();
		assert_attempts("{1,2}");
		fake_pgconn_answer(EPROTO, statev[i]);
		assert_int_equal(2, reports_pending(fake_pg.rp));
		fake_pg.now += REPORTS_CLASH_MS - 1;
		fake_pgconn_send();
		assert_attempts("{1,2}");
		fake_pg.now += 1;
		fake_pgconn_send();
		assert_attempts("{1}");
		fake_pgconn_answer(EPROTO, statev[i]);
		fake_pg.now += REPORTS_CLASH_MS;
		fake_pgconn_send();
		assert_attempts("{2}");
		fake_pgconn_answer(0, NULL);
		assert_attempts("{1}");
		fake_pgconn_answer(0, NULL);
		assert_int_equal(0, reports_pending(fake_pg.rp));
	}
}


/* They pass by themselves, and come back all night. */
static void writers_that_meet_are_no_news(void **state)
{
	(void)state;

	for (int i = 0; i < 100; i++) {
		fake_pgconn_add(REPORT_END, 1);
		fake_pgconn_send();
		fake_pgconn_answer(EPROTO, i & 1 ? "40001" : "55P03");
		fake_pg.now += REPORTS_RETRY_MS;
		fake_pgconn_send();
		fake_pgconn_answer(0, NULL);
	}
	assert_int_equal(1, fake_pg.lines);
}


/* Who is rung while nothing can be written may be rung again. */
static void refused_whatever_it_is_is_stuck(void **state)
{
	static const struct {
		const char *state;
		bool stuck;
	} casev[] = {
		{ "53100", true }, { "25006", true }, { "42501", true },
		{ "40001", false }, { "40P01", false }, { "55P03", false },
		{ "57014", false }, { "23514", false }, { "22003", false },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(casev); i++) {
		fake_pgconn_add(REPORT_END, 1);
		fake_pgconn_send();
		assert_false(reports_stuck(fake_pg.rp));
		fake_pgconn_answer(EPROTO, casev[i].state);
		assert_int_equal(casev[i].stuck, reports_stuck(fake_pg.rp));
		if (!reports_pending(fake_pg.rp))
			continue;
		fake_pg.now += REPORTS_RETRY_MS;
		fake_pgconn_send();
		fake_pgconn_answer(ENOTCONN, NULL);
		assert_int_equal(casev[i].stuck, reports_stuck(fake_pg.rp));
		fake_pgconn_send();
		fake_pgconn_answer(0, NULL);
		assert_false(reports_stuck(fake_pg.rp));
	}
}


#define QUEUE(test) \
	cmocka_unit_test_setup_teardown(test, fake_pgconn_up,	\
					fake_pgconn_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		QUEUE(a_refusal_that_may_pass_is_tried_again_later),
		QUEUE(the_same_complaint_is_made_once),
		QUEUE(bad_data_is_found_and_dropped),
		QUEUE(words_are_given_up_before_facts),
		QUEUE(a_locked_row_is_overtaken),
		QUEUE(writers_that_meet_again_are_parted),
		QUEUE(writers_that_meet_are_no_news),
		QUEUE(refused_whatever_it_is_is_stuck),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
