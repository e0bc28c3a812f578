/**
 * @file test_text.c  Text from outside, for logs and for the database
 *
 * links: core/text.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/text.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void what_is_no_text_becomes_question_marks(void **state)
{
	static const struct {
		const char *in, *out;
	} testv[] = {
		{ "",                          ""                },
		{ "Busy Here",                 "Busy Here"       },
		{ "caf\xc3\xa9 \xe6\xb8\xac \xf0\x9f\x93\x9e",
		  "caf\xc3\xa9 \xe6\xb8\xac \xf0\x9f\x93\x9e"    },
		{ "\x1b]0;x\x07",              "?]0;x?"          },
		{ "a\r\nb\tc\x7f",             "a??b?c?"         },
		{ "\xc2\x9b" "31m",            "?31m"            },
		{ "\xff\xfe",                  "??"              },
		{ "\xc3",                      "?"               },
		{ "\xe6\xb8",                  "??"              },
		{ "\xc0\x80",                  "??"              },
		{ "\xed\xa0\x80",              "???"             },
		{ "\xf4\x90\x80\x80",          "????"            },
		{ "\xe0\x9f\xbf",              "???"             },
	};
	char buf[64];
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		const size_t n = text_clean(buf, sizeof(buf), testv[i].in);

		assert_string_equal(testv[i].out, buf);
		assert_int_equal(strlen(buf), n);
	}
}


static void a_clip_never_splits_a_character(void **state)
{
	char buf[8];
	(void)state;

	assert_int_equal(6, text_clean(buf, sizeof(buf), "\xe6\xb8\xac"
				       "\xe6\xb8\xac\xe6\xb8\xac"));
	assert_string_equal("\xe6\xb8\xac\xe6\xb8\xac", buf);
	assert_int_equal(7, text_clean(buf, sizeof(buf), "0123456789"));
	assert_string_equal("0123456", buf);
	assert_int_equal(0, text_clean(buf, 1, "x"));
	assert_string_equal("", buf);
}


static void numbers_are_masked_in_a_line(void **state)
{
	static const struct {
		const char *in, *out;
	} testv[] = {
		{ "sip:+441632960001@h:5060",  "sip:+4416*****001@h:5060" },
		{ "1234567",                   "1234567"         },
		{ "12345678",                  "1234*678"        },
		{ "no number",                 "no number"       },
		{ "a 12345678 b 87654321",     "a 1234*678 b 8765*321"   },
	};
	char line[64];
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		(void)snprintf(line, sizeof(line), "%s", testv[i].in);
		text_mask(line);
		assert_string_equal(testv[i].out, line);
	}
}


static void characters_are_counted_not_bytes(void **state)
{
	(void)state;

	assert_int_equal(0, text_count(""));
	assert_int_equal(4, text_count("Kyiv"));
	assert_int_equal(4, text_count("\xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2"));
	assert_int_equal(3, text_count("a\xff\xc3"));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(what_is_no_text_becomes_question_marks),
		cmocka_unit_test(a_clip_never_splits_a_character),
		cmocka_unit_test(numbers_are_masked_in_a_line),
		cmocka_unit_test(characters_are_counted_not_bytes),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
