/**
 * @file fake_dialer.c  A dialer that notes what it is asked to do
 */
#include "tests/unit/fake_dialer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


struct fake_call *fake_dialer_call(struct fake_dialer *dl, uint64_t id)
{
	size_t i;

	for (i = dl->callc; i > 0; i--) {
		if (dl->callv[i - 1].id == id)
			return &dl->callv[i - 1];
	}

	return NULL;
}


static int dialer_dial(void *arg, const struct dial_req *req)
{
	struct fake_dialer *dl = arg;
	struct fake_call *call;

	++dl->tries;
	if (dl->dial_err)
		return dl->dial_err;
	if (dl->unfit && dl->unfit == req->phone->campaign_id)
		return ENOSYS;

	call = realloc(dl->callv, (dl->callc + 1) * sizeof(*call));
	if (!call)
		abort();
	dl->callv = call;

	call += dl->callc++;
	memset(call, 0, sizeof(*call));
	call->id = req->id;
	call->ph = *req->phone;
	(void)snprintf(call->proxy, sizeof(call->proxy), "%s", req->proxy);
	++dl->open;

	return 0;
}


static void dialer_hangup(void *arg, uint64_t id)
{
	struct fake_call *call = fake_dialer_call(arg, id);

	if (call)
		++call->hangups;
}


static const char *dialer_call_id(void *arg, uint64_t id)
{
	const struct fake_dialer *dl = arg;
	(void)id;

	return dl->call_id;
}


static uint32_t dialer_played(void *arg, uint64_t id)
{
	const struct fake_call *call = fake_dialer_call(arg, id);

	return call ? call->played_ms : 0;
}


static int dialer_stats(void *arg, uint64_t id, struct call_stats *cs)
{
	const struct fake_call *call = fake_dialer_call(arg, id);

	if (!call)
		return ENOENT;

	*cs = call->stats;

	return 0;
}


static int dialer_prompt(void *arg, int32_t id, const char *digest,
			 uint32_t *ms, const char **why)
{
	struct fake_dialer *dl = arg;
	(void)id;
	(void)digest;

	++dl->prompts;
	if (!dl->prompt_err)
		*ms = dl->prompt_ms;
	else if (dl->prompt_err != EINPROGRESS)
		*why = dl->why;

	return dl->prompt_err;
}


const struct dialer_ops fake_dialer_ops = {
	.dial    = dialer_dial,
	.hangup  = dialer_hangup,
	.call_id = dialer_call_id,
	.played  = dialer_played,
	.stats   = dialer_stats,
	.prompt  = dialer_prompt,
};


void fake_dialer_init(struct fake_dialer *dl, uint32_t prompt_ms)
{
	memset(dl, 0, sizeof(*dl));
	dl->prompt_ms = prompt_ms;
}


void fake_dialer_free(struct fake_dialer *dl)
{
	free(dl->callv);
	memset(dl, 0, sizeof(*dl));
}
