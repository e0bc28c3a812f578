/**
 * @file test_canvas.c  Widths, clipping and escapes of the canvas
 *
 * links: tui/canvas.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/hostile.h"
#include "tui/canvas.h"


enum { LINE = 256 };


static struct canvas *make(int width, int height, bool utf8)
{
	struct canvas *cv = NULL;

	assert_int_equal(0, canvas_alloc(&cv, width, height, utf8));

	return cv;
}


/* What is on the first row after putting text into max cells of ten */
static void expect(const char *want, const char *text, int max, bool utf8)
{
	struct canvas *cv = make(10, 2, utf8);
	char line[LINE];

	(void)canvas_put(cv, 0, 0, max, ATTR_NORMAL, text);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal(want, line);
	canvas_free(cv);
}


static void sizes_out_of_range_are_refused(void **state)
{
	struct canvas *cv = NULL;
	(void)state;

	assert_int_not_equal(0, canvas_alloc(&cv, 0, 1, false));
	assert_int_not_equal(0, canvas_alloc(&cv, 1, -1, false));
	assert_null(cv);
}


static void plain_text_is_put_and_clipped(void **state)
{
	(void)state;

	expect("abc", "abc", 10, false);
	expect("0123456789", "0123456789", 99, false);
	expect("012345678~", "0123456789a", 99, false);
	expect("01~", "0123", 3, false);
	expect("01\u2026", "0123", 3, true);
	expect("", "abc", 0, false);
}


static void control_bytes_are_escaped(void **state)
{
	(void)state;

	expect("a\\x1Bb", "a\x1b" "b", 10, true);
	expect("\\x0A", "\n", 10, false);
	expect("\\x7F", "\x7f", 10, true);
	/* An escape is shown whole or not at all. */
	expect("a~", "a\x1b", 4, false);
}


static void invalid_utf8_is_escaped(void **state)
{
	(void)state;

	expect("\\xFFx", "\xff" "x", 10, true);
	expect("\\xC3", "\xc3", 10, true);
	expect("\\xC0\\x80", "\xc0\x80", 10, true);
	expect("\\xED\\xA0", "\xed\xa0", 10, true);
	expect("\\x80", "\x80", 10, true);
}


static void characters_need_utf8(void **state)
{
	(void)state;

	expect("f\u00fcr", "f\u00fcr", 10, true);
	expect("f\\xC3\\xBCr", "f\u00fcr", 10, false);
}


static void text_cannot_turn_around_or_hide(void **state)
{
	(void)state;

	expect("\\xE2\u2026", "\xe2\u202e", 5, true);
	expect("a\u2026", "a\u202e", 10, true);
	expect("a\u2026", "a\u200b", 10, true);
}


static void wide_characters_are_never_split(void **state)
{
	struct canvas *cv = make(10, 1, true);
	const struct cell *c;
	(void)state;

	expect("\u6e2c\u8a66", "\u6e2c\u8a66", 4, true);
	expect("\u6e2c\u2026", "\u6e2c\u8a66", 3, true);
	expect("\u2026", "\u6e2c\u8a66", 2, true);

	assert_int_equal(4, canvas_put(cv, 0, 0, 10, ATTR_BOLD,
				       "\u6e2c\u8a66"));
	assert_int_equal(4, canvas_measure(cv, "\u6e2c\u8a66"));
	c = canvas_cell(cv, 0, 1);
	assert_non_null(c);
	assert_int_equal(0, c->width);
	canvas_free(cv);
}


static void overwriting_half_a_wide_character_clears_it(void **state)
{
	struct canvas *cv = make(4, 1, true);
	char line[LINE];
	(void)state;

	(void)canvas_put(cv, 0, 0, 4, ATTR_NORMAL, "\u6e2c\u8a66");
	(void)canvas_put(cv, 0, 1, 1, ATTR_NORMAL, "x");
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal(" x\u8a66", line);

	(void)canvas_put(cv, 0, 2, 1, ATTR_NORMAL, "y");
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal(" xy", line);
	canvas_free(cv);
}


static void combining_characters_take_no_cell(void **state)
{
	struct canvas *cv = make(10, 1, true);
	char line[LINE];
	(void)state;

	assert_int_equal(2, canvas_put(cv, 0, 0, 10, ATTR_NORMAL,
				       "e\u0301x"));
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("e\u0301x", line);

	/* Without anything to combine with, it is shown for what it is. */
	expect("\\xCC\\x81", "\u0301", 10, true);
	/* More than a cell holds is left out, not written elsewhere. */
	expect("e\u0301\u0302x", "e\u0301\u0302\u0303x", 10, true);
	canvas_free(cv);
}


