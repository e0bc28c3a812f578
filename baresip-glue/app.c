/**
 * @file app.c  What runs beside the calls: signals, ticks, leaving
 */
#include "baresip-glue/app.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/desk.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/trial.h"


/* It goes on while the machine is suspended, as the database's leases do. */
uint64_t app_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_BOOTTIME, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000
		+ 1;
}


static void timer_handler(int flags, void *arg)
{
	struct app *ap = arg;
	const uint64_t now = app_now();
	uint64_t expirations;
	(void)flags;

	app_tell(ap, now);

	if (read(ap->timer_fd, &expirations, sizeof(expirations)) < 0
	    || ap->quit >= QUIT_LEAVE) {
		app_quit_step(ap);
		return;
	}

	if (ap->store)
		store_pg_tick(ap->store, now);
	revive_tick(ap->revive, ap->db_there, now);
	engine_tick(ap->eng);
	if (ap->la.call.wanted)
		trial_tick(ap, now);
	desk_tick(now);
	(void)rest_tick(&ap->rest, engine_live(ap->eng) > 0, now);
	app_quit_step(ap);
}


static void signal_handler(int flags, void *arg)
{
	struct app *ap = arg;
	struct signalfd_siginfo si;
	(void)flags;

	if (read(ap->signal_fd, &si, sizeof(si)) != sizeof(si))
		return;

	switch (si.ssi_signo) {

	case SIGTERM:
	case SIGINT:
		app_quit(ap);
		break;

	case SIGHUP:
		if (ap->la.call.wanted)
			app_quit(ap);
		else if (!desk_hangup())
			journal_line(false, "the terminal is gone, calls go "
				     "on");
		break;

	default:
		break;
	}
}


/* The host has put its own handlers in place by now: ours come before. */
static int start_signals(struct app *ap)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGWINCH);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL))
		return EINVAL;

	(void)sigdelset(&set, SIGWINCH);
	ap->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (ap->signal_fd < 0)
		return errno;

	return fd_listen(ap->signal_fd, FD_READ, signal_handler, ap);
}


/* libre's timers follow the wall clock, which jumps; this one does not. */
static int start_timer(struct app *ap)
{
	const struct itimerspec its = {
		.it_interval.tv_nsec = ENGINE_TICK_MS * 1000000,
		.it_value.tv_nsec    = 1,
	};

	ap->timer_fd = timerfd_create(CLOCK_MONOTONIC,
				      TFD_NONBLOCK | TFD_CLOEXEC);
	if (ap->timer_fd < 0 || timerfd_settime(ap->timer_fd, 0, &its, NULL))
		return errno;

	return fd_listen(ap->timer_fd, FD_READ, timer_handler, ap);
}


static void media_handler(uint64_t id, enum media_ev ev, uint32_t played_ms,
			  void *arg)
{
	const struct app *ap = arg;

	dialer_media_event(ap->dl, id, ev, played_ms);
}


int app_started(struct app *ap)
{
	int err;

	err = start_signals(ap);
	if (!err)
		err = media_alloc(&ap->med, media_handler, ap);
	if (err)
		return err;

	if (!media_has_ring(ap->med))
		journal_line(false, "the kernel does not let us use io_uring: "
			     "packets go out one by one, which costs more");

	dialer_set_media(ap->dl, ap->med);

	err = start_timer(ap);
	if (!err)
		err = desk_open(ap);

	return err;
}


static void quit_to(struct app *ap, enum app_quit quit, uint64_t ms)
{
	ap->quit = quit;
	ap->quit_at = app_now() + ms;
}


void app_quit(struct app *ap)
{
	switch (ap->quit) {

	case QUIT_NO:
		journal_print(false, "leaving: no new calls, %zu live",
			      engine_live(ap->eng));
		engine_stop(ap->eng);
		if (ap->la.call.wanted)
			quit_to(ap, QUIT_HANGUP, LEAVE_MS);
		else
			quit_to(ap, QUIT_DRAIN, DRAIN_MS);
		break;

	case QUIT_DRAIN:
		journal_print(false, "hanging up %zu calls",
			      engine_live(ap->eng));
		quit_to(ap, QUIT_HANGUP, LEAVE_MS);
		break;

	case QUIT_HANGUP:
	case QUIT_FLUSH:
		quit_to(ap, QUIT_FLUSH, 0);
		break;

	case QUIT_LEAVE:
	case QUIT_GONE:
		break;
	}
}


void app_fail(struct app *ap, const char *why)
{
	const int tty = ap->la.tty_out;

	notify_stopping(&ap->notify);
	notify_last(&ap->notify, why);
	desk_close();
	if (tty >= 0) {
		dprintf(tty, "ringround: %s\n", why);
		journal_line(true, why);
	}
	else {
		journal_last(why);
	}

	ap->failed = true;
	quit_to(ap, QUIT_FLUSH, 0);
}


/* What the pacing thread did, for whoever wonders about the sound */
static void tell_packets(const struct app *ap)
{
	uint64_t sent, late;

	if (!ap->med)
		return;

	media_stats(ap->med, &sent, &late);
	if (sent)
		journal_print(false, "%" PRIu64 " packets sent, %" PRIu64
			      " of them more than 5 ms late", sent, late);
}


size_t app_pending(const struct app *ap)
{
	return ap->store ? store_pg_ops.pending(ap->store) : 0;
}


/* The host ends its loop when the SIP stack has nothing left to do. */
static void leave(struct app *ap)
{
	const size_t lost = app_pending(ap);

	if (lost)
		journal_print(true, "%zu reports were not written: their "
			      "leases will run out", lost);

	tell_packets(ap);
	if (ap->store)
		store_pg_leave(ap->store);
	desk_close();
	dialer_free(ap->dl);
	ap->dl = NULL;
	quit_to(ap, QUIT_LEAVE, ap->la.call.wanted ? ALONE_MS : LEAVE_MS);
	ua_stop_all(false);
}


/* Who has heard the prompt must not be rung again after a restart. */
static void tell_flush(struct app *ap)
{
	const size_t n = app_pending(ap);

	if (!n || ap->flush_told || app_now() + FLUSH_MS < ap->quit_at + 1000)
		return;

	ap->flush_told = true;
	journal_print(true, "%zu reports wait for the database; another "
		      "signal leaves without them", n);
}


void app_quit_step(struct app *ap)
{
	const bool late = app_now() >= ap->quit_at;

	switch (ap->quit) {

	case QUIT_NO:
	case QUIT_GONE:
		break;

	case QUIT_DRAIN:
		if (!engine_live(ap->eng))
			quit_to(ap, QUIT_FLUSH, FLUSH_MS);
		else if (late)
			app_quit(ap);
		break;

	case QUIT_HANGUP:
		(void)engine_hangup(ap->eng, HANGUPS);
		if (!engine_live(ap->eng))
			quit_to(ap, QUIT_FLUSH, FLUSH_MS);
		break;

	case QUIT_FLUSH:
		tell_flush(ap);
		if (late || !app_pending(ap))
			leave(ap);
		break;

	case QUIT_LEAVE:
		if (!late)
			break;
		ap->quit = QUIT_GONE;
		ua_stop_all(true);
		re_cancel();
		break;
	}
}
