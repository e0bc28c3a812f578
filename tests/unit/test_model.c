/**
 * @file test_model.c  Where keys and news lead the console's model
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


/* The database has done what was asked; changed: ids that were not so */
static void done(struct model *m, int err, const int32_t *changed, size_t n)
{
	struct feed_news news = { .ok = true, .rights = m->rights };
	struct feed_ask *ask = &news.askv[0];

	assert_true(m->want & WANT_ASK);
	m->want &= ~(unsigned)WANT_ASK;
	*ask = m->ask;
	memset(&m->ask, 0, sizeof(m->ask));
	ask->err = err;
	ask->done_ms = T0;
	ask->calls = 2;
	(void)snprintf(ask->why, sizeof(ask->why), "it is gone");
	ask->changedv = calloc(n + 1, sizeof(*changed));
	assert_non_null(ask->changedv);
	for (size_t i = 0; i < n; i++)
		ask->changedv[i] = changed[i];
	ask->changedc = n;
	news.askc = 1;
	model_news(m, &news, T0);
}


/* Rows that were read after that; one campaign is as told */
static void read_back(struct model *m, int32_t id, bool paused)
{
	struct feed_news news = { .ok = true, .rights = m->rights };
	struct feed_rows *rows = calloc(1, sizeof(*rows));

	assert_non_null(rows);
	rows->want = m->feed;
	rows->read_ms = T0 + 20;
	rows->took_ms = 3;
	rows->camps.v = calloc(m->campr.n, sizeof(*rows->camps.v));
	assert_non_null(rows->camps.v);
	rows->camps.n = m->campr.n;
	memcpy(rows->camps.v, m->campr.v,
	       m->campr.n * sizeof(*rows->camps.v));
	rows->camps.v[id - 1].paused = paused;
	news.rows = rows;
	model_news(m, &news, T0 + 20);
}


/* The engine in here has seen it, too */
static void engine_sees(struct model *m, int32_t id, bool paused)
{
	struct snapshot *sn = snapshot_alloc(1, 0);

	assert_non_null(sn);
	sn->campc = 1;
	sn->campv[0].id = id;
	sn->campv[0].reason = paused ? CAMPAIGN_PAUSED : CAMPAIGN_RUNNING;
	model_snapshot(m, sn, T0 + 30);
}


static void a_pause_is_done_when_all_have_seen_it(void **state)
{
	static const int32_t changed[] = { 1 };
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "p");
	assert_int_equal(FEED_PAUSE, m.ask.what);
	assert_int_equal(1, m.ask.idc);
	assert_int_equal(1, m.ask.idv[0]);
	assert_non_null(model_intent(&m, 1));

	/* Rows read before it was written prove nothing. */
	read_back(&m, 1, true);
	assert_non_null(model_intent(&m, 1));
	done(&m, 0, changed, 1);
	assert_non_null(model_intent(&m, 1));

	read_back(&m, 1, true);
	assert_non_null(model_intent(&m, 1));
	engine_sees(&m, 1, true);
	assert_null(model_intent(&m, 1));
	assert_string_equal("paused clinic-reminders, 34 calls finishing",
			    m.say);
	assert_true(m.say_undo);
	model_reset(&m);
}


static void without_an_engine_the_rows_are_enough(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "p");
	done(&m, 0, NULL, 0);
	read_back(&m, 1, true);
	assert_null(model_intent(&m, 1));
	assert_false(m.say_undo);
	model_reset(&m);
}


static void a_refused_pause_is_told(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "p");
	done(&m, ENOENT, NULL, 0);
	assert_null(model_intent(&m, 1));
	assert_string_equal("not paused: it is gone", m.say);
	assert_true(m.say_bad);
	model_reset(&m);
}


static void another_operator_may_win(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "p");
	done(&m, 0, NULL, 0);
	read_back(&m, 1, false);
	assert_null(model_intent(&m, 1));
	assert_string_equal("clinic-reminders was resumed by another",
			    m.say);
	model_reset(&m);
}


static void what_takes_long_is_told(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "p");
	assert_false(model_tick(&m, T0 + MODEL_SLOW_MS));
	assert_true(model_tick(&m, T0 + MODEL_SLOW_MS + 1));
	assert_true(m.say_bad);
	assert_false(model_tick(&m, T0 + MODEL_SLOW_MS + 2));
	model_reset(&m);
}


static void what_is_frozen_stays_and_what_is_done_is_told(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "pZ");
	done(&m, 0, NULL, 0);
	read_back(&m, 1, true);
	assert_false(m.campr.v[0].paused);
	assert_null(model_intent(&m, 1));
	assert_string_equal("paused clinic-reminders, 34 calls finishing",
			    m.say);
	bed_keys(&m, "Z");
	read_back(&m, 1, true);
	assert_true(m.campr.v[0].paused);
	model_reset(&m);
}


