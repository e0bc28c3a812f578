/**
 * @file thread.c  Threads beside the loop, and the bell that calls it
 */
#include "baresip-glue/thread.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <re.h>


static void bell_handler(int flags, void *arg)
{
	struct bell *bell = arg;
	eventfd_t n;
	(void)flags;

	(void)eventfd_read(bell->fd, &n);
	bell->h(bell->arg);
}


int thread_start(pthread_t *tid, const char *name, void *(*fn)(void *),
		 void *arg)
{
	sigset_t all, old;
	int err;

	(void)sigfillset(&all);
	err = pthread_sigmask(SIG_BLOCK, &all, &old);
	if (err)
		return err;

	err = pthread_create(tid, NULL, fn, arg);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		return err;

	(void)pthread_setname_np(*tid, name);

	return 0;
}


int bell_open(struct bell *bell, bell_h *h, void *arg)
{
	int err;

	bell->h = h;
	bell->arg = arg;
	bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (bell->fd < 0)
		return errno;

	err = fd_listen(bell->fd, FD_READ, bell_handler, bell);
	if (err) {
		(void)close(bell->fd);
		bell->fd = -1;
	}

	return err;
}


void bell_ring(struct bell *bell)
{
	(void)eventfd_write(bell->fd, 1);
}


void bell_close(struct bell *bell)
{
	if (bell->fd < 0)
		return;

	fd_close(bell->fd);
	(void)close(bell->fd);
	bell->fd = -1;
}
