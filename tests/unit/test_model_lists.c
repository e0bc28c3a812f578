/**
 * @file test_model_lists.c  Orders of the phones, tags, searches, files
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
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/console_bed.h"


enum { T0 = BED_NOW };


static void is_by(const struct model *m, enum db_order order, int sort,
		  bool desc)
{
	assert_int_equal(order, m->feed.view.order);
	assert_int_equal(desc, m->feed.view.desc);
	assert_int_equal(DB_TOP, m->feed.view.edge);
	assert_int_equal(sort, m->phones.sort);
	assert_int_equal(desc, m->phones.invert);
	assert_int_equal(0, m->phones.cu.cur);
}


static void phones_come_in_the_orders_that_have_indexes(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rjj");
	assert_int_equal(2, m.phones.cu.cur);
	bed_keys(&m, ">");
	is_by(&m, DB_BY_NUMBER, SORT_NUMBER, false);
	assert_non_null(strstr(m.say, "by NUMBER"));
	assert_non_null(strstr(m.say, "TRY, SIP, LAST EVENT, RING/PLAY have "
			       "no index"));
	bed_keys(&m, "jI");
	is_by(&m, DB_BY_NUMBER, SORT_NUMBER, true);
	bed_keys(&m, ">");
	is_by(&m, DB_BY_STATUS, SORT_STATE, true);
	bed_keys(&m, ">I");
	is_by(&m, DB_BY_DUE, SORT_TIME, false);
	bed_keys(&m, ">");
	is_by(&m, DB_BY_ID, SORT_ID, false);
	bed_keys(&m, "<");
	is_by(&m, DB_BY_DUE, SORT_TIME, false);

	/* What waits for a call has no order within a status. */
	bed_keys(&m, "f");
	is_by(&m, DB_BY_ID, SORT_ID, false);
	assert_non_null(strstr(m.say, "by id"));
	bed_keys(&m, ">>>");
	is_by(&m, DB_BY_ID, SORT_ID, false);
	assert_non_null(strstr(m.say, "not by NEXT CALL"));
	model_reset(&m);
}


static void numbers_that_are_sought_come_by_number(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r>>/+4416");
	assert_int_equal(SORT_NUMBER, m.phones.sort);
	model_key(&m, KEYC_DOWN, T0);
	bed_keys(&m, ">");
	assert_int_equal(SORT_NUMBER, m.phones.sort);
	assert_non_null(strstr(m.say, "clears the filter"));
	bed_keys(&m, "\\");
	is_by(&m, DB_BY_STATUS, SORT_STATE, false);
	model_reset(&m);
}


static void masked_numbers_are_no_order(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r");
	m.rights.numbers = false;
	model_key(&m, '>', T0);
	is_by(&m, DB_BY_STATUS, SORT_STATE, false);
	assert_non_null(strstr(m.say, "masked"));
	model_reset(&m);
}


static size_t tagged(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->page.n; i++)
		n += model_tagged(m, i);

	return n;
}


static void a_filter_is_a_tag_for_all_that_it_has(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r   ");
	assert_int_equal(3, tagged(&m));
	bed_keys(&m, "*");
	assert_int_equal(m.page.n, tagged(&m));
	assert_int_equal(0, m.phones.tags.n);
	bed_keys(&m, "g  k ");
	assert_int_equal(m.page.n - 1, tagged(&m));
	assert_false(model_tagged(&m, 0));
	assert_true(model_tagged(&m, 1));
	bed_keys(&m, "U");
	assert_int_equal(0, tagged(&m));

	/* Of the trying ones, whatever is listed then */
	bed_keys(&m, "ff*");
	assert_int_equal(3, m.page.n);
	assert_int_equal(3, tagged(&m));
	bed_keys(&m, "\\");
	assert_int_equal(10, m.page.n);
	assert_int_equal(3, tagged(&m));
	assert_true(model_tagged(&m, 2));
	bed_keys(&m, "g ");
	assert_int_equal(3, tagged(&m));
	assert_non_null(strstr(m.say, "none of them"));
	bed_keys(&m, "jj ");
	assert_int_equal(2, tagged(&m));

	/* Another campaign, other phones */
	bed_keys(&m, "qj\r");
	assert_int_equal(0, tagged(&m));
	model_reset(&m);
}


/* The database has found so many calls, of phones from 2 on */
static void found(struct model *m, size_t n)
{
	struct feed_news news = { .ok = true, .rights = m->rights };
	struct feed_ask *ask = &news.askv[0];

	assert_true(m->want & WANT_ASK);
	assert_int_equal(FEED_CALLS, m->ask.what);
	m->want &= ~(unsigned)WANT_ASK;
	*ask = m->ask;
	memset(&m->ask, 0, sizeof(m->ask));
	ask->found.idv = calloc(n + 1, sizeof(int64_t));
	ask->found.attemptv = calloc(n + 1, sizeof(int64_t));
	assert_non_null(ask->found.idv);
	assert_non_null(ask->found.attemptv);
	ask->found.n = n;
	for (size_t i = 0; i < n; i++) {
		ask->found.idv[i] = (int64_t)i * 1000 + 2;
		ask->found.attemptv[i] = (int64_t)i + 72;
		if (i < DB_CALL_NAMES)
			(void)snprintf(ask->found.namev[i], NUMBER_SIZE,
				       "+44%zu", i);
	}
	news.askc = 1;
	model_news(m, &news, T0);
	if (m->dialog.kind)
		dialog_shown(&m->dialog);
}


