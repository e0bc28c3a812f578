/**
 * @file test_peers.c  Whose SIP is let in: by first line, Call-ID and address
 *
 * links: baresip-glue/gate.o baresip-glue/peers.o
 * links: baresip-glue/preload_timers.o
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <re.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/bucket.h"
#include "baresip-glue/gate.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/peers.h"


/* Of the host, which is not here */
struct sip *uag_sip(void)
{
	return NULL;
}

static uint64_t now = 1000;

static const struct pl ours = PL("a84b4c76e66710");
static const struct pl other = PL("another");


/* libre asks for it, too. */
__attribute__((visibility("default")))
uint64_t tmr_jiffies(void)
{
	return now;
}


void journal_print(bool warn, const char *fmt, ...)
{
	(void)warn;
	(void)fmt;
}


static struct sa at(const char *host, uint16_t port)
{
	struct sa sa;

	assert_int_equal(0, sa_set_str(&sa, host, port));

	return sa;
}


static int setup(void **state)
{
	(void)state;

	return peers_open();
}


static int teardown(void **state)
{
	(void)state;
	peers_close();

	return 0;
}


static void expect_judged(enum peer_trust want, const struct pl *id,
			  const char *host, uint16_t port, bool datagram)
{
	const struct sa src = at(host, port);

	assert_int_equal(want, peers_judge(id, &src, datagram));
}


static void send_to(const char *host, uint16_t port)
{
	const struct sa dst = at(host, port);

	peers_sent(&ours, &dst);
}


static void a_call_has_the_parties_that_were_asked(void **state)
{
	(void)state;
	expect_judged(PEER_NO_CALL, &ours, "192.0.2.1", 5060, true);
	send_to("192.0.2.1", 5060);
	send_to("2001:db8::1", 5060);

	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 5060, true);
	expect_judged(PEER_PARTY, &ours, "2001:db8::1", 5060, true);
	expect_judged(PEER_STRANGER, &ours, "192.0.2.2", 5060, true);
	expect_judged(PEER_NO_CALL, &other, "192.0.2.1", 5060, true);
}


static void who_answers_from_its_port_is_bound_to_it(void **state)
{
	const struct sa proxy = at("192.0.2.1", 5060);

	(void)state;
	send_to("192.0.2.1", 5060);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 40000, true);

	peers_answered(&ours, &proxy);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 5060, true);
	expect_judged(PEER_STRANGER, &ours, "192.0.2.1", 40000, true);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 40000, false);
}


static void names_make_parties_but_put_none_out(void **state)
{
	(void)state;
	send_to("192.0.2.1", 5060);
	for (uint16_t i = 1; i < 100; i++) {
		const struct sa sa = at("198.51.100.7", i);

		peers_named(&ours, &sa);
	}

	expect_judged(PEER_PARTY, &ours, "198.51.100.7", 5060, true);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 5060, true);
}


static void parties_have_a_last_word_for_a_while(void **state)
{
	(void)state;
	peers_hold("a84b4c76e66710");
	send_to("192.0.2.1", 5060);
	now += 3600 * 1000;
	tmr_poll(NULL);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 5060, true);

	peers_leave("a84b4c76e66710");
	now += 60 * 1000;
	tmr_poll(NULL);
	expect_judged(PEER_PARTY, &ours, "192.0.2.1", 5060, true);

	now += 60 * 1000;
	tmr_poll(NULL);
	expect_judged(PEER_NO_CALL, &ours, "192.0.2.1", 5060, true);
}


static void a_party_may_ask_within_reason(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_false(peers_may_ask(&ours));
	send_to("192.0.2.1", 5060);
	for (unsigned i = 0; i < 1000; i++)
		n += peers_may_ask(&ours);
	assert_int_equal(40, n);

	now += 1000;
	for (unsigned i = 0; i < 1000; i++)
		n += peers_may_ask(&ours);
	assert_int_equal(60, n);
}


