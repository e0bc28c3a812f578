/**
 * @file journal.c  The log: lines on one descriptor
 */
#include "baresip-glue/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "baresip-glue/baresip.h"
#include "core/text.h"
#define DEBUG_MODULE "ringround"
#define DEBUG_LEVEL 0
#include <re_dbg.h>

enum { LEVEL_WARN = 2 };

static int log_fd = STDERR_FILENO;
static bool log_verbose;
static bool log_systemd;


void journal_open(int fd, bool verbose)
{
	log_fd = fd;
	log_verbose = verbose;
	log_systemd = getenv("JOURNAL_STREAM") != NULL;
}


static size_t prefix(char *buf, size_t size, bool warn)
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	if (log_systemd) {
		(void)snprintf(buf, size, "<%d>", warn ? 4 : 6);
		return strlen(buf);
	}

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)gmtime_r(&ts.tv_sec, &tm);
	n = strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(buf + n, size - n, ".%03dZ %s",
		       (int)(ts.tv_nsec / 1000000), warn ? "warning: " : "");

	return strlen(buf);
}


/*
 * One write a line: lines of several threads do not mix. Words of a peer are
 * in some, and people read them on terminals.
 */
void journal_line(bool warn, const char *line)
{
	char buf[1024];
	size_t n = prefix(buf, sizeof(buf), warn);
	ssize_t written;

	n += text_clean(buf + n, sizeof(buf) - n - 1, line);
	buf[n++] = '\n';

	/* There is nowhere to complain about a log that cannot be written. */
	written = write(log_fd, buf, n);
	(void)written;
}


void journal_print(bool warn, const char *fmt, ...)
{
	char line[900];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);

	journal_line(warn, line);
}


static void host_handler(uint32_t level, const char *msg)
{
	if (log_verbose)
		journal_print(level >= LEVEL_WARN, "host: %.*s",
			      (int)strcspn(msg, "\r\n"), msg);
}


static void libre_handler(int level, const char *p, size_t len, void *arg)
{
	(void)arg;

	if (log_verbose)
		journal_print(level <= DBG_WARNING, "libre: %.*s",
			      (int)(len && p[len - 1] == '\n' ? len - 1
				    : len), p);
}


static struct log host_log = { .h = host_handler };


void journal_hush_host(void)
{
	log_enable_stdout(false);
	log_level_set(log_verbose ? LEVEL_WARN - 1 : LEVEL_WARN);
	log_register_handler(&host_log);
	dbg_handler_set(libre_handler, NULL);
}


void journal_close(void)
{
	log_unregister_handler(&host_log);
	dbg_handler_set(NULL, NULL);
}
