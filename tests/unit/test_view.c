/**
 * @file test_view.c  Screens with lists: campaigns, phones, help
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
#include "tui/table.h"


static void screen_of_campaigns(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "j jk");
	golden_all(&m, "campaigns");
	model_reset(&m);
}


/* What the column ETA says of a campaign */
static const char *eta_of(const struct model *m, struct field *fd, size_t row)
{
	const struct view v = { .m = m, .now_ms = BED_NOW,
				.wall_ms = BED_WALL };
	const struct table *tb = view_campaigns_table();

	memset(fd, 0, sizeof(*fd));
	for (size_t i = 0; i < tb->columnc; i++) {
		if (tb->columnv[i].name &&
		    !strcmp(tb->columnv[i].name, "eta_sec"))
			tb->columnv[i].cellh(fd, &v, &m->campr.v[row]);
	}

	return fd->text;
}


static const char *sentence(const struct model *m, char *buf, size_t row)
{
	const struct view v = { .m = m, .now_ms = BED_NOW,
				.wall_ms = BED_WALL };

	return view_explain(&v, &m->campr.v[row], buf, 256);
}


static void times_do_not_read_as_durations(void **state)
{
	enum { CLINIC = 0, BACKOFF = 7, LEFT = 20000 - 3611 };
	struct field fd;
	struct model m;
	struct db_camp *c;
	char buf[256];
	(void)state;

	bed_remote(&m);
	c = &m.campr.v[CLINIC];
	c->per_sec = LEFT / 599.0;
	assert_string_equal("9:59", eta_of(&m, &fd, CLINIC));
	c->per_sec = LEFT / 2479.0;
	assert_string_equal("41m", eta_of(&m, &fd, CLINIC));
	c->per_sec = LEFT / 7800.0;
	assert_string_equal("2h10", eta_of(&m, &fd, CLINIC));
	c->per_sec = LEFT / (5 * 86400.0);
	assert_string_equal("5d", eta_of(&m, &fd, CLINIC));

	c = &m.campr.v[BACKOFF];
	assert_string_equal("0:41", eta_of(&m, &fd, BACKOFF));
	assert_string_equal("second-round: nothing is due: the next phone "
			    "falls due in 0:41", sentence(&m, buf, BACKOFF));
	c->next_due = BED_WALL + 1800000;
	assert_string_equal("14:33", eta_of(&m, &fd, BACKOFF));
	assert_string_equal("second-round: nothing is due: the next phone "
			    "falls due at 14:33:27",
			    sentence(&m, buf, BACKOFF));
	c->next_due = INT64_MAX;
	assert_string_equal("never", eta_of(&m, &fd, BACKOFF));
	assert_string_equal("second-round: nothing is due",
			    sentence(&m, buf, BACKOFF));
	model_reset(&m);
}


static void the_reason_for_no_database_is_not_cut_off(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	m.db_ok = false;
	(void)snprintf(m.db_why, sizeof(m.db_why), "no database: connection "
		       "to server at \"db.example.net\" (2001:db8::1), port "
		       "5432 failed: FATAL:  the database system is shutting "
		       "down");
	golden(&m, "why-away", 80, 24, false);
	model_reset(&m);
}


static void screen_of_campaigns_elsewhere(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "G");
	golden_all(&m, "remote");
	model_reset(&m);
}


static void screen_of_phones(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rj");
	golden_all(&m, "phones");
	model_reset(&m);
}


static void screen_of_phones_elsewhere(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "jj\rG *");
	golden(&m, "remote-phones", 80, 24, true);
	model_reset(&m);
}


static void screen_of_help(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "?j");
	golden_all(&m, "help");
	model_reset(&m);
}


static void screens_of_hostile_names(void **state)
{
	struct model m;
	(void)state;

	bed_hostile(&m);
	bed_keys(&m, "jj");
	golden_all(&m, "hostile");
	bed_keys(&m, "G\r");
	golden_all(&m, "hostile-phones");
	bed_keys(&m, "jj\r");
	golden(&m, "hostile-call", 80, 24, true);
	bed_keys(&m, "q3");
	golden_all(&m, "hostile-live");
	bed_keys(&m, "1X");
	golden_all(&m, "hostile-stop");
	bed_key(&m, KEYC_ESC, BED_NOW);
	bed_keys(&m, "4");
	golden_all(&m, "hostile-log");
	model_reset(&m);
}


