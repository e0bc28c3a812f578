/**
 * @file events.c  The host's event numbers, which differ by version
 */
#include "baresip-glue/events.h"

#include <errno.h>
#include <string.h>
#include "baresip-glue/baresip.h"

enum { EVENTS = 64 };

static const char *const namev[] = {
	[HOST_RINGING]     = "CALL_RINGING",
	[HOST_PROGRESS]    = "CALL_PROGRESS",
	[HOST_ESTABLISHED] = "CALL_ESTABLISHED",
	[HOST_CLOSED]      = "CALL_CLOSED",
	[HOST_REMOTE_SDP]  = "CALL_REMOTE_SDP",
	[HOST_SHUTDOWN]    = "SHUTDOWN",
};

static enum host_event uav[EVENTS];
static enum host_event callv[EVENTS];


/*
 * Both enumerations list the call's events in the same order; 1.1.0 puts
 * ANSWERED before ESTABLISHED in both.
 */
static void learn_call(bool answered)
{
	unsigned i = 0;

	callv[i++] = HOST_OTHER;
	callv[i++] = HOST_RINGING;
	callv[i++] = HOST_PROGRESS;
	if (answered)
		callv[i++] = HOST_OTHER;
	callv[i++] = HOST_ESTABLISHED;
	callv[i++] = HOST_CLOSED;
	i += 2;                 /* of transfers */
	callv[i] = HOST_MENC;
}


int events_init(void)
{
	bool answered = false, seen[ARRAY_SIZE(namev)] = { true };
	unsigned i, k;

	memset(uav, 0, sizeof(uav));
	memset(callv, 0, sizeof(callv));

	for (i = 0; i < EVENTS; i++) {
		const char *name = uag_event_str(i);

		for (k = 1; name && k < ARRAY_SIZE(namev); k++) {
			if (strcmp(name, namev[k]))
				continue;
			uav[i] = (enum host_event)k;
			seen[k] = true;
		}
		if (name && !strcmp(name, "CALL_ANSWERED"))
			answered = true;
	}

	learn_call(answered);
	for (k = 0; k < ARRAY_SIZE(namev); k++) {
		if (!seen[k])
			return ENOSYS;
	}

	return 0;
}


enum host_event events_ua(unsigned ev)
{
	return ev < EVENTS ? uav[ev] : HOST_OTHER;
}


enum host_event events_call(unsigned ev)
{
	return ev < EVENTS ? callv[ev] : HOST_OTHER;
}
