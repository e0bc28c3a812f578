/**
 * @file snapshot.c  What the engine looks like at one instant
 */
#include "core/snapshot.h"

#include <stdlib.h>


const char *campaign_reason_name(enum campaign_reason reason)
{
	switch (reason) {

	case CAMPAIGN_RUNNING:          return "RUNNING";
	case CAMPAIGN_PAUSED:           return "PAUSED";
	case CAMPAIGN_WINDOW:           return "WINDOW";
	case CAMPAIGN_FULL:             return "FULL";
	case CAMPAIGN_BACKOFF:          return "BACKOFF";
	case CAMPAIGN_NO_PROMPT:        return "NO PROMPT";
	case CAMPAIGN_LOADING:          return "LOADING";
	case CAMPAIGN_NO_PROXY:         return "NO PROXY";
	case CAMPAIGN_TROUBLE:          return "TROUBLE";
	case CAMPAIGN_DB_DOWN:          return "DB DOWN";
	case CAMPAIGN_STOPPING:         return "STOPPING";
	case CAMPAIGN_DONE:             return "DONE";
	}

	return "?";
}


struct snapshot *snapshot_alloc(size_t campc, size_t callc)
{
	struct snapshot *sn = calloc(1, sizeof(*sn));

	if (!sn)
		return NULL;

	atomic_init(&sn->refs, 1);
	sn->campv = calloc(campc + 1, sizeof(*sn->campv));
	sn->callv = calloc(callc + 1, sizeof(*sn->callv));
	sn->endedv = calloc(SNAPSHOT_ENDED, sizeof(*sn->endedv));
	sn->logv = calloc(LOGBOOK_LINES, sizeof(struct logline *));
	if (!sn->campv || !sn->callv || !sn->endedv || !sn->logv) {
		snapshot_unref(sn);
		return NULL;
	}

	return sn;
}


struct snapshot *snapshot_ref(struct snapshot *sn)
{
	atomic_fetch_add(&sn->refs, 1);

	return sn;
}


void snapshot_unref(struct snapshot *sn)
{
	size_t i;

	if (!sn || atomic_fetch_sub(&sn->refs, 1) != 1)
		return;

	for (i = 0; i < sn->logc; i++)
		logline_unref(sn->logv[i]);

	free(sn->logv);
	free(sn->campv);
	free(sn->callv);
	free(sn->endedv);
	free(sn);
}


static int by_campaign(const void *a, const void *b)
{
	const struct snapshot_campaign *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}


static int by_phone(const void *a, const void *b)
{
	const struct snapshot_call *x = a, *y = b;

	return (x->phone_id > y->phone_id) - (x->phone_id < y->phone_id);
}


void snapshot_sort(struct snapshot *sn)
{
	qsort(sn->campv, sn->campc, sizeof(*sn->campv), by_campaign);
	qsort(sn->callv, sn->callc, sizeof(*sn->callv), by_phone);
}


const struct snapshot_campaign *
snapshot_campaign(const struct snapshot *sn, int32_t id)
{
	const struct snapshot_campaign key = { .id = id };

	return bsearch(&key, sn->campv, sn->campc, sizeof(*sn->campv),
		       by_campaign);
}


const struct snapshot_call *
snapshot_call(const struct snapshot *sn, int64_t phone_id)
{
	const struct snapshot_call key = { .phone_id = phone_id };

	return bsearch(&key, sn->callv, sn->callc, sizeof(*sn->callv),
		       by_phone);
}


const struct snapshot_call *
snapshot_ended(const struct snapshot *sn, int64_t phone_id)
{
	size_t i = sn->endedc;

	while (i--) {
		if (sn->endedv[i].phone_id == phone_id)
			return &sn->endedv[i];
	}

	return NULL;
}


const struct order_ack *
snapshot_ack(const struct snapshot *sn, uint64_t serial)
{
	size_t i;

	for (i = 0; i < sn->ackc; i++) {
		if (sn->ackv[i].serial == serial)
			return &sn->ackv[i];
	}

	return NULL;
}
