/**
 * @file test_model.c  Where keys and news lead the console's model
 *
 * links: tui/model.o tui/model_piece.o tui/model_cursor.o
 * links: tui/keymap.o core/snapshot.o core/logbook.o
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
#include "tui/model.h"


enum { T0 = 100000, PHONES = 200 };


/* Campaigns 1 to n, of which the first has calls live */
static void news_make(struct feed_news *news, size_t n, uint64_t at_ms)
{
	memset(news, 0, sizeof(*news));
	news->ok = true;
	news->rows = true;
	news->read_ms = at_ms;
	news->campv = calloc(n + 1, sizeof(*news->campv));
	assert_non_null(news->campv);
	news->campc = n;

	for (size_t i = 0; i < n; i++) {
		struct db_campaign *c = &news->campv[i];

		c->id = (int32_t)i + 1;
		c->live = i ? 0 : 9;
		(void)snprintf(c->name, sizeof(c->name), "camp-%zu", i + 1);
	}
}


/* What db_phones() would give of phones 1 to PHONES for this view */
static void news_phones(struct feed_news *news, const struct feed_view *vw)
{
	int64_t first = vw->after + 1, last;

	if (vw->back) {
		last = vw->after > PHONES ? PHONES : vw->after - 1;
		first = last - (int64_t)vw->limit + 1;
	}
	if (first < 1)
		first = 1;
	last = first + (int64_t)vw->limit - 1;
	if (last > PHONES)
		last = PHONES;

	news->view = *vw;
	news->view.back = false;
	news->view.after = first - 1;
	news->phonec = last < first ? 0 : (size_t)(last - first + 1);
	news->phonev = calloc(news->phonec + 1, sizeof(*news->phonev));
	assert_non_null(news->phonev);
	for (size_t i = 0; i < news->phonec; i++)
		news->phonev[i].id = first + (int64_t)i;
}


static struct model *make(size_t campaigns)
{
	static struct model m;
	struct feed_news news;

	model_init(&m);
	model_resize(&m, 80, 24);
	news_make(&news, campaigns, T0);
	model_news(&m, &news, T0);

	return &m;
}


/* Answer what the model asks until it is content */
static void serve(struct model *m)
{
	for (int i = 0; m->want & WANT_VIEW; i++) {
		struct feed_news news;

		assert_true(i < 10);
		m->want &= ~(unsigned)WANT_VIEW;
		news_make(&news, 3, T0);
		if (m->view.campaign)
			news_phones(&news, &m->view);
		model_news(m, &news, T0);
	}
}


static int64_t phone_at_cursor(const struct model *m)
{
	assert_true(m->phones.cur < m->phonec);
	assert_true(m->phones.top <= m->phones.cur);
	assert_true(m->phones.cur < m->phones.top + m->phones.rows);

	return m->phonev[m->phones.cur].id;
}


static void the_cursor_stays_on_its_row(void **state)
{
	struct model *m = make(3);
	struct feed_news news;
	(void)state;

	model_act(m, ACTION_DOWN, T0);
	assert_int_equal(2, model_target(m)->id);

	/* Another comes in front of it. */
	news_make(&news, 3, T0);
	news.campv[0].id = 7;
	news.campv[1].id = 1;
	news.campv[2].id = 2;
	model_news(m, &news, T0);
	assert_int_equal(2, model_target(m)->id);
	assert_int_equal(2, m->camps.cur);

	/* Its row goes: the cursor stays within the list. */
	news_make(&news, 1, T0);
	model_news(m, &news, T0);
	assert_int_equal(1, model_target(m)->id);
	news_make(&news, 0, T0);
	model_news(m, &news, T0);
	assert_null(model_target(m));
	model_act(m, ACTION_DOWN, T0);
	model_act(m, ACTION_OPEN, T0);
	model_act(m, ACTION_PAUSE, T0);
	assert_int_equal(SCREEN_CAMPAIGNS, m->screen);
	assert_int_equal(0, m->want);
	model_reset(m);
}


static void pages_follow_each_other(void **state)
{
	struct model *m = make(3);
	int64_t rows = (int64_t)m->phones.rows, last = 1;
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	assert_int_equal(SCREEN_PHONES, m->screen);
	assert_int_equal(1, m->view.campaign);
	assert_true(m->want & WANT_VIEW);
	serve(m);
	assert_int_equal(1, phone_at_cursor(m));

	while (last + rows <= PHONES) {
		model_act(m, ACTION_PAGE_DOWN, T0);
		serve(m);
		last += rows;
		assert_int_equal(last, phone_at_cursor(m));
	}
	while (last > rows) {
		model_act(m, ACTION_PAGE_UP, T0);
		serve(m);
		last -= rows;
		assert_int_equal(last, phone_at_cursor(m));
	}
	model_reset(m);
}


