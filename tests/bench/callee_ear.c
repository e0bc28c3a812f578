/**
 * @file callee_ear.c  RTP sockets of the callees, and what is heard on them
 *
 * Packets wait in their sockets, stamped by the kernel as they came, and are
 * taken out twice a second: nobody is woken by a packet, so that it costs
 * its sender what it would cost to send it away, and us a fraction.
 */
#include "tests/bench/callee.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RTP_SIZE        = 2048,
	RTP_HEAD        = 12,
	PORT_FIRST      = 2048,         /* below those of the callers    */
	PORT_LAST       = 16382,
	SWEEP_NS        = 500000000,
	SLOTS           = 20,           /* of a ms each                  */
	BIN_USEC        = 10,
	BINS            = 100000,       /* a second                      */
};


struct ear {
	struct sockaddr_in addr;
	struct sockaddr_in peer;
	int fd;
	bool taken;
	uint32_t clock;

	bool heard;             /* a stream has begun                    */
	uint32_t ssrc;
	uint16_t seq;
	uint32_t ts;
	int32_t step;           /* of the time stamps; 0: not yet known  */
	int64_t ticks;          /* of the time stamps since the first    */
	uint64_t first;         /* when that came                        */
	uint64_t packets;

	int32_t min;            /* the earliest, us against the first    */
	int32_t *offv;          /* us, since the last report             */
	size_t offc, offsize;

	uint16_t talk_seq;
	struct ear *next_free;
};


static struct ear *earv;
static struct ear *free_head, *free_tail;
static uint32_t swept;
static uint64_t sweep_at, talk_at;
static uint32_t histv[BINS + 1];
static uint64_t histc;
static int32_t late_max;


static void off_push(struct ear *ear, int64_t off)
{
	if (off > INT32_MAX || off < INT32_MIN)
		off = off > 0 ? INT32_MAX : INT32_MIN;

	if (ear->offc == ear->offsize) {
		const size_t size = ear->offsize ? ear->offsize * 2 : 256;
		int32_t *v = realloc(ear->offv, size * sizeof(*v));

		if (!v)
			abort();
		ear->offv = v;
		ear->offsize = size;
	}

	ear->offv[ear->offc++] = (int32_t)off;
	if (off < ear->min)
		ear->min = (int32_t)off;
}


/* What has been heard of a stream goes into the histogram. */
static void fold(struct ear *ear)
{
	for (size_t i = 0; i < ear->offc; i++) {

		const int32_t late = ear->offv[i] - ear->min;
		const int32_t bin = late / BIN_USEC;

		++histv[bin < BINS ? bin : BINS];
		++histc;
		if (late > late_max)
			late_max = late;
	}

	ear->offc = 0;
}


static void stream_end(struct ear *ear)
{
	fold(ear);
	if (!ear->heard)
		return;

	ear->heard = false;
	if (!tally.streams++ || ear->packets < tally.stream_min)
		tally.stream_min = ear->packets;
	if (ear->packets > tally.stream_max)
		tally.stream_max = ear->packets;
}


static void stream_begin(struct ear *ear, uint32_t ssrc, uint16_t seq,
			 uint32_t ts, uint64_t at)
{
	ear->heard = true;
	ear->ssrc = ssrc;
	ear->seq = seq;
	ear->ts = ts;
	ear->step = 0;
	ear->ticks = 0;
	ear->first = at;
	ear->packets = 1;
	ear->min = 0;
	off_push(ear, 0);
}


static void packet_next(struct ear *ear, uint16_t seq, uint32_t ts,
			uint64_t at)
{
	const int16_t dseq = (int16_t)(seq - ear->seq);
	const int32_t dts = (int32_t)(ts - ear->ts);

	if (dseq <= 0) {
		++tally.twice;
		return;
	}

	if (dseq > 1) {
		++tally.gaps;
		tally.lost += (uint64_t)dseq - 1;
	}
	else if (!ear->step) {
		ear->step = dts;
	}

	if (dts != dseq * ear->step)
		++tally.jumps;

	ear->seq = seq;
	ear->ts = ts;
	ear->ticks += dts;
	++ear->packets;
	off_push(ear, (int64_t)(at - ear->first) / 1000 -
		 ear->ticks * 1000000 / ear->clock);
}