static void calls_of_the_tagged_are_found_and_hung_up(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rff* x");
	assert_int_equal(DIALOG_NONE, m.dialog.kind);
	assert_true(m.ask.but);
	assert_int_equal(1, m.ask.idc);
	assert_int_equal(3, m.ask.view.campaign);
	assert_int_equal(1u << PHONE_TRYING, m.ask.view.statuses);
	found(&m, 5000);
	assert_int_equal(DIALOG_CONFIRM, m.dialog.kind);
	assert_true(m.want & WANT_FLUSH);
	assert_string_equal("Hang up 5000 calls?", m.dialog.linev[0]);
	assert_string_equal("+440, +441, +442 and 4997 more",
			    m.dialog.linev[1]);
	model_key(&m, 'y', T0);

	/* One is with this engine, the others are left to theirs. */
	assert_true(m.want & WANT_ORDER);
	assert_int_equal(1, m.order.phonec);
	assert_int_equal(2, m.order.phonev[0]);
	assert_int_equal(FEED_HANGUP, m.ask.what);
	assert_int_equal(4999, m.ask.idc);
	assert_int_equal(1002, m.ask.idv[0]);
	assert_int_equal(73, m.ask.attemptv[0]);
	model_reset(&m);
}


static void who_has_gone_on_is_not_asked(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r  x");
	assert_false(m.ask.but);
	assert_int_equal(2, m.ask.idc);
	assert_int_equal(1, m.ask.idv[0]);
	assert_int_equal(2, m.ask.idv[1]);
	assert_int_equal(3, m.ask.view.campaign);
	assert_int_equal(0, m.ask.view.statuses);
	bed_keys(&m, "3");
	found(&m, 2);
	assert_int_equal(DIALOG_NONE, m.dialog.kind);

	bed_keys(&m, "2x");
	found(&m, 0);
	assert_int_equal(DIALOG_NONE, m.dialog.kind);
	assert_non_null(strstr(m.say, "no call"));
	model_reset(&m);
}


/* A search goes on: no page yet */
static void looked(struct model *m, int64_t n)
{
	struct feed_news news = { .ok = true, .rights = m->rights };

	news.rows = calloc(1, sizeof(*news.rows));
	assert_non_null(news.rows);
	news.rows->want = m->feed;
	news.rows->want.what &= ~(unsigned)FEED_PAGE;
	news.rows->read_ms = T0 - 1000;
	news.rows->looked = n;
	model_news(m, &news, T0);
}


static void esc_ends_a_search(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r/0003");
	model_key(&m, '\r', T0);
	assert_true(m.feed.view.within);
	m.want = 0;
	looked(&m, 20001);
	assert_false(m.phones_read);
	assert_int_equal(20001, m.looked);
	model_key(&m, KEYC_ESC, T0);
	assert_int_equal(SCREEN_PHONES, m.screen);
	assert_false(m.feed.view.within);
	assert_string_equal("0003", m.feed.view.number);
	assert_true(m.want & WANT_VIEW);
	assert_int_equal(0, m.looked);
	bed_serve(&m);

	/* Numbers of a status are sought as well. */
	bed_keys(&m, "\\f>");
	model_key(&m, 'I', T0);
	looked(&m, 1);
	model_key(&m, KEYC_ESC, T0);
	assert_int_equal(SCREEN_PHONES, m.screen);
	assert_int_equal(DB_BY_ID, m.feed.view.order);
	bed_serve(&m);
	bed_key(&m, KEYC_ESC, T0);
	assert_int_equal(SCREEN_CAMPAIGNS, m.screen);
	model_reset(&m);
}


static void esc_ends_a_file_on_whatever_screen(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\r");
	model_key(&m, 'e', T0);
	assert_true(m.want & WANT_EXPORT);
	m.want = 0;
	model_export(&m, 12000, T0);
	assert_non_null(strstr(m.say, "12000"));
	bed_keys(&m, "q3");
	model_key(&m, KEYC_ESC, T0);
	assert_int_equal(WANT_EXPORT_END, m.want);
	assert_int_equal(SCREEN_LIVE, m.screen);

	/* A line that is typed is left first. */
	m.want = 0;
	bed_keys(&m, "/");
	model_key(&m, KEYC_ESC, T0);
	assert_int_equal(0, m.want);
	model_reset(&m);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phones_come_in_the_orders_that_have_indexes),
		cmocka_unit_test(numbers_that_are_sought_come_by_number),
		cmocka_unit_test(masked_numbers_are_no_order),
		cmocka_unit_test(a_filter_is_a_tag_for_all_that_it_has),
		cmocka_unit_test(calls_of_the_tagged_are_found_and_hung_up),
		cmocka_unit_test(who_has_gone_on_is_not_asked),
		cmocka_unit_test(esc_ends_a_search),
		cmocka_unit_test(esc_ends_a_file_on_whatever_screen),
	};

	return bed_locale() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
