/**
 * @file test_number.c  What may go onto the wire as a number
 *
 * links: core/number.o
 */
#include "core/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void numbers_are_taken(void **state)
{
	static const char *const testv[] = {
		"1", "0", "+1", "*", "#", "*31#0123", "#31#0123", "112",
		"+15550100001", "00000000000000000000000000000000",
		"+1234567890123456789012345678901",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		const char *why = number_refuse(testv[i], false);

		if (why)
			fail_msg("'%s': %s", testv[i], why);
	}
}


static void what_could_end_a_header_or_a_uri_is_refused(void **state)
{
	static const char *const testv[] = {
		"", "+", "++1", "1+2", "12+", "1 2", " 12", "12 ", "12\t",
		"12\r\nX-Evil: 1", "\r\n", "12\n", "\n12", "1\r", "1@host",
		"@", "1;user=phone", ";", "1?Subject=x", "?", "1<2", "<12>",
		">", "%31", "1%", "12%0d%0a", "\"1\"", "1,2", "1:2", "1/2",
		"sip:12", "tel:12", "1\\2", "1'2", "(555)1", "555-1", "5.5",
		"&1", "=1", "$1", "abc", "1a", "anonymous", "\x7f" "1",
		"1\xc2\xa0" "2", "\xd9\xa1", "\xef\xbc\x91", "1\xff",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		const char *why = number_refuse(testv[i], false);

		if (!why)
			fail_msg("taken: '%s'", testv[i]);
		else
			assert_true(why[0]);
	}
}


/* The only bytes that a number is made of */
static void each_byte_is_judged(void **state)
{
	(void)state;

	for (int c = 1; c < 256; c++) {
		const char text[] = { '5', (char)c, '5', '\0' };
		const int good = strchr("0123456789*#", c) != NULL;

		if (good != !number_refuse(text, false))
			fail_msg("byte 0x%02x", (unsigned)c);
	}
}


static void the_longest_number_has_32_characters(void **state)
{
	char text[NUMBER_MAX + 3];
	(void)state;

	memset(text, '7', sizeof(text));
	text[NUMBER_MAX] = '\0';
	assert_null(number_refuse(text, false));
	text[0] = '+';
	assert_null(number_refuse(text, false));

	text[NUMBER_MAX] = '7';
	text[NUMBER_MAX + 1] = '\0';
	assert_non_null(number_refuse(text, false));
	text[0] = '7';
	assert_non_null(number_refuse(text, false));
}


static void ten_kilobytes_of_digits_are_refused(void **state)
{
	const size_t size = 10240;
	char *text = malloc(size + 1);
	(void)state;

	assert_non_null(text);
	memset(text, '1', size);
	text[size] = '\0';
	assert_non_null(number_refuse(text, false));
	text[0] = '+';
	assert_non_null(number_refuse(text, false));
	free(text);
}


static void uris_are_taken_where_they_are_allowed(void **state)
{
	static const char *const testv[] = {
		"sip:1@h", "sip:alice@example.com", "sip:+1555@192.0.2.1",
		"sip:a.b_c~d*e-f@pbx-1.example:5060", "sip:100@127.0.0.1:1",
		"sip:x@y:65535",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		const char *why = number_refuse(testv[i], true);

		if (why)
			fail_msg("'%s': %s", testv[i], why);
		assert_non_null(number_refuse(testv[i], false));
	}

	assert_null(number_refuse("+1555", true));
	assert_non_null(number_refuse("1@h", true));
}


static void unsafe_uris_are_refused_everywhere(void **state)
{
	static const char *const testv[] = {
		"sip:", "sip:@", "sip:a", "sip:a@", "sip:@h", "sip:a@h:",
		"sip:a@h:x", "sip:a@h:5060x", "sip:a@h:123456", "sip:a@h:0",
		"sip:a@h:65536", "sip:a@h:5060:1", "sip:a@b@c", "SIP:a@h",
		"sips:a@h", "tel:1", "sip:a@h;lr", "sip:a;b@h", "sip:a@h?x=1",
		"sip:a:secret@h", "sip:a%40b@h", "sip:<a>@h", "sip:a@h>",
		"sip:a b@h", "sip:a@h h", "sip:a@h\r\nX: 1", "sip:\r\n@h",
		"sip:a\"@h", "sip:a@[::1]", "sip:a@h/x", "sip:a@\xc3\xa9",
		" sip:a@h", "sip:a@h ", "sip://a@h",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		if (!number_refuse(testv[i], true))
			fail_msg("taken: '%s'", testv[i]);
		assert_non_null(number_refuse(testv[i], false));
	}
}


static void the_longest_uri_has_200_characters(void **state)
{
	char text[NUMBER_URI_MAX + 2];
	(void)state;

	memset(text, 'a', sizeof(text));
	memcpy(text, "sip:u@", 6);
	text[NUMBER_URI_MAX] = '\0';
	assert_null(number_refuse(text, true));
	text[NUMBER_URI_MAX] = 'a';
	text[NUMBER_URI_MAX + 1] = '\0';
	assert_non_null(number_refuse(text, true));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(numbers_are_taken),
		cmocka_unit_test(what_could_end_a_header_or_a_uri_is_refused),
		cmocka_unit_test(each_byte_is_judged),
		cmocka_unit_test(the_longest_number_has_32_characters),
		cmocka_unit_test(ten_kilobytes_of_digits_are_refused),
		cmocka_unit_test(uris_are_taken_where_they_are_allowed),
		cmocka_unit_test(unsafe_uris_are_refused_everywhere),
		cmocka_unit_test(the_longest_uri_has_200_characters),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
