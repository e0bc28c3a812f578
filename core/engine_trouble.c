/**
 * @file engine_trouble.c  Trouble of this machine, or on the way to the proxy
 *
 * It is no attempt: nobody was rung, and a night without a route, or with a
 * certificate that has expired, must not spend everybody's attempts. Dialling
 * rests, longer each time, since nothing tells when the trouble is over.
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>


/* What a call that ends gives back */
static bool is_scarce(int err)
{
	return err == EADDRINUSE || err == EMFILE || err == ENFILE
		|| err == ENOBUFS || err == ENOMEM;
}


const char *engine_trouble_words(int err)
{
	switch (err) {

	case EADDRINUSE:
		return "no RTP port is free, see --rtp-ports";
	case EMFILE:
		return "no file descriptor is left, see ulimit -n";
	case ENFILE:
		return "the system is out of file descriptors, see "
			"fs.file-max";
	case ENOBUFS:
	case ENOMEM:
		return "no memory is free";
	case ENOSYS:
		return "baresip here has no module for the campaign's "
			"media_encryption";
	default:
		return strerror(err);
	}
}


bool engine_trouble_local(int err)
{
	static const int errv[] = {
		ENOMEM, EMFILE, ENFILE, ENOBUFS, EADDRINUSE, EAGAIN, EINVAL,
		EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH,
		EPERM, EACCES,
	};
	size_t i;

	for (i = 0; i < sizeof(errv) / sizeof(errv[0]); i++) {
		if (err == errv[i])
			return true;
	}

	return false;
}


/* Where some calls can be had and others cannot it comes and goes: it is told
 * now and then. */
static bool tell(struct engine *eng, const char *proxy, const char *why,
		 uint64_t now)
{
	if (!strcmp(why, eng->told_why) && now < eng->told_at + TOLD_MS)
		return false;

	engine_log(eng, true, "cannot start calls through %s: %s; trying "
		   "again", proxy, why);
	(void)snprintf(eng->told_why, sizeof(eng->told_why), "%s", why);
	eng->told_at = now;

	return true;
}


bool engine_rest(struct engine *eng, const char *proxy, int err,
		 const char *why)
{
	const uint64_t now = engine_now(eng);

	(void)snprintf(eng->trouble_why, sizeof(eng->trouble_why), "%s",
		       why ? why : engine_trouble_words(err));
	++eng->tally.troubles;
	eng->trouble_err = err;
	eng->trouble_ms = eng->trouble_ms * 2 < TROUBLE_MAX_MS
		? eng->trouble_ms * 2 : TROUBLE_MAX_MS;
	if (eng->trouble_ms < TROUBLE_MS)
		eng->trouble_ms = TROUBLE_MS;
	eng->trouble_until = now + eng->trouble_ms;

	return tell(eng, proxy, eng->trouble_why, now);
}


void engine_rest_camp(struct engine *eng, const struct attempt *at, int err)
{
	struct camp *cp = engine_camp(eng, at->ph.campaign_id);

	++eng->tally.troubles;
	if (cp)
		cp->dial_err = err;
	(void)tell(eng, at->proxy, engine_trouble_words(err),
		   engine_now(eng));
}


void engine_trouble_over(struct engine *eng)
{
	eng->trouble_err = 0;
	eng->trouble_ms = 0;
	eng->trouble_until = 0;
	eng->unsent = false;
	eng->probe = 0;
}


void engine_trouble_freed(struct engine *eng)
{
	const uint64_t soon = engine_now(eng) + ENGINE_TICK_MS;

	if (is_scarce(eng->trouble_err) && eng->trouble_until > soon)
		eng->trouble_until = soon;
}


/* What was begun is not yet what has left: while that is in doubt, one call
 * at a time finds it out. */
bool engine_trouble_dialled(struct engine *eng, uint64_t id)
{
	if (!eng->unsent) {
		eng->trouble_err = 0;
		eng->trouble_ms = 0;
		return true;
	}

	eng->probe = id;
	eng->trouble_until = engine_now(eng) + PROBE_MS;

	return false;
}


/* All that were on their way when it began come back with the same news. */
static void unsent(struct engine *eng, struct attempt *at, const char *why)
{
	at->stopped = true;
	if (eng->unsent && at->id != eng->probe)
		return;

	at->untold = !engine_rest(eng, at->proxy, EPROTO, why);
	eng->unsent = true;
	eng->probe = 0;
}


void engine_trouble_event(struct engine *eng, struct attempt *at,
			  enum call_ev ev, const struct call_fact *fact)
{
	if (ev == CALL_EV_CLOSED && fact->unsent && !at->connect_ms)
		unsent(eng, at, fact->reason);
	else if (eng->unsent && at->id == eng->probe)
		engine_trouble_over(eng);
}
