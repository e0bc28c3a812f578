/**
 * @file test_dialog.c  Questions, lines of text, marks
 *
 * links: tui/dialog.o tui/edit.o tui/tags.o tui/style.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tui/canvas.h"
#include "tui/dialog.h"
#include "tui/keymap.h"
#include "tui/style.h"
#include "tui/tags.h"


static void open_shown(struct dialog *dg, enum dialog_kind kind)
{
	dialog_open(dg, kind, 7);
	dialog_shown(dg);
}


static void keys_before_the_question_are_no_answer(void **state)
{
	struct dialog dg;
	(void)state;

	dialog_open(&dg, DIALOG_CONFIRM, 7);
	assert_int_equal(DIALOG_OPEN, dialog_key(&dg, 'y'));
	assert_int_equal(DIALOG_OPEN, dialog_key(&dg, 'n'));
	dialog_shown(&dg);
	assert_int_equal(DIALOG_YES, dialog_key(&dg, 'y'));
	assert_int_equal(DIALOG_NONE, dg.kind);
	assert_int_equal(7, dg.tag);
}


static void only_y_is_yes(void **state)
{
	static const int others[] = {
		'Y', 'n', KEYC_ENTER, KEYC_ESC, ' ', KEYC_UP, 'p', 0xff,
	};
	struct dialog dg;
	(void)state;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		open_shown(&dg, DIALOG_CONFIRM);
		assert_int_equal(DIALOG_NO, dialog_key(&dg, others[i]));
		assert_int_equal(DIALOG_NONE, dg.kind);
	}
}


static enum dialog_answer type(struct dialog *dg, const char *text)
{
	for (; *text; text++) {
		enum dialog_answer an =
			dialog_key(dg, (unsigned char)*text);

		if (an != DIALOG_OPEN)
			return an;
	}

	return DIALOG_OPEN;
}


static void a_name_has_to_be_typed_whole(void **state)
{
	struct dialog dg;
	(void)state;

	open_shown(&dg, DIALOG_NAME);
	strcpy(dg.want, "z\u00fcrich y");
	assert_int_equal(DIALOG_YES, type(&dg, "z\u00fcrich y\r"));

	open_shown(&dg, DIALOG_NAME);
	strcpy(dg.want, "flood");
	assert_int_equal(DIALOG_NO, type(&dg, "floo\r"));
	assert_true(dg.mistyped);

	open_shown(&dg, DIALOG_NAME);
	strcpy(dg.want, "flood");
	assert_int_equal(DIALOG_NO, type(&dg, "flood\x1b"));
	assert_false(dg.mistyped);

	open_shown(&dg, DIALOG_NAME);
	strcpy(dg.want, "flood");
	assert_int_equal(DIALOG_OPEN, type(&dg, "flox\b"));
	assert_int_equal(DIALOG_YES, type(&dg, "od\r"));
}


static void a_choice_is_one_of_its_letters(void **state)
{
	struct dialog dg;
	(void)state;

	open_shown(&dg, DIALOG_CHOICE);
	strcpy(dg.letters, "dh");
	assert_int_equal(DIALOG_YES, dialog_key(&dg, 'h'));
	assert_int_equal('h', dg.choice);

	open_shown(&dg, DIALOG_CHOICE);
	strcpy(dg.letters, "dh");
	assert_int_equal(DIALOG_NO, dialog_key(&dg, 'c'));
	open_shown(&dg, DIALOG_CHOICE);
	strcpy(dg.letters, "dh");
	assert_int_equal(DIALOG_NO, dialog_key(&dg, KEYC_UP));
}


static void more_lines_than_fit_are_left_out(void **state)
{
	struct dialog dg;
	(void)state;

	dialog_open(&dg, DIALOG_CONFIRM, 1);
	for (int i = 0; i < DIALOG_LINES + 3; i++)
		dialog_line(&dg, "line %d", i);
	assert_int_equal(DIALOG_LINES, dg.linec);
	assert_string_equal("line 0", dg.linev[0]);
}


static void a_line_is_edited_by_characters(void **state)
{
	struct edit ed;
	(void)state;

	edit_set(&ed, "a\u6e2c");
	assert_true(edit_key(&ed, '\b'));
	assert_string_equal("a", ed.text);
	assert_true(edit_key(&ed, '\b'));
	assert_false(edit_key(&ed, '\b'));
	assert_true(edit_key(&ed, 0xc3));
	assert_true(edit_key(&ed, 0xbc));
	assert_string_equal("\u00fc", ed.text);

	edit_set(&ed, "two words ");
	assert_true(edit_key(&ed, KEYC_CTRL('w')));
	assert_string_equal("two ", ed.text);
	assert_true(edit_key(&ed, KEYC_CTRL('u')));
	assert_string_equal("", ed.text);
	assert_false(edit_key(&ed, KEYC_CTRL('u')));

	assert_false(edit_key(&ed, '\t'));
	assert_false(edit_key(&ed, KEYC_PGUP));
	assert_false(edit_key(&ed, 0x7f));
}


static void a_line_is_bounded(void **state)
{
	struct edit ed;
	(void)state;

	edit_set(&ed, "");
	for (int i = 0; i < 2 * EDIT_SIZE; i++)
		(void)edit_key(&ed, 'x');
	assert_int_equal(EDIT_SIZE - 1, ed.len);
	assert_int_equal(EDIT_SIZE - 1, strlen(ed.text));
}


static void tags_are_a_set(void **state)
{
	struct tags tg = { NULL, 0 };
	(void)state;

	assert_false(tags_has(&tg, 5));
	assert_int_equal(0, tags_add(&tg, 5));
	assert_int_equal(0, tags_add(&tg, -3));
	assert_int_equal(0, tags_add(&tg, 9));
	assert_int_equal(0, tags_add(&tg, 5));
	assert_int_equal(3, tg.n);
	assert_int_equal(-3, tg.idv[0]);
	assert_int_equal(5, tg.idv[1]);
	assert_true(tags_has(&tg, 9));
	tags_remove(&tg, 5);
	tags_remove(&tg, 6);
	assert_false(tags_has(&tg, 5));
	assert_true(tags_has(&tg, -3) && tags_has(&tg, 9));
	tags_clear(&tg);
	assert_int_equal(0, tg.n);

	for (int i = 0; i < TAGS_MAX; i++)
		assert_int_equal(0, tags_add(&tg, TAGS_MAX - i));
	assert_int_equal(EOVERFLOW, tags_add(&tg, 0));
	assert_int_equal(0, tags_add(&tg, 1));
	tags_clear(&tg);
}


static void meanings_differ_without_colours_too(void **state)
{
	(void)state;

	assert_int_equal('r', style_letter(style_of(ATTR_BAD, true)));
	assert_int_equal('b', style_letter(style_of(ATTR_BAD, false)));
	assert_int_equal('g', style_letter(style_of(ATTR_GOOD, true)));
	assert_int_equal('.', style_letter(style_of(ATTR_GOOD, false)));
	assert_int_equal('y', style_letter(style_of(ATTR_WARN, true)));
	assert_int_equal('d', style_letter(style_of(ATTR_DIM, false)));
	assert_int_equal('R', style_letter(style_of(ATTR_BAD | ATTR_REV,
						    true)));
	assert_int_equal('X', style_letter(style_of(ATTR_REV, false)));
	assert_true(style_of(ATTR_BAD | ATTR_REV, false).reverse);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_before_the_question_are_no_answer),
		cmocka_unit_test(only_y_is_yes),
		cmocka_unit_test(a_name_has_to_be_typed_whole),
		cmocka_unit_test(a_choice_is_one_of_its_letters),
		cmocka_unit_test(more_lines_than_fit_are_left_out),
		cmocka_unit_test(a_line_is_edited_by_characters),
		cmocka_unit_test(a_line_is_bounded),
		cmocka_unit_test(tags_are_a_set),
		cmocka_unit_test(meanings_differ_without_colours_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
