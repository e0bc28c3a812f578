/**
 * @file test_settings.c  The config table: defaults, and bad values
 *
 * links: core/phone.o
 * links: core/settings.o core/address.o
 */
#include "core/settings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void the_proxy_defaults_to_our_host(void **state)
{
	static const struct {
		const char *host, *proxy;
	} testv[] = {
		{ NULL,             "127.0.0.1:5061"       },
		{ "192.0.2.7",      "192.0.2.7:5061"       },
		{ "2001:db8::7",    "[2001:db8::7]:5061"   },
		{ "::1",            "[::1]:5061"           },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct settings set;

		memset(&set, 0xff, sizeof(set));
		settings_default(&set, testv[i].host);
		assert_string_equal(testv[i].proxy, set.proxy);
		assert_int_equal(5, set.scan_sec);
		assert_int_equal(50, set.rate);
	}
}


static void good_values_are_taken(void **state)
{
	static const struct {
		const char *option, *value, *proxy;
		uint32_t scan_sec;
	} testv[] = {
		{ "scanintervalsec", "1",     "127.0.0.1:5061", 1     },
		{ "scanintervalsec", "30",    "127.0.0.1:5061", 30    },
		{ "scanintervalsec", "86400", "127.0.0.1:5061", 86400 },
		{ "sipproxy", "pbx.example",  "pbx.example", 5 },
		{ "sipproxy", "192.0.2.1:5060", "192.0.2.1:5060", 5 },
		{ "sipproxy", "[2001:db8::1]:5060;transport=tcp",
		  "[2001:db8::1]:5060;transport=tcp", 5 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct settings set;
		char why[100] = "kept";

		settings_default(&set, NULL);
		assert_int_equal(0, settings_set(&set, "campaign",
						 testv[i].option,
						 testv[i].value,
						 why, sizeof(why)));
		assert_string_equal(testv[i].proxy, set.proxy);
		assert_int_equal(testv[i].scan_sec, set.scan_sec);
		assert_string_equal("kept", why);
	}
}


static void a_rate_is_a_number_of_calls(void **state)
{
	static const struct {
		const char *value;
		uint32_t rate;
	} testv[] = {
		{ "1", 1 }, { "50", 50 }, { "200", 200 }, { "1000", 1000 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct settings set;
		char why[100] = "kept";

		settings_default(&set, NULL);
		assert_int_equal(0, settings_set(&set, "campaign",
						 "maxcallspersecond",
						 testv[i].value,
						 why, sizeof(why)));
		assert_int_equal(testv[i].rate, set.rate);
		assert_string_equal("kept", why);
	}
}


static void bad_values_keep_the_last_good_one(void **state)
{
	static const struct {
		const char *option, *value;
	} testv[] = {
		{ "scanintervalsec", ""       }, { "scanintervalsec", "0"    },
		{ "scanintervalsec", "-5"     }, { "scanintervalsec", "5s"   },
		{ "scanintervalsec", "5.5"    }, { "scanintervalsec", "five" },
		{ "scanintervalsec", "86401"  }, { "scanintervalsec", "1e3"  },
		{ "scanintervalsec", "99999999999999999999" },
		{ "scanintervalsec", "4294967297" },
		{ "maxcallspersecond", "0"    }, { "maxcallspersecond", ""   },
		{ "maxcallspersecond", "-1"   },
		{ "maxcallspersecond", "2.5"  },
		{ "maxcallspersecond", "1001" },
		{ "maxcallspersecond", "fast" },
		{ "maxcallspersecond", "4294967297" },
		{ "sipproxy", ""              }, { "sipproxy", "sip:pbx"     },
		{ "sipproxy", "pbx:0"         }, { "sipproxy", "pbx:99999"   },
		{ "sipproxy", "::1"           }, { "sipproxy", "a b"         },
		{ "sipproxy", "pbx;lr"        }, { "sipproxy", "pbx\r\nX: 1" },
		{ "sipproxy", "u@pbx"         }, { "sipproxy", "<pbx>"       },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct settings set;
		char why[100] = "";

		settings_default(&set, "192.0.2.9");
		set.scan_sec = 17;
		set.rate = 70;
		if (settings_set(&set, "campaign", testv[i].option,
				 testv[i].value, why, sizeof(why)) != EINVAL)
			fail_msg("taken: '%s'", testv[i].value);
		assert_string_equal("192.0.2.9:5061", set.proxy);
		assert_int_equal(17, set.scan_sec);
		assert_int_equal(70, set.rate);
		assert_true(why[0]);
	}
}


static void an_overlong_value_is_refused_with_few_words(void **state)
{
	static char value[10000];
	struct settings set;
	char why[40];
	(void)state;

	memset(value, 'a', sizeof(value) - 1);
	settings_default(&set, NULL);
	assert_int_equal(EINVAL, settings_set(&set, "campaign", "sipproxy",
					      value, why, sizeof(why)));
	assert_true(strlen(why) < sizeof(why));
	assert_int_equal(EINVAL, settings_set(&set, "campaign",
					      "scanintervalsec", value,
					      why, sizeof(why)));
	assert_string_equal("127.0.0.1:5061", set.proxy);
}


static void what_belongs_to_others_is_passed_over(void **state)
{
	static const struct {
		const char *section, *option;
	} testv[] = {
		{ "other", "sipproxy" }, { "", "sipproxy" },
		{ "campaign", "" }, { "campaign", "sipproxy2" },
		{ "campaign", "later" }, { "campaigns", "scanintervalsec" },
	};
	struct settings set, before;
	char why[100] = "kept";
	(void)state;

	settings_default(&before, NULL);
	for (size_t i = 0; i < LENGTH(testv); i++) {
		settings_default(&set, NULL);
		assert_int_equal(0, settings_set(&set, testv[i].section,
						 testv[i].option, "99",
						 why, sizeof(why)));
		assert_memory_equal(&before, &set, sizeof(set));
	}
	assert_string_equal("kept", why);
}


static void keeping_takes_one_option_over(void **state)
{
	struct settings set, old;
	(void)state;

	settings_default(&old, "192.0.2.5");
	old.scan_sec = 60;
	old.rate = 7;

	settings_default(&set, NULL);
	settings_keep(&set, &old, "sipproxy");
	assert_string_equal("192.0.2.5:5061", set.proxy);
	assert_int_equal(5, set.scan_sec);

	settings_default(&set, NULL);
	settings_keep(&set, &old, "scanintervalsec");
	assert_string_equal("127.0.0.1:5061", set.proxy);
	assert_int_equal(60, set.scan_sec);
	assert_int_equal(50, set.rate);

	settings_default(&set, NULL);
	settings_keep(&set, &old, "maxcallspersecond");
	assert_int_equal(5, set.scan_sec);
	assert_int_equal(7, set.rate);

	settings_default(&set, NULL);
	settings_keep(&set, &old, "unknown");
	assert_string_equal("127.0.0.1:5061", set.proxy);
	assert_int_equal(5, set.scan_sec);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(the_proxy_defaults_to_our_host),
		cmocka_unit_test(good_values_are_taken),
		cmocka_unit_test(a_rate_is_a_number_of_calls),
		cmocka_unit_test(bad_values_keep_the_last_good_one),
		cmocka_unit_test(an_overlong_value_is_refused_with_few_words),
		cmocka_unit_test(what_belongs_to_others_is_passed_over),
		cmocka_unit_test(keeping_takes_one_option_over),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