static void old_rows_are_not_acted_on(void **state)
{
	struct feed_news news = { .ok = false, .retry_ms = T0 + 9000 };
	static const char keys[] = "prPRX";
	struct model m;
	(void)state;

	bed_start(&m);
	for (const char *p = keys; *p; p++) {
		bed_key(&m, *p, T0 + MODEL_STALE_MS + 1);
		assert_int_equal(0, m.want);
		assert_int_equal(0, m.intentc);
		assert_int_equal(DIALOG_NONE, m.dialog.kind);
		assert_true(m.say_bad);
	}

	/* The rows stay, but nothing is done while the database is away. */
	model_news(&m, &news, T0 + 10);
	assert_int_equal(10, m.campr.n);
	bed_key(&m, 'r', T0 + 20);
	assert_int_equal(0, m.want);
	model_reset(&m);
}


static void u_undoes_exactly_what_was_done(void **state)
{
	static const int32_t changed[] = { 2, 3 };
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "u");
	assert_int_equal(0, m.want);
	bed_keys(&m, "   p");
	assert_int_equal(3, m.ask.idc);
	done(&m, 0, changed, 2);

	bed_key(&m, 'u', T0 + MODEL_UNDO_MS - 1);
	assert_true(m.say_bad);         /* the rows are too old by then */
	assert_int_equal(0, m.want);
	bed_key(&m, 'u', T0 + 1000);
	assert_int_equal(FEED_RESUME, m.ask.what);
	assert_int_equal(2, m.ask.idc);
	assert_int_equal(2, m.ask.idv[0]);
	assert_int_equal(3, m.ask.idv[1]);
	done(&m, 0, NULL, 0);

	bed_key(&m, 'u', T0 + 1000);
	assert_string_equal("nothing to undo", m.say);
	model_reset(&m);
}


static void actions_take_the_tagged(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "j jjk p");
	assert_int_equal(2, m.ask.idc);
	assert_int_equal(2, m.ask.idv[0]);
	assert_int_equal(4, m.ask.idv[1]);
	assert_non_null(model_intent(&m, 2));
	assert_null(model_intent(&m, 3));
	done(&m, 0, NULL, 0);
	bed_keys(&m, "U");
	bed_keys(&m, "gp");
	assert_int_equal(1, m.ask.idc);
	assert_int_equal(1, m.ask.idv[0]);
	model_reset(&m);
}


static void rows_that_move_do_not_move_the_action(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj");
	assert_int_equal(3, model_target(&m)->id);
	/* Another order puts others under the line, not under the cursor. */
	bed_keys(&m, ">>>I");
	assert_int_equal(3, model_target(&m)->id);
	assert_int_equal(0, m.camps.cu.cur);
	bed_keys(&m, "X");
	read_back(&m, 1, true);
	bed_keys(&m, "flood-warning\r");
	assert_int_equal(FEED_STOP, m.ask.what);
	assert_int_equal(3, m.ask.idv[0]);
	model_reset(&m);
}


static void all_is_asked_with_the_count_and_the_first_names(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "P");
	assert_int_equal(DIALOG_CONFIRM, m.dialog.kind);
	assert_string_equal("Pause 8 campaigns?", m.dialog.linev[0]);
	assert_string_equal("clinic-reminders, debt-notice, flood-warning "
			    "and 5 more", m.dialog.linev[1]);
	bed_keys(&m, "n");
	assert_int_equal(0, m.want & WANT_ASK);
	assert_int_equal(0, m.intentc);

	bed_keys(&m, "Ry");
	assert_int_equal(FEED_RESUME, m.ask.what);
	assert_int_equal(2, m.ask.idc);
	assert_int_equal(6, m.ask.idv[0]);
	assert_int_equal(9, m.ask.idv[1]);
	model_reset(&m);
}


static void hang_ups_go_to_the_engine_that_has_the_call(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "3*");
	bed_keys(&m, "xn");
	assert_int_equal(0, m.want & (WANT_ASK | WANT_ORDER));
	bed_keys(&m, "xy");
	assert_true(m.want & WANT_ORDER);
	assert_int_equal(ORDER_HANGUP, m.order.kind);
	assert_int_equal(4, m.order.phonec);
	assert_int_equal(2, m.order.phonev[0]);
	assert_true(m.want & WANT_ASK);
	assert_int_equal(FEED_HANGUP, m.ask.what);
	assert_int_equal(1, m.ask.idc);
	assert_int_equal(7, m.ask.idv[0]);
	assert_int_equal(77, m.ask.attemptv[0]);
	done(&m, 0, NULL, 0);
	assert_string_equal("2 calls are hung up", m.say);
	model_reset(&m);
}


static void a_phone_without_a_call_has_nothing_to_hang_up(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rx");
	assert_int_equal(DIALOG_NONE, m.dialog.kind);
	assert_string_equal("no call is live there", m.say);
	model_reset(&m);
}


