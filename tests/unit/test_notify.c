/**
 * @file test_notify.c  What reaches the socket that systemd listens on
 *
 * links: baresip-glue/notify.o core/text.o
 */
#include "baresip-glue/notify.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static int systemd;
static struct notify nt;


/* Its socket has an abstract name, which the kernel chooses. */
static int listen_as_systemd(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sa_family_t);
	char name[32];
	(void)state;

	systemd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (systemd < 0 || bind(systemd, (struct sockaddr *)&sun, len))
		return -1;

	len = sizeof(sun);
	if (getsockname(systemd, (struct sockaddr *)&sun, &len))
		return -1;

	(void)snprintf(name, sizeof(name), "@%.*s",
		       (int)(len - sizeof(sa_family_t)) - 1,
		       sun.sun_path + 1);
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");

	return setenv("NOTIFY_SOCKET", name, 1);
}


static int leave(void **state)
{
	(void)state;
	notify_close(&nt);

	return close(systemd);
}


static const char *heard(void)
{
	static char buf[512];
	const ssize_t n = recv(systemd, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';

	return n < 0 ? "(nothing)" : buf;
}


static void each_state_is_told_once(void **state)
{
	(void)state;

	assert_int_equal(0, notify_open(&nt));
	assert_null(getenv("NOTIFY_SOCKET"));

	for (int i = 0; i < 2; i++) {
		notify_ready(&nt);
		assert_string_equal(i ? "(nothing)" : "READY=1", heard());
	}
	for (int i = 0; i < 2; i++) {
		notify_stopping(&nt);
		assert_string_equal(i ? "(nothing)" : "STOPPING=1", heard());
	}
}


static void a_status_is_told_when_it_is_news(void **state)
{
	(void)state;

	assert_int_equal(0, notify_open(&nt));
	notify_status(&nt, "1 call", 5000);
	assert_string_equal("STATUS=1 call", heard());

	/* Not twice, and not two within a second: the newest waits. */
	notify_status(&nt, "1 call", 7000);
	notify_status(&nt, "2 calls", 7001);
	assert_string_equal("STATUS=2 calls", heard());
	notify_status(&nt, "3 calls", 7001 + NOTIFY_STATUS_MS - 1);
	assert_string_equal("(nothing)", heard());
	notify_status(&nt, "3 calls", 7001 + NOTIFY_STATUS_MS);
	assert_string_equal("STATUS=3 calls", heard());

	notify_last(&nt, "gone\nREADY=1");
	assert_string_equal("STATUS=gone?READY=1", heard());
}


/* What asks for one each 3 s gets one each 1.5 s. */
static void signs_of_life_come_at_half_the_time(void **state)
{
	(void)state;
	(void)setenv("WATCHDOG_USEC", "3000000", 1);

	assert_int_equal(0, notify_open(&nt));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_true(notify_due(&nt, 10000));
	assert_false(notify_due(&nt, 11499));
	assert_true(notify_due(&nt, 11500));
	assert_string_equal("(nothing)", heard());

	notify_alive(&nt);
	assert_string_equal("WATCHDOG=1", heard());
}


static void nobody_asked_for_signs_of_life(void **state)
{
	static const char *const usecv[] = { "", "0", "-5", "5s", "x" };
	char pid[32];
	(void)state;

	for (size_t i = 0; i < sizeof(usecv) / sizeof(usecv[0]); i++) {
		(void)setenv("WATCHDOG_USEC", usecv[i], 1);
		assert_int_equal(0, notify_open(&nt));
		assert_false(notify_due(&nt, 10000));
		notify_close(&nt);
	}

	/* Another process was asked, then this one. */
	(void)snprintf(pid, sizeof(pid), "%ld", (long)getppid());
	(void)setenv("WATCHDOG_PID", pid, 1);
	(void)setenv("WATCHDOG_USEC", "3000000", 1);
	(void)setenv("NOTIFY_SOCKET", "@somebody", 1);
	assert_int_equal(0, notify_open(&nt));
	assert_false(notify_due(&nt, 10000));
	notify_close(&nt);

	(void)snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	(void)setenv("WATCHDOG_PID", pid, 1);
	(void)setenv("WATCHDOG_USEC", "3000000", 1);
	(void)setenv("NOTIFY_SOCKET", "@somebody", 1);
	assert_int_equal(0, notify_open(&nt));
	assert_true(notify_due(&nt, 10000));
}


static void without_systemd_nothing_is_told(void **state)
{
	(void)state;
	(void)unsetenv("NOTIFY_SOCKET");
	(void)setenv("WATCHDOG_USEC", "3000000", 1);

	assert_int_equal(0, notify_open(&nt));
	notify_ready(&nt);
	assert_false(notify_due(&nt, 10000));
	notify_alive(&nt);
	assert_string_equal("(nothing)", heard());
}


static void a_socket_that_is_none_is_said(void **state)
{
	char name[200];
	(void)state;

	(void)setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
	assert_int_equal(EAFNOSUPPORT, notify_open(&nt));

	memset(name, 'x', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	(void)setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(ENAMETOOLONG, notify_open(&nt));
}


/* The loop waits for nobody: a systemd that does not read costs messages. */
static void a_full_socket_stops_nobody(void **state)
{
	(void)state;

	assert_int_equal(0, notify_open(&nt));
	for (int i = 0; i < 2000; i++)
		notify_alive(&nt);
	assert_string_equal("WATCHDOG=1", heard());
}


int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, listen_as_systemd, leave)
	const struct CMUnitTest testv[] = {
		CASE(each_state_is_told_once),
		CASE(a_status_is_told_when_it_is_news),
		CASE(signs_of_life_come_at_half_the_time),
		CASE(nobody_asked_for_signs_of_life),
		CASE(without_systemd_nothing_is_told),
		CASE(a_socket_that_is_none_is_said),
		CASE(a_full_socket_stops_nobody),
	};
#undef CASE

	return cmocka_run_group_tests(testv, NULL, NULL);
}
