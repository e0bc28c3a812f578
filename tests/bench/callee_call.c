/**
 * @file callee_call.c  The calls that the callees know of, by Call-ID
 */
#include "tests/bench/callee_call.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 16384 };


static struct call *bucketv[BUCKETS];
static struct call *waiting;
static uint64_t tags;


void call_event(const char *what, const struct call *call, uint64_t at)
{
	if (opts.events)
		fprintf(opts.events, "%s %llu %s %.*s\n", what,
			(unsigned long long)at, call->number,
			(int)call->id_len, call->id);
}


void wait_add(struct call *call)
{
	if (call->waits)
		return;

	call->waits = true;
	call->prev_wait = NULL;
	call->next_wait = waiting;
	if (waiting)
		waiting->prev_wait = call;
	waiting = call;
}


void wait_remove(struct call *call)
{
	if (!call->waits)
		return;

	call->waits = false;
	if (call->prev_wait)
		call->prev_wait->next_wait = call->next_wait;
	else
		waiting = call->next_wait;
	if (call->next_wait)
		call->next_wait->prev_wait = call->prev_wait;
}


static struct call **bucket_of(const struct piece *id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < id->len; i++)
		h = (h ^ (uint8_t)id->p[i]) * 16777619u;

	return &bucketv[h % BUCKETS];
}


struct call *call_find(const struct piece *id)
{
	struct call *call = *bucket_of(id);

	while (call && (call->id_len != id->len ||
			memcmp(call->id, id->p, id->len)))
		call = call->next;

	return call;
}


void call_free(struct call *call)
{
	const struct piece id = { call->id, call->id_len };
	struct call **pp = bucket_of(&id);

	while (*pp != call)
		pp = &(*pp)->next;
	*pp = call->next;

	wait_remove(call);
	free(call->id);
	free(call->req);
	free(call->reply);
	free(call);
}


/* What the request line calls: the user part of its URI */
static void number_set(struct call *call, const struct piece *req)
{
	const char *p = memmem(req->p, req->len, "sip:", 4);
	size_t n = 0;

	for (p = p ? p + 4 : ""; n < sizeof(call->number) - 1 &&
	     *p && *p != '@' && *p != ' ' && *p != ';'; p++)
		call->number[n++] = *p;
	call->number[n] = '\0';
}


struct call *call_new(const struct piece *id, const struct piece *req,
		      const struct sockaddr_in *from)
{
	struct call *call = calloc(1, sizeof(*call));
	struct call **pp = bucket_of(id);

	if (!call || !(call->id = malloc(id->len)) ||
	    !(call->req = malloc(req->len)))
		abort();

	memcpy(call->id, id->p, id->len);
	call->id_len = id->len;
	memcpy(call->req, req->p, req->len);
	call->req_len = req->len;
	call->from = *from;
	(void)snprintf(call->tag, sizeof(call->tag), "c%llu",
		       (unsigned long long)++tags);
	number_set(call, req);
	call->next = *pp;
	*pp = call;

	return call;
}


/* The handler may free the call. */
void calls_tick(uint64_t now, call_due_h *dueh)
{
	struct call *call, *next;

	for (call = waiting; call; call = next) {
		next = call->next_wait;
		if (now >= call->due)
			dueh(call, now);
	}
}
