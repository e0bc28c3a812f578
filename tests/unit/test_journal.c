/**
 * @file test_journal.c  The log on its descriptor, and what is kept of it
 *
 * links: baresip-glue/journal.o core/logbook.o core/text.o
 */
#include "baresip-glue/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "baresip-glue/baresip.h"

static int endv[2];
static struct logline *linev[LOGBOOK_LINES];


/* The host's part */
void log_register_handler(struct log *logh)
{
	(void)logh;
}


void log_unregister_handler(struct log *logh)
{
	(void)logh;
}


void log_level_set(unsigned level)
{
	(void)level;
}


void log_enable_stdout(bool enable)
{
	(void)enable;
}


static int open_log(void **state)
{
	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	if (pipe(endv))
		return -1;
	journal_open(endv[1], true);

	return 0;
}


static int close_log(void **state)
{
	(void)state;
	journal_close();

	return close(endv[0]) | close(endv[1]);
}


static void what_is_written_is_kept_clean(void **state)
{
	const int64_t now = (int64_t)time(NULL) * 1000;
	char buf[256];
	ssize_t n;
	(void)state;

	journal_line(true, "bad \x1b[2J\xff end");
	journal_print(false, "%d calls", 7);
	n = read(endv[0], buf, sizeof(buf) - 1);
	assert_true(n > 0);
	buf[n] = '\0';
	assert_non_null(strstr(buf, "Z warning: bad ?[2J? end\n"));
	assert_non_null(strstr(buf, "Z 7 calls\n"));

	assert_int_equal(2, journal_lines(linev));
	assert_string_equal("bad ?[2J? end", linev[0]->text);
	assert_true(linev[0]->warn);
	assert_in_range(linev[0]->wall_ms, now - 2000, now + 10000);
	assert_string_equal("7 calls", linev[1]->text);
	assert_false(linev[1]->warn);
	assert_int_equal(linev[0]->no + 1, linev[1]->no);
	logline_unref(linev[0]);
	logline_unref(linev[1]);
}


/* What could not be written any more can still be read on the console. */
static void a_full_pipe_loses_nothing_of_what_is_kept(void **state)
{
	size_t n;
	(void)state;

	for (int i = 0; i < 3000; i++)
		journal_print(false, "%0100d", i);
	n = journal_lines(linev);
	assert_int_equal(LOGBOOK_LINES, n);
	assert_int_equal(2999, atoi(linev[n - 1]->text));
	while (n--)
		logline_unref(linev[n]);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(what_is_written_is_kept_clean),
		cmocka_unit_test(a_full_pipe_loses_nothing_of_what_is_kept),
	};

	return cmocka_run_group_tests(testv, open_log, close_log);
}
