/**
 * @file test_burst.c  Packets that are kept back and go together
 *
 * links: baresip-glue/burst.o baresip-glue/preload_send.o
 */
#include "baresip-glue/burst.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { MUCH = 5000 };

static struct {
	struct burst *b;
	int from;
	int to;
	struct sockaddr_in addr;        /* of to                         */
} t;


static int open_socket(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(0, bind(fd, (struct sockaddr *)&sin, sizeof(sin)));

	return fd;
}


static int setup_by(bool ring)
{
	socklen_t size = sizeof(t.addr);

	memset(&t, 0, sizeof(t));
	t.from = open_socket();
	t.to = open_socket();
	assert_int_equal(0, getsockname(t.to, (struct sockaddr *)&t.addr,
					&size));
	assert_int_equal(0, burst_alloc(&t.b, ring));
	burst_begin(t.b);

	return 0;
}


static int setup_ring(void **state)
{
	(void)state;

	return setup_by(true);
}


static int setup_plain(void **state)
{
	(void)state;

	return setup_by(false);
}


static int teardown(void **state)
{
	(void)state;

	burst_end(t.b);
	burst_free(t.b);
	(void)close(t.from);
	(void)close(t.to);

	return 0;
}


static ssize_t post(int fd, const void *data, size_t len)
{
	return sendto(fd, data, len, 0, (struct sockaddr *)&t.addr,
		      sizeof(t.addr));
}


/* @return the number in the packet that has arrived next; -1: none has */
static int arrived(void)
{
	uint8_t data[MUCH];
	const ssize_t n = recv(t.to, data, sizeof(data), MSG_DONTWAIT);

	return n > 0 ? data[0] : -1;
}


static void nothing_goes_before_the_flush(void **state)
{
	uint8_t no;
	(void)state;

	for (no = 0; no < 50; no++)
		assert_int_equal(1, post(t.from, &no, 1));
	assert_int_equal(50, burst_count(t.b));
	assert_int_equal(t.from, burst_fd(t.b, 49));
	assert_int_equal(-1, arrived());

	burst_flush(t.b);
	assert_int_equal(0, burst_count(t.b));
	for (no = 0; no < 50; no++) {
		assert_int_equal(no, arrived());
		assert_int_equal(0, burst_error(t.b, no));
	}
	assert_int_equal(-1, arrived());

	burst_flush(t.b);
	assert_int_equal(-1, arrived());
}


static void each_packet_has_its_own_result(void **state)
{
	const int gone = open_socket();
	uint8_t no;
	(void)state;

	(void)close(gone);
	for (no = 0; no < 6; no++)
		assert_int_equal(1, post(no % 3 == 1 ? gone : t.from, &no,
					 1));
	burst_flush(t.b);

	for (no = 0; no < 6; no++)
		assert_int_equal(no % 3 == 1 ? EBADF : 0,
				 burst_error(t.b, no));
	assert_int_equal(0, arrived());
	assert_int_equal(2, arrived());
	assert_int_equal(3, arrived());
	assert_int_equal(5, arrived());
}


static void what_finds_no_room_goes_by_itself(void **state)
{
	static uint8_t data[MUCH];
	(void)state;

	for (uint8_t no = 0; no < BURST_MAX; no++) {
		assert_true(burst_room(t.b));
		assert_int_equal(1, post(t.from, &no, 1));
	}
	assert_false(burst_room(t.b));

	data[0] = 200;
	assert_int_equal(1, post(t.from, data, 1));
	assert_int_equal(200, arrived());
	assert_int_equal(-1, arrived());

	burst_flush(t.b);
	for (uint8_t no = 0; no < BURST_MAX; no++)
		assert_int_equal(no, arrived());

	/* Too large for the burst */
	assert_int_equal(MUCH, post(t.from, data, MUCH));
	assert_int_equal(0, burst_count(t.b));
	assert_int_equal(200, arrived());
}


/* Bytes run out before packets do */
static void large_packets_fill_it_sooner(void **state)
{
	static uint8_t data[BURST_PACKET_MAX];
	size_t n = 0;
	(void)state;

	while (burst_room(t.b) && n < BURST_MAX) {
		data[0] = (uint8_t)n++;
		assert_int_equal(sizeof(data), post(t.from, data,
						    sizeof(data)));
	}
	assert_in_range(n, 2, BURST_MAX - 1);
	assert_int_equal(n, burst_count(t.b));

	burst_flush(t.b);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(i, arrived());
}


static void many_bursts_follow_each_other(void **state)
{
	(void)state;

	for (int i = 0; i < 1000; i++) {
		const uint8_t no = (uint8_t)(i % 100);

		assert_int_equal(1, post(t.from, &no, 1));
		assert_int_equal(1, post(t.from, &no, 1));
		burst_flush(t.b);
		assert_int_equal(no, arrived());
		assert_int_equal(no, arrived());
	}
}


static void *other_thread(void *arg)
{
	const uint8_t no = 77;

	assert_int_equal(1, post(t.from, &no, 1));

	return arg;
}


static void other_threads_send_as_ever(void **state)
{
	pthread_t tid;
	(void)state;

	assert_int_equal(0, pthread_create(&tid, NULL, other_thread, NULL));
	assert_int_equal(0, pthread_join(tid, NULL));
	assert_int_equal(77, arrived());
	assert_int_equal(0, burst_count(t.b));
}


static void after_the_end_sendto_is_the_kernels(void **state)
{
	const uint8_t no = 5;
	(void)state;

	burst_end(t.b);
	assert_int_equal(1, post(t.from, &no, 1));
	assert_int_equal(5, arrived());
	assert_int_equal(-1, post(-1, &no, 1));
	assert_int_equal(EBADF, errno);
}


#define BOTH(f) \
	cmocka_unit_test_setup_teardown(f, setup_plain, teardown), \
	cmocka_unit_test_setup_teardown(f, setup_ring, teardown)


int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(nothing_goes_before_the_flush),
		BOTH(each_packet_has_its_own_result),
		BOTH(what_finds_no_room_goes_by_itself),
		BOTH(large_packets_fill_it_sooner),
		BOTH(many_bursts_follow_each_other),
		BOTH(other_threads_send_as_ever),
		BOTH(after_the_end_sendto_is_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
