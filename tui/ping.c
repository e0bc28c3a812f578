/**
 * @file ping.c  Does anybody speak SIP there?
 */
#include "tui/ping.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	T1_MS     = 500,        /* RFC 3261 section 17.1.1.1             */
	ANSWER    = 4096,
	NAME_SIZE = HOST_SIZE + 16,
};

struct ping {
	const char *transport;
	int fd;
	int64_t end_ms;
	char to[NAME_SIZE];             /* host:port, as in a URI        */
	char local[NAME_SIZE];
	char call_id[40];
	char text[2048];
};


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static void uri_host(char *buf, const char *host, unsigned port)
{
	snprintf(buf, NAME_SIZE, strchr(host, ':') ? "[%s]:%u" : "%s:%u",
		 host, port);
}


/* In time: the resolver itself may take long. The request outlives it. */
static int resolve(struct addrinfo **aip, const struct address *to,
		   int family, int type)
{
	static struct gaicb cb;
	static struct addrinfo hints;
	static char host[HOST_SIZE], port[8];
	const struct gaicb *const waitv[] = { &cb };
	struct gaicb *listv[] = { &cb };
	const struct timespec limit = { .tv_sec = PING_MS / 1000 };

	strcpy(host, to->host);
	snprintf(port, sizeof(port), "%u", to->port);
	memset(&hints, 0, sizeof(hints));
	hints.ai_family = family;
	hints.ai_socktype = type;
	cb = (struct gaicb){ .ar_name = host, .ar_service = port,
			     .ar_request = &hints };

	if (getaddrinfo_a(GAI_NOWAIT, listv, 1, NULL))
		return ENOMEM;
	(void)gai_suspend(waitv, 1, &limit);

	switch (gai_error(&cb)) {

	case 0:
		break;
	case EAI_INPROGRESS:
	case EAI_AGAIN:
		return ENODATA;
	default:
		return ENOENT;
	}

	*aip = cb.ar_result;

	return 0;
}


/* @return 0, ETIMEDOUT, or what poll() says */
static int wait_for(const struct ping *pg, short events, int64_t until_ms)
{
	struct pollfd pfd = { pg->fd, events, 0 };
	const int64_t left = until_ms - now_ms();
	const int n = poll(&pfd, 1, left > 0 ? (int)left : 0);

	return n > 0 ? 0 : n ? errno : ETIMEDOUT;
}


