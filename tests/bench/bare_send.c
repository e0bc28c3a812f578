/**
 * @file bare_send.c  What sending RTP costs when nothing else is done
 *
 *     bare_send FILE CALLS SECONDS
 *
 * FILE has an address and a port a line, as callee -w writes them. One
 * thread with absolute deadlines sends each call's packet of G.711 in its
 * 1 ms slot, from a socket of its own, by sendto(). Prints "name value".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum {
	PACKET  = 12 + 160,
	SLOTS   = 20,
};


struct way {
	struct sockaddr_in to;
	int fd;
	uint16_t seq;
	uint32_t ts;
};


static int ways_open(struct way *v, uint32_t n, const char *path)
{
	FILE *f = fopen(path, "r");
	char host[64];
	unsigned port;
	uint32_t i;

	if (!f)
		return errno;

	for (i = 0; i < n && fscanf(f, "%63s %u", host, &port) == 2; i++) {
		v[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (v[i].fd < 0)
			break;
		v[i].to.sin_family = AF_INET;
		v[i].to.sin_port = htons((uint16_t)port);
		(void)inet_pton(AF_INET, host, &v[i].to.sin_addr);
	}

	fclose(f);

	return i == n ? 0 : EMFILE;
}


static int packet_send(struct way *w, uint32_t ssrc)
{
	uint8_t p[PACKET];
	const uint16_t seq = htons(w->seq++);
	const uint32_t ts = htonl(w->ts);
	const uint32_t id = htonl(ssrc);

	w->ts += 160;
	memset(p, 0xd5, sizeof(p));
	p[0] = 0x80;
	p[1] = 0;
	memcpy(p + 2, &seq, sizeof(seq));
	memcpy(p + 4, &ts, sizeof(ts));
	memcpy(p + 8, &id, sizeof(id));

	return sendto(w->fd, p, sizeof(p), 0, (struct sockaddr *)&w->to,
		      sizeof(w->to)) == PACKET ? 0 : 1;
}


static uint64_t cpu_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}


static void ms_later(struct timespec *ts)
{
	ts->tv_nsec += 1000000;
	if (ts->tv_nsec >= 1000000000) {
		ts->tv_nsec -= 1000000000;
		++ts->tv_sec;
	}
}


static void run(struct way *v, uint32_t n, uint32_t seconds)
{
	const uint32_t ssrc = (uint32_t)time(NULL) << 16;
	const uint64_t before = cpu_ns();
	uint64_t sent = 0, failed = 0;
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	for (uint32_t ms = 0; ms < seconds * 1000; ms++) {
		ms_later(&at);
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at,
				      NULL);
		for (uint32_t i = ms % SLOTS; i < n; i += SLOTS, sent++)
			failed += (uint64_t)packet_send(&v[i], ssrc + i);
	}

	printf("packets %llu\nfailed %llu\ncpu_ns %llu\n",
	       (unsigned long long)sent, (unsigned long long)failed,
	       (unsigned long long)(cpu_ns() - before));
}


int main(int argc, char *argv[])
{
	const uint32_t n = argc == 4 ? (uint32_t)atoi(argv[2]) : 0;
	struct way *v = calloc(n ? n : 1, sizeof(*v));
	struct rlimit rl;
	int err;

	if (!n || !v) {
		fprintf(stderr, "bare_send FILE CALLS SECONDS\n");
		return 2;
	}

	if (!getrlimit(RLIMIT_NOFILE, &rl)) {
		rl.rlim_cur = rl.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &rl);
	}

	err = ways_open(v, n, argv[1]);
	if (err) {
		fprintf(stderr, "bare_send: %s\n", strerror(err));
		return 1;
	}

	run(v, n, (uint32_t)atoi(argv[3]));

	return 0;
}