static void packet(struct ear *ear, const uint8_t *p, size_t len,
		   uint64_t at)
{
	uint32_t ts, ssrc;
	uint16_t seq;

	/* RTCP has types that look like these (RFC 5761 section 4). */
	if (len < RTP_HEAD || p[0] >> 6 != 2 ||
	    ((p[1] & 0x7f) >= 64 && (p[1] & 0x7f) <= 95)) {
		++tally.noise;
		return;
	}

	memcpy(&seq, p + 2, sizeof(seq));
	memcpy(&ts, p + 4, sizeof(ts));
	memcpy(&ssrc, p + 8, sizeof(ssrc));
	++tally.packets;

	if (ear->heard && ear->ssrc == ssrc) {
		packet_next(ear, ntohs(seq), ntohl(ts), at);
		return;
	}

	stream_end(ear);
	stream_begin(ear, ssrc, ntohs(seq), ntohl(ts), at);
}


/* Headers are all that is looked at: the rest is cut off. */
static void drain(struct ear *ear)
{
	static uint8_t bufv[CALLEE_PACKETS][RTP_HEAD];
	static char ctlv[CALLEE_PACKETS][64];
	struct mmsghdr msgv[CALLEE_PACKETS];
	struct iovec iov[CALLEE_PACKETS];
	int n;

	do {
		for (size_t i = 0; i < CALLEE_PACKETS; i++) {
			iov[i] = (struct iovec){ bufv[i], RTP_HEAD };
			msgv[i].msg_hdr = (struct msghdr){
				.msg_iov = &iov[i],
				.msg_iovlen = 1,
				.msg_control = ctlv[i],
				.msg_controllen = sizeof(ctlv[i]),
			};
		}

		n = recvmmsg(ear->fd, msgv, CALLEE_PACKETS, MSG_DONTWAIT,
			     NULL);
		for (int i = 0; i < n; i++)
			packet(ear, bufv[i], msgv[i].msg_len,
			       stamp_of(&msgv[i].msg_hdr));

	} while (n == CALLEE_PACKETS);
}


/* All that has come until now */
void ears_drain(void)
{
	for (uint32_t i = 0; i < opts.ears; i++)
		drain(&earv[i]);
}


static void talk(struct ear *ear)
{
	uint8_t p[RTP_HEAD + 160];
	const uint16_t seq = htons(ear->talk_seq);
	const uint32_t ts = htonl((uint32_t)ear->talk_seq * 160);

	memset(p, 0xd5, sizeof(p));
	p[0] = 0x80;
	p[1] = 0;
	memcpy(p + 2, &seq, sizeof(seq));
	memcpy(p + 4, &ts, sizeof(ts));
	memcpy(p + 8, &ear->addr.sin_port, 2);
	memcpy(p + 10, &ear->peer.sin_port, 2);
	++ear->talk_seq;

	if (sendto(ear->fd, p, sizeof(p), MSG_DONTWAIT,
		   (const struct sockaddr *)&ear->peer,
		   sizeof(ear->peer)) == sizeof(p))
		++tally.talked;
}


static void talk_tick(uint64_t now)
{
	const uint64_t ms = now / 1000000;

	if (!talk_at || ms > talk_at + 1000)
		talk_at = ms - 1;

	while (talk_at < ms) {
		++talk_at;
		for (uint32_t i = (uint32_t)(talk_at % SLOTS); i < opts.ears;
		     i += SLOTS) {
			if (earv[i].taken)
				talk(&earv[i]);
		}
	}
}


/* As many as are due by now, so that none waits for longer than a sweep */
void ears_tick(uint64_t now)
{
	uint64_t n;

	if (opts.talk)
		talk_tick(now);

	if (!sweep_at || now > sweep_at + SWEEP_NS)
		sweep_at = now - SWEEP_NS / 50;

	n = (now - sweep_at) * opts.ears / SWEEP_NS;
	if (!n)
		return;

	sweep_at = now;
	while (n--) {
		drain(&earv[swept]);
		swept = (swept + 1) % opts.ears;
	}
}