static void screen_before_anything_is_known(void **state)
{
	struct model m;
	(void)state;

	assert_int_equal(0, model_init(&m, true, false));
	golden(&m, "first", 80, 24, false);
	model_reset(&m);
}


static void screen_without_campaigns(void **state)
{
	struct feed_news news = { .ok = true };
	struct model m;
	(void)state;

	assert_int_equal(0, model_init(&m, true, false));
	news.rows = calloc(1, sizeof(*news.rows));
	assert_non_null(news.rows);
	news.rows->read_ms = BED_NOW;
	model_news(&m, &news, BED_NOW);
	golden(&m, "empty", 80, 24, false);
	model_reset(&m);
}


static void screen_with_the_database_away(void **state)
{
	struct feed_news news = {
		.ok = false, .retry_ms = BED_NOW + 3500,
		.why = "no database: x",
	};
	struct model m;
	(void)state;

	bed_start(&m);
	m.snap->db_ok = false;
	m.snap->pending = 12;
	for (size_t i = 0; i < m.snap->campc; i++)
		m.snap->campv[i].reason = CAMPAIGN_DB_DOWN;
	m.snap_ms = BED_NOW - 4000;
	m.read_ms = BED_NOW - 12300;
	model_news(&m, &news, BED_NOW);
	golden(&m, "stale", 80, 24, false);
	golden(&m, "stale", 60, 16, false);
	model_reset(&m);
}


static void small_terminals_are_told_what_is_needed(void **state)
{
	static const char screens[] = "12345?";
	struct model m;
	(void)state;

	bed_start(&m);
	golden(&m, "small", 59, 16, false);
	golden(&m, "small", 60, 15, true);

	for (const char *p = screens; *p; p++) {
		char keys[] = { *p, 0 };

		bed_keys(&m, keys);
		for (int w = 1; w < 70; w += 3) {
			for (int h = 1; h < 20; h++)
				golden_none(&m, w, h);
		}
	}
	model_reset(&m);
}


static void numbers_are_short_and_never_too_large(void **state)
{
	char buf[32];
	(void)state;

	assert_string_equal("0", view_count(buf, sizeof(buf), 0));
	assert_string_equal("999", view_count(buf, sizeof(buf), 999));
	assert_string_equal("1,000", view_count(buf, sizeof(buf), 1000));
	assert_string_equal("12,345,678",
			    view_count(buf, sizeof(buf), 12345678));
	assert_string_equal("9,999", view_short(buf, sizeof(buf), 9999));
	assert_string_equal("10k", view_short(buf, sizeof(buf), 10999));
	assert_string_equal("999k", view_short(buf, sizeof(buf), 999999));
	assert_string_equal("1.9M", view_short(buf, sizeof(buf), 1999999));
	assert_string_equal("10M", view_short(buf, sizeof(buf), 10999999));
	assert_string_equal("1.0G", view_short(buf, sizeof(buf),
					       1000000000));
	assert_string_equal("0:07", view_span(buf, sizeof(buf), 7999));
	assert_string_equal("59:59", view_span(buf, sizeof(buf), 3599999));
	assert_string_equal("1:00:00", view_span(buf, sizeof(buf), 3600000));
	assert_string_equal("0:00", view_span(buf, sizeof(buf), -5));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screen_of_campaigns),
		cmocka_unit_test(times_do_not_read_as_durations),
		cmocka_unit_test(the_reason_for_no_database_is_not_cut_off),
		cmocka_unit_test(screen_of_campaigns_elsewhere),
		cmocka_unit_test(screen_of_phones),
		cmocka_unit_test(screen_of_phones_elsewhere),
		cmocka_unit_test(screen_of_help),
		cmocka_unit_test(screens_of_hostile_names),
		cmocka_unit_test(screen_before_anything_is_known),
		cmocka_unit_test(screen_without_campaigns),
		cmocka_unit_test(screen_with_the_database_away),
		cmocka_unit_test(small_terminals_are_told_what_is_needed),
		cmocka_unit_test(numbers_are_short_and_never_too_large),
	};

	return bed_locale() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
