/**
 * @file rest.h  What is done when nothing is to be done
 *
 * Calls come and go by the ten thousand, and what lives for longer than they
 * do is strewn among them: the heap is then mostly free, and in pieces that
 * the system does not get back by itself. While nobody is on the line it is
 * given what is free; that takes some milliseconds, and no call has to wait.
 */
#ifndef RINGROUND_REST_H
#define RINGROUND_REST_H

#include <stdbool.h>
#include <stdint.h>

/** After this no transaction of the last call is left (RFC 3261: 32 s). */
enum { REST_MS = 45000 };

struct rest {
	uint64_t since;         /**< nobody is on the line; 0: somebody is */
	bool given;             /**< since then                          */
};

/**
 * Give memory back when it is time to; once a rest. Loop thread.
 *
 * @param busy  There are calls, or phones that wait for one
 * @return whether it was time
 */
bool rest_tick(struct rest *re, bool busy, uint64_t now_ms);

#endif