static void keys_may_be_faster_than_pages(void **state)
{
	struct model *m = make(3);
	int64_t rows = (int64_t)m->phones.rows;
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	serve(m);
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
	model_act(m, ACTION_BOTTOM, T0);
	serve(m);
	model_act(m, ACTION_PAGE_DOWN, T0);
	model_act(m, ACTION_UP, T0);
	serve(m);
	assert_int_equal(PHONES - 1, phone_at_cursor(m));
	model_reset(m);
}


static void every_row_is_passed_both_ways(void **state)
{
	struct model *m = make(3);
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	serve(m);

	for (int64_t id = 2; id <= PHONES; id++) {
		model_act(m, ACTION_DOWN, T0);
		serve(m);
		assert_int_equal(id, phone_at_cursor(m));
	}
	for (int64_t id = PHONES - 1; id >= 1; id--) {
		model_act(m, ACTION_UP, T0);
		serve(m);
		assert_int_equal(id, phone_at_cursor(m));
	}
	model_reset(m);
}


static void ends_are_one_key_away(void **state)
{
	struct model *m = make(3);
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	serve(m);
	model_act(m, ACTION_BOTTOM, T0);
	serve(m);
	assert_int_equal(PHONES, phone_at_cursor(m));
	model_act(m, ACTION_PAGE_UP, T0);
	serve(m);
	model_act(m, ACTION_TOP, T0);
	serve(m);
	assert_int_equal(1, phone_at_cursor(m));
	model_reset(m);
}


static void late_answers_to_old_questions_are_dropped(void **state)
{
	struct model *m = make(3);
	struct feed_view old;
	struct feed_news news;
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	old = m->view;
	model_act(m, ACTION_BACK, T0);
	model_act(m, ACTION_DOWN, T0);
	model_act(m, ACTION_OPEN, T0);

	news_make(&news, 3, T0);
	news_phones(&news, &old);
	model_news(m, &news, T0);
	assert_int_equal(2, m->campaign);
	assert_false(m->phones_read);
	assert_int_equal(0, m->phonec);

	serve(m);
	assert_true(m->phones_read);
	model_reset(m);
}


static void a_pause_is_done_when_it_was_read_back(void **state)
{
	struct model *m = make(3);
	struct feed_news news;
	(void)state;

	model_act(m, ACTION_PAUSE, T0);
	assert_true(m->want & WANT_ASK);
	assert_int_equal(1, m->ask.id);
	assert_true(m->ask.paused);
	assert_non_null(model_intent(m, 1));

	/* Rows read before it was written prove nothing. */
	news_make(&news, 3, T0 + 10);
	news.campv[0].paused = true;
	model_news(m, &news, T0 + 10);
	assert_non_null(model_intent(m, 1));

	news_make(&news, 3, T0 + 20);
	news.campv[0].paused = true;
	news.askv[0] = (struct feed_ask){ .id = 1, .paused = true };
	news.askc = 1;
	model_news(m, &news, T0 + 20);
	assert_null(model_intent(m, 1));
	assert_string_equal("paused camp-1, 9 calls finishing", m->say);
	assert_false(m->say_bad);
	model_reset(m);
}


static void a_refused_pause_is_told(void **state)
{
	struct model *m = make(3);
	struct feed_news news;
	(void)state;

	model_act(m, ACTION_PAUSE, T0);
	news_make(&news, 3, T0 + 20);
	news.askv[0] = (struct feed_ask){
		.id = 1, .paused = true, .err = ENOENT, .why = "it is gone",
	};
	news.askc = 1;
	model_news(m, &news, T0 + 20);
	assert_null(model_intent(m, 1));
	assert_string_equal("not paused: it is gone", m->say);
	assert_true(m->say_bad);
	model_reset(m);
}


static void another_operator_may_win(void **state)
{
	struct model *m = make(3);
	struct feed_news news;
	(void)state;

	model_act(m, ACTION_PAUSE, T0);
	news_make(&news, 3, T0 + 20);
	news.askv[0] = (struct feed_ask){ .id = 1, .paused = true };
	news.askc = 1;
	model_news(m, &news, T0 + 20);
	assert_null(model_intent(m, 1));
	assert_string_equal("camp-1 was resumed by another", m->say);
	model_reset(m);
}


static void old_rows_are_not_acted_on(void **state)
{
	struct model *m = make(3);
	struct feed_news news = { .ok = false, .retry_ms = T0 + 9000 };
	(void)state;

	model_act(m, ACTION_PAUSE, T0 + MODEL_STALE_MS + 1);
	assert_int_equal(0, m->want);
	assert_int_equal(0, m->intentc);
	assert_true(m->say_bad);

	/* The rows stay, but nothing is done while the database is away. */
	(void)snprintf(news.why, sizeof(news.why), "no database");
	model_news(m, &news, T0 + 10);
	assert_int_equal(3, m->campc);
	model_act(m, ACTION_RESUME, T0 + 20);
	assert_int_equal(0, m->want);
	model_reset(m);
}


