/**
 * @file test_schedule_text.c  Schedules as people write them
 *
 * links: tui/schedule_text.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tui/schedule_text.h"

static struct schedule_record recv[SCHEDULE_RECORDS];
static size_t recc;
static char why[256];


/* The records of a text, written again */
static const char *read_again(const char *text)
{
	static char all[1024];

	why[0] = '\0';
	recc = 0;
	if (schedule_text_read(recv, &recc, text, why, sizeof(why)))
		return "refused";

	all[0] = '\0';
	for (size_t i = 0; i < recc; i++) {
		char one[SCHEDULE_TEXT_SIZE];

		schedule_text_write(one, sizeof(one), &recv[i]);
		snprintf(all + strlen(all), sizeof(all) - strlen(all),
			 "%s%s", i ? "; " : "", one);
	}

	return all;
}


static void what_is_written_is_meant(void **state)
{
	static const struct {
		const char *text, *records;
	} testv[] = {
		{ "mon-fri 09:00-17:30", "mon-fri 09:00-17:30" },
		{ "Monday-Friday 9-17",  "mon-fri 09:00-17:00" },
		{ "sat,sun",             "sat; sun" },
		{ "sat-tue",             "sat-tue" },
		{ "  wed  ",             "wed" },
		{ "10-12,14:30-18:00:15", "10:00-12:00; 14:30-18:00:15" },
		{ "mon,wed-thu 9-12,14-18", "mon 09:00-12:00; "
			"mon 14:00-18:00; wed-thu 09:00-12:00; "
			"wed-thu 14:00-18:00" },
		{ "0-24",                "00:00-24:00" },
		{ "22:00-06:00",         "22:00-06:00" },
		{ "fri 22-6",            "fri 22:00-23:59:59; "
			"sat 00:00-06:00" },
		{ "mon-sun 22-6",        "mon-sun 22:00-23:59:59; "
			"tue-mon 00:00-06:00" },
		{ "always",              "always" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++)
		assert_string_equal(testv[i].records,
				    read_again(testv[i].text));

	(void)read_again("sat-tue 8-9");
	assert_int_equal(6, recv[0].start_wday);
	assert_int_equal(2, recv[0].stop_wday);
}


static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const textv[] = {
		"", " ", "mon-", "-fri", "mo", "mondays", "mon-fri 9",
		"9", "25-3", "9:60-10", "24:01-3", "9-17 mon", "mon,", ",",
		"mon fri", "9-17 x", "123-4", "mon 9-", "mon-fri-sun",
		"never", "9-17,", "always always",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(textv) / sizeof(textv[0]); i++) {
		if (strcmp("refused", read_again(textv[i])))
			fail_msg("accepted: '%s'", textv[i]);
		assert_non_null(strstr(why, "mon-fri 09:00-17:30"));
	}
}


static void no_more_records_than_there_is_room_for(void **state)
{
	char text[512] = "mon,tue,wed,thu,fri,sat,sun 1-2";
	(void)state;

	for (int i = 0; i < 9; i++)
		strcat(text, ",1-2");
	assert_string_equal("refused", read_again(text));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(what_is_written_is_meant),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(no_more_records_than_there_is_room_for),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
