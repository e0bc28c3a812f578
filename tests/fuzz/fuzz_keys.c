/**
 * @file fuzz_keys.c  Any keys, and the console as it looks after each
 *
 * The first byte chooses the console and its size, two bytes are a key.
 *
 * links: sql/db_view.o tui/model_hangup.o tui/model_sort.o tui/model_tags.o
 * links: tests/unit/console_bed.o core/attempt.o
 * links: core/phone.o core/snapshot.o core/logbook.o core/timeline.o
 * links: tui/canvas.o tui/dialog.o tui/edit.o tui/feed_rows.o tui/keymap.o
 * links: tui/keymap_table.o tui/model.o tui/model_cursor.o tui/model_do.o
 * links: tui/model_done.o tui/model_event.o tui/model_key.o tui/model_ahead.o
 * links: tui/model_list.o tui/model_look.o tui/model_nav.o
 * links: tui/model_news.o tui/model_piece.o tui/model_rows.o
 * links: tui/model_state.o tui/style.o tui/table.o tui/tags.o tui/view.o
 * links: tui/view_call.o tui/view_campaigns.o tui/view_dialog.o
 * links: tui/view_help.o tui/view_live.o tui/view_log.o tui/view_nodes.o
 * links: tui/view_phones.o tui/view_row.o tui/view_text.o
 */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/console_bed.h"
#include "tui/view.h"

enum { KEYS_MAX = 60 };


static void names_check(int key)
{
	struct keymap_word wordv[24];
	char name[16], line[128];
	size_t words;

	EXPECT(keymap_name(name, sizeof(name), key) == name);
	for (int i = 0; i < SCREENS; i++) {
		EXPECT(keymap_action((enum screen_id)i, key) < ACTIONS);
		words = keymap_bar(wordv, 24, (enum screen_id)i, key & 0xff,
				   (uint64_t)key << 5);
		EXPECT(words <= 24);
	}
	(void)keymap_help(line, sizeof(line), (size_t)key & 0x7f);
}


static void edit_check(const struct edit *ed)
{
	EXPECT(ed->len < sizeof(ed->text));
	EXPECT(ed->len == strlen(ed->text));
}


static void start(struct model *m, uint8_t how)
{
	if (how & 1)
		bed_start(m);
	else if (how & 2)
		bed_remote(m);
	else
		bed_hostile(m);
	model_resize(m, 60 + (how >> 2) % 70, 16 + (how >> 5) * 4);
}


int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	EXPECT(!bed_locale());

	return 0;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t how = fuzz_byte(&data, &size);
	struct view v = { .now_ms = BED_NOW, .wall_ms = BED_WALL };
	struct canvas *cv;
	struct model m;

	start(&m, how);
	EXPECT(!canvas_alloc(&cv, 60 + (how >> 2) % 70, 16 + (how >> 5) * 4,
			     how & 2));
	v.m = &m;
	v.cv = cv;

	for (int i = 0; i < KEYS_MAX && size; i++) {
		const int kind = fuzz_byte(&data, &size);
		const int code = fuzz_byte(&data, &size);
		const int key = kind & 1 ? KEYC_UP + code % 16 : code;

		names_check(key);
		v.now_ms += (uint64_t)(kind >> 1) * 50;
		v.wall_ms += (kind >> 1) * 50;
		bed_key(&m, key, v.now_ms);
		(void)model_tick(&m, v.now_ms);
		edit_check(&m.edit);
		view_draw(&v);
	}

	canvas_free(cv);
	model_reset(&m);

	return 0;
}
