/**
 * @file test_model_pages.c  Pages of a long list of phones, in time
 *
 * links: sql/db_view.o tui/model_hangup.o tui/model_sort.o tui/model_tags.o
 * links: tui/keymap_table.o
 * links: core/attempt.o core/phone.o core/snapshot.o core/logbook.o
 * links: core/timeline.o tui/dialog.o tui/edit.o tui/feed_rows.o
 * links: tui/keymap.o tui/model.o tui/model_ahead.o
 * links: tui/model_cursor.o tui/model_do.o
 * links: tui/model_done.o tui/model_event.o tui/model_key.o
 * links: tui/model_list.o tui/model_look.o tui/model_nav.o
 * links: tui/model_news.o tui/model_piece.o tui/model_rows.o
 * links: tui/model_state.o tui/tags.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tui/model.h"


enum { T0 = 100000, PHONES = 200 };


void db_camps_free(struct db_camps *c)
{
	free(c->v);
}


void db_page_free(struct db_page *pg)
{
	free(pg->v);
}


void db_one_free(struct db_one *one)
{
	free(one->attemptv);
}


/* What db_page() would give of phones 1 to PHONES, and the feed make of it */
static void page_fill(struct feed_rows *rows)
{
	struct db_view *vw = &rows->want.view;
	int64_t first = 1, last, limit = vw->limit;

	if (vw->edge == DB_AFTER)
		first = vw->id + 1;
	else if (vw->edge == DB_FROM)
		first = vw->id;
	else if (vw->edge == DB_END)
		first = PHONES - limit + 1;
	else if (vw->edge == DB_BEFORE && vw->id > limit)
		first = vw->id - limit;
	else
		vw->edge = DB_TOP;
	if (first < 1)
		first = 1;
	last = first + limit - 1 < PHONES ? first + limit - 1 : PHONES;

	rows->page.v = calloc((size_t)limit, sizeof(*rows->page.v));
	assert_non_null(rows->page.v);
	for (int64_t id = first; id <= last; id++)
		rows->page.v[rows->page.n++].id = id;
	rows->page.first_id = 1;
	rows->page.last_id = PHONES;
	rows->first = vw->edge == DB_TOP;
	rows->last = vw->edge == DB_END || last == PHONES;
	rows->matches = PHONES;
	if (rows->page.n && vw->edge != DB_TOP && vw->edge != DB_AFTER) {
		vw->edge = DB_FROM;
		vw->id = first;
	}
}


static void answer(struct model *m, const struct feed_want *want)
{
	struct feed_news news = { .ok = true };
	struct feed_rows *rows = calloc(1, sizeof(*rows));

	assert_non_null(rows);
	rows->want = *want;
	rows->read_ms = T0;
	rows->camps.v = calloc(3, sizeof(*rows->camps.v));
	assert_non_null(rows->camps.v);
	rows->camps.n = 3;
	for (int i = 0; i < 3; i++) {
		rows->camps.v[i].id = i + 1;
		(void)snprintf(rows->camps.v[i].name, NAME_SIZE, "camp-%d",
			       i + 1);
	}
	if (want->what & FEED_PAGE)
		page_fill(rows);
	news.rows = rows;
	model_news(m, &news, T0);
}


/* Answer what the model asks until it is content */
static void serve(struct model *m)
{
	for (int i = 0; m->want & WANT_VIEW; i++) {
		struct feed_want want = m->feed;

		assert_true(i < 10);
		m->want &= ~(unsigned)WANT_VIEW;
		answer(m, &want);
	}
}


static struct model *make(void)
{
	static struct model m;

	assert_int_equal(0, model_init(&m, false, false));
	model_resize(&m, 80, 24);
	answer(&m, &m.feed);

	return &m;
}


static struct model *opened(void)
{
	struct model *m = make();

	model_act(m, ACTION_OPEN, T0);
	serve(m);

	return m;
}


static void act(struct model *m, enum action action)
{
	model_act(m, action, T0);
	serve(m);
}


static int64_t phone_at_cursor(const struct model *m)
{
	const struct cursor *cu = &m->phones.cu;

	assert_true(cu->cur < m->page.n);
	assert_true(cu->top <= cu->cur);
	assert_true(cu->cur < cu->top + cu->rows);
	if (m->base >= 0)
		assert_int_equal(m->base + 1, m->page.v[0].id);

	return m->page.v[cu->cur].id;
}


static void pages_follow_each_other(void **state)
{
	struct model *m = make();
	int64_t rows = (int64_t)m->phones.cu.rows, last = 1;
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	assert_int_equal(SCREEN_PHONES, m->screen);
	assert_int_equal(1, m->feed.view.campaign);
	assert_true(m->want & WANT_VIEW);
	serve(m);
	assert_int_equal(1, phone_at_cursor(m));

	while (last + rows <= PHONES) {
		act(m, ACTION_PAGE_DOWN);
		last += rows;
		assert_int_equal(last, phone_at_cursor(m));
		assert_true(m->base >= 0);
	}
	while (last > rows) {
		act(m, ACTION_PAGE_UP);
		last -= rows;
		assert_int_equal(last, phone_at_cursor(m));
	}
	model_reset(m);
}


