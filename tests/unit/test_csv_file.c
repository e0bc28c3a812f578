/**
 * @file test_csv_file.c  Records of a file of separated values
 *
 * links: tui/csv_file.o core/text.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "tui/csv_file.h"

static char out[8192];
static char why[512];
static uint64_t last_line;
static int stop_at;             /* a record; 0: none                     */
static int records;


static int record(uint64_t line, uint64_t bytes, const char *const *fieldv,
		  size_t fieldc, void *arg)
{
	size_t len = strlen(out);

	(void)bytes;
	(void)arg;
	last_line = line;
	len += (size_t)snprintf(out + len, sizeof(out) - len, "%d",
				(int)line);
	for (size_t i = 0; i < fieldc && len < 4096; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "|%.99s",
					fieldv[i]);
	if (len < 4096)
		strcat(out, "\n");

	return ++records == stop_at ? ECANCELED : 0;
}


static int read_prm(struct csv_prm prm, const char *text, size_t len)
{
	FILE *f = tmpfile();
	int err;

	assert_non_null(f);
	assert_int_equal(len, fwrite(text, 1, len, f));
	rewind(f);
	prm.fd = fileno(f);
	prm.name = "file";
	out[0] = why[0] = '\0';
	records = 0;
	err = csv_file_read(&prm, record, NULL, why, sizeof(why));
	fclose(f);

	return err;
}


static void gives(const char *text, const char *expected)
{
	const struct csv_prm prm = { .fd = 0 };

	assert_int_equal(0, read_prm(prm, text, strlen(text)));
	assert_string_equal(expected, out);
}


static void refused(const char *text, size_t len, const char *expected)
{
	const struct csv_prm prm = { .fd = 0 };

	assert_int_not_equal(0, read_prm(prm, text, len));
	if (!strstr(why, expected))
		fail_msg("'%s' lacks '%s'", why, expected);
}


static void lines_end_as_they_like(void **state)
{
	(void)state;
	gives("a,b\nc,d\n", "1|a|b\n2|c|d\n");
	gives("a,b\r\nc,d\r\n", "1|a|b\n2|c|d\n");
	gives("a,b\rc,d\r", "1|a|b\n2|c|d\n");
	gives("a,b\nc,d", "1|a|b\n2|c|d\n");
	gives("a\n\r\n  \n\nb\n", "1|a\n5|b\n");
	gives("", "");
	gives("\r", "");
}


static void quoted_fields_hold_anything(void **state)
{
	(void)state;
	gives("\"a,\"\"b\"\"\",c\nd,e\n", "1|a,\"b\"|c\n2|d|e\n");
	gives("x,\"1\r\n2\n3\"\r\ny,z\r\n", "1|x|1\r\n2\n3\n4|y|z\n");
	gives("5\" disc,b\nc,d\n", "1|5\" disc|b\n2|c|d\n");
	gives("\"\",\nb,c\n", "1||\n2|b|c\n");
}


static void a_mark_at_the_beginning_is_none(void **state)
{
	struct csv_prm prm = { .latin1 = true };

	(void)state;
	gives("\xef\xbb\xbf" "a,b\n", "1|a|b\n");
	gives("\xef\xbb\xbf\"a\",b\n", "1|a|b\n");
	gives("\xef\xbb\xbf", "");

	/* It is more to be believed than the option. */
	assert_int_equal(0, read_prm(prm, "\xef\xbb\xbf\xc3\xbc\n", 6));
	assert_string_equal("1|\xc3\xbc\n", out);
}


static void delimiters_are_found_out(void **state)
{
	const struct csv_prm prm = { .delimiter = '|' };

	(void)state;
	gives("a;b\nc;d\n", "1|a|b\n2|c|d\n");
	gives("a\tb\nc\td\n", "1|a|b\n2|c|d\n");
	gives("n;p\n\"x, y\";1\nx, y;1\n", "1|n|p\n2|x, y|1\n3|x, y|1\n");
	gives("a,b;c\nd,e\n", "1|a|b;c\n2|d|e\n");

	/* A line that is the rest of a field in quotes has none. */
	gives("a;b\r\n1;\"x\r\ny\"\r\n\"2\";z\r\n",
	      "1|a|b\n2|1|x\r\ny\n4|2|z\n");
	gives("a;b\n\"1\"\"\n\"; 5\" x\n", "1|a|b\n2|1\"\n|5\" x\n");

	assert_int_equal(0, read_prm(prm, "a|b,c\n", 6));
	assert_string_equal("1|a|b,c\n", out);
}


static void latin1_becomes_utf8(void **state)
{
	const struct csv_prm latin1 = { .latin1 = true };

	(void)state;
	assert_int_equal(0, read_prm(latin1, "M\xfcller,\xa0\n", 9));
	assert_string_equal("1|M\xc3\xbcller|\xc2\xa0\n", out);

	gives("M\xc3\xbcller\n", "1|M\xc3\xbcller\n");
	refused("a\nM\xfcller\n", 9, "line 2: not UTF-8");
	refused("a\n\xc3", 3, "line 2: not UTF-8");
}


static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	refused("a\nb\0c\n", 6, "line 2: a NUL byte");
	refused("PK\003\004x", 5, "spreadsheet");
	refused("\xff\xfe" "a\0", 4, "UTF-16");
	refused("a\nb,\"c\nd\ne\n", 11, "line 2: a quote");
}


static void no_line_or_field_takes_all_memory(void **state)
{
	const size_t len = 8 * 1024 * 1024;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	refused(text, len, "line 1: longer than 256 kB");

	for (size_t i = 0; i < len; i += 64)
		text[i] = '\n';
	text[1] = '"';
	refused(text, len, "line 2: a field of more than a megabyte");

	memset(text, ',', 4096);
	text[4096] = '\n';
	refused(text, 4097, "line 1: more than 1024 columns");
	free(text);
}


/* Records lie across the ends of what is read at a time. */
static void long_files_come_whole(void **state)
{
	const struct csv_prm prm = { .fd = 0 };
	enum { N = 100000 };
	char *text = malloc(N * 16);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < N; i++)
		len += (size_t)sprintf(text + len, "%d,\"x\"\r\n", i);

	assert_int_equal(0, read_prm(prm, text, len));
	assert_int_equal(N, records);
	assert_int_equal(N, last_line);
	free(text);
}


static void a_handler_may_stop_it(void **state)
{
	const struct csv_prm prm = { .fd = 0 };

	(void)state;
	stop_at = 2;
	assert_int_equal(ECANCELED, read_prm(prm, "a\nb\nc\n", 6));
	stop_at = 0;
	assert_string_equal("1|a\n2|b\n", out);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(lines_end_as_they_like),
		cmocka_unit_test(quoted_fields_hold_anything),
		cmocka_unit_test(a_mark_at_the_beginning_is_none),
		cmocka_unit_test(delimiters_are_found_out),
		cmocka_unit_test(latin1_becomes_utf8),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(no_line_or_field_takes_all_memory),
		cmocka_unit_test(long_files_come_whole),
		cmocka_unit_test(a_handler_may_stop_it),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