static void it_is_complained_of_once_a_call(void **state)
{
	(void)state;
	assert_true(peers_told(&other));
	send_to("192.0.2.1", 5060);
	assert_false(peers_told(&ours));
	assert_true(peers_told(&ours));
}


static void a_bucket_is_full_again_after_a_while(void **state)
{
	struct bucket bk = {0};
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 50; i++)
		n += bucket_take(&bk, 1000, 5, 10);
	assert_int_equal(10, n);
	assert_false(bucket_take(&bk, 1199, 5, 10));
	assert_true(bucket_take(&bk, 1200, 5, 10));

	for (unsigned i = 0; i < 50; i++)
		n += bucket_take(&bk, UINT64_MAX / 2, 5, 10);
	assert_int_equal(20, n);
}


static enum gate_kind kind_of(const char *msg)
{
	return gate_kind_of((const uint8_t *)msg, strlen(msg));
}


static void a_first_line_says_what_it_is(void **state)
{
	static const uint8_t stun[] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };

	(void)state;
	assert_int_equal(GATE_RESPONSE, kind_of("SIP/2.0 200 OK\r\n"));
	assert_int_equal(GATE_RESPONSE, kind_of("SIP/2.0 100 "));
	assert_int_equal(GATE_REQUEST, kind_of("BYE sip:a@b SIP/2.0\r\n"));
	assert_int_equal(GATE_REQUEST, kind_of("X sip:a SIP/2.0\n"));

	assert_int_equal(GATE_JUNK, kind_of(""));
	assert_int_equal(GATE_JUNK, kind_of("\r\n\r\n"));
	assert_int_equal(GATE_JUNK, kind_of("\n SIP/2.0\r\n"));
	assert_int_equal(GATE_JUNK, kind_of("SIP/2.0"));
	assert_int_equal(GATE_JUNK, kind_of(" SIP/2.0\r\n"));
	assert_int_equal(GATE_JUNK, kind_of("BYE sip:a@b SIP/2.0"));
	assert_int_equal(GATE_JUNK, kind_of("BYE sip:a@b SIP/2.1\r\n"));
	assert_int_equal(GATE_JUNK, kind_of("BYE sip:a@bSIP/2.0\r\n"));
	assert_int_equal(GATE_JUNK, gate_kind_of(stun, sizeof(stun)));
}


static void expect_id(const char *want, const char *msg)
{
	struct pl id = PL_INIT;
	const int err = gate_call_id(&id, (const uint8_t *)msg, strlen(msg));

	assert_int_equal(want ? 0 : ENOENT, err);
	if (want)
		assert_int_equal(0, pl_strcmp(&id, want));
}


static void a_call_id_is_found_in_its_forms(void **state)
{
	(void)state;
	expect_id("x@y", "BYE a SIP/2.0\r\nVia: v\r\nCall-ID: x@y\r\n\r\n");
	expect_id("x", "A\r\ncall-id \t:\tx \t\r\n");
	expect_id("x", "A\nI:x\n");
	expect_id("x", "A\ni : x");

	expect_id(NULL, "");
	expect_id(NULL, "Call-ID: x\r\n");
	expect_id(NULL, "A\r\nCall-ID:\r\n\r\n");
	expect_id(NULL, "A\r\nCall-IDs: x\r\n");
	expect_id(NULL, "A\r\n\r\nCall-ID: x\r\n");
	expect_id(NULL, "A\ni");
	expect_id(NULL, "A\n");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
#define PEERS_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		PEERS_TEST(a_call_has_the_parties_that_were_asked),
		PEERS_TEST(who_answers_from_its_port_is_bound_to_it),
		PEERS_TEST(names_make_parties_but_put_none_out),
		PEERS_TEST(parties_have_a_last_word_for_a_while),
		PEERS_TEST(a_party_may_ask_within_reason),
		PEERS_TEST(it_is_complained_of_once_a_call),
		cmocka_unit_test(a_bucket_is_full_again_after_a_while),
		cmocka_unit_test(a_first_line_says_what_it_is),
		cmocka_unit_test(a_call_id_is_found_in_its_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