static int socket_open(struct ping *pg, const struct address *from,
		       const struct addrinfo *ai)
{
	struct addrinfo hints = { .ai_family = ai->ai_family,
		.ai_socktype = ai->ai_socktype, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *local = NULL;
	socklen_t len = sizeof(int);
	int err = 0;

	pg->fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC
			| SOCK_NONBLOCK, 0);
	if (pg->fd < 0)
		return errno;

	if (getaddrinfo(from->host, NULL, &hints, &local))
		return EAFNOSUPPORT;
	if (bind(pg->fd, local->ai_addr, local->ai_addrlen))
		err = errno;
	freeaddrinfo(local);
	if (err)
		return err;

	if (!connect(pg->fd, ai->ai_addr, ai->ai_addrlen))
		return 0;
	if (errno != EINPROGRESS)
		return errno;

	err = wait_for(pg, POLLOUT, pg->end_ms);
	if (!err && getsockopt(pg->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;

	return err;
}


static int text_make(struct ping *pg)
{
	const char *via = strcmp(pg->transport, "udp") ? "TCP" : "UDP";
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char host[NI_MAXHOST], port[8];
	uint64_t id[2] = { 0, 0 };

	if (getsockname(pg->fd, (struct sockaddr *)&ss, &len))
		return errno;
	if (getnameinfo((struct sockaddr *)&ss, len, host, sizeof(host),
			port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV)
	    || strlen(host) >= HOST_SIZE)
		return EINVAL;
	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return EIO;

	uri_host(pg->local, host, (unsigned)atoi(port));
	snprintf(pg->call_id, sizeof(pg->call_id), "%016llx%016llx",
		 (unsigned long long)id[0], (unsigned long long)id[1]);
	snprintf(pg->text, sizeof(pg->text),
		 "OPTIONS sip:%s SIP/2.0\r\n"
		 "Via: SIP/2.0/%s %s;branch=z9hG4bK%.16s;rport\r\n"
		 "Max-Forwards: 70\r\n"
		 "From: <sip:ringround@%s>;tag=%.8s\r\n"
		 "To: <sip:%s>\r\n"
		 "Call-ID: %s\r\n"
		 "CSeq: 1 OPTIONS\r\n"
		 "Contact: <sip:ringround@%s>\r\n"
		 "Accept: application/sdp\r\n"
		 "User-Agent: ringround/" VERSION "\r\n"
		 "Content-Length: 0\r\n\r\n", pg->to, via, pg->local,
		 pg->call_id, pg->local, pg->call_id + 16, pg->to,
		 pg->call_id, pg->local);

	return 0;
}


int ping_read(char *words, const char *text, const char *call_id)
{
	static const char version[] = "SIP/2.0 ";
	const size_t skip = sizeof(version) - 1;
	const size_t line = strcspn(text, "\r\n");
	size_t n = 0;

	if (strncmp(text, version, skip) || line < skip + 3
	    || strspn(text + skip, "0123456789") != 3)
		return EBADMSG;
	if (!strstr(text, call_id))
		return EAGAIN;

	for (size_t i = skip; i < line && n + 1 < PING_WORDS; i++)
		words[n++] = text[i];
	words[n] = '\0';

	return 0;
}


static int text_send(const struct ping *pg)
{
	const ssize_t n = send(pg->fd, pg->text, strlen(pg->text),
			       MSG_NOSIGNAL);

	return n < 0 ? errno : 0;
}


/* One datagram, or what a stream has brought so far. @param len Of before */
static int answer_take(const struct ping *pg, char *buf, size_t *len,
		       bool stream, char *words)
{
	const ssize_t n = recv(pg->fd, buf + *len, ANSWER - 1 - *len, 0);
	int err;

	if (n < 0)
		return errno;
	if (!n && stream)
		return *len ? EBADMSG : ECONNRESET;

	*len += (size_t)n;
	buf[*len] = '\0';
	if (stream && !strstr(buf, "\r\n\r\n") && *len < ANSWER - 1)
		return EAGAIN;

	err = ping_read(words, buf, pg->call_id);
	if (err)
		*len = 0;

	return err;
}


static int ask(const struct ping *pg, char *words)
{
	const bool stream = strcmp(pg->transport, "udp") != 0;
	int64_t pause_ms = T1_MS, next_ms;
	bool garbage = false;
	char buf[ANSWER];
	size_t len = 0;
	int err;

	while (now_ms() < pg->end_ms) {
		err = text_send(pg);
		if (err)
			return err;

		next_ms = now_ms() + pause_ms;
		pause_ms *= 2;
		if (next_ms > pg->end_ms || stream)
			next_ms = pg->end_ms;

		while (!wait_for(pg, POLLIN, next_ms)) {
			err = answer_take(pg, buf, &len, stream, words);
			if (!err || (err != EAGAIN && err != EBADMSG))
				return err;
			garbage = garbage || err == EBADMSG;
			if (stream && garbage)
				return EBADMSG;
			len = stream ? len : 0;
			if (now_ms() >= pg->end_ms)
				break;
		}
	}

	return garbage ? EBADMSG : ETIMEDOUT;
}


int ping_sip(const struct address *from, const struct address *to,
	     const char *transport, char *words)
{
	const int type = strcmp(transport, "udp") ? SOCK_STREAM : SOCK_DGRAM;
	struct ping pg = { .transport = transport, .fd = -1 };
	struct addrinfo *ai;
	int err;

	err = resolve(&ai, to, from->v6 ? AF_INET6 : AF_INET, type);
	if (err)
		return err;

	pg.end_ms = now_ms() + PING_MS;
	uri_host(pg.to, to->host, to->port);
	words[0] = '\0';

	err = socket_open(&pg, from, ai);
	if (!err && strcmp(transport, "tls")) {
		err = text_make(&pg);
		if (!err)
			err = ask(&pg, words);
	}

	freeaddrinfo(ai);
	if (pg.fd >= 0)
		close(pg.fd);

	return err;
}
