/**
 * @file test_keymap.c  The table of keys, its help and its key bar
 *
 * links: tui/keymap.o tui/keymap_table.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tui/keymap.h"


static void a_key_means_one_thing_on_a_screen(void **state)
{
	size_t n;
	const struct keymap *km = keymap_table(&n);
	(void)state;

	for (size_t i = 0; i < n; i++) {
		for (int s = 0; s < SCREENS; s++) {
			if (!(km[i].screens & 1u << s))
				continue;
			assert_int_equal(km[i].action, keymap_action(
				(enum screen_id)s, km[i].key));
			for (size_t k = 0; k < 3 && km[i].alias[k]; k++)
				assert_int_equal(km[i].action, keymap_action(
					(enum screen_id)s, km[i].alias[k]));
		}
	}
}


static void keys_are_what_operators_expect(void **state)
{
	(void)state;

	assert_int_equal(ACTION_OPEN,
			 keymap_action(SCREEN_CAMPAIGNS, KEYC_ENTER));
	assert_int_equal(ACTION_QUIT, keymap_action(SCREEN_CAMPAIGNS, 'q'));
	assert_int_equal(ACTION_BACK, keymap_action(SCREEN_PHONES, 'q'));
	assert_int_equal(ACTION_BACK,
			 keymap_action(SCREEN_PHONES, KEYC_ESC));
	assert_int_equal(ACTION_QUIT, keymap_action(SCREEN_PHONES, 'Q'));
	assert_int_equal(ACTION_QUIT,
			 keymap_action(SCREEN_HELP, KEYC_CTRL('c')));
	assert_int_equal(ACTION_PAUSE, keymap_action(SCREEN_PHONES, 'p'));
	assert_int_equal(ACTION_LOG, keymap_action(SCREEN_PHONES, 'l'));
	assert_int_equal(ACTION_FILTER,
			 keymap_action(SCREEN_LOG, KEYC_F3));
	assert_int_equal(ACTION_FILTER,
			 keymap_action(SCREEN_PHONES, KEYC_F3));
	assert_int_equal(ACTION_FOLLOW,
			 keymap_action(SCREEN_CAMPAIGNS, 'F'));
	assert_int_equal(ACTION_HANGUP,
			 keymap_action(SCREEN_LIVE, KEYC_F9));
	assert_int_equal(ACTION_SORT_RIGHT,
			 keymap_action(SCREEN_CAMPAIGNS, KEYC_F6));
	assert_int_equal(ACTION_NONE, keymap_action(SCREEN_HELP, 'p'));
	assert_int_equal(ACTION_NONE,
			 keymap_action(SCREEN_CAMPAIGNS, KEYC_ESC));
	assert_int_equal(ACTION_NONE,
			 keymap_action(SCREEN_CAMPAIGNS, KEYC_NONE));
}


static void names_of_keys(void **state)
{
	char buf[16];
	(void)state;

	assert_string_equal("q", keymap_name(buf, sizeof(buf), 'q'));
	assert_string_equal("^L", keymap_name(buf, sizeof(buf),
					      KEYC_CTRL('l')));
	assert_string_equal("PgUp", keymap_name(buf, sizeof(buf),
						KEYC_PGUP));
	assert_string_equal("Esc", keymap_name(buf, sizeof(buf), KEYC_ESC));
}


static void the_help_tells_of_every_key(void **state)
{
	char line[128], all[8192] = "";
	const struct keymap *km;
	size_t n, i;
	(void)state;

	for (i = 0; !keymap_help(line, sizeof(line), i); i++) {
		strcat(all, line);
		strcat(all, "\n");
		assert_true(strlen(line) < 60);
	}
	assert_true(i > 10);
	assert_int_not_equal(0, keymap_help(line, sizeof(line), i + 100));

	km = keymap_table(&n);
	for (i = 0; i < n; i++) {
		if (km[i].help)
			assert_non_null(strstr(all, km[i].help));
	}
}


static const char *bar(enum screen_id screen, int width, uint64_t denied)
{
	static char all[512];
	struct keymap_word wordv[24];
	size_t n = keymap_bar(wordv, 24, screen, width, denied);

	all[0] = '\0';
	for (size_t i = 0; i < n; i++)
		strcat(all, wordv[i].text);
	assert_true(strlen(all) <= (size_t)(width > 0 ? width : 0));

	return all;
}


static void the_bar_keeps_the_way_out(void **state)
{
	(void)state;

	assert_string_equal(" ?Help Enter:Phones p:Pause r:Resume /Filter "
			    "Space:Tag >Sort Z:Freeze q:Quit",
			    bar(SCREEN_CAMPAIGNS, 79, 0));
	assert_string_equal(" ?Help :Id q:Back", bar(SCREEN_PHONES, 20, 0));
	assert_string_equal(" q:Back", bar(SCREEN_PHONES, 9, 0));
	assert_string_equal("", bar(SCREEN_PHONES, 0, 0));
	for (int s = 0; s < SCREENS; s++) {
		assert_non_null(strstr(bar((enum screen_id)s, 59, 0), "q:"));
		assert_non_null(strstr(bar((enum screen_id)s, 200, 0),
				       "q:"));
	}
}


static void what_is_denied_is_in_brackets(void **state)
{
	uint64_t pause = ACTION_BIT(ACTION_PAUSE);
	(void)state;

	assert_non_null(strstr(bar(SCREEN_CAMPAIGNS, 79, pause),
			       " (p:Pause) r:Resume "));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_means_one_thing_on_a_screen),
		cmocka_unit_test(keys_are_what_operators_expect),
		cmocka_unit_test(names_of_keys),
		cmocka_unit_test(the_help_tells_of_every_key),
		cmocka_unit_test(the_bar_keeps_the_way_out),
		cmocka_unit_test(what_is_denied_is_in_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
