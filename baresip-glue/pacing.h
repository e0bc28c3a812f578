/**
 * @file pacing.h  Which call's packet goes out in which millisecond
 *
 * The pacing thread's work without the thread: the clock is injected. All
 * functions belong to one thread, unless they say otherwise.
 */
#ifndef RINGROUND_PACING_H
#define RINGROUND_PACING_H

#include <stdbool.h>
#include <stdint.h>

struct cursor;
struct packet_tally;
struct pacing;

enum {
	PACING_LATE_MS = 5,     /**< a packet later than this is counted;
				     one of tally_late_boundv            */
	PACING_MOVE_MS = 200,   /**< later than this, the schedule moves */
};

/** Milliseconds of a clock that never jumps; never 0 */
typedef uint64_t (pacing_clock_h)(void *arg);

/** events: bits 1 << enum media_ev. The cursor is borrowed. */
typedef void (pacing_event_h)(struct cursor *cur, unsigned events, void *arg);

/** ring: see burst_alloc(). @return 0 or ENOMEM */
int pacing_alloc(struct pacing **pcp, bool ring, pacing_clock_h *clockh,
		 pacing_event_h *eventh, void *arg);

/** Drops all cursors. NULL is fine. */
void pacing_free(struct pacing *pc);

/** Do packets go to the kernel many at a time? Any thread. */
bool pacing_has_ring(const struct pacing *pc);

/** Takes over a reference; plays from the least loaded slot on. */
void pacing_add(struct pacing *pc, struct cursor *cur);

/** Send all that is due now */
void pacing_run(struct pacing *pc);

/** @return false: nothing plays; else the tick when more falls due */
bool pacing_next(const struct pacing *pc, uint64_t *tick);

/** Packets sent, and those later than PACING_LATE_MS. Any thread. */
void pacing_stats(const struct pacing *pc, uint64_t *sent, uint64_t *late);

/** All that is counted. Any thread. */
void pacing_tally(const struct pacing *pc, struct packet_tally *pt);

#endif
