/**
 * @file test_phone.c  Words for a status, and masked numbers
 *
 * links: core/phone.o
 */
#include "core/phone.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void each_status_has_its_word_and_back(void **state)
{
	static const struct {
		enum phone_status status;
		const char *word;
	} testv[] = {
		{ PHONE_IDLE,      "idle"             },
		{ PHONE_TRYING,    "trying"           },
		{ PHONE_ANSWER,    "answer"           },
		{ PHONE_FAILURE,   "failure"          },
		{ PHONE_PREMATURE, "premature hangup" },
		{ PHONE_SUCCESS,   "success"          },
	};
	(void)state;

	assert_int_equal(PHONE_STATUSES, LENGTH(testv));
	for (size_t i = 0; i < LENGTH(testv); i++) {
		enum phone_status status = (enum phone_status)77;

		assert_string_equal(testv[i].word,
				    phone_status_name(testv[i].status));
		assert_int_equal(0, phone_status_parse(&status,
						       testv[i].word));
		assert_int_equal(testv[i].status, status);
	}
}


static void other_words_are_refused_and_change_nothing(void **state)
{
	static const char *const testv[] = {
		"", "Idle", "idle ", " idle", "premature", "premature  hangup",
		"premature_hangup", "answered", "lost", "success\n",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		enum phone_status status = PHONE_ANSWER;

		if (phone_status_parse(&status, testv[i]) != EINVAL)
			fail_msg("accepted: '%s'", testv[i]);
		assert_int_equal(PHONE_ANSWER, status);
	}
}


static void a_status_out_of_range_has_a_word_too(void **state)
{
	(void)state;

	assert_string_equal("?", phone_status_name(
		(enum phone_status)PHONE_STATUSES));
	assert_string_equal("?", phone_status_name((enum phone_status)-1));
}


static void a_mask_shows_the_ends_only(void **state)
{
	static const struct {
		const char *number, *masked;
	} testv[] = {
		{ "+15550109999",  "+155*****999"  },
		{ "12345678",      "1234*678"      },
		{ "1234567",       "****567"       },
		{ "1234",          "*234"          },
		{ "123",           "123"           },
		{ "1",             "1"             },
		{ "",              ""              },
	};
	char buf[32];
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		assert_ptr_equal(buf, phone_mask(buf, sizeof(buf),
						 testv[i].number));
		assert_string_equal(testv[i].masked, buf);
	}
}


static void a_mask_is_clipped_to_its_buffer(void **state)
{
	char buf[8];
	(void)state;

	for (unsigned size = 0; size <= 6; size++) {
		memset(buf, 'x', sizeof(buf));
		(void)phone_mask(buf, size, "+15550109999");

		if (size)
			assert_int_equal(size - 1, strlen(buf));
		for (unsigned i = size; i < sizeof(buf); i++)
			assert_int_equal('x', buf[i]);
	}

	(void)phone_mask(buf, 6, "+15550109999");
	assert_string_equal("+155*", buf);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(each_status_has_its_word_and_back),
		cmocka_unit_test(other_words_are_refused_and_change_nothing),
		cmocka_unit_test(a_status_out_of_range_has_a_word_too),
		cmocka_unit_test(a_mask_shows_the_ends_only),
		cmocka_unit_test(a_mask_is_clipped_to_its_buffer),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