static void intents_are_bounded(void **state)
{
	struct model *m = make(FEED_ASKS + 2);
	(void)state;

	for (int i = 0; i < FEED_ASKS + 2; i++) {
		model_act(m, ACTION_PAUSE, T0);
		model_act(m, ACTION_DOWN, T0);
	}
	assert_int_equal(FEED_ASKS, m->intentc);

	/* The same campaign again takes no more room. */
	model_act(m, ACTION_TOP, T0);
	model_act(m, ACTION_RESUME, T0);
	assert_int_equal(FEED_ASKS, m->intentc);
	assert_false(model_intent(m, 1)->paused);
	model_reset(m);
}


static void quitting_takes_a_second_key_to_hang_up(void **state)
{
	struct model *m = make(1);
	(void)state;

	model_act(m, ACTION_QUIT, T0);
	assert_int_equal(WANT_QUIT, m->want);
	m->want = 0;

	/* A key that repeats is one key. */
	model_act(m, ACTION_QUIT, T0 + MODEL_AGAIN_MS - 1);
	assert_int_equal(0, m->want);
	model_act(m, ACTION_QUIT, T0 + 2 * MODEL_AGAIN_MS - 2);
	assert_int_equal(0, m->want);

	model_act(m, ACTION_QUIT, T0 + 4 * MODEL_AGAIN_MS);
	assert_int_equal(WANT_HANGUP, m->want);
	model_reset(m);
}


static void help_scrolls_and_goes_back(void **state)
{
	struct model *m = make(1);
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	serve(m);
	model_act(m, ACTION_HELP, T0);
	assert_int_equal(SCREEN_HELP, m->screen);
	model_act(m, ACTION_DOWN, T0);
	assert_int_equal(1, m->help.top);
	model_act(m, ACTION_UP, T0);
	assert_int_equal(0, m->help.top);
	model_act(m, ACTION_BOTTOM, T0);
	assert_int_equal(m->help.n, m->help.top + m->help.rows);
	model_act(m, ACTION_TOP, T0);
	assert_int_equal(0, m->help.top);
	model_act(m, ACTION_BACK, T0);
	assert_int_equal(SCREEN_PHONES, m->screen);
	model_act(m, ACTION_BACK, T0);
	assert_int_equal(SCREEN_CAMPAIGNS, m->screen);
	assert_int_equal(0, m->view.campaign);
	model_reset(m);
}


static void a_new_size_keeps_the_cursor_in_sight(void **state)
{
	struct model *m = make(3);
	(void)state;

	model_act(m, ACTION_OPEN, T0);
	serve(m);
	for (int i = 0; i < 15; i++)
		model_act(m, ACTION_DOWN, T0);
	model_resize(m, 60, 16);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	model_resize(m, 1, 1);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	model_resize(m, 200, 60);
	serve(m);
	assert_int_equal(16, phone_at_cursor(m));
	assert_true(m->view.limit >= 3 * m->phones.rows);
	model_reset(m);
}


static void snapshots_are_replaced(void **state)
{
	struct model *m = make(1);
	struct snapshot *sn = snapshot_alloc(0, 0);
	(void)state;

	assert_non_null(sn);
	assert_int_equal(0, model_live(m));
	sn->live = 5;
	model_snapshot(m, sn, T0 + 1);
	assert_int_equal(5, model_live(m));
	model_snapshot(m, snapshot_alloc(0, 0), T0 + 2);
	assert_int_equal(0, model_live(m));
	model_reset(m);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cursor_stays_on_its_row),
		cmocka_unit_test(pages_follow_each_other),
		cmocka_unit_test(keys_may_be_faster_than_pages),
		cmocka_unit_test(every_row_is_passed_both_ways),
		cmocka_unit_test(ends_are_one_key_away),
		cmocka_unit_test(late_answers_to_old_questions_are_dropped),
		cmocka_unit_test(a_pause_is_done_when_it_was_read_back),
		cmocka_unit_test(a_refused_pause_is_told),
		cmocka_unit_test(another_operator_may_win),
		cmocka_unit_test(old_rows_are_not_acted_on),
		cmocka_unit_test(intents_are_bounded),
		cmocka_unit_test(quitting_takes_a_second_key_to_hang_up),
		cmocka_unit_test(help_scrolls_and_goes_back),
		cmocka_unit_test(a_new_size_keeps_the_cursor_in_sight),
		cmocka_unit_test(snapshots_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
