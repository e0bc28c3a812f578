/**
 * @file test_view.c  Whole screens, compared with tests/unit/golden
 *
 * A golden file holds the screen as text, then its attributes, a letter a
 * cell: b bold, g y r colours, capitals reversed, R plain reversed. With
 * GOLDEN_UPDATE=1 in the environment the files are written instead.
 *
 * links: core/attempt.o tui/view.o tui/view_campaigns.o tui/view_phones.o
 * links: tui/view_help.o tui/view_state.o tui/canvas.o tui/model.o
 * links: tui/model_piece.o tui/model_cursor.o tui/keymap.o
 * links: core/snapshot.o core/logbook.o core/phone.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "tui/view.h"


enum { T0 = 1000000, SCREEN_SIZE = 200 * 60 * 8 };

/* 2026-11-23 14:03:27 UTC, a Monday */
static const int64_t wall0 = INT64_C(1795442607000);

struct camp {
	const char *name;
	bool paused;
	int64_t finished, total, live;
	enum campaign_reason reason;
	int64_t until_ms;
};

static const struct camp camps[] = {
	{ "clinic-reminders", false, 3611, 20000, 34, CAMPAIGN_RUNNING, -1 },
	{ "debt-notice", false, 12, 5000, 20, CAMPAIGN_FULL, -1 },
	{ "flood-warning", false, 612410, 1000000, 84, CAMPAIGN_RUNNING,
	  -1 },
	{ "new", false, 0, 0, 0, CAMPAIGN_DONE, -1 },
	{ "no-voice", false, 0, 10, 0, CAMPAIGN_NO_PROMPT, -1 },
	{ "payroll-notice", true, 910, 1000, 0, CAMPAIGN_PAUSED, -1 },
	{ "school-closing", false, 0, 8400, 0, CAMPAIGN_WINDOW, 6993000 },
	{ "second-round", false, 40, 100, 0, CAMPAIGN_BACKOFF, 41000 },
	{ "survey-q3", true, 40000, 100000, 9, CAMPAIGN_RUNNING, -1 },
	{ "weekly", false, 5, 7, 0, CAMPAIGN_WINDOW, 5 * 86400000LL },
	{ "z\u00fcrich \u6e2c\u8a66\u6e2c\u8a66\u6e2c\u8a66 \x1b[2J\xff",
	  false, 7, 7, 0, CAMPAIGN_DONE, -1 },
};

static const struct db_phone phones[] = {
	{ 1, "+441632960001", PHONE_SUCCESS, true, 1, 3, -1, 200, "", "" },
	{ 2, "+441632960002", PHONE_ANSWER, false, 2, 3, -1, 486,
	  "Busy", "dial1" },
	{ 3, "+441632960003", PHONE_TRYING, false, 1, 3, -1, 0, "", "dial1" },
	{ 4, "+441632960004", PHONE_PREMATURE, false, 1, 3, 1783000, 200,
	  "the callee hung up at 0:06 of 0:31", "" },
	{ 5, "+441632960005", PHONE_FAILURE, true, 3, 3, -1, 404,
	  "Not Found", "" },
	{ 6, "+441632960006", PHONE_IDLE, false, 0, 3, -1, 0, "", "" },
	{ 7, "+4416329600070123456789012345678", PHONE_TRYING, false, 1, 3,
	  -1, 0, "", "dial2" },
	{ 8, "+441632960008", PHONE_FAILURE, false, 1, 3, 3 * 86400000LL,
	  503, "Service Unavailable\x07", "" },
	{ 9, "+441632960009", PHONE_SUCCESS, true, 1, 3, -1, 0, "", "" },
	{ 10, "+441632960010", PHONE_TRYING, false, 1, 3, -1, 0, "", "dial1" },
};

enum {
	CAMPS  = sizeof(camps) / sizeof(camps[0]),
	PHONES = sizeof(phones) / sizeof(phones[0]),
};


static struct snapshot *snapshot_make(void)
{
	static const struct snapshot_call calls[] = {
		{ .phone_id = 2, .st = ATT_ANSWERED, .played_ms = 19000 },
		{ .phone_id = 3, .st = ATT_RINGING, .since_ms = 7200 },
		{ .phone_id = 9, .st = ATT_HEARD, .played_ms = 31000 },
		{ .phone_id = 10, .st = ATT_QUEUED },
	};
	struct snapshot *sn = snapshot_alloc(CAMPS, 4);

