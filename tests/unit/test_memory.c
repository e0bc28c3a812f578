/**
 * @file test_memory.c  Blocks of zeros, and what memory they take
 *
 * links: baresip-glue/preload_memory.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include <re.h>

enum { BUFFER = 11520 };        /* the host's, for samples               */

static unsigned destroyed;


static void destructor(void *arg)
{
	(void)arg;
	++destroyed;
}


/* What is freed is what malloc() hands out next. */
static void leave_dirt(size_t size)
{
	uint8_t *p = malloc(size);

	assert_non_null(p);
	memset(p, 0xa5, size);
	free(p);
}


static void assert_zeros(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(0, p[i]);
}


/* Whole pages of a block that are in memory */
static size_t pages_in(const uint8_t *p, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const uintptr_t at = (uintptr_t)p;
	const size_t head = (page - at % page) % page;
	size_t n = 0;

	for (size_t i = head; i + page <= size; i += page) {
		unsigned char in;
		void *addr = (void *)(at + i);

		assert_int_equal(0, mincore(addr, page, &in));
		n += in & 1;
	}

	return n;
}


static void all_is_zero_whatever_was_there(void **state)
{
	static const size_t sizev[] = { 1, 100, 4096, 8191, 8192, 8193,
		BUFFER, 12288, 16383, 16384, 65536, 1000000 };
	(void)state;

	for (size_t i = 0; i < sizeof(sizev) / sizeof(sizev[0]); i++) {
		uint8_t *p;

		leave_dirt(sizev[i] + 16);
		p = mem_zalloc(sizev[i], NULL);
		assert_non_null(p);
		assert_zeros(p, sizev[i]);
		memset(p, 0x5a, sizev[i]);
		mem_deref(p);
	}
}


static void neighbours_keep_what_they_have(void **state)
{
	enum { N = 64 };
	uint8_t *keptv[N];
	void *zerov[N];
	(void)state;

	for (size_t i = 0; i < N; i++) {
		leave_dirt(BUFFER + 16);
		keptv[i] = mem_alloc(1000, NULL);
		assert_non_null(keptv[i]);
		memset(keptv[i], (int)i + 1, 1000);
		zerov[i] = mem_zalloc(BUFFER, NULL);
		assert_non_null(zerov[i]);
	}

	for (size_t i = 0; i < N; i++) {
		assert_zeros(zerov[i], BUFFER);
		for (size_t k = 0; k < 1000; k++)
			assert_int_equal(i + 1, keptv[i][k]);
		mem_deref(keptv[i]);
		mem_deref(zerov[i]);
	}
}


static void a_buffer_is_in_memory_once_it_is_written_to(void **state)
{
	uint8_t *p;
	(void)state;

	leave_dirt(BUFFER + 16);
	p = mem_zalloc(BUFFER, NULL);
	assert_non_null(p);
	assert_int_equal(0, pages_in(p, BUFFER));

	memset(p, 1, BUFFER);
	assert_true(pages_in(p, BUFFER) > 0);
	mem_deref(p);
}


static void destructors_run(void **state)
{
	(void)state;

	destroyed = 0;
	mem_deref(mem_zalloc(10, destructor));
	mem_deref(mem_zalloc(BUFFER, destructor));
	assert_int_equal(2, destroyed);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_zero_whatever_was_there),
		cmocka_unit_test(neighbours_keep_what_they_have),
		cmocka_unit_test(a_buffer_is_in_memory_once_it_is_written_to),
		cmocka_unit_test(destructors_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
