/**
 * @file cursor.h  One call's place in its prompt, as the pacing side sees it
 *
 * Three parties meet here: the loop thread (media.h), the pacing thread, and
 * the queues between them. A cursor is plain memory with an atomic reference
 * count; each field says what guards it.
 */
#ifndef RINGROUND_CURSOR_H
#define RINGROUND_CURSOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "baresip-glue/media.h"

struct mbuf;

enum { MEDIA_EVENTS = MEDIA_EV_END + 1 };

/** Hands a cursor that has begun to play, and a reference, to the pacing */
typedef void (cursor_enlist_h)(struct cursor *cur, void *arg);

/** What a visit does */
enum cursor_step {
	STEP_NONE,
	STEP_PACKET,
	STEP_END,               /**< the prompt is over                  */
};

struct cursor {
	atomic_uint refs;
	uint64_t id;
	uint32_t threshold;             /**< milliseconds                */
	cursor_enlist_h *enlisth;
	void *arg;

	/** Held while a packet is sent: cursor_stop() waits for that one. */
	pthread_mutex_t mtx;
	struct stream *strm;            /**< NULL: stopped               */
	struct run *run;                /**< NULL: never played          */
	bool held;
	bool enlisted;                  /**< the pacing has a reference  */
	bool marker;                    /**< on the next packet          */
	bool done[MEDIA_EVENTS];        /**< happened                    */
	uint32_t idx;                   /**< next packet of the run      */
	uint32_t covered;               /**< ms of prompt behind us      */
	uint32_t ts;                    /**< RTP time at ts_tick         */
	uint64_t ts_tick;

	int err;                        /**< of the packet on its way    */
	enum cursor_step step;          /**< between begin and end       */

	atomic_uint played;             /**< milliseconds                */
	atomic_int fd;                  /**< it sends from; -1: not yet  */

	struct cursor *next;            /**< in the inbox, then a slot   */
	uint64_t due;                   /**< pacing thread: its tick     */
	size_t packet;                  /**< its number in the burst     */
	const void *warm;               /**< pacing thread: the place of strm
					     a visit ago, never looked at */

	bool dead;                      /**< loop thread: freed          */

	struct cursor *ev_next;         /**< by the event queue's lock   */
	unsigned ev_mask;
	uint32_t ev_played[MEDIA_EVENTS];
};

/** What a visit of the pacing thread led to */
struct visit {
	uint32_t ptime;         /**< ms to the next; 0: no more visits   */
	bool sent;
	bool refused;           /**< the packet could not be sent        */
	unsigned events;        /**< bits 1 << enum media_ev             */
};

/** A stopped cursor with one reference. @return 0 or ENOMEM */
int cursor_alloc(struct cursor **curp, uint64_t id, uint32_t threshold,
		 cursor_enlist_h *enlisth, void *arg);

/** Any thread */
struct cursor *cursor_ref(struct cursor *cur);

/** Any thread. NULL is fine. */
void cursor_unref(struct cursor *cur);

/**
 * Pacing thread: the packet time of what it plays. 0: it does not play any
 * more and is not enlisted any more; the caller's reference is to be dropped.
 */
uint32_t cursor_ptime(struct cursor *cur);

/**
 * Pacing thread: it is visited next. What it and the one after it have in
 * memory comes nearer meanwhile.
 */
void cursor_soon(const struct cursor *cur);

/**
 * Pacing thread: send the packet that is due at this tick (milliseconds of a
 * clock that never jumps). The cursor is locked until cursor_end(): so long
 * may the packet be kept back before the kernel has it.
 *
 * @param skip  Send nothing; the prompt waits
 * @param mb    The thread's own buffer, with room for a packet
 */
void cursor_begin(struct cursor *cur, uint64_t tick, bool skip,
		  struct mbuf *mb);

/**
 * Pacing thread: what became of it
 *
 * @param err  Of the packet, if it was kept back; else 0
 */
void cursor_end(struct cursor *cur, int err, struct visit *vi);

#endif
