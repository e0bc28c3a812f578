/**
 * @file callee.h  The callees of the measurements: what the parts share
 *
 * One thread. Times are nanoseconds of CLOCK_REALTIME, since the kernel
 * stamps what it receives by that clock.
 */
#ifndef TESTS_BENCH_CALLEE_H
#define TESTS_BENCH_CALLEE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	CALLEE_PTIME    = 20,           /**< ms, unless told otherwise   */
	CALLEE_PACKETS  = 64,           /**< most of one recvmmsg        */
};


/** What has been counted since the last report */
struct tally {
	uint64_t invites;       /**< calls, not retransmissions          */
	uint64_t answers;
	uint64_t acks;
	uint64_t byes;          /**< calls ended by the caller           */
	uint64_t cancels;
	uint64_t again;         /**< requests that came again            */
	uint64_t repeats;       /**< answers that had to be sent again   */
	uint64_t failed;        /**< no place, no ACK, no common codec   */
	uint64_t odd;           /**< not to be expected of a caller      */
	uint64_t packets;
	uint64_t gaps;
	uint64_t lost;          /**< sequence numbers that are missing   */
	uint64_t twice;         /**< came twice, or after a later one    */
	uint64_t jumps;         /**< time stamps that are not continuous */
	uint64_t noise;         /**< no RTP                              */
	uint64_t talked;        /**< packets sent back                   */
	uint64_t streams;       /**< that ended                          */
	uint64_t stream_min;    /**< packets of the shortest of them     */
	uint64_t stream_max;
};

extern struct tally tally;


/** What is fixed by options */
struct callee_opts {
	struct in_addr sip_addr;
	uint16_t sip_port;
	uint32_t ears;          /**< RTP sockets, one a live call        */
	const char *codec;      /**< name in rtpmap, or NULL: the first  */
	uint32_t ptime;         /**< ms, named in the answer; 0: not     */
	uint32_t maxptime;
	uint32_t ring_ms;       /**< from 180 to 200                     */
	bool talk;              /**< send a packet each 20 ms, too       */
	FILE *events;           /**< one line each, or NULL              */
	const char *ears_file;  /**< where the RTP addresses are written */
};

extern struct callee_opts opts;


/* --- callee_ear.c: RTP sockets and what is heard on them --- */

struct ear;

int  ears_open(void);
struct ear *ear_take(uint32_t clock, const struct sockaddr_in *peer);
void ear_release(struct ear *ear);
struct sockaddr_in ear_addr(const struct ear *ear);
void ears_drain(void);
void ears_tick(uint64_t now);
void ears_fold(void);
void late_print(FILE *f);


/* --- callee_sip.c: the user agent --- */

int  sip_open(void);
int  sip_fd(void);
void sip_read(void);
void sip_tick(uint64_t now);
uint32_t sip_live(void);


/* --- callee_msg.c: what is in a message --- */

/** A piece of a message, not terminated */
struct piece {
	const char *p;
	size_t len;
};

/** What an offer says of its audio */
struct offer {
	struct sockaddr_in peer;
	int pt;                 /**< of the codec that is wanted         */
	uint32_t clock;
	struct piece name;      /**< its rtpmap                          */
};

bool msg_header(struct piece *val, const struct piece *msg,
		const char *name, char compact);
bool msg_offer(struct offer *offer, const struct piece *msg,
	       const char *codec);
size_t msg_reply(char *buf, size_t size, const struct piece *req,
		 const char *status, const char *tag, const char *more,
		 const char *sdp);
bool piece_is(const struct piece *pc, const char *text);


/* --- callee.c --- */

uint64_t now_ns(void);
uint64_t stamp_of(struct msghdr *msg);

#endif
