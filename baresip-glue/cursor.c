/**
 * @file cursor.c  One call's place in its prompt
 */
#include "baresip-glue/cursor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "baresip-glue/baresip.h"

enum {
	LINE        = 64,       /* bytes that memory hands over together */
	STREAM_SIZE = 640,      /* what the host reads of a stream       */
};


static unsigned happen(struct cursor *cur, enum media_ev ev)
{
	if (cur->done[ev])
		return 0;

	cur->done[ev] = true;

	return 1u << ev;
}


static bool is_active(const struct cursor *cur)
{
	return cur->strm && !cur->held && !cur->done[MEDIA_EV_END];
}


/*
 * The visit that finds a cursor inactive drops it; whoever makes it active
 * again afterwards has to enlist it.
 */
static bool must_enlist(struct cursor *cur)
{
	if (!is_active(cur) || cur->enlisted)
		return false;

	cur->enlisted = true;
	(void)cursor_ref(cur);

	return true;
}


/* The same instant of the prompt; rather a moment again than one lost. */
static void set_run(struct cursor *cur, struct run *run)
{
	struct run *old = cur->run;

	if (!old)
		cur->idx = 0;
	else if (cur->idx >= old->packetc)
		cur->idx = run->packetc;
	else if (old->ptime != run->ptime)
		cur->idx = (uint32_t)((uint64_t)cur->idx * old->ptime /
				      run->ptime);

	if (cur->idx > run->packetc)
		cur->idx = run->packetc;

	cur->run = run_ref(run);
	run_unref(old);
}


/*
 * Time goes on in a gap though nothing is sent (RFC 3550 section 5.1), so
 * that the receiver takes the gap for silence.
 */
static void set_time(struct cursor *cur, uint64_t tick)
{
	if (cur->ts_tick && tick > cur->ts_tick) {
		cur->ts += (uint32_t)((tick - cur->ts_tick) *
				      cur->run->clock / 1000);
		cur->marker = true;
	}

	cur->ts_tick = tick;
}


static int send_packet(const struct cursor *cur, struct mbuf *mb)
{
	const struct run *run = cur->run;
	const size_t len = run->offv[cur->idx + 1] - run->offv[cur->idx];

	/* Codecs may leave silence out; its time passes all the same. */
	if (!len)
		return 0;

	if (STREAM_PRESZ + len > mb->size)
		return EOVERFLOW;

	memcpy(mb->buf + STREAM_PRESZ, run->data + run->offv[cur->idx], len);
	mb->pos = STREAM_PRESZ;
	mb->end = STREAM_PRESZ + len;

	return stream_send(cur->strm, false, cur->marker, -1, cur->ts, mb);
}


/* A packet that was lost here is as heard as one lost on the way: not. */
static void account(struct cursor *cur, bool sent)
{
	const struct run *run = cur->run;
	uint32_t end = run->length_ms;

	if (cur->idx + 1 < run->packetc && (cur->idx + 1) * run->ptime < end)
		end = (cur->idx + 1) * run->ptime;

	if (end > cur->covered) {
		if (sent)
			atomic_fetch_add(&cur->played, end - cur->covered);
		cur->covered = end;
	}
}


static bool has_packet(const struct cursor *cur)
{
	return cur->run->offv[cur->idx + 1] > cur->run->offv[cur->idx];
}


static void packet_sent(struct cursor *cur, struct visit *vi)
{
	vi->sent = !cur->err;
	vi->refused = !vi->sent;
	if (vi->sent && has_packet(cur))
		cur->marker = false;

	account(cur, vi->sent);

	++cur->idx;
	cur->ts += cur->run->ts_step;
	cur->ts_tick += cur->run->ptime;

	if (!vi->sent)
		return;

	vi->events |= happen(cur, MEDIA_EV_STARTED);

	if (cursor_played(cur) >= cur->threshold)
		vi->events |= happen(cur, MEDIA_EV_THRESHOLD);
}


/* A prompt below the threshold counts when all of it was sent. */
static void end_prompt(struct cursor *cur, struct visit *vi)
{
	if (cur->done[MEDIA_EV_STARTED] &&
	    cursor_played(cur) >= cur->run->length_ms)
		vi->events |= happen(cur, MEDIA_EV_THRESHOLD);

	vi->events |= happen(cur, MEDIA_EV_END);
}


