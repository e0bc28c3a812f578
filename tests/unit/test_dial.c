/**
 * @file test_dial.c  Numbers as people write them
 *
 * links: core/dial.o core/dial_plans.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/dial.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static const struct {
	const char *region;
	const char *text;
	const char *number;
} examplev[] = {
#include "tests/unit/dial_examples.h"
};

/* How a number is written, and what it is; NULL: it is refused */
static const struct {
	const char *region;
	const char *text;
	const char *number;
} casev[] = {
	{ NULL, "+44 1632 960001",         "+441632960001" },
	{ NULL, "+44 (0)1632-960.001",     "+441632960001" },
	{ NULL, "(+44) 1632/960001",       "+441632960001" },
	{ NULL, "+44 01632 960001",        "+441632960001" },
	{ NULL, "0044 1632 960001",        "+441632960001" },
	{ NULL, "+39 06 1234 5678",        "+390612345678" },
	{ NULL, "\u202a+44\u00a01632\u2011960001\u202c", "+441632960001" },
	{ NULL, "+1 (876) 555-0123",       "+18765550123"  },
	{ NULL, "+800 1234 5678",          "+80012345678"  },
	{ NULL, "4711",                    "4711"          },
	{ NULL, "*21#",                    "*21#"          },
	{ NULL, "01632 960001",            "01632960001"   },
	{ "GB", "01632 960001",            "+441632960001" },
	{ "gb", "1632960001",              "+441632960001" },
	{ "GB", "441632960001",            "+441632960001" },
	{ "GB", "44 (0)1632 960001",       "+441632960001" },
	{ "GB", "00 1 202 555 0123",       "+12025550123"  },
	{ "GB", "+1 202 555 0123",         "+12025550123"  },
	{ "US", "(202) 555-0123",          "+12025550123"  },
	{ "US", "1-202-555-0123",          "+12025550123"  },
	{ "US", "011 44 1632 960001",      "+441632960001" },
	{ "US", "0044 1632 960001",        "+441632960001" },
	{ "IT", "06 1234 5678",            "+390612345678" },
	{ "IT", "393 123 4567",            "+393931234567" },
	{ "HU", "06 1 234 5678",           "+3612345678"   },
	{ "RU", "8 (912) 345-67-89",       "+79123456789"  },
	{ "RU", "8 10 44 1632 960001",     "+441632960001" },
	{ "AU", "0011 44 1632 960001",     "+441632960001" },
	{ "BR", "0015 44 1632 960001",     "+441632960001" },
	{ "JP", "010 44 1632 960001",      "+441632960001" },
	{ "FR", "06 12 34 56 78",          "+33612345678"  },

	{ NULL, "",                 NULL },
	{ NULL, " - ",              NULL },
	{ NULL, "+",                NULL },
	{ NULL, "0800 FLOWERS",     NULL },
	{ NULL, "4.4163E+11",       NULL },
	{ NULL, "+44 1632 960001 x12", NULL },
	{ NULL, "44+1632",          NULL },
	{ NULL, "++441632960001",   NULL },
	{ NULL, "\u0664\u0661",     NULL },
	{ NULL, "1;2",              NULL },
	{ NULL, "+210 123456",      NULL },
	{ NULL, "+0 123456",        NULL },
	{ NULL, "+44 1632",         NULL },
	{ NULL, "+44 1632 9600011", NULL },
	{ NULL, "+44*21",           NULL },
	{ NULL, "+4917 966666666466", NULL },   /* 16 digits in all      */
	{ NULL, "000123456",        NULL },
	{ NULL, "123456789012345678901234567890123", NULL },
	{ "GB", "112",              NULL },
	{ "GB", "*21#",             NULL },
	{ "GB", "01632 9600",       NULL },
	{ "US", "202 555 012",      NULL },
	{ "US", "102 555 0123",     NULL },
	{ "DE", "4915123456789",    NULL },     /* either way            */
	{ "IT", "39 312 345 6789",  NULL },
	{ "AR", "011 15-2345-6789", NULL },     /* a 9 is wanted instead */
};


static void in_every_country_as_it_is_dialled_there(void **state)
{
	char buf[NUMBER_MAX + 1];

	(void)state;
	assert_true(COUNT(examplev) > 250);
	for (size_t i = 0; i < COUNT(examplev); i++) {
		const struct dial_plan *home = dial_plan(examplev[i].region);
		const char *why;

		assert_non_null(home);
		why = dial_number(buf, home, examplev[i].text);
		if (why)
			fail_msg("%s %s %s", examplev[i].region,
				 examplev[i].text, why);
		assert_string_equal(examplev[i].number, buf);
	}
}


static void in_every_country_by_its_code(void **state)
{
	char buf[NUMBER_MAX + 1], text[NUMBER_MAX + 3];

	(void)state;
	for (size_t i = 0; i < COUNT(examplev); i++) {
		assert_null(dial_number(buf, NULL, examplev[i].number));
		assert_string_equal(examplev[i].number, buf);

		snprintf(text, sizeof(text), "00%s", examplev[i].number + 1);
		assert_null(dial_number(buf, NULL, text));
		assert_string_equal(examplev[i].number, buf);
	}
}


static void as_people_write_them(void **state)
{
	char buf[NUMBER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(casev); i++) {
		const struct dial_plan *home = casev[i].region ?
			dial_plan(casev[i].region) : NULL;
		const char *why = dial_number(buf, home, casev[i].text);

		if (!why != !!casev[i].number)
			fail_msg("'%s': %s", casev[i].text, why ? why : buf);
		if (casev[i].number)
			assert_string_equal(casev[i].number, buf);
	}
}


/* A character that the text ends in the midst of is no filler. */
static void nothing_behind_the_end_is_read(void **state)
{
	static const char *const testv[] = {
		"+44163296000\xe2\x80\0" "1", "+44163296000\xe2\0" "1",
		"+44163296000\xc2\0" "1",
	};
	char buf[NUMBER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(testv); i++)
		assert_non_null(dial_number(buf, NULL, testv[i]));
}


static void countries_by_their_letters(void **state)
{
	(void)state;
	assert_int_equal(44, dial_plan("GB")->code);
	assert_int_equal(1, dial_plan("jm")->code);
	assert_null(dial_plan("UK"));
	assert_null(dial_plan(""));
	assert_null(dial_plan("GBR"));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(in_every_country_as_it_is_dialled_there),
		cmocka_unit_test(in_every_country_by_its_code),
		cmocka_unit_test(as_people_write_them),
		cmocka_unit_test(nothing_behind_the_end_is_read),
		cmocka_unit_test(countries_by_their_letters),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
