/**
 * @file notify.c  What systemd is told of the engine
 */
#include "baresip-glue/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/text.h"


static void tell(const struct notify *nt, const char *text)
{
	if (nt->fd < 0)
		return;

	(void)sendto(nt->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		     (const struct sockaddr *)&nt->to, nt->to_len);
}


/* A path, or @ and a name without one */
static int address_set(struct notify *nt, const char *name)
{
	const size_t len = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || len < 2)
		return EAFNOSUPPORT;
	if (len >= sizeof(nt->to.sun_path))
		return ENAMETOOLONG;

	nt->to.sun_family = AF_UNIX;
	memcpy(nt->to.sun_path, name, len);
	nt->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path)
				 + len);
	if (name[0] == '@')
		nt->to.sun_path[0] = '\0';

	return 0;
}


/* Whole numbers only; what is none was not meant for us. */
static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);
	uint64_t n = 0;
	int end = 0;

	if (!text || text[0] < '0' || text[0] > '9'
	    || sscanf(text, "%" SCNu64 "%n", &n, &end) != 1 || text[end])
		return 0;

	return n;
}


static uint64_t period_asked(void)
{
	const bool for_any = !getenv("WATCHDOG_PID");

	if (!for_any && number_of("WATCHDOG_PID") != (uint64_t)getpid())
		return 0;

	return number_of("WATCHDOG_USEC") / 2000;
}


static int open_socket(struct notify *nt, const char *name)
{
	int err;

	err = address_set(nt, name);
	if (err)
		return err;

	nt->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return nt->fd < 0 ? errno : 0;
}


int notify_open(struct notify *nt)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int err = 0;

	memset(nt, 0, sizeof(*nt));
	nt->fd = -1;
	nt->period_ms = period_asked();

	if (name && name[0])
		err = open_socket(nt, name);

	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");

	return err;
}


void notify_close(struct notify *nt)
{
	if (nt->fd >= 0)
		(void)close(nt->fd);
	nt->fd = -1;
}


void notify_ready(struct notify *nt)
{
	if (nt->ready)
		return;

	nt->ready = true;
	tell(nt, "READY=1");
}


void notify_stopping(struct notify *nt)
{
	if (nt->stopping)
		return;

	nt->stopping = true;
	tell(nt, "STOPPING=1");
}


void notify_last(struct notify *nt, const char *line)
{
	char text[sizeof(nt->status) + 16];

	(void)text_clean(nt->status, sizeof(nt->status), line);
	(void)snprintf(text, sizeof(text), "STATUS=%s", nt->status);
	tell(nt, text);
}


void notify_status(struct notify *nt, const char *line, uint64_t now)
{
	if (now < nt->status_ms || !strcmp(nt->status, line))
		return;

	nt->status_ms = now + NOTIFY_STATUS_MS;
	notify_last(nt, line);
}


bool notify_due(struct notify *nt, uint64_t now)
{
	if (nt->fd < 0 || !nt->period_ms || now < nt->sign_ms)
		return false;

	nt->sign_ms = now + nt->period_ms;

	return true;
}


void notify_alive(const struct notify *nt)
{
	tell(nt, "WATCHDOG=1");
}
