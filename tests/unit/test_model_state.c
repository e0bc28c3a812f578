/**
 * @file test_model_state.c  What a campaign is doing, and what a console may
 *
 * links: sql/db_view.o tui/model_hangup.o tui/model_sort.o tui/model_tags.o
 * links: tui/keymap_table.o
 * links: tests/unit/console_bed.o core/attempt.o core/phone.o
 * links: core/snapshot.o core/logbook.o core/timeline.o tui/dialog.o
 * links: tui/edit.o tui/feed_rows.o tui/keymap.o tui/model.o
 * links: tui/model_ahead.o tui/model_cursor.o tui/model_do.o
 * links: tui/model_done.o
 * links: tui/model_event.o tui/model_key.o tui/model_list.o
 * links: tui/model_look.o tui/model_nav.o tui/model_news.o
 * links: tui/model_piece.o tui/model_rows.o tui/model_state.o tui/tags.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/unit/console_bed.h"
#include "tui/model_state.h"


static void without_an_engine_nothing_is_full(void **state)
{
	struct camp_state st;
	struct model m;
	(void)state;

	bed_remote(&m);
	state_of(&m, model_campaign(&m, 2), BED_NOW, &st);
	assert_int_equal(CAMP_REASON, st.word);
	assert_int_equal(CAMPAIGN_FULL, st.reason);

	m.campr.engines = 0;
	state_of(&m, model_campaign(&m, 2), BED_NOW, &st);
	assert_int_equal(CAMP_NO_ENGINE, st.word);
	assert_false(state_dials(&st));
	state_of(&m, model_campaign(&m, 6), BED_NOW, &st);
	assert_int_equal(CAMPAIGN_PAUSED, st.reason);
	model_reset(&m);
}


static void a_standby_can_only_be_read(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	m.rights.standby = true;
	m.rights.pause = m.rights.stop = m.rights.hangup = false;
	bed_keys(&m, "p");
	assert_int_equal(0, m.want & WANT_ASK);
	assert_string_equal("nothing done: a standby can only be read",
			    m.say);
	model_reset(&m);
}


/* Rows count as old after 3 s and an interval; after 5 nobody acts on them. */
static void a_slow_link_does_not_make_rows_old(void **state)
{
	(void)state;

	assert_int_equal(0, feed_rest(0));
	assert_int_equal(0, feed_rest(25));
	assert_int_equal(1000, feed_rest(50));
	assert_int_equal(2000, feed_rest(150));
	assert_int_equal(2000, feed_rest(1500));
	assert_true(feed_rest(60000) + 1000 < MODEL_STALE_MS);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_link_does_not_make_rows_old),
		cmocka_unit_test(without_an_engine_nothing_is_full),
		cmocka_unit_test(a_standby_can_only_be_read),
	};

	return bed_locale() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
