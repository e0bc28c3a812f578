/**
 * @file test_meter.c  Counting lately, and what happened when
 *
 * links: core/meter.o core/timeline.o
 */
#include "core/meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/timeline.h"

enum { T0 = 1000000 };


static void the_present_slot_does_not_count(void **state)
{
	struct meter mt = { .slot_ms = 1000 };
	(void)state;

	assert_int_equal(0, meter_sum(&mt, T0, 10));
	meter_add(&mt, T0, 3);
	meter_add(&mt, T0 + 999, 4);
	assert_int_equal(0, meter_sum(&mt, T0 + 999, 10));
	assert_int_equal(7, meter_sum(&mt, T0 + 1000, 10));
	assert_int_equal(7, meter_sum(&mt, T0 + 1000, 1));
	assert_int_equal(0, meter_sum(&mt, T0 + 2000, 1));
	assert_int_equal(7, meter_sum(&mt, T0 + 10999, 10));
	assert_int_equal(0, meter_sum(&mt, T0 + 11000, 10));
}


static void old_slots_are_used_again(void **state)
{
	struct meter mt = { .slot_ms = 1000 };
	uint64_t now = T0;
	(void)state;

	for (int i = 0; i < 5 * METER_SLOTS; i++, now += 1000)
		meter_add(&mt, now, 2);
	assert_int_equal(20, meter_sum(&mt, now, 10));
	assert_int_equal(2 * (METER_SLOTS - 1),
			 meter_sum(&mt, now, METER_SLOTS - 1));

	/* A gap of some slots, and one longer than all of them */
	now += 3000;
	meter_add(&mt, now, 1);
	assert_int_equal(15, meter_sum(&mt, now + 1000, 11));
	now += METER_SLOTS * 1000;
	meter_add(&mt, now, 5);
	assert_int_equal(5, meter_sum(&mt, now + 1000, METER_SLOTS - 1));
}


static void a_timeline_keeps_its_beginning_and_its_end(void **state)
{
	struct timeline tl = {0};
	(void)state;

	timeline_add(&tl, HAPPENED_CREATED, 0, 0);
	timeline_add(&tl, HAPPENED_INVITE, 0, 5);
	for (uint32_t i = 0; i < 40; i++)
		timeline_add(&tl, HAPPENED_RINGING, 180, 10 + i);
	timeline_add(&tl, HAPPENED_CLOSED, 486, 99);

	assert_int_equal(TIMELINE_SIZE, tl.eventc);
	assert_int_equal(43 - TIMELINE_SIZE, tl.lost);
	assert_int_equal(HAPPENED_CREATED, tl.eventv[0].what);
	assert_int_equal(HAPPENED_INVITE, tl.eventv[1].what);
	assert_int_equal(10, tl.eventv[2].at_ms);
	assert_int_equal(HAPPENED_CLOSED,
			 tl.eventv[TIMELINE_SIZE - 1].what);
	assert_int_equal(486, tl.eventv[TIMELINE_SIZE - 1].code);
	assert_int_equal(99, tl.eventv[TIMELINE_SIZE - 1].at_ms);
}


static void every_happening_has_words_of_its_own(void **state)
{
	(void)state;

	for (int i = 0; i <= HAPPENED_CLOSED; i++) {
		assert_true(strlen(happening_name((enum happening)i)) > 3);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
				happening_name((enum happening)i),
				happening_name((enum happening)k));
	}
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(the_present_slot_does_not_count),
		cmocka_unit_test(old_slots_are_used_again),
		cmocka_unit_test(a_timeline_keeps_its_beginning_and_its_end),
		cmocka_unit_test(every_happening_has_words_of_its_own),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
