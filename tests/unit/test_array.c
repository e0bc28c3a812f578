/**
 * @file test_array.c  PostgreSQL array literals
 *
 * links: core/text.o sql/array.o core/text.o
 */
#include "sql/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void an_empty_array_is_a_pair_of_braces(void **state)
{
	struct array ar = {0};
	(void)state;

	assert_string_equal("{}", array_text(&ar));
	array_free(&ar);
	assert_null(ar.buf);
}


static void elements_of_all_kinds_stand_in_order(void **state)
{
	struct array ar = {0};
	(void)state;

	array_add_int(&ar, 0);
	array_add_int(&ar, INT64_MIN);
	array_add_int(&ar, INT64_MAX);
	array_add_null(&ar);
	array_add_text(&ar, NULL);
	array_add_text(&ar, "");
	array_add_text(&ar, "NULL");
	assert_string_equal("{0,-9223372036854775808,9223372036854775807,"
			    "NULL,NULL,\"\",\"NULL\"}", array_text(&ar));
	array_free(&ar);

	array_add_int(&ar, 5);
	assert_string_equal("{5}", array_text(&ar));
	array_free(&ar);
}


static void text_is_quoted(void **state)
{
	static const struct {
		const char *text, *literal;
	} testv[] = {
		{ "plain",           "{\"plain\"}"               },
		{ "a,b{c}d",         "{\"a,b{c}d\"}"             },
		{ " lead and trail ", "{\" lead and trail \"}"   },
		{ "say \"hi\"",      "{\"say \\\"hi\\\"\"}"      },
		{ "back\\slash",     "{\"back\\\\slash\"}"       },
		{ "\\",              "{\"\\\\\"}"                },
		{ "\\\"",            "{\"\\\\\\\"\"}"            },
		{ "it's",            "{\"it's\"}"                },
		{ "tab\tfeed\n\r",   "{\"tab?feed??\"}"          },
		{ "\x01\x1f\x7f ",   "{\"??? \"}"                },
		{ "\xc2\x9b" "0m",   "{\"?0m\"}"                 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct array ar = {0};

		array_add_text(&ar, testv[i].text);
		assert_string_equal(testv[i].literal, array_text(&ar));
		array_free(&ar);
	}
}


static const struct {
	const char *text, *literal;
} utf8v[] = {
	/* the first and last of each length */
	{ "\xc2\xa0\xdf\xbf",   "{\"\xc2\xa0\xdf\xbf\"}"         },
	{ "\xe0\xa0\x80",       "{\"\xe0\xa0\x80\"}"             },
	{ "\xed\x9f\xbf",       "{\"\xed\x9f\xbf\"}"             },
	{ "\xee\x80\x80",       "{\"\xee\x80\x80\"}"             },
	{ "\xef\xbf\xbd",       "{\"\xef\xbf\xbd\"}"             },
	{ "\xf0\x90\x80\x80",   "{\"\xf0\x90\x80\x80\"}"         },
	{ "\xf4\x8f\xbf\xbf",   "{\"\xf4\x8f\xbf\xbf\"}"         },

	/* Latin-1, stray and missing continuations */
	{ "caf\xe9",            "{\"caf?\"}"                     },
	{ "\xe9t\xe9",          "{\"?t?\"}"                      },
	{ "a\x80z",             "{\"a?z\"}"                      },
	{ "\xc3",               "{\"?\"}"                        },
	{ "\xe2\x82",           "{\"??\"}"                       },
	{ "\xf0\x9f\x98",       "{\"???\"}"                      },
	{ "\xc3\"",             "{\"?\\\"\"}"                    },
	{ "\xe2\\x",            "{\"?\\\\x\"}"                   },

	/* overlong forms, surrogates, beyond U+10FFFF */
	{ "\xc0\xaf",           "{\"??\"}"                       },
	{ "\xc1\xbf",           "{\"??\"}"                       },
	{ "\xe0\x9f\xbf",       "{\"???\"}"                      },
	{ "\xed\xa0\x80",       "{\"???\"}"                      },
	{ "\xf0\x8f\xbf\xbf",   "{\"????\"}"                     },
	{ "\xf4\x90\x80\x80",   "{\"????\"}"                     },
	{ "\xf5\xff\xfe",       "{\"???\"}"                      },
};


static void only_valid_utf8_goes_through(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(utf8v); i++) {
		struct array ar = {0};

		array_add_text(&ar, utf8v[i].text);
		if (strcmp(utf8v[i].literal, array_text(&ar)))
			fail_msg("row %zu: %s", i, ar.buf);
		array_free(&ar);
	}
}


static void it_grows_as_far_as_it_must(void **state)
{
	enum { N = 20000 };
	struct array ar = {0};
	const char *p;
	(void)state;

	for (int i = 0; i < N; i++)
		array_add_int(&ar, i);
	p = array_text(&ar);
	assert_non_null(p);

	for (int i = 0; i < N; i++) {
		char *end;

		assert_int_equal(i ? ',' : '{', *p);
		assert_int_equal(i, strtol(p + 1, &end, 10));
		p = end;
	}
	assert_string_equal("}", p);
	array_free(&ar);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(an_empty_array_is_a_pair_of_braces),
		cmocka_unit_test(elements_of_all_kinds_stand_in_order),
		cmocka_unit_test(text_is_quoted),
		cmocka_unit_test(only_valid_utf8_goes_through),
		cmocka_unit_test(it_grows_as_far_as_it_must),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
