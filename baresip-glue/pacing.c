/**
 * @file pacing.c  Which call's packet goes out in which millisecond
 *
 * A wheel of 1 ms slots, longer than any packet time, so that a cursor is in
 * it once, at its next packet. Every other slot is used: to wake up costs as
 * much as some packets do.
 */
#include "baresip-glue/pacing.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/burst.h"
#include "baresip-glue/cursor.h"
#include "baresip-glue/encode.h"
#include "core/tally.h"


enum {
	SLOTS = 256,
	GRID  = 2,      /* a call begins in a slot that this divides     */
};

#define NO_PACKET SIZE_MAX

_Static_assert((int)SLOTS > (int)RUN_PTIME_MAX, "a packet time must fit");


struct slot {
	struct cursor *head;
	struct cursor *tail;
	uint32_t count;
};


struct pacing {
	struct slot slotv[SLOTS];
	uint64_t tick;          /* all slots up to here have been run    */
	uint32_t count;         /* cursors in all slots                  */
	struct mbuf *mb;
	struct burst *burst;
	struct slot flight;     /* visited, to be left when it has gone  */
	pacing_clock_h *clockh;
	pacing_event_h *eventh;
	void *arg;
	atomic_uint_fast64_t latev[HISTOGRAM_BOUNDS + 1];
	atomic_uint_fast64_t late_ms;
	atomic_uint_fast64_t refused;
	atomic_uint_fast64_t gaps;
};


static void chain(struct slot *sl, struct cursor *cur)
{
	cur->next = NULL;
	if (sl->tail)
		sl->tail->next = cur;
	else
		sl->head = cur;

	sl->tail = cur;
	++sl->count;
}


static struct cursor *unchain(struct slot *sl)
{
	struct cursor *cur = sl->head;

	*sl = (struct slot){ NULL, NULL, 0 };

	return cur;
}


/* At the tail: the order within a slot is the order of every lap. */
static void slot_append(struct pacing *pc, struct cursor *cur)
{
	chain(&pc->slotv[cur->due % SLOTS], cur);
	++pc->count;
}


static struct cursor *slot_take(struct pacing *pc, uint64_t tick)
{
	struct slot *sl = &pc->slotv[tick % SLOTS];

	pc->count -= sl->count;

	return unchain(sl);
}


static uint64_t least_loaded(const struct pacing *pc, uint64_t now,
			     uint32_t ptime)
{
	const uint64_t past = now > pc->tick ? now : pc->tick;
	const uint64_t first = (past / GRID + 1) * GRID;
	uint64_t best = first;

	for (uint64_t t = first; t < first + ptime; t += GRID) {
		if (pc->slotv[t % SLOTS].count <
		    pc->slotv[best % SLOTS].count)
			best = t;
	}

	return best;
}


/* After a stop of the whole machine nobody wants the past in one burst. */
static void move_due(struct cursor *cur, uint64_t now, uint32_t ptime)
{
	cur->due += ((now - cur->due) / ptime + 1) * ptime;
}


static bool is_far_behind(const struct cursor *cur, uint64_t now)
{
	return now > cur->due + PACING_MOVE_MS;
}


/* One thread writes, others read: no locked instruction is needed. */
static void count(atomic_uint_fast64_t *n, uint64_t more)
{
	atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed)
			      + more, memory_order_relaxed);
}


static void count_sent(struct pacing *pc, uint64_t late_ms)
{
	count(&pc->latev[histogram_bucket(tally_late_boundv, late_ms)], 1);
	count(&pc->late_ms, late_ms);
}


/* Its packet has gone, if there was one. */
static void leave(struct pacing *pc, struct cursor *cur, uint64_t now)
{
	const bool sent = cur->packet != NO_PACKET;
	struct visit vi;

	cursor_end(cur, sent ? burst_error(pc->burst, cur->packet) : 0, &vi);

	if (vi.sent)
		count_sent(pc, now > cur->due ? now - cur->due : 0);
	if (vi.refused)
		count(&pc->refused, 1);

	if (vi.events & 1u << MEDIA_EV_STARTED && sent)
		atomic_store(&cur->fd, burst_fd(pc->burst, cur->packet));

	if (vi.events)
		pc->eventh(cur, vi.events, pc->arg);

	if (!vi.ptime) {
		cursor_unref(cur);
		return;
	}

	if (is_far_behind(cur, now)) {
		move_due(cur, now, vi.ptime);
		count(&pc->gaps, 1);
	}
	else {
		cur->due += vi.ptime;
	}

	slot_append(pc, cur);
}


