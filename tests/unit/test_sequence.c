/**
 * @file test_sequence.c  Keys that come as several bytes behind ESC
 *
 * links: tui/sequence.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tui/keymap.h"
#include "tui/sequence.h"


/* As a terminal's bytes are taken: up to its end. @return the key */
static int key_of(const char *bytes)
{
	size_t n = 1;

	assert_true(sequence_begins(bytes[0]));
	while (!sequence_ends(bytes, n)) {
		++n;
		assert_in_range(n, 1, strlen(bytes));
	}
	assert_int_equal(strlen(bytes), n);

	return sequence_key(bytes, n);
}


static void keys_of_other_terminals_are_known(void **state)
{
	(void)state;

	assert_int_equal(KEYC_UP, key_of("[A"));
	assert_int_equal(KEYC_DOWN, key_of("OB"));
	assert_int_equal(KEYC_END, key_of("[4~"));
	assert_int_equal(KEYC_END, key_of("[8~"));
	assert_int_equal(KEYC_HOME, key_of("OH"));
	assert_int_equal(KEYC_PGDN, key_of("[6~"));
	assert_int_equal(KEYC_F1, key_of("OP"));
	assert_int_equal(KEYC_F1, key_of("[[A"));
	assert_int_equal(KEYC_F9, key_of("[20~"));
}


static void the_keypad_means_what_is_printed_on_it(void **state)
{
	static const char digits[] = "pqrstuvwxy";
	char seq[] = "O?";
	(void)state;

	for (int i = 0; i < 10; i++) {
		seq[1] = digits[i];
		assert_int_equal('0' + i, key_of(seq));
	}
	assert_int_equal(KEYC_ENTER, key_of("OM"));
	assert_int_equal('+', key_of("Ok"));
	assert_int_equal('-', key_of("Om"));
}


/* Letters that end it pause, hang up and quit by themselves. */
static void what_nobody_knows_is_swallowed_whole(void **state)
{
	static const char *const seqs[] = {
		"OQ", "[[B", "[[E", "[1;5P", "[1;2R", "[P", "[I", "[200~",
		"[3;5~", "[24;2~", "[1;5C", "O5Q", "[<0;10;10M", "[?1;2c",
		"[27;5;112~", "[112;5u", "[>0;276;0c", "[ q",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++)
		assert_int_equal(KEYC_NONE, key_of(seqs[i]));
}


static void other_bytes_begin_none(void **state)
{
	(void)state;

	for (int c = 0; c < 0x200; c++)
		assert_int_equal(c == '[' || c == 'O', sequence_begins(c));
	assert_false(sequence_ends("[", 1));
	assert_false(sequence_ends("[1;5", 4));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_other_terminals_are_known),
		cmocka_unit_test(the_keypad_means_what_is_printed_on_it),
		cmocka_unit_test(what_nobody_knows_is_swallowed_whole),
		cmocka_unit_test(other_bytes_begin_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
