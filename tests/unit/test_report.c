/**
 * @file test_report.c  The figures of a report, and how they are printed
 *
 * links: tui/report.o tui/report_text.o tui/report_html.o tui/sheet.o
 * links: core/text.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tui/report.h"

static struct report rp;
static char *out;
static size_t outlen;


static void add(const char *kind, const char *key, const char *n,
		const char *answered, const char *words)
{
	const char *const colv[] = { kind, key, n, answered, words };

	report_bars(colv, 5, &rp);
}


static int setup(void **state)
{
	static const char *const factv[] = {
		"7", "<b>\"A\" & 'B'\x1b", "Europe/Kyiv", "100", "90", "80",
		"123.5", "3000", "2026-11-28 10:00",
	};
	(void)state;

	memset(&rp, 0, sizeof(rp));
	report_facts(factv, 9, &rp);

	return 0;
}


static int teardown(void **state)
{
	(void)state;
	report_free(&rp);
	free(out);
	out = NULL;

	return 0;
}


static void print(void (*printh)(FILE *f, const struct report *r))
{
	FILE *f = open_memstream(&out, &outlen);

	assert_non_null(f);
	printh(f, &rp);
	fclose(f);
}


static void text_ascii(FILE *f, const struct report *r)
{
	report_text(f, r, false);
}


static void seconds_go_into_few_bars(void **state)
{
	(void)state;

	add("29", "0", "5", "5", NULL);
	add("29", "4", "3", "3", NULL);
	add("29", "59", "2", "2", NULL);
	add("29", "19", "1", "1", NULL);
	assert_int_equal(0, report_done(&rp));

	assert_int_equal(5, rp.heard_width);
	assert_int_equal(12, rp.chartv[REPORT_HEARD].barc);
	assert_int_equal(8, rp.chartv[REPORT_HEARD].barv[0].n);
	assert_int_equal(1, rp.chartv[REPORT_HEARD].barv[3].n);
	assert_int_equal(15, rp.chartv[REPORT_HEARD].barv[3].key);
	assert_int_equal(2, rp.chartv[REPORT_HEARD].barv[11].n);
	assert_int_equal(11, report_answered(&rp));
}


static void very_long_ones_too(void **state)
{
	(void)state;

	add("29", "2147483", "1", "1", NULL);
	assert_int_equal(0, report_done(&rp));
	assert_in_range(rp.chartv[REPORT_HEARD].barc, 1, REPORT_BINS);
}


static void an_hour_is_shared_by_itself(void **state)
{
	(void)state;

	add("15", "success", "30", "30", NULL);
	add("15", "failure", "10", "0", NULL);
	add("27", "9", "20", "5", NULL);
	add("27", "10", "10", "10", NULL);
	assert_int_equal(0, report_done(&rp));

	assert_true(report_share(&rp, REPORT_OUTCOMES, 0) == 0.75);
	assert_true(report_share(&rp, REPORT_HOURS, 0) == 0.25);
	assert_true(report_share(&rp, REPORT_HOURS, 1) == 1);
	assert_int_equal(40, report_attempts(&rp));
}


static void bars_are_in_eighths_and_never_nothing(void **state)
{
	char buf[64];
	(void)state;

	report_stroke(buf, sizeof(buf), 0.5, 4, false);
	assert_string_equal("##", buf);
	report_stroke(buf, sizeof(buf), 0.0001, 4, false);
	assert_string_equal("#", buf);
	report_stroke(buf, sizeof(buf), 0, 4, true);
	assert_string_equal("", buf);
	report_stroke(buf, sizeof(buf), 0.40625, 4, true);
	assert_string_equal("\xe2\x96\x88\xe2\x96\x8b", buf);
	report_stroke(buf, sizeof(buf), 1, 4, true);
	assert_int_equal(12, strlen(buf));
	report_stroke(buf, 6, 1, 4, true);
	assert_int_equal(3, strlen(buf));
}


static void nothing_yet_is_no_chart(void **state)
{
	(void)state;

	assert_int_equal(0, report_done(&rp));
	print(text_ascii);
	assert_non_null(strstr(out, "attempts          0, 0 answered\n"));
	assert_null(strstr(out, "Attempts by"));
	free(out);
	print(report_json);
	assert_non_null(strstr(out, "\"outcomes\": [],\n"));
}


static void words_of_others_are_only_words(void **state)
{
	(void)state;

	add("15", "failure", "2", "0", NULL);
	add("23", "486", "1", "0", "</text><script>x\"\n\xff");
	add("23", NULL, "1", "0", NULL);
	assert_int_equal(0, report_done(&rp));

	print(report_html);
	assert_null(strstr(out, "<script"));
	assert_null(strstr(out, "<b>"));
	assert_null(strchr(out, '\x1b'));
	assert_non_null(strstr(out, "<h1>&lt;b&gt;&quot;A&quot; &amp; "
			       "&#39;B&#39;&#xfffd;</h1>"));
	assert_non_null(strstr(out, "486 &lt;/text&gt;&lt;script&gt;x&quot;??"
			       "</text>"));
	assert_non_null(strstr(out, "no answer of SIP"));
	free(out);

	print(text_ascii);
	assert_null(strchr(out, '\x1b'));
	assert_non_null(strstr(out, "486 </text><script>x\"??"));
	free(out);

	print(report_json);
	assert_non_null(strstr(out, "{ \"sip_code\": null, \"sip_reason\": "
			       "null, \"attempts\": 1 }"));
	assert_non_null(strstr(out, "<b>\\\"A\\\" & 'B'\\u001b"));
}


int main(void)
{
#define REPORT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		REPORT_TEST(seconds_go_into_few_bars),
		REPORT_TEST(very_long_ones_too),
		REPORT_TEST(an_hour_is_shared_by_itself),
		REPORT_TEST(bars_are_in_eighths_and_never_nothing),
		REPORT_TEST(nothing_yet_is_no_chart),
		REPORT_TEST(words_of_others_are_only_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