static void the_engine_answers_orders(void **state)
{
	struct snapshot *sn = snapshot_alloc(0, 0);
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "jj\rjxy");
	assert_int_equal(ORDER_HANGUP, m.order.kind);
	assert_non_null(sn);
	sn->ackc = 1;
	sn->ackv[0].serial = m.order.serial;
	sn->ackv[0].done = 1;
	model_snapshot(&m, sn, T0 + 50);
	assert_string_equal("1 call is hung up", m.say);
	assert_false(model_tick(&m, T0 + 50000));

	bed_snapshot(&m);
	bed_keys(&m, "xy");
	assert_true(model_tick(&m, T0 + MODEL_SLOW_MS + 1));
	assert_true(m.say_bad);
	model_reset(&m);
}


static void leaving_a_console_with_its_engine_is_a_choice(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_keys(&m, "qc");
	assert_int_equal(0, m.want & (WANT_ORDER | WANT_LEAVE));
	bed_keys(&m, "qh");
	assert_int_equal(ORDER_DETACH, m.order.kind);
	assert_false(m.quitting);
	bed_keys(&m, "qd");
	assert_int_equal(ORDER_DRAIN, m.order.kind);
	assert_true(m.quitting);
	m.want = 0;

	/* The second time it is about those that still talk. */
	bed_keys(&m, "qn");
	assert_int_equal(0, m.want & WANT_ORDER);
	bed_keys(&m, "qy");
	assert_int_equal(ORDER_LEAVE, m.order.kind);
	model_reset(&m);
}


static void a_console_alone_just_leaves(void **state)
{
	struct model m;
	(void)state;

	bed_remote(&m);
	bed_keys(&m, "3Q");
	assert_true(m.want & WANT_LEAVE);
	m.want = 0;
	bed_key(&m, KEYC_CTRL('z'), T0);
	assert_true(m.want & WANT_SUSPEND);
	model_reset(&m);
}


static void an_engine_is_not_suspended(void **state)
{
	struct model m;
	(void)state;

	bed_start(&m);
	bed_key(&m, KEYC_CTRL('z'), T0);
	assert_int_equal(DIALOG_CHOICE, m.dialog.kind);
	assert_int_equal(0, m.want & WANT_SUSPEND);
	bed_keys(&m, "d");
	assert_int_equal(0, m.want & WANT_ORDER);
	bed_key(&m, KEYC_CTRL('z'), T0);
	bed_keys(&m, "h");
	assert_int_equal(ORDER_DETACH, m.order.kind);
	model_reset(&m);
}


static void who_may_only_read_does_nothing_else(void **state)
{
	static const char keys[] = "prPRXu";
	struct model m;
	(void)state;

	for (int i = 0; i < 2; i++) {
		bed_remote(&m);
		m.readonly = i == 0;
		m.rights.pause = m.rights.stop = m.rights.hangup = i == 0;
		for (const char *p = keys; *p; p++) {
			m.say_ms = 0;
			bed_key(&m, *p, T0);
			assert_int_equal(0, m.want);
			assert_int_equal(DIALOG_NONE, m.dialog.kind);
			assert_true(m.say_ms && m.say_bad);
		}
		bed_keys(&m, "3");
		m.rights.pause = m.rights.stop = m.rights.hangup = i == 0;
		bed_keys(&m, "x");
		assert_int_equal(DIALOG_NONE, m.dialog.kind);
		model_reset(&m);
	}
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pause_is_done_when_all_have_seen_it),
		cmocka_unit_test(without_an_engine_the_rows_are_enough),
		cmocka_unit_test(a_refused_pause_is_told),
		cmocka_unit_test(another_operator_may_win),
		cmocka_unit_test(what_takes_long_is_told),
		cmocka_unit_test(
			what_is_frozen_stays_and_what_is_done_is_told),
		cmocka_unit_test(old_rows_are_not_acted_on),
		cmocka_unit_test(u_undoes_exactly_what_was_done),
		cmocka_unit_test(actions_take_the_tagged),
		cmocka_unit_test(rows_that_move_do_not_move_the_action),
		cmocka_unit_test(
			all_is_asked_with_the_count_and_the_first_names),
		cmocka_unit_test(
			hang_ups_go_to_the_engine_that_has_the_call),
		cmocka_unit_test(
			a_phone_without_a_call_has_nothing_to_hang_up),
		cmocka_unit_test(the_engine_answers_orders),
		cmocka_unit_test(
			leaving_a_console_with_its_engine_is_a_choice),
		cmocka_unit_test(a_console_alone_just_leaves),
		cmocka_unit_test(an_engine_is_not_suspended),
		cmocka_unit_test(who_may_only_read_does_nothing_else),
	};

	return bed_locale() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