static void depart(struct pacing *pc, uint64_t now)
{
	struct cursor *cur, *next;

	burst_flush(pc->burst);

	for (cur = unchain(&pc->flight); cur; cur = next) {
		next = cur->next;
		leave(pc, cur, now);
	}
}


static void board(struct pacing *pc, struct cursor *cur, uint64_t now)
{
	const size_t n = burst_count(pc->burst);

	cursor_begin(cur, cur->due, is_far_behind(cur, now), pc->mb);
	cur->packet = burst_count(pc->burst) > n ? n : NO_PACKET;
	chain(&pc->flight, cur);

	if (!burst_room(pc->burst))
		depart(pc, now);
}


static void run_slot(struct pacing *pc, uint64_t now)
{
	struct cursor *cur, *next;

	for (cur = slot_take(pc, pc->tick); cur; cur = next) {

		next = cur->next;
		if (next)
			cursor_soon(next);

		/* Schedules that moved may be a lap ahead. */
		if (cur->due > pc->tick)
			slot_append(pc, cur);
		else
			board(pc, cur, now);
	}

	depart(pc, now);
}


int pacing_alloc(struct pacing **pcp, bool ring, pacing_clock_h *clockh,
		 pacing_event_h *eventh, void *arg)
{
	struct pacing *pc;
	int err;

	pc = calloc(1, sizeof(*pc));
	if (!pc)
		return ENOMEM;

	err = burst_alloc(&pc->burst, ring);
	if (err)
		goto out;

	pc->mb = mbuf_alloc(STREAM_PRESZ + RUN_PAYLOAD_MAX);
	if (!pc->mb) {
		err = ENOMEM;
		goto out;
	}

	pc->clockh = clockh;
	pc->eventh = eventh;
	pc->arg = arg;
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		atomic_init(&pc->latev[i], 0);
	atomic_init(&pc->late_ms, 0);
	atomic_init(&pc->refused, 0);
	atomic_init(&pc->gaps, 0);

 out:
	if (err)
		pacing_free(pc);
	else
		*pcp = pc;

	return err;
}


void pacing_free(struct pacing *pc)
{
	struct cursor *cur, *next;

	if (!pc)
		return;

	for (uint64_t t = 0; t < SLOTS; t++) {
		for (cur = slot_take(pc, t); cur; cur = next) {
			next = cur->next;
			cursor_unref(cur);
		}
	}

	burst_free(pc->burst);
	mem_deref(pc->mb);
	free(pc);
}


bool pacing_has_ring(const struct pacing *pc)
{
	return burst_has_ring(pc->burst);
}


void pacing_add(struct pacing *pc, struct cursor *cur)
{
	const uint32_t ptime = cursor_ptime(cur);
	const uint64_t now = pc->clockh(pc->arg);

	if (!ptime) {
		cursor_unref(cur);
		return;
	}

	if (!pc->count)
		pc->tick = now;

	cur->due = least_loaded(pc, now, ptime);
	slot_append(pc, cur);
}


void pacing_run(struct pacing *pc)
{
	uint64_t now = pc->clockh(pc->arg);
	const uint64_t end = now;
	uint64_t last = end;

	if (!pc->count)
		pc->tick = end;

	burst_begin(pc->burst);

	/* So far behind, one lap moves all that there is beyond end. */
	if (end > pc->tick + SLOTS + PACING_MOVE_MS)
		last = pc->tick + SLOTS;

	while (pc->tick < last) {
		++pc->tick;
		run_slot(pc, now);
		now = pc->clockh(pc->arg);
	}

	pc->tick = end > pc->tick ? end : pc->tick;
	burst_end(pc->burst);
}


bool pacing_next(const struct pacing *pc, uint64_t *tick)
{
	if (!pc->count)
		return false;

	for (uint64_t t = pc->tick + 1; t <= pc->tick + SLOTS; t++) {
		if (pc->slotv[t % SLOTS].count) {
			*tick = t;
			return true;
		}
	}

	return false;
}


static uint64_t counted(const atomic_uint_fast64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}


void pacing_tally(const struct pacing *pc, struct packet_tally *pt)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		pt->late.countv[i] = counted(&pc->latev[i]);

	pt->late.boundv = tally_late_boundv;
	pt->late.sum_ms = counted(&pc->late_ms);
	pt->refused = counted(&pc->refused);
	pt->gaps = counted(&pc->gaps);
}


void pacing_stats(const struct pacing *pc, uint64_t *sent, uint64_t *late)
{
	const unsigned timely = histogram_bucket(tally_late_boundv,
						 PACING_LATE_MS);

	*sent = *late = 0;
	for (unsigned i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		const uint64_t n = counted(&pc->latev[i]);

		*sent += n;
		*late += i > timely ? n : 0;
	}
}
