/**
 * @file aside.h  A thread that may hang in the database, and its end
 */
#ifndef RINGROUND_ASIDE_H
#define RINGROUND_ASIDE_H

struct aside;

typedef void (aside_h)(void *arg);

/**
 * Run a function in a thread of its own, which gets no signals.
 *
 * @param freeh  Frees arg once the thread has ended and aside_end() was
 *               called, whichever is last; not after an error
 */
int aside_start(struct aside **asp, aside_h *runh, aside_h *freeh, void *arg);

/**
 * Wait for its end, ms (below 1,000) at most; the caller has told it to. A
 * thread that hangs is left behind. NULL is fine.
 */
void aside_end(struct aside *as, unsigned ms);

#endif
