/**
 * @file callee.c  Thousands of callees that answer and listen
 *
 *     callee [options] PORT
 *
 * SIP over UDP on 127.0.0.1. SIGUSR1 prints what has happened since the last
 * one, a line each, then "end" and how many reports there were; SIGTERM does
 * so and ends it.
 */
#include "tests/bench/callee.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>


struct tally tally;
struct callee_opts opts = { .ears = 1000 };

static uint32_t reports;


uint64_t now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}


/* When the kernel got a packet */
uint64_t stamp_of(struct msghdr *msg)
{
	struct cmsghdr *cm;
	struct timespec ts;

	for (cm = CMSG_FIRSTHDR(msg); cm; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == SOL_SOCKET &&
		    cm->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(cm), sizeof(ts));
			return (uint64_t)ts.tv_sec * 1000000000 +
				(uint64_t)ts.tv_nsec;
		}
	}

	return now_ns();
}


static void tally_print(const struct tally *t)
{
	const struct {
		const char *name;
		uint64_t value;
	} linev[] = {
		{ "invites", t->invites },      { "answers", t->answers },
		{ "acks", t->acks },            { "byes", t->byes },
		{ "cancels", t->cancels },      { "again", t->again },
		{ "repeats", t->repeats },      { "failed", t->failed },
		{ "odd", t->odd },              { "packets", t->packets },
		{ "gaps", t->gaps },            { "lost", t->lost },
		{ "twice", t->twice },          { "jumps", t->jumps },
		{ "noise", t->noise },          { "talked", t->talked },
		{ "streams", t->streams },
		{ "stream_min", t->stream_min },
		{ "stream_max", t->stream_max },
	};

	for (size_t i = 0; i < sizeof(linev) / sizeof(*linev); i++)
		printf("%s %llu\n", linev[i].name,
		       (unsigned long long)linev[i].value);
}


static void report(void)
{
	ears_drain();
	ears_fold();
	tally_print(&tally);
	printf("live %u\nat %llu\n", sip_live(),
	       (unsigned long long)now_ns());
	late_print(stdout);
	printf("end %u\n", ++reports);
	fflush(stdout);
	if (opts.events)
		fflush(opts.events);
	memset(&tally, 0, sizeof(tally));
}


static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);

	return signalfd(-1, &set, SFD_CLOEXEC);
}


static int clock_open(void)
{
	const long ns = opts.talk ? 1000000 : 10000000;
	const struct itimerspec it = { { 0, ns }, { 0, ns } };
	const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	(void)timerfd_settime(fd, 0, &it, NULL);

	return fd;
}


static void loop(void)
{
	struct pollfd pv[3] = {
		{ sip_fd(), POLLIN, 0 },
		{ signals_open(), POLLIN, 0 },
		{ clock_open(), POLLIN, 0 },
	};
	struct signalfd_siginfo si = { 0 };
	uint64_t count;

	do {
		(void)poll(pv, 3, -1);

		if (pv[0].revents)
			sip_read();

		if (pv[2].revents) {
			const uint64_t now = now_ns();

			(void)!read(pv[2].fd, &count, sizeof(count));
			sip_tick(now);
			ears_tick(now);
		}

		if (pv[1].revents) {
			(void)!read(pv[1].fd, &si, sizeof(si));
			report();
		}

	} while (si.ssi_signo != SIGTERM && si.ssi_signo != SIGINT);
}


static void files_raise(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl))
		return;

	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}


static int usage(void)
{
	fprintf(stderr, "callee [-n RTP sockets] [-c codec] [-p ptime] "
		"[-x maxptime] [-r ms of ringing] [-t (talks)] "
		"[-e file for events] [-w file for RTP addresses] PORT\n");

	return 2;
}


static bool option(int c, const char *arg)
{
	switch (c) {

	case 'n': opts.ears = (uint32_t)atoi(arg); break;
	case 'c': opts.codec = arg; break;
	case 'p': opts.ptime = (uint32_t)atoi(arg); break;
	case 'x': opts.maxptime = (uint32_t)atoi(arg); break;
	case 'r': opts.ring_ms = (uint32_t)atoi(arg); break;
	case 't': opts.talk = true; break;
	case 'e': opts.events = fopen(arg, "w"); break;
	case 'w': opts.ears_file = arg; break;
	default:  return false;
	}

	return true;
}


int main(int argc, char *argv[])
{
	int c, err;

	while ((c = getopt(argc, argv, "n:c:p:x:r:te:w:")) != -1) {
		if (!option(c, optarg))
			return usage();
	}

	if (optind + 1 != argc || !opts.ears)
		return usage();

	opts.sip_addr.s_addr = htonl(INADDR_LOOPBACK);
	opts.sip_port = (uint16_t)atoi(argv[optind]);
	files_raise();

	err = sip_open();
	if (!err)
		err = ears_open();
	if (err) {
		fprintf(stderr, "callee: %s\n", strerror(err));
		return 1;
	}

	printf("ready\n");
	fflush(stdout);
	loop();
	if (opts.events)
		fclose(opts.events);

	return 0;
}
