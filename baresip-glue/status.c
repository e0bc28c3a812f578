/**
 * @file status.c  What systemd is told at each tick
 */
#include "baresip-glue/app.h"

#include <inttypes.h>
#include <stdio.h>
#include "baresip-glue/media.h"


static void say_work(char *buf, size_t size, const struct app *ap)
{
	const size_t live = engine_live(ap->eng);

	if (ap->db_there)
		(void)snprintf(buf, size, "%zu live calls of at most %u, "
			       "%" PRIu64 " dialled since the start", live,
			       ap->carry.calls, engine_dialled(ap->eng));
	else
		(void)snprintf(buf, size, "no database, nothing is dialled, "
			       "%zu live calls go on: %s", live,
			       ap->db_why[0] ? ap->db_why : "connecting");
}


static void say(char *buf, size_t size, const struct app *ap)
{
	switch (ap->quit) {

	case QUIT_NO:
		say_work(buf, size, ap);
		break;

	case QUIT_DRAIN:
		(void)snprintf(buf, size, "leaving: %zu live calls may end "
			       "by themselves", engine_live(ap->eng));
		break;

	case QUIT_HANGUP:
		(void)snprintf(buf, size, "leaving: %zu calls are hung up",
			       engine_live(ap->eng));
		break;

	case QUIT_FLUSH:
		(void)snprintf(buf, size, "leaving: %zu reports wait for the "
			       "database", app_pending(ap));
		break;

	case QUIT_LEAVE:
	case QUIT_GONE:
		(void)snprintf(buf, size, "leaving");
		break;
	}
}


/* A media thread that hangs is as bad as a loop that does. */
void app_tell(struct app *ap, uint64_t now)
{
	char line[400];

	if (ap->quit != QUIT_NO)
		notify_stopping(&ap->notify);
	else if (ap->db_there)
		notify_ready(&ap->notify);

	if (!ap->failed) {
		say(line, sizeof(line), ap);
		notify_status(&ap->notify, line, now);
	}

	if (notify_due(&ap->notify, now) && media_alive(ap->med))
		notify_alive(&ap->notify);
}