	assert_non_null(sn);
	sn->db_ok = true;
	sn->live = 3;
	sn->started = 615021;
	(void)snprintf(sn->node, sizeof(sn->node), "dial1");

	sn->campc = CAMPS;
	for (size_t i = 0; i < CAMPS; i++) {
		sn->campv[i].id = (int32_t)i + 1;
		sn->campv[i].reason = camps[i].reason;
		sn->campv[i].until_ms = camps[i].until_ms;
	}
	(void)snprintf(sn->campv[4].detail, REASON_SIZE,
		       "prompt 7 has no audio");

	sn->callc = 4;
	for (size_t i = 0; i < 4; i++) {
		sn->callv[i] = calls[i];
		sn->callv[i].prompt_ms = 31000;
	}

	return sn;
}


static void model_fill(struct model *m)
{
	struct feed_news news = {
		.ok = true, .rows = true, .read_ms = T0 - 1200, .took_ms = 3,
		.campc = CAMPS,
	};

	news.campv = calloc(CAMPS, sizeof(*news.campv));
	assert_non_null(news.campv);
	for (size_t i = 0; i < CAMPS; i++) {
		struct db_campaign *c = &news.campv[i];

		c->id = (int32_t)i + 1;
		c->paused = camps[i].paused;
		c->finished = camps[i].finished;
		c->total = camps[i].total;
		c->live = camps[i].live;
		(void)snprintf(c->name, sizeof(c->name), "%s",
			       camps[i].name);
		c->count[PHONE_IDLE] = c->total - c->finished - c->live;
		c->count[PHONE_TRYING] = c->live;
		c->count[PHONE_SUCCESS] = c->finished;
	}

	if (m->view.campaign) {
		news.view = m->view;
		news.phonev = malloc(sizeof(phones));
		assert_non_null(news.phonev);
		memcpy(news.phonev, phones, sizeof(phones));
		news.phonec = PHONES;
	}

	model_news(m, &news, T0);
}


static void dump_attrs(FILE *f, const struct canvas *cv)
{
	static const char plain[] = ".bgyr", rev[] = "RBGYR";

	for (int row = 0; row < canvas_height(cv); row++) {
		char line[512];
		int end = 0;

		for (int col = 0; col < canvas_width(cv); col++) {
			const struct cell *c = canvas_cell(cv, row, col);

			assert_non_null(c);
			line[col] = (c->attr & ATTR_REV ? rev : plain)
				[c->attr & ATTR_MASK];
			if (line[col] != '.')
				end = col + 1;
		}
		(void)fprintf(f, "%.*s\n", end, line);
	}
}


/* The canvas as the text of a golden file; the caller frees. */
static char *dump(const struct canvas *cv)
{
	char *text = NULL, line[4096];
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	for (int row = 0; row < canvas_height(cv); row++) {
		(void)canvas_text(cv, row, line, sizeof(line));
		(void)fprintf(f, "%s\n", line);
	}
	(void)fprintf(f, "-- attributes\n");
	dump_attrs(f, cv);
	(void)fclose(f);

	return text;
}


static void compare(const char *name, const char *text)
{
	static char want[SCREEN_SIZE];
	char path[128];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "tests/unit/golden/%s.txt", name);

	if (getenv("GOLDEN_UPDATE")) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_true(fputs(text, f) >= 0);
		assert_int_equal(0, fclose(f));
		return;
	}

	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(want, 1, sizeof(want) - 1, f);
	want[n] = '\0';
	(void)fclose(f);

	if (strcmp(want, text))
		print_message("# %s differs; it is now:\n%s", path, text);
	assert_string_equal(want, text);
}


static void shoot(const struct model *m, const char *name, int width,
		  int height, bool utf8)
{
	struct canvas *cv = NULL;
	struct view v = { .m = m, .now_ms = T0, .wall_ms = wall0 };
	char full[96], *text;

	assert_int_equal(0, canvas_alloc(&cv, width, height, utf8));
	v.cv = cv;
	view_draw(&v);

	(void)snprintf(full, sizeof(full), "%s-%dx%d-%s", name, width,
		       height, utf8 ? "utf8" : "ascii");
	text = dump(cv);
	compare(full, text);
	free(text);
	canvas_free(cv);
}


static void shoot_all(struct model *m, const char *name)
{
	static const int sizes[][2] = { { 60, 16 }, { 80, 24 }, { 200, 60 } };

	for (size_t i = 0; i < 3; i++) {
		model_resize(m, sizes[i][0], sizes[i][1]);
		shoot(m, name, sizes[i][0], sizes[i][1], false);
		shoot(m, name, sizes[i][0], sizes[i][1], true);
	}
}


