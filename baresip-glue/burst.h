/**
 * @file burst.h  Packets that go to the kernel together
 *
 * Handing a packet over costs more than all that is done to it before: a
 * burst goes by one call (io_uring), or packet by packet where that is not to
 * be had. All functions belong to one thread, unless they say otherwise.
 */
#ifndef RINGROUND_BURST_H
#define RINGROUND_BURST_H

#include <stdbool.h>
#include <stddef.h>

struct burst;

enum {
	BURST_MAX        = 128, /**< packets                             */
	BURST_PACKET_MAX = 4608,        /**< bytes: a payload, headers,
					     and what SRTP adds          */
};

/**
 * @param ring  Go by io_uring if the kernel has it and lets us
 * @return 0 or ENOMEM
 */
int burst_alloc(struct burst **bp, bool ring);

/** NULL is fine. */
void burst_free(struct burst *b);

/** Does it go by io_uring? */
bool burst_has_ring(const struct burst *b);

/** From now on what this thread sends by sendto() is kept in the burst. */
void burst_begin(struct burst *b);

/** This thread's sendto() is the kernel's again. */
void burst_end(struct burst *b);

/** May one more be kept? Without room it goes out at once, by itself. */
bool burst_room(const struct burst *b);

/** How many are kept */
size_t burst_count(const struct burst *b);

/** Send what is kept; the results stay until the next packet is. */
void burst_flush(struct burst *b);

/** What became of packet i of the burst sent last. @return 0 or an errno */
int burst_error(const struct burst *b, size_t i);

/** The socket of packet i, of what is kept or was sent last */
int burst_fd(const struct burst *b, size_t i);

#endif
