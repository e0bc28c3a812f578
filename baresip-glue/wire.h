/**
 * @file wire.h  SIP messages as they come and go
 *
 * libre tells one handler of them; here there may be several. All functions
 * belong to the loop thread.
 */
#ifndef RINGROUND_WIRE_H
#define RINGROUND_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

/** Before the host sees what has come, or just as it was sent; borrowed */
typedef void (wire_h)(bool tx, const uint8_t *pkt, size_t len, void *arg);

/** Lives where its owner keeps it, until wire_unwatch() */
struct wire {
	struct le le;
	wire_h *h;
	void *arg;
};

void wire_watch(struct wire *wr, wire_h *h, void *arg);

/** One that does not watch is fine. */
void wire_unwatch(struct wire *wr);

#endif
