/**
 * @file test_rest.c  Memory is given back, once a rest, when all is quiet
 *
 * links: baresip-glue/rest.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "baresip-glue/rest.h"

enum {
	BLOCKS     = 20000,
	BLOCK_SIZE = 1000,
	KEPT_EACH  = 100,
};


static size_t resident_kb(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t size = 0, pages = 0;

	assert_non_null(f);
	assert_int_equal(2, fscanf(f, "%zu %zu", &size, &pages));
	(void)fclose(f);

	return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}


static void it_is_time_once_a_rest(void **state)
{
	struct rest re = {0};
	(void)state;

	assert_false(rest_tick(&re, true, 1000));
	assert_false(rest_tick(&re, false, 2000));
	assert_false(rest_tick(&re, false, 2000 + REST_MS - 1));
	assert_true(rest_tick(&re, false, 2000 + REST_MS));
	assert_false(rest_tick(&re, false, 2000 + 9 * REST_MS));
}


static void a_call_begins_it_anew(void **state)
{
	struct rest re = {0};
	(void)state;

	assert_false(rest_tick(&re, false, 1000));
	assert_false(rest_tick(&re, true, 1000 + REST_MS));
	assert_false(rest_tick(&re, false, 2000 + REST_MS));
	assert_false(rest_tick(&re, false, 1999 + 2 * REST_MS));
	assert_true(rest_tick(&re, false, 2000 + 2 * REST_MS));

	assert_false(rest_tick(&re, true, 3000 + 2 * REST_MS));
	assert_false(rest_tick(&re, false, 4000 + 2 * REST_MS));
	assert_true(rest_tick(&re, false, 4000 + 3 * REST_MS));
}


/* A sanitizer's heap has holes of its own. */
static void what_is_free_between_the_kept_goes_back(void **state)
{
	static void *blockv[BLOCKS];
	struct rest re = {0};
	size_t before, after;
	(void)state;

#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	for (size_t i = 0; i < BLOCKS; i++) {
		blockv[i] = calloc(1, BLOCK_SIZE);
		assert_non_null(blockv[i]);
	}
	for (size_t i = 0; i < BLOCKS; i++) {
		if (i % KEPT_EACH && i != BLOCKS - 1)
			free(blockv[i]);
	}

	before = resident_kb();
	assert_false(rest_tick(&re, false, 1));
	assert_true(rest_tick(&re, false, 1 + REST_MS));
	after = resident_kb();
	for (size_t i = 0; i < BLOCKS; i++) {
		if (!(i % KEPT_EACH) || i == BLOCKS - 1)
			free(blockv[i]);
	}

	assert_true(before > after);
	assert_in_range(before - after, BLOCKS * BLOCK_SIZE / 1024 / 2,
			BLOCKS * BLOCK_SIZE / 1024 * 2);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_time_once_a_rest),
		cmocka_unit_test(a_call_begins_it_anew),
		cmocka_unit_test(what_is_free_between_the_kept_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
