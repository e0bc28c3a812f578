/**
 * @file test_carry.c  What limits the calls of an engine, and what is said
 *
 * links: core/carry.o
 */
#include "core/carry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))
#define CALLS(n) ((uint64_t)(n) * CARRY_BYTES)


static const struct carry_in ample = {
	.files = CARRY_NONE, .port_min = 1024, .port_max = 65535,
	.memory = CARRY_NONE, .space = CARRY_NONE, .group = CARRY_NONE,
};


static void a_fifth_of_the_ports_stays_free(void **state)
{
	static const struct {
		uint16_t min, max;
		uint32_t calls;
	} testv[] = {
		{ 10000, 10001, 1 }, { 10000, 10002, 1 }, { 10000, 10003, 2 },
		{ 10000, 10005, 3 }, { 10000, 10006, 3 }, { 10000, 10007, 4 },
		{ 10000, 10009, 4 }, { 10000, 10011, 5 },
		{ 10000, 10999, 400 }, { 65534, 65535, 1 },
		{ 16384, 65534, 19660 },
		{ 1024, 65535, 25805 }, { 10000, 10000, 0 },
		{ 2000, 1000, 0 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		if (carry_ports(testv[i].min, testv[i].max)
		    != testv[i].calls)
			fail_msg("%u-%u: %u", testv[i].min, testv[i].max,
				 carry_ports(testv[i].min, testv[i].max));
	}
}


static const struct {
	struct carry_in in;     /**< 0: ample                            */
	uint32_t calls;
	enum carry_limit limit;
	const char *words;
} testv[] = {
	{ { .asked = 0 }, 20000, CARRY_BY_PROGRAM,
	  "at most 20000 calls; no engine carries more: start another one" },
	{ { .asked = 120 }, 120, CARRY_BY_ASKED,
	  "at most 120 calls; as -c says" },
	{ { .files = 1024 }, 480, CARRY_BY_FILES,
	  "at most 480 calls; the limit is 1024 open files: raise it by "
	  "ulimit -n, or LimitNOFILE= of the unit" },
	{ { .files = 144, .asked = 120 }, 40, CARRY_BY_FILES,
	  "at most 40 calls, not the 120 of -c; the limit is 144 open files: "
	  "raise it by ulimit -n, or LimitNOFILE= of the unit" },
	{ { .files = 144, .asked = 40 }, 40, CARRY_BY_ASKED,
	  "at most 40 calls; as -c says" },
	{ { .files = 66 }, 1, CARRY_BY_FILES,
	  "at most 1 call; the limit is 66 open files: raise it by ulimit "
	  "-n, or LimitNOFILE= of the unit" },
	{ { .files = 10 }, 1, CARRY_BY_FILES,
	  "at most 1 call; the limit is 10 open files: raise it by ulimit "
	  "-n, or LimitNOFILE= of the unit" },
	{ { .port_min = 10000, .port_max = 10005 }, 3, CARRY_BY_PORTS,
	  "at most 3 calls; the limit is the RTP ports 10000-10005: give "
	  "more by --rtp-ports" },
	{ { .port_min = 10000, .port_max = 10005, .asked = 5 }, 3,
	  CARRY_BY_PORTS,
	  "at most 3 calls, not the 5 of -c; the limit is the RTP ports "
	  "10000-10005: give more by --rtp-ports" },
	{ { .memory = 400 << 20 }, 4096, CARRY_BY_MEMORY,
	  "at most 4096 calls; the limit is 400 MB of free memory: 100 kB a "
	  "call" },
	{ { .space = 7 * CARRY_SPACE + 5 }, 7, CARRY_BY_SPACE,
	  "at most 7 calls; the limit is 0 MB of address space: raise it by "
	  "ulimit -v, or LimitAS= of the unit" },
	{ { .group = 100 << 20, .memory = 200 << 20 }, 1024, CARRY_BY_GROUP,
	  "at most 1024 calls; the limit is 100 MB left to its cgroup: raise "
	  "memory.max, or MemoryMax= of the unit" },
};


static void the_scarcest_is_the_limit_and_named(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct carry_in in = testv[i].in;
		struct carry ca;
		char words[256];

		in.files = in.files ? in.files : ample.files;
		in.memory = in.memory ? in.memory : ample.memory;
		in.space = in.space ? in.space : ample.space;
		in.group = in.group ? in.group : ample.group;
		if (!in.port_max) {
			in.port_min = ample.port_min;
			in.port_max = ample.port_max;
		}

		carry_weigh(&ca, &in);
		assert_int_equal(testv[i].calls, ca.calls);
		assert_int_equal(testv[i].limit, ca.limit);
		assert_string_equal(testv[i].words,
				    carry_words(words, sizeof(words), &ca,
						&in));
	}
}


static void few_words_end_where_the_room_does(void **state)
{
	struct carry ca = { .calls = 1, .limit = CARRY_BY_FILES };
	char words[12];
	(void)state;

	assert_string_equal("at most 1 c", carry_words(words, sizeof(words),
						       &ca, &ample));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fifth_of_the_ports_stays_free),
		cmocka_unit_test(the_scarcest_is_the_limit_and_named),
		cmocka_unit_test(few_words_end_where_the_room_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
