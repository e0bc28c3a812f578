/**
 * @file test_sheet.c  A table, CSV and JSON of the same rows
 *
 * links: tui/sheet.o core/text.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "tui/options.h"
#include "tui/sheet.h"

static const struct sheet_column colv[] = {
	{ "id",    SHEET_NUMBER },
	{ "name",  SHEET_TEXT   },
	{ "ready", SHEET_BOOL   },
	{ "since", SHEET_TIME   },
};

static char *out;
static size_t outlen;


static FILE *begin(struct sheet **shp, bool csv, bool json, bool single)
{
	static struct options opt;
	FILE *f = open_memstream(&out, &outlen);

	opt.csv = csv;
	opt.json = json;
	assert_non_null(f);
	assert_int_equal(0, sheet_begin_file(shp, f, &opt, colv, 4, single,
					     "nothing"));
	return f;
}


static void end(struct sheet *sh, FILE *f, const char *expected)
{
	assert_int_equal(0, sheet_end(sh));
	fclose(f);
	assert_string_equal(expected, out);
	free(out);
	out = NULL;
}


static void rows(struct sheet *sh)
{
	const char *const one[] = { "7", "a", "t", "1795831200000" };
	const char *const two[] = { "12", "b, \"c\"", "f", NULL };

	sheet_row(one, 4, sh);
	sheet_row(two, 4, sh);
	assert_int_equal(2, sheet_rows(sh));
}


static void a_table_is_aligned_and_in_local_time(void **state)
{
	struct sheet *sh;
	FILE *f = begin(&sh, false, false, false);
	(void)state;

	rows(sh);
	end(sh, f, "ID  NAME    READY  SINCE\n"
		   " 7  a       yes    2026-11-28 06:00:00\n"
		   "12  b, \"c\"  no     -\n");
}


static void csv_is_quoted_and_in_utc(void **state)
{
	struct sheet *sh;
	FILE *f = begin(&sh, true, false, false);
	(void)state;

	rows(sh);
	end(sh, f, "id,name,ready,since\n"
		   "7,a,true,2026-11-28T02:00:00Z\n"
		   "12,\"b, \"\"c\"\"\",false,\n");
}


static void json_is_an_array_of_objects(void **state)
{
	struct sheet *sh;
	FILE *f = begin(&sh, false, true, false);
	(void)state;

	rows(sh);
	end(sh, f, "[\n"
		   "  {\n"
		   "    \"id\": 7,\n"
		   "    \"name\": \"a\",\n"
		   "    \"ready\": true,\n"
		   "    \"since\": \"2026-11-28T02:00:00Z\"\n"
		   "  },\n"
		   "  {\n"
		   "    \"id\": 12,\n"
		   "    \"name\": \"b, \\\"c\\\"\",\n"
		   "    \"ready\": false,\n"
		   "    \"since\": null\n"
		   "  }\n"
		   "]\n");
}


static void no_rows_are_a_sentence_a_head_or_an_empty_array(void **state)
{
	struct sheet *sh;
	FILE *f = begin(&sh, false, false, false);
	(void)state;

	end(sh, f, "nothing\n");
	f = begin(&sh, true, false, false);
	end(sh, f, "id,name,ready,since\n");
	f = begin(&sh, false, true, false);
	end(sh, f, "[]\n");
}


static void a_single_thing_is_a_line_a_column_or_an_object(void **state)
{
	const char *const row[] = { "7", "a", "t", NULL };
	struct sheet *sh;
	FILE *f = begin(&sh, false, false, true);
	(void)state;

	sheet_row(row, 4, sh);
	end(sh, f, "id     7\nname   a\nready  yes\nsince\n");

	f = begin(&sh, false, true, true);
	sheet_row(row, 4, sh);
	end(sh, f, "{\n  \"id\": 7,\n  \"name\": \"a\",\n"
		   "  \"ready\": true,\n  \"since\": null\n}\n");
}


static void what_a_terminal_would_obey_is_not_printed(void **state)
{
	const char *const row[] = { "NaN", "a\033[2J\nb\xff", "t",
				    "9223372036854775807" };
	struct sheet *sh;
	FILE *f = begin(&sh, false, false, false);
	(void)state;

	sheet_row(row, 4, sh);
	end(sh, f, " ID  NAME      READY  SINCE\n"
		   "NaN  a?[2J?b?  yes    never\n");

	f = begin(&sh, false, true, true);
	sheet_row(row, 4, sh);
	end(sh, f, "{\n  \"id\": \"NaN\",\n"
		   "  \"name\": \"a\\u001b[2J\\u000ab\\ufffd\",\n"
		   "  \"ready\": true,\n  \"since\": \"infinity\"\n}\n");
}


static void more_rows_than_are_kept_go_on_in_the_same_columns(void **state)
{
	const char *const row[] = { "1", "x", "t", NULL };
	struct sheet *sh;
	FILE *f = begin(&sh, false, false, false);
	size_t lines = 0;
	(void)state;

	for (int i = 0; i < 2500; i++)
		sheet_row(row, 4, sh);
	assert_int_equal(0, sheet_end(sh));
	fclose(f);
	for (const char *p = out; (p = strchr(p, '\n')); p++)
		++lines;
	assert_int_equal(2501, lines);
	assert_null(strstr(out + 1, "ID"));
	free(out);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(a_table_is_aligned_and_in_local_time),
		cmocka_unit_test(csv_is_quoted_and_in_utc),
		cmocka_unit_test(json_is_an_array_of_objects),
		cmocka_unit_test(
			no_rows_are_a_sentence_a_head_or_an_empty_array),
		cmocka_unit_test(
			a_single_thing_is_a_line_a_column_or_an_object),
		cmocka_unit_test(what_a_terminal_would_obey_is_not_printed),
		cmocka_unit_test(
			more_rows_than_are_kept_go_on_in_the_same_columns),
	};

	setenv("TZ", "EET-4", 1);
	tzset();

	return cmocka_run_group_tests(testv, NULL, NULL);
}