static void keys_may_be_faster_than_pages(void **state)
{
	struct model *m = opened();
	int64_t rows = (int64_t)m->phones.cu.rows;
	(void)state;

	for (int i = 0; i < 9; i++)
		model_act(m, ACTION_PAGE_DOWN, T0);
	model_act(m, ACTION_UP, T0);
	serve(m);
	assert_int_equal(9 * rows, phone_at_cursor(m));

	for (int i = 0; i < 8; i++)
		model_act(m, ACTION_PAGE_UP, T0);
	serve(m);
	assert_int_equal(rows, phone_at_cursor(m));

	/* The end of the list is the end: nothing is owed beyond it. */
	act(m, ACTION_BOTTOM);
	model_act(m, ACTION_PAGE_DOWN, T0);
	act(m, ACTION_UP);
	assert_int_equal(PHONES - 1, phone_at_cursor(m));
	model_reset(m);
}


static void every_row_is_passed_both_ways(void **state)
{
	struct model *m = opened();
	(void)state;

	for (int64_t id = 2; id <= PHONES; id++) {
		act(m, ACTION_DOWN);
		assert_int_equal(id, phone_at_cursor(m));
	}
	for (int64_t id = PHONES - 1; id >= 1; id--) {
		act(m, ACTION_UP);
		assert_int_equal(id, phone_at_cursor(m));
	}
	model_reset(m);
}


static void ends_are_one_key_away(void **state)
{
	struct model *m = opened();
	(void)state;

	act(m, ACTION_BOTTOM);
	assert_int_equal(PHONES, phone_at_cursor(m));
	assert_true(m->base > 0);
	for (int64_t id = PHONES - 1; id >= 1; id--) {
		act(m, ACTION_UP);
		assert_int_equal(id, phone_at_cursor(m));
	}
	act(m, ACTION_BOTTOM);
	act(m, ACTION_TOP);
	assert_int_equal(1, phone_at_cursor(m));
	model_reset(m);
}


static void an_id_is_jumped_to(void **state)
{
	struct model *m = opened();
	(void)state;

	for (const char *p = ":1x99\r"; *p; p++)
		model_key(m, *p, T0);
	serve(m);
	assert_int_equal(199, phone_at_cursor(m));
	act(m, ACTION_UP);
	assert_int_equal(198, phone_at_cursor(m));
	act(m, ACTION_PAGE_UP);
	assert_int_equal(198 - (int64_t)m->phones.cu.rows,
			 phone_at_cursor(m));

	for (const char *p = ":999999\r"; *p; p++)
		model_key(m, *p, T0);
	serve(m);
	assert_int_equal(PHONES, phone_at_cursor(m));
	model_reset(m);
}


static void type(struct model *m, const char *keys)
{
	for (; *keys; keys++)
		model_key(m, *keys, T0);
}


/* Nothing that is typed takes a row before it is the cursor's. */
static void keys_for_a_row_wait_until_it_is_read(void **state)
{
	static const struct {
		const char *keys;
		int64_t id;
	} of[] = {
		{ "G\r", PHONES }, { ":150\r\r", 150 }, { "Gkkg\r", 1 },
		{ "\x06\x06\x06\x06\r", 73 }, { "Gqg\r", 0 },
		{ "G\r\x1b", 0 }, { "Gy\r", PHONES },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct model *m = opened();

		type(m, of[i].keys);
		if (m->screen == SCREEN_CALL)
			assert_int_equal(of[i].id, m->phone);
		serve(m);
		assert_int_equal(of[i].id, m->screen == SCREEN_CALL
				 ? m->phone : 0);
		assert_int_equal(0, m->aheadc);
		model_reset(m);
	}
}


static void a_tag_waits_for_its_row(void **state)
{
	struct model *m = opened();
	(void)state;

	type(m, "G k ");
	assert_int_equal(0, m->phones.tags.n);
	serve(m);
	assert_int_equal(2, m->phones.tags.n);
	assert_int_equal(PHONES - 1, m->phones.tags.idv[0]);
	assert_int_equal(PHONES, m->phones.tags.idv[1]);
	model_reset(m);
}


static void what_is_typed_for_a_lost_row_is_forgotten(void **state)
{
	struct model *m = opened();
	struct feed_news away = { .why = "gone" };
	(void)state;

	type(m, "G\r");
	assert_int_equal(1, m->aheadc);
	model_news(m, &away, T0);
	type(m, "\r");
	assert_int_equal(SCREEN_PHONES, m->screen);
	assert_int_equal(0, m->aheadc);
	assert_non_null(strstr(m->say, "has not been read"));

	serve(m);
	assert_int_equal(SCREEN_PHONES, m->screen);
	assert_int_equal(PHONES, phone_at_cursor(m));
	type(m, "g\r");
	model_key(m, 'j', T0 + MODEL_STALE_MS + 1);
	assert_int_equal(0, m->aheadc);
	model_reset(m);
}


