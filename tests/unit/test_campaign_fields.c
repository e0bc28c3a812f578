/**
 * @file test_campaign_fields.c  What of a campaign an operator may set
 *
 * links: tui/campaign_fields.o tui/secret.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "tui/campaign_fields.h"
#include "tui/secret.h"

static struct campaign_fields cf;
static char why[256];


static int word(const char *text)
{
	static char copy[256];
	static char *wordv[] = { copy };
	static const struct options none;

	snprintf(copy, sizeof(copy), "%s", text);
	memset(&cf, 0, sizeof(cf));

	return campaign_fields_read(&cf, &none, 1, wordv, why, sizeof(why));
}


static void a_column_has_several_names(void **state)
{
	static const char *const textv[] = {
		"max_attempts=7", "max-attempts=7",
	};
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(0, word(textv[i]));
		assert_string_equal("7", cf.valuev[FIELD_MAX_ATTEMPTS]);
		assert_null(cf.valuev[FIELD_TIMEOUT]);
	}

	assert_int_equal(0, word("prompt=warn"));
	assert_string_equal("warn", cf.valuev[FIELD_PROMPT]);
	assert_int_equal(0, word("i_ivr_prompt=3"));
	assert_string_equal("3", cf.valuev[FIELD_PROMPT]);
	assert_int_equal(0, word("description=a=b"));
	assert_string_equal("a=b", cf.valuev[FIELD_DESCRIPTION]);
	assert_int_equal(0, word("cli="));
	assert_string_equal("", cf.valuev[FIELD_CLI]);
	assert_int_equal(0, word("paused=off"));
	assert_string_equal("f", cf.valuev[FIELD_PAUSED]);
	assert_int_equal(0, word("max_calls_per_second=0.5"));
	assert_int_equal(0, word("media_encryption=srtp"));
}


static void nonsense_is_named(void **state)
{
	static const struct {
		const char *text, *named;
	} testv[] = {
		{ "max_attempts=0",    "max_attempts" },
		{ "max_attempts=1.5",  "whole"        },
		{ "max_attempts=",     "empty"        },
		{ "timeout_sec=86401", "86400"        },
		{ "backoff_sec=-1",    "backoff_sec"  },
		{ "max_calls_per_second=nan", "number" },
		{ "paused=maybe",      "yes or no"    },
		{ "name=",             "empty"        },
		{ "colour=red",        "colour"       },
		{ "=7",                "NAME=VALUE"   },
		{ "seven",             "NAME=VALUE"   },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		if (word(testv[i].text) != EINVAL)
			fail_msg("accepted: %s", testv[i].text);
		if (!strstr(why, testv[i].named))
			fail_msg("%s: %s", testv[i].text, why);
	}
}


static void a_secret_is_not_taken_from_the_command_line(void **state)
{
	(void)state;

	assert_int_equal(EINVAL, word("md5secret=OpenSesame"));
	assert_null(strstr(why, "OpenSesame"));
	assert_int_equal(0, word("md5secret="));
	assert_string_equal("", cf.secret);
}


static void a_secret_comes_from_elsewhere(void **state)
{
	char path[] = "/tmp/secretXXXXXX", buf[SECRET_SIZE], long_one[300];
	const int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");
	(void)state;

	assert_non_null(f);
	fputs("first\r\nsecond\n", f);
	fclose(f);
	assert_int_equal(0, secret_read(path, buf, why, sizeof(why)));
	assert_string_equal("first", buf);
	unlink(path);
	assert_int_not_equal(0, secret_read(path, buf, why, sizeof(why)));
	assert_string_equal("", buf);

	setenv("A_SECRET", "of the environment", 1);
	assert_int_equal(0, secret_read("env:A_SECRET", buf, why,
					sizeof(why)));
	assert_string_equal("of the environment", buf);
	assert_int_not_equal(0, secret_read("env:NO_SECRET", buf, why,
					    sizeof(why)));

	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	setenv("A_SECRET", long_one, 1);
	assert_int_equal(EMSGSIZE, secret_read("env:A_SECRET", buf, why,
					       sizeof(why)));
	assert_null(strstr(why, "xxx"));
	assert_int_equal(0, secret_read("", buf, why, sizeof(why)));
	assert_string_equal("", buf);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(a_column_has_several_names),
		cmocka_unit_test(nonsense_is_named),
		cmocka_unit_test(a_secret_is_not_taken_from_the_command_line),
		cmocka_unit_test(a_secret_comes_from_elsewhere),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
