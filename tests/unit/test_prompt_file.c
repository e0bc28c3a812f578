/**
 * @file test_prompt_file.c  What may become a prompt, and what may not
 *
 * links: tui/prompt_file.o audio/decode.o audio/memfile.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tui/prompt_file.h"

enum { TEXT_SIZE = 512, HEADER = 44, SOUND = 1600 };

static char path[TEXT_SIZE];

/* 16 kHz, mono, 16 bit; the lengths are put in by wav_make() */
static const uint8_t header[HEADER] = {
	'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E',
	'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 1, 0,
	0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0,
	'd', 'a', 't', 'a', 0, 0, 0, 0,
};


static int setup(void **state)
{
	const char *base = getenv("TMPDIR");
	int fd;
	(void)state;

	snprintf(path, sizeof(path), "%s/ringround-test-XXXXXX",
		 base ? base : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);

	return 0;
}


static int teardown(void **state)
{
	(void)state;

	return unlink(path);
}


static void file_write(const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(len, fwrite(data, 1, len, f));
	assert_int_equal(0, fclose(f));
}


static void wav_write(size_t sound)
{
	uint8_t wav[HEADER + SOUND] = { 0 };

	memcpy(wav, header, HEADER);
	wav[4] = (uint8_t)((sound + 36) & 0xff);
	wav[5] = (uint8_t)((sound + 36) >> 8);
	wav[40] = (uint8_t)(sound & 0xff);
	wav[41] = (uint8_t)(sound >> 8);
	file_write(wav, HEADER + sound);
}


static void refused(const char *file, const char *words)
{
	uint8_t *data = NULL;
	char why[TEXT_SIZE];
	size_t len = 7;

	assert_int_not_equal(0, prompt_file_read(file, &data, &len, why,
						 sizeof(why)));
	assert_null(data);
	assert_int_equal(7, len);
	assert_non_null(strstr(why, file));
	assert_non_null(strstr(why, words));
	assert_null(strchr(why, '\n'));
}


static void a_sound_file_comes_as_it_is(void **state)
{
	uint8_t *data = NULL;
	char why[TEXT_SIZE] = "";
	size_t len = 0;
	(void)state;

	wav_write(SOUND);
	assert_int_equal(0, prompt_file_read(path, &data, &len, why,
					     sizeof(why)));
	assert_int_equal(HEADER + SOUND, len);
	assert_memory_equal("RIFF", data, 4);
	free(data);
}


static void what_is_no_sound_is_refused(void **state)
{
	static const char text[] = "These are words, not sounds.\n";
	(void)state;

	file_write(text, sizeof(text) - 1);
	refused(path, "not an audio file");

	file_write("", 0);
	refused(path, "empty");

	wav_write(0);
	refused(path, "cannot be a prompt");
}


static void what_is_no_file_is_refused(void **state)
{
	(void)state;

	refused("/nonexistent.wav", "No such file");
	refused("/dev/zero", "not a file");
	refused("/", "not a file");
}


static void a_file_above_the_limit_is_not_read(void **state)
{
	(void)state;

	wav_write(SOUND);
	assert_int_equal(0, truncate(path, PROMPT_FILE_MAX + 1));
	refused(path, "larger");
}


#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest testv[] = {
		TEST(a_sound_file_comes_as_it_is),
		TEST(what_is_no_sound_is_refused),
		TEST(what_is_no_file_is_refused),
		TEST(a_file_above_the_limit_is_not_read),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
