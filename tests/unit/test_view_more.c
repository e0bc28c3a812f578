/**
 * @file test_view_more.c  Calls, log, engines; questions and modes
 *
 * links: sql/db_view.o tui/model_hangup.o tui/model_sort.o tui/model_tags.o
 * links: tests/unit/golden.o tests/unit/console_bed.o core/attempt.o
 * links: core/phone.o core/snapshot.o core/logbook.o core/timeline.o
 * links: tui/canvas.o tui/dialog.o tui/edit.o tui/feed_rows.o tui/keymap.o
 * links: tui/keymap_table.o tui/model.o tui/model_ahead.o
 * links: tui/model_cursor.o tui/model_do.o
 * links: tui/model_done.o tui/model_event.o tui/model_key.o
 * links: tui/model_list.o tui/model_look.o tui/model_nav.o
 * links: tui/model_news.o tui/model_piece.o tui/model_rows.o
 * links: tui/model_state.o tui/style.o tui/table.o tui/tags.o tui/view.o
 * links: tui/view_call.o tui/view_campaigns.o tui/view_dialog.o
 * links: tui/view_help.o tui/view_live.o tui/view_log.o tui/view_nodes.o
 * links: tui/view_phones.o tui/view_row.o tui/view_text.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/console_bed.h"
#include "tests/unit/golden.h"


static void screen_of_a_live_call(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rj\r");
	golden_all(&m, "call");
	model_reset(&m);
}


static void screen_of_a_phone_that_waits(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rjjj\rk");
	golden_all(&m, "phone");
	bed_keys(&m, "]]");
	golden(&m, "phone-idle", 80, 24, true);
	model_reset(&m);
}


static void screen_of_a_call_of_another_engine(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "jj\rj\r");
	golden(&m, "remote-call", 80, 24, true);
	golden(&m, "remote-call", 60, 16, false);
	model_reset(&m);
}


static void screen_of_live_calls(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "3j ");
	golden_all(&m, "live");
	bed_keys(&m, "f/960003\r");
	golden(&m, "live-filter", 80, 24, true);
	model_reset(&m);
}


static void screen_of_the_log(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "4k");
	golden_all(&m, "log");
	model_reset(&m);

	bed_remote(&m);
	bed_keys(&m, "4");
	golden(&m, "remote-log", 80, 24, false);
	model_reset(&m);
}


static void screen_of_engines(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "5j>I");
	golden_all(&m, "engines");
	model_reset(&m);
}


static void what_was_asked_for_is_shown_as_asked_for(void **state)
{
	struct snapshot *sn;
	struct model m;
	(void)state;

	bed_start(&m);
	bed_key(&m, 'p', BED_NOW - 100);
	m.want = 0;
	bed_key(&m, 'j', BED_NOW);
	bed_key(&m, 'p', BED_NOW);
	m.want = 0;
	m.intentv[1].since_ms = BED_NOW - MODEL_SLOW_MS - 1;
	bed_keys(&m, "GUr");
	m.quitting = true;
	sn = m.snap;
	sn->stopping = true;
	golden(&m, "asked", 80, 24, true);
	model_reset(&m);
}


static void undo_counts_down(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	m.undo.since_ms = BED_NOW - 2400;
	model_say(&m, false, BED_NOW - 2400,
		  "paused survey-q3, 9 calls finishing");
	m.say_undo = true;
	golden(&m, "undo", 80, 24, false);
	m.undo.since_ms = 0;
	model_reset(&m);
}


static void questions_stand_over_the_screen(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "q");
	golden_all(&m, "quit");
	bed_keys(&m, "cP");
	golden(&m, "pause-all", 80, 24, true);
	bed_keys(&m, "njjXflood-w");
	golden_all(&m, "stop");
	bed_key(&m, KEYC_ESC, BED_NOW);
	bed_keys(&m, "3*x");
	golden(&m, "hangup", 80, 24, false);
	golden(&m, "hangup", 60, 16, true);
	bed_key(&m, 'n', BED_NOW);
	bed_key(&m, KEYC_CTRL('z'), BED_NOW);
	golden(&m, "suspend", 80, 24, true);
	model_reset(&m);
}


static void a_frozen_display_stands_still(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r");
	bed_key(&m, 'Z', BED_NOW - 5000);
	golden(&m, "frozen", 80, 24, true);
	golden(&m, "frozen", 60, 16, false);
	model_reset(&m);
}


static void what_may_not_be_done_is_in_brackets(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	m.readonly = true;
	bed_keys(&m, "p");
	golden_all(&m, "readonly");
	bed_keys(&m, "3");
	golden(&m, "readonly-live", 80, 24, true);
	model_reset(&m);
}


static void what_is_typed_is_seen(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "/e");
	golden(&m, "filter", 80, 24, true);
	bed_keys(&m, "\r\\jj\r/+44163296000");
	golden(&m, "number", 80, 24, true);
	bed_keys(&m, "\rff:5");
	golden(&m, "jump", 80, 24, false);
	bed_keys(&m, "\x1b\\F");
	golden(&m, "follow", 80, 24, false);
	model_reset(&m);
}


static void a_search_says_that_it_goes_on(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r/0003");
	model_key(&m, '\r', BED_NOW);
	golden(&m, "searching", 80, 24, true);
	bed_serve(&m);
	golden(&m, "found", 80, 24, true);
	model_reset(&m);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screen_of_a_live_call),
		cmocka_unit_test(screen_of_a_phone_that_waits),
		cmocka_unit_test(screen_of_a_call_of_another_engine),
		cmocka_unit_test(screen_of_live_calls),
		cmocka_unit_test(screen_of_the_log),
		cmocka_unit_test(screen_of_engines),
		cmocka_unit_test(what_was_asked_for_is_shown_as_asked_for),
		cmocka_unit_test(undo_counts_down),
		cmocka_unit_test(questions_stand_over_the_screen),
		cmocka_unit_test(a_frozen_display_stands_still),
		cmocka_unit_test(what_may_not_be_done_is_in_brackets),
		cmocka_unit_test(what_is_typed_is_seen),
		cmocka_unit_test(a_search_says_that_it_goes_on),
	};

	return bed_locale() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
