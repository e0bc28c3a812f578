/**
 * @file media.h  One thread that paces the RTP of all calls
 *
 * Absolute deadlines on CLOCK_MONOTONIC; calls are spread over the 1 ms slots
 * of their packet time. A cursor is one call's place in its prompt; it
 * outlives the baresip audio source, which comes and goes with re-INVITEs.
 * All functions belong to the loop thread unless they say otherwise.
 */
#ifndef RINGROUND_MEDIA_H
#define RINGROUND_MEDIA_H

#include <stdbool.h>
#include <stdint.h>
#include "baresip-glue/prompt.h"

struct stream;
struct media;
struct cursor;
struct packet_tally;

enum media_ev {
	MEDIA_EV_STARTED,       /**< the first packet was sent           */
	MEDIA_EV_THRESHOLD,     /**< threshold_msec were sent            */
	MEDIA_EV_END,           /**< the last packet's time has passed   */
};

/** Called on the loop thread, never before media_cursor() has returned. */
typedef void (media_event_h)(uint64_t id, enum media_ev ev,
			     uint32_t played_ms, void *arg);

/**
 * Starts the thread (call it once the loop runs) with all signals blocked
 *
 * @return 0 or an errno
 */
int media_alloc(struct media **medp, media_event_h *eventh, void *arg);

/** Do packets go to the kernel many at a time? See burst_alloc(). */
bool media_has_ring(const struct media *med);

/** Joins the thread; every cursor must be freed before. NULL is fine. */
void media_free(struct media *med);

/**
 * A cursor at the beginning of a prompt, not playing
 *
 * @param id         Comes back with each event
 * @param threshold  Milliseconds sent until MEDIA_EV_THRESHOLD; 0: with the
 *                   first packet. A shorter prompt: just before MEDIA_EV_END.
 * @return 0 or ENOMEM
 */
int media_cursor(struct cursor **curp, struct media *med, uint64_t id,
		 uint32_t threshold);

/**
 * Play (or go on, at the same instant of the prompt) into a stream. The
 * stream is borrowed until cursor_stop(); the run is referenced. The first
 * packet after each start carries the marker bit (RFC 3551 section 4.1); time
 * stamps go on over all runs of one clock rate.
 *
 * @return 0 or ENOMEM
 */
int cursor_play(struct cursor *cur, struct stream *strm, struct run *run);

/** When this has returned no packet is in flight and none will follow. */
void cursor_stop(struct cursor *cur);

/** The callee holds (RFC 3264 section 8.4): time stops, nothing is sent. */
void cursor_hold(struct cursor *cur, bool hold);

/** Milliseconds of prompt sent so far. Any thread. */
uint32_t cursor_played(const struct cursor *cur);

/**
 * The socket that its packets leave by, borrowed from the host's stream; -1
 * before the first one. Any thread.
 */
int cursor_fd(const struct cursor *cur);

/** Stops it; no event of it follows. NULL is fine. */
void cursor_free(struct cursor *cur);

/**
 * Has the thread run since this was asked last? Asks it again, and waits for
 * nothing.
 */
bool media_alive(struct media *med);

/** Packets sent, and packets sent later than 5 ms after their time */
void media_stats(const struct media *med, uint64_t *sent, uint64_t *late);

/** All that is counted about packets */
void media_tally(const struct media *med, struct packet_tally *pt);

#endif