/* The phone after one is the next, be it read or not. */
static void neighbours_skip_no_phone(void **state)
{
	struct model *m = opened();
	int64_t last = 1;
	(void)state;

	act(m, ACTION_OPEN);
	for (int i = 0; i < 3 * PHONES; i++) {
		model_act(m, ACTION_NEXT, T0);
		assert_true(m->phone == last || m->phone == last + 1);
		last = m->phone;
		if (i % 60 == 59)
			serve(m);
	}
	assert_int_equal(PHONES, last);
	model_reset(m);
}


static void late_answers_to_old_questions_are_dropped(void **state)
{
	struct model *m = make();
	struct feed_want old;
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	old = m->feed;
	model_act(m, ACTION_BACK, T0);
	model_act(m, ACTION_DOWN, T0);
	model_act(m, ACTION_OPEN, T0);

	answer(m, &old);
	assert_int_equal(2, m->campaign);
	assert_false(m->phones_read);
	assert_int_equal(0, m->page.n);

	serve(m);
	assert_true(m->phones_read);
	model_reset(m);
}


static void a_new_size_keeps_the_cursor_in_sight(void **state)
{
	struct model *m = opened();
	(void)state;

	for (int i = 0; i < 15; i++)
		act(m, ACTION_DOWN);
	model_resize(m, 60, 16);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	model_resize(m, 1, 1);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	model_resize(m, 200, 60);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	assert_true(m->feed.view.limit >= 3 * m->phones.cu.rows);
	model_reset(m);
}


static void a_refreshed_page_keeps_its_place(void **state)
{
	struct model *m = opened();
	int64_t id;
	(void)state;

	act(m, ACTION_BOTTOM);
	act(m, ACTION_PAGE_UP);
	id = phone_at_cursor(m);
	for (int i = 0; i < 3; i++)
		answer(m, &m->feed);
	assert_int_equal(id, phone_at_cursor(m));
	assert_true(m->base > 0);
	assert_int_equal(0, m->want);
	model_reset(m);
}


static void camps_read(struct model *m, uint32_t took_ms)
{
	struct feed_news news = { .ok = true };

	news.rows = calloc(1, sizeof(*news.rows));
	assert_non_null(news.rows);
	news.rows->read_ms = T0;
	news.rows->took_ms = took_ms;
	model_news(m, &news, T0);
}


static void one_slow_reading_moves_nothing(void **state)
{
	static const uint32_t took[] = { 3, 3, 40, 2, 3, 40, 4, 40, 3 };
	struct model m;
	(void)state;

	assert_int_equal(0, model_init(&m, false, false));
	for (size_t i = 0; i < sizeof(took) / sizeof(took[0]); i++) {
		camps_read(&m, took[i]);
		assert_int_equal(3, m.took_ms);
	}
	for (int i = 0; i < 3; i++)
		camps_read(&m, 40);
	assert_int_equal(40, m.took_ms);
	model_reset(&m);
}


/* How long to wait until the next: one slow one says nothing. */
static void readings_are_judged_by_their_like(void **state)
{
	struct feed_usual us = { .n = 0 };
	(void)state;

	assert_int_equal(0, feed_usual(&us));
	assert_int_equal(2, feed_usual_add(&us, 2));
	assert_int_equal(2, feed_usual_add(&us, 4));
	assert_int_equal(4, feed_usual_add(&us, 1000));
	assert_int_equal(4, feed_usual_add(&us, 900));
	assert_int_equal(800, feed_usual_add(&us, 800));
	assert_int_equal(900, feed_usual_add(&us, 900));
	assert_int_equal(3, feed_usual_add(&us, 3));
	assert_int_equal(900, feed_usual(&us));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_follow_each_other),
		cmocka_unit_test(keys_may_be_faster_than_pages),
		cmocka_unit_test(every_row_is_passed_both_ways),
		cmocka_unit_test(ends_are_one_key_away),
		cmocka_unit_test(an_id_is_jumped_to),
		cmocka_unit_test(keys_for_a_row_wait_until_it_is_read),
		cmocka_unit_test(a_tag_waits_for_its_row),
		cmocka_unit_test(what_is_typed_for_a_lost_row_is_forgotten),
		cmocka_unit_test(neighbours_skip_no_phone),
		cmocka_unit_test(late_answers_to_old_questions_are_dropped),
		cmocka_unit_test(a_new_size_keeps_the_cursor_in_sight),
		cmocka_unit_test(a_refreshed_page_keeps_its_place),
		cmocka_unit_test(one_slow_reading_moves_nothing),
		cmocka_unit_test(readings_are_judged_by_their_like),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
