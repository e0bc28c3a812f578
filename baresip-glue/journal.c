/**
 * @file journal.c  The log: lines on one descriptor
 */
#include "baresip-glue/journal.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
static bool log_quiet;
static atomic_uint lost;        /* lines                                 */
static pthread_mutex_t book_mtx = PTHREAD_MUTEX_INITIALIZER;
static struct logbook book;     /* under book_mtx                        */


/*
 * A terminal that is held (^S, a frozen SSH) or a pipe that nobody reads must
 * not make calls stand still. The flag goes to a description of our own: the
 * one behind fd is shared with others.
 */
static int open_nonblocking(int fd)
{
	struct stat sb;
	char path[32];

	if (fstat(fd, &sb) || !(S_ISCHR(sb.st_mode) || S_ISFIFO(sb.st_mode)))
		return -1;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}


/* libre prints what strangers send, as it came. */
static void close_stderr(void)
{
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0)
		return;

	(void)dup2(null, STDERR_FILENO);
	(void)close(null);
}


void journal_open(int fd, bool verbose)
{
	int own = open_nonblocking(fd);

	if (own < 0)
		own = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	log_fd = own < 0 ? fd : own;
	log_verbose = verbose;
	log_systemd = getenv("JOURNAL_STREAM") != NULL;
	if (own >= 0 && !verbose)
		close_stderr();
}


void journal_quiet(void)
{
	log_quiet = true;
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


static void tell_lost(void)
{
	const unsigned n = atomic_exchange(&lost, 0);
	char buf[160];
	ssize_t written;
	size_t len;

	if (!n)
		return;

	len = prefix(buf, sizeof(buf), true);
	(void)snprintf(buf + len, sizeof(buf) - len,
		       "%u lines of this log could not be written\n", n);
	written = write(log_fd, buf, strlen(buf));
	if (written < 0)
		atomic_fetch_add(&lost, n);
}


/* A line that memory is short of is on the descriptor all the same. */
static void keep(bool warn, const char *text)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	pthread_mutex_lock(&book_mtx);
	(void)logbook_add(&book, (int64_t)ts.tv_sec * 1000
			  + ts.tv_nsec / 1000000, warn, text);
	pthread_mutex_unlock(&book_mtx);
}


size_t journal_lines(struct logline **v)
{
	size_t n;

	pthread_mutex_lock(&book_mtx);
	n = logbook_copy(&book, v);
	pthread_mutex_unlock(&book_mtx);

	return n;
}


/*
 * One write a line: lines of several threads do not mix. Words of a peer are
 * in some, and people read them on terminals.
 */
void journal_line(bool warn, const char *line)
{
	char buf[1024];
	const size_t start = prefix(buf, sizeof(buf), warn);
	struct pollfd pfd = { .fd = log_fd, .events = POLLOUT };
	size_t n = start;

	n += text_clean(buf + n, sizeof(buf) - n - 1, line);
	keep(warn, buf + start);
	if (log_quiet)
		return;
	buf[n++] = '\n';

	if (poll(&pfd, 1, 0) != 1 || !(pfd.revents & POLLOUT)
	    || write(log_fd, buf, n) != (ssize_t)n)
		atomic_fetch_add(&lost, 1);
	else
		tell_lost();
}


void journal_last(const char *why)
{
	dprintf(log_fd, "ringround: %s\n", why);
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


/* Any thread: codecs talk on the worker's. Numbers are in many of them. */
static void print_masked(bool warn, const char *who, const char *msg, size_t n)
{
	char line[900];

	(void)snprintf(line, sizeof(line), "%s: %.*s", who, (int)n, msg);
	text_mask(line);
	journal_line(warn, line);
}


static void host_handler(uint32_t level, const char *msg)
{
	if (log_verbose)
		print_masked(level >= LEVEL_WARN, "host", msg,
			     strcspn(msg, "\r\n"));
}


static void libre_handler(int level, const char *p, size_t len, void *arg)
{
	(void)arg;

	if (log_verbose)
		print_masked(level <= DBG_WARNING, "libre", p,
			     len && p[len - 1] == '\n' ? len - 1 : len);
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

	pthread_mutex_lock(&book_mtx);
	logbook_clear(&book);
	pthread_mutex_unlock(&book_mtx);
}