static void nothing_is_drawn_outside(void **state)
{
	struct canvas *cv = make(1, 1, true);
	char line[LINE];
	(void)state;

	assert_int_equal(0, canvas_put(cv, 1, 0, 9, ATTR_NORMAL, "x"));
	assert_int_equal(0, canvas_put(cv, 0, 1, 9, ATTR_NORMAL, "x"));
	assert_int_equal(0, canvas_put(cv, -1, 0, 9, ATTR_NORMAL, "x"));
	assert_int_equal(0, canvas_put(cv, 0, -1, 9, ATTR_NORMAL, "x"));
	canvas_bar(cv, 0, 0, 5, ATTR_NORMAL, 1, 2);
	canvas_mark(cv, 7, ATTR_REV);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("", line);
	assert_null(canvas_cell(cv, 0, 1));
	canvas_free(cv);
}


static void bars_are_full_at_the_end_only(void **state)
{
	struct canvas *cv = make(12, 1, false);
	char line[LINE];
	(void)state;

	canvas_bar(cv, 0, 0, 12, ATTR_NORMAL, 999999, 1000000);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("[#########-]", line);

	canvas_bar(cv, 0, 0, 12, ATTR_NORMAL, 7, 7);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("[##########]", line);

	canvas_bar(cv, 0, 0, 12, ATTR_NORMAL, 0, 0);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("[----------]", line);
	canvas_free(cv);

	/* Blanks are a byte each on the way to a terminal, or fewer. */
	cv = make(5, 1, true);
	canvas_bar(cv, 0, 0, 5, ATTR_NORMAL, 1, 2);
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("[\u2588  ]", line);
	canvas_free(cv);
}


/* Exactly as many cells as are said, and none beyond those allowed */
static void put_hostile(const char *text, int max, bool utf8)
{
	struct canvas *cv = make(max + 3, 1, utf8);
	int used = canvas_put(cv, 0, 1, max, ATTR_BAD, text);

	assert_in_range(used, 1, max);
	for (int col = 0; col < max + 3; col++) {
		const struct cell *c = canvas_cell(cv, 0, col);
		bool inside = col >= 1 && col <= used;

		assert_int_equal(inside ? ATTR_BAD : ATTR_NORMAL, c->attr);
		assert_true(c->ch[0] >= 0x20 || (!c->width && inside));
		assert_true(c->ch[0] < 0x7f || utf8);
		if (c->width == 2)
			assert_int_equal(0, canvas_cell(cv, 0, ++col)->width);
	}
	canvas_free(cv);
}


static void hostile_texts_stay_where_they_belong(void **state)
{
	static const int cells[] = { 332 + 8, 1 + 4, 2000, 2000 };
	char text[HOSTILE_BYTES + 1];
	struct canvas *cv = make(1, 1, true);
	(void)state;

	/* 166 wide ones and two bytes of another; 249 marks and a byte */
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		assert_int_equal(cells[i], canvas_measure(cv,
			hostile_text(text, i)));
	canvas_free(cv);

	for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
		(void)hostile_text(text, i);
		for (int max = 1; max < 200; max++) {
			put_hostile(text, max, true);
			put_hostile(text, max, false);
		}
	}
}


static void right_aligned_text_ends_at_its_column(void **state)
{
	struct canvas *cv = make(10, 1, false);
	char line[LINE];
	(void)state;

	(void)canvas_right(cv, 0, 2, 6, ATTR_NORMAL, "12");
	(void)canvas_text(cv, 0, line, sizeof(line));
	assert_string_equal("      12", line);
	canvas_free(cv);
}


static void marks_keep_meanings(void **state)
{
	struct canvas *cv = make(3, 1, false);
	const struct cell *c;
	(void)state;

	(void)canvas_put(cv, 0, 0, 3, ATTR_BAD, "x");
	canvas_mark(cv, 0, ATTR_REV);
	c = canvas_cell(cv, 0, 0);
	assert_non_null(c);
	assert_int_equal(ATTR_BAD | ATTR_REV, c->attr);
	c = canvas_cell(cv, 0, 2);
	assert_non_null(c);
	assert_int_equal(ATTR_REV, c->attr);
	canvas_free(cv);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_out_of_range_are_refused),
		cmocka_unit_test(plain_text_is_put_and_clipped),
		cmocka_unit_test(control_bytes_are_escaped),
		cmocka_unit_test(invalid_utf8_is_escaped),
		cmocka_unit_test(characters_need_utf8),
		cmocka_unit_test(text_cannot_turn_around_or_hide),
		cmocka_unit_test(wide_characters_are_never_split),
		cmocka_unit_test(overwriting_half_a_wide_character_clears_it),
		cmocka_unit_test(combining_characters_take_no_cell),
		cmocka_unit_test(nothing_is_drawn_outside),
		cmocka_unit_test(bars_are_full_at_the_end_only),
		cmocka_unit_test(hostile_texts_stay_where_they_belong),
		cmocka_unit_test(right_aligned_text_ends_at_its_column),
		cmocka_unit_test(marks_keep_meanings),
	};

	/* The widths of characters are the locale's. */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
