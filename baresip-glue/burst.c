/**
 * @file burst.c  Packets that go to the kernel together
 */
#include "baresip-glue/burst.h"

#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "baresip-glue/capture.h"

enum {
	DATA_SIZE = 65536,      /* of all packets of a burst             */
	REFUSALS  = 16,         /* of one burst, before the ring goes    */
};

struct packet {
	struct msghdr msg;
	struct iovec iov;
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} to;
	int fd;
	int err;
};

struct burst {
	struct packet packetv[BURST_MAX];
	size_t count;
	size_t sent;            /* results that there are                */
	uint8_t data[DATA_SIZE];
	size_t len;
	bool has_ring;
	struct io_uring ring;
};


/* The thread that sends need not be told of what was sent: 5.19 and later */
static bool ring_open(struct io_uring *ring)
{
	if (!io_uring_queue_init(BURST_MAX, ring,
				 IORING_SETUP_COOP_TASKRUN))
		return true;

	return !io_uring_queue_init(BURST_MAX, ring, 0);
}


int burst_alloc(struct burst **bp, bool ring)
{
	struct burst *b;

	b = calloc(1, sizeof(*b));
	if (!b)
		return ENOMEM;

	b->has_ring = ring && ring_open(&b->ring);
	*bp = b;

	return 0;
}


void burst_free(struct burst *b)
{
	if (!b)
		return;

	if (b->has_ring)
		io_uring_queue_exit(&b->ring);
	free(b);
}


bool burst_has_ring(const struct burst *b)
{
	return b->has_ring;
}


static int send_one(const struct packet *pk)
{
	return sendmsg(pk->fd, &pk->msg, MSG_DONTWAIT) < 0 ? errno : 0;
}


/* The buffers of the caller are its own again when this returns. */
static void keep(struct burst *b, int fd, const void *data, size_t len,
		 const struct sockaddr *to, socklen_t tolen)
{
	struct packet *pk = &b->packetv[b->count++];

	memcpy(b->data + b->len, data, len);
	memcpy(&pk->to, to, tolen);
	pk->iov = (struct iovec){ b->data + b->len, len };
	pk->msg = (struct msghdr){
		.msg_name    = &pk->to,
		.msg_namelen = tolen,
		.msg_iov     = &pk->iov,
		.msg_iovlen  = 1,
	};
	pk->fd = fd;
	pk->err = 0;
	b->len += len;
}


static ssize_t capture_handler(int fd, const void *data, size_t len,
			       const struct sockaddr *to, socklen_t tolen,
			       void *arg)
{
	struct burst *b = arg;

	if (!to || tolen > sizeof(b->packetv[0].to) || !burst_room(b)
	    || len > BURST_PACKET_MAX)
		return syscall(SYS_sendto, fd, data, len, MSG_DONTWAIT, to,
			       tolen);

	b->sent = 0;
	keep(b, fd, data, len, to, tolen);

	return (ssize_t)len;
}


void burst_begin(struct burst *b)
{
	if (ringround_capture)
		ringround_capture(capture_handler, b);
}


void burst_end(struct burst *b)
{
	(void)b;

	if (ringround_capture)
		ringround_capture(NULL, NULL);
}


bool burst_room(const struct burst *b)
{
	return b->count < BURST_MAX
		&& b->len + BURST_PACKET_MAX <= sizeof(b->data);
}


size_t burst_count(const struct burst *b)
{
	return b->count;
}


/* What the kernel has to say of packets; how many there were */
static size_t reap(struct burst *b)
{
	struct io_uring_cqe *cqe;
	unsigned head, n = 0;

	io_uring_for_each_cqe(&b->ring, head, cqe) {
		struct packet *pk = io_uring_cqe_get_data(cqe);

		pk->err = cqe->res < 0 ? -cqe->res : 0;
		++n;
	}
	io_uring_cq_advance(&b->ring, n);

	return n;
}


/*
 * As none of them may wait, the kernel is done with them when it has taken
 * them. What it does not take stays in its queue and is asked again.
 *
 * @return packets that it took
 */
static size_t send_ring(struct burst *b)
{
	size_t taken = 0, done = 0;
	int refused = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct packet *pk = &b->packetv[i];
		struct io_uring_sqe *sqe = io_uring_get_sqe(&b->ring);

		/* It is as long as a burst, and empty before. */
		if (!sqe)
			return 0;

		io_uring_prep_sendmsg(sqe, pk->fd, &pk->msg, MSG_DONTWAIT);
		io_uring_sqe_set_data(sqe, pk);
	}

	while (done < b->count) {
		const int n = io_uring_submit_and_wait(&b->ring, 1);

		if (n >= 0)
			taken += (size_t)n;
		else if (n != -EINTR && ++refused > REFUSALS)
			break;
		done += reap(b);
	}

	return taken;
}


void burst_flush(struct burst *b)
{
	size_t i = 0;

	if (b->has_ring && b->count) {
		i = send_ring(b);
		if (i < b->count) {
			io_uring_queue_exit(&b->ring);
			b->has_ring = false;
		}
	}

	for (; i < b->count; i++)
		b->packetv[i].err = send_one(&b->packetv[i]);

	b->sent = b->count;
	b->count = 0;
	b->len = 0;
}


int burst_error(const struct burst *b, size_t i)
{
	return i < b->sent ? b->packetv[i].err : EINVAL;
}


int burst_fd(const struct burst *b, size_t i)
{
	return i < BURST_MAX ? b->packetv[i].fd : -1;
}