void ears_fold(void)
{
	for (uint32_t i = 0; i < opts.ears; i++)
		fold(&earv[i]);
}


static double share(double part)
{
	const uint64_t want = (uint64_t)((double)histc * part);
	uint64_t sum = 0;

	for (uint32_t i = 0; i <= BINS; i++) {
		sum += histv[i];
		if (sum > want)
			return (i + 0.5) * BIN_USEC / 1000;
	}

	return late_max / 1000.0;
}


/* Lateness in ms, and how many were later than some; then it is forgotten */
void late_print(FILE *f)
{
	static const uint32_t msv[] = { 1, 2, 3, 5, 10, 15, 20, 40, 100 };
	uint64_t sum = 0;
	uint32_t bin = 0;

	fprintf(f, "late_p50 %.3f\nlate_p99 %.3f\nlate_p999 %.3f\n"
		"late_max %.3f\n", share(0.5), share(0.99), share(0.999),
		late_max / 1000.0);

	for (size_t i = 0; i < sizeof(msv) / sizeof(*msv); i++) {
		for (; bin < msv[i] * 1000 / BIN_USEC; bin++)
			sum += histv[bin];
		fprintf(f, "later_than_%ums %llu\n", msv[i],
			(unsigned long long)(histc - sum));
	}

	memset(histv, 0, sizeof(histv));
	histc = 0;
	late_max = 0;
}


static int ear_bind(struct ear *ear)
{
	static uint32_t host = 2;
	static uint32_t port = PORT_FIRST;
	const int on = 1;

	ear->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ear->fd < 0)
		return errno;

	(void)setsockopt(ear->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on,
			 sizeof(on));
	ear->addr.sin_family = AF_INET;

	for (; host < 255; host++, port = PORT_FIRST) {
		ear->addr.sin_addr.s_addr = htonl(0x7f000000 + host);
		for (; port <= PORT_LAST; port += 2) {
			ear->addr.sin_port = htons((uint16_t)port);
			if (bind(ear->fd, (struct sockaddr *)&ear->addr,
				 sizeof(ear->addr)))
				continue;
			port += 2;
			return 0;
		}
	}

	return EADDRINUSE;
}


int ears_open(void)
{
	FILE *f = opts.ears_file ? fopen(opts.ears_file, "w") : NULL;
	int err = 0;

	earv = calloc(opts.ears, sizeof(*earv));
	if (!earv)
		return ENOMEM;

	for (uint32_t i = 0; i < opts.ears && !err; i++) {
		err = ear_bind(&earv[i]);
		earv[i].clock = 8000;
		earv[i].taken = true;
		if (err)
			break;
		ear_release(&earv[i]);
		if (f)
			fprintf(f, "%s %u\n",
				inet_ntoa(earv[i].addr.sin_addr),
				ntohs(earv[i].addr.sin_port));
	}

	if (f)
		fclose(f);

	return err;
}


struct ear *ear_take(uint32_t clock, const struct sockaddr_in *peer)
{
	struct ear *ear = free_head;

	if (!ear)
		return NULL;

	free_head = ear->next_free;
	if (!free_head)
		free_tail = NULL;

	/* What came too late for the last call is none of this one's. */
	drain(ear);
	stream_end(ear);
	ear->taken = true;
	ear->clock = clock;
	ear->peer = *peer;

	return ear;
}


void ear_release(struct ear *ear)
{
	if (!ear->taken)
		return;

	drain(ear);
	stream_end(ear);
	ear->taken = false;
	ear->clock = 8000;
	ear->next_free = NULL;
	if (free_tail)
		free_tail->next_free = ear;
	else
		free_head = ear;
	free_tail = ear;
}


struct sockaddr_in ear_addr(const struct ear *ear)
{
	return ear->addr;
}
