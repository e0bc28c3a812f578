/**
 * @file callee_call.h  The calls that the callees know of
 */
#ifndef TESTS_BENCH_CALLEE_CALL_H
#define TESTS_BENCH_CALLEE_CALL_H

#include "tests/bench/callee.h"

enum { SDP_SIZE = 512 };

enum call_state {
	CALL_RINGING,
	CALL_ANSWERED,          /* the ACK is waited for                 */
	CALL_TALKING,
	CALL_OVER,              /* kept for requests that come again     */
};


struct call {
	struct call *next;      /* of the bucket                         */
	struct call *prev_wait, *next_wait;
	bool waits;
	char *id;
	size_t id_len;
	char number[40];
	char tag[24];
	enum call_state st;
	struct ear *ear;
	struct sockaddr_in from;
	char *req;              /* the INVITE, as long as it is needed   */
	size_t req_len;
	char *reply;            /* the last one to it                    */
	size_t reply_len;
	uint64_t at;            /* when it came into its state           */
	uint64_t due;           /* when something is to be done          */
	uint32_t wait_ms;       /* until the answer is sent again        */
	char sdp[SDP_SIZE];
};


typedef void (call_due_h)(struct call *call, uint64_t now);

struct call *call_find(const struct piece *id);
struct call *call_new(const struct piece *id, const struct piece *req,
		      const struct sockaddr_in *from);
void call_free(struct call *call);
void call_event(const char *what, const struct call *call, uint64_t at);

/* Those for which something is due at call->due */
void wait_add(struct call *call);
void wait_remove(struct call *call);
void calls_tick(uint64_t now, call_due_h *dueh);

#endif