int cursor_alloc(struct cursor **curp, uint64_t id, uint32_t threshold,
		 cursor_enlist_h *enlisth, void *arg)
{
	struct cursor *cur;

	cur = calloc(1, sizeof(*cur));
	if (!cur)
		return ENOMEM;

	atomic_init(&cur->refs, 1);
	atomic_init(&cur->played, 0);
	atomic_init(&cur->fd, -1);
	pthread_mutex_init(&cur->mtx, NULL);
	cur->id = id;
	cur->threshold = threshold;
	cur->enlisth = enlisth;
	cur->arg = arg;

	/* RFC 3550 section 5.1: the first time stamp should be random. */
	if (getrandom(&cur->ts, sizeof(cur->ts), GRND_NONBLOCK) < 0)
		cur->ts = (uint32_t)(id * 2654435761u);

	*curp = cur;

	return 0;
}


struct cursor *cursor_ref(struct cursor *cur)
{
	atomic_fetch_add_explicit(&cur->refs, 1, memory_order_relaxed);

	return cur;
}


void cursor_unref(struct cursor *cur)
{
	if (!cur)
		return;

	if (atomic_fetch_sub_explicit(&cur->refs, 1,
				      memory_order_acq_rel) != 1)
		return;

	run_unref(cur->run);
	pthread_mutex_destroy(&cur->mtx);
	free(cur);
}


uint32_t cursor_ptime(struct cursor *cur)
{
	uint32_t ptime = 0;

	pthread_mutex_lock(&cur->mtx);

	if (is_active(cur))
		ptime = cur->run->ptime;
	else
		cur->enlisted = false;

	pthread_mutex_unlock(&cur->mtx);

	return ptime;
}


/* With a thousand calls nothing of one is left in the cache when it is its
 * turn again. To ask for memory reads nothing: wrong or gone does no harm. */
static void fetch(const void *at, size_t size)
{
	const char *p = at;

	for (size_t i = 0; i < size; i += LINE)
		__builtin_prefetch(p + i);
}


void cursor_soon(const struct cursor *cur)
{
	if (cur->next)
		fetch(cur->next, sizeof(*cur));
	if (cur->warm)
		fetch(cur->warm, STREAM_SIZE);
}


void cursor_begin(struct cursor *cur, uint64_t tick, bool skip,
		  struct mbuf *mb)
{
	pthread_mutex_lock(&cur->mtx);

	cur->step = STEP_NONE;
	cur->warm = cur->strm;
	if (!is_active(cur) || skip)
		return;

	if (cur->idx >= cur->run->packetc) {
		cur->step = STEP_END;
		return;
	}

	cur->step = STEP_PACKET;
	set_time(cur, tick);
	cur->err = send_packet(cur, mb);
}


void cursor_end(struct cursor *cur, int err, struct visit *vi)
{
	memset(vi, 0, sizeof(*vi));

	switch (cur->step) {

	case STEP_NONE:
		break;

	case STEP_PACKET:
		if (!cur->err)
			cur->err = err;
		packet_sent(cur, vi);
		break;

	case STEP_END:
		end_prompt(cur, vi);
		break;
	}

	if (is_active(cur))
		vi->ptime = cur->run->ptime;
	else
		cur->enlisted = false;

	pthread_mutex_unlock(&cur->mtx);
}


int cursor_play(struct cursor *cur, struct stream *strm, struct run *run)
{
	bool enlist;

	pthread_mutex_lock(&cur->mtx);

	set_run(cur, run);
	cur->strm = strm;
	cur->marker = true;
	enlist = must_enlist(cur);

	pthread_mutex_unlock(&cur->mtx);

	if (enlist)
		cur->enlisth(cur, cur->arg);

	return 0;
}


void cursor_stop(struct cursor *cur)
{
	pthread_mutex_lock(&cur->mtx);
	cur->strm = NULL;
	pthread_mutex_unlock(&cur->mtx);
}


void cursor_hold(struct cursor *cur, bool hold)
{
	bool enlist;

	pthread_mutex_lock(&cur->mtx);

	if (hold && !cur->held)
		cur->marker = true;

	cur->held = hold;
	enlist = must_enlist(cur);

	pthread_mutex_unlock(&cur->mtx);

	if (enlist)
		cur->enlisth(cur, cur->arg);
}


uint32_t cursor_played(const struct cursor *cur)
{
	return atomic_load(&cur->played);
}


int cursor_fd(const struct cursor *cur)
{
	return atomic_load(&cur->fd);
}


void cursor_free(struct cursor *cur)
{
	if (!cur)
		return;

	cursor_stop(cur);
	cur->dead = true;
	cursor_unref(cur);
}