static void start(struct model *m)
{
	model_init(m);
	model_resize(m, 80, 24);
	model_fill(m);
	model_snapshot(m, snapshot_make(), T0 - 300);
}


static void screen_of_campaigns(void **state)
{
	struct model m;
	(void)state;

	start(&m);
	model_act(&m, ACTION_DOWN, T0);
	model_act(&m, ACTION_DOWN, T0);
	shoot_all(&m, "campaigns");
	model_reset(&m);
}


static void screen_of_phones(void **state)
{
	struct model m;
	(void)state;

	start(&m);
	model_act(&m, ACTION_DOWN, T0);
	model_act(&m, ACTION_DOWN, T0);
	model_act(&m, ACTION_OPEN, T0);
	model_fill(&m);
	model_act(&m, ACTION_DOWN, T0);
	shoot_all(&m, "phones");
	model_reset(&m);
}


static void screen_of_help(void **state)
{
	struct model m;
	(void)state;

	start(&m);
	model_act(&m, ACTION_HELP, T0);
	model_act(&m, ACTION_DOWN, T0);
	shoot_all(&m, "help");
	model_reset(&m);
}


static void screen_before_anything_is_known(void **state)
{
	struct model m;
	(void)state;

	model_init(&m);
	model_resize(&m, 80, 24);
	shoot(&m, "first", 80, 24, false);
	model_reset(&m);
}


static void screen_without_campaigns(void **state)
{
	struct feed_news news = { .ok = true, .rows = true, .read_ms = T0 };
	struct model m;
	(void)state;

	model_init(&m);
	model_resize(&m, 80, 24);
	model_news(&m, &news, T0);
	shoot(&m, "empty", 80, 24, false);
	model_reset(&m);
}


static void screen_with_the_database_away(void **state)
{
	struct feed_news news = {
		.ok = false, .retry_ms = T0 + 3500, .why = "no database: x",
	};
	struct snapshot *sn = snapshot_make();
	struct model m;
	(void)state;

	start(&m);
	sn->db_ok = false;
	sn->pending = 12;
	for (size_t i = 0; i < CAMPS; i++)
		sn->campv[i].reason = CAMPAIGN_DB_DOWN;
	model_snapshot(&m, sn, T0 - 4000);
	m.read_ms = T0 - 12300;
	model_news(&m, &news, T0);
	shoot(&m, "stale", 80, 24, false);
	shoot(&m, "stale", 60, 16, false);
	model_reset(&m);
}


static void screen_of_things_asked_for(void **state)
{
	struct snapshot *sn;
	struct model m;
	(void)state;

	start(&m);
	model_act(&m, ACTION_PAUSE, T0 - 100);
	model_act(&m, ACTION_DOWN, T0);
	model_act(&m, ACTION_PAUSE, T0);
	m.intentv[1].since_ms = T0 - MODEL_SLOW_MS - 1;
	model_act(&m, ACTION_BOTTOM, T0);
	model_act(&m, ACTION_RESUME, T0 - 50);
	model_act(&m, ACTION_QUIT, T0);
	sn = snapshot_make();
	sn->stopping = true;
	model_snapshot(&m, sn, T0);
	shoot(&m, "asked", 80, 24, true);
	model_reset(&m);
}


static void small_terminals_are_told_what_is_needed(void **state)
{
	struct model m;
	char *text;
	(void)state;

	start(&m);
	shoot(&m, "small", 59, 16, false);
	shoot(&m, "small", 60, 15, true);

	for (int w = 1; w < 70; w += 3) {
		for (int h = 1; h < 20; h++) {
			struct canvas *cv = NULL;
			struct view v = { &m, NULL, T0, wall0 };

			assert_int_equal(0, canvas_alloc(&cv, w, h, true));
			model_resize(&m, w, h);
			v.cv = cv;
			view_draw(&v);
			text = dump(cv);
			free(text);
			canvas_free(cv);
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
		cmocka_unit_test(screen_of_phones),
		cmocka_unit_test(screen_of_help),
		cmocka_unit_test(screen_before_anything_is_known),
		cmocka_unit_test(screen_without_campaigns),
		cmocka_unit_test(screen_with_the_database_away),
		cmocka_unit_test(screen_of_things_asked_for),
		cmocka_unit_test(small_terminals_are_told_what_is_needed),
		cmocka_unit_test(numbers_are_short_and_never_too_large),
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
