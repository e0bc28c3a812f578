/**
 * @file test_address.c  What people may write as -l and as the SIP proxy
 *
 * links: core/address.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/address.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))


static void literals_are_parsed(void **state)
{
	static const struct {
		const char *text, *host;
		bool v6;
		uint16_t port;
	} testv[] = {
		{ "192.0.2.1",              "192.0.2.1",   false, 0     },
		{ "192.0.2.1:5060",         "192.0.2.1",   false, 5060  },
		{ "0.0.0.0:1",              "0.0.0.0",     false, 1     },
		{ "[2001:db8::1]",          "2001:db8::1", true,  0     },
		{ "[2001:db8::1]:65535",    "2001:db8::1", true,  65535 },
		{ "[::]:5060",              "::",          true,  5060  },
		{ "[::ffff:192.0.2.1]:5070", "::ffff:192.0.2.1", true, 5070 },
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct address ad;

		assert_int_equal(0, address_parse(&ad, testv[i].text));
		assert_string_equal(testv[i].host, ad.host);
		assert_int_equal(testv[i].v6, ad.v6);
		assert_int_equal(testv[i].port, ad.port);
	}
}


static void bad_addresses_are_refused_and_change_nothing(void **state)
{
	static const char *const testv[] = {
		"", ":", ":5060", "localhost", "host.example:5060",
		"1.2.3", "1.2.3.256", "1.2.3.4:", "1.2.3.4:0",
		"1.2.3.4:65536", "1.2.3.4:99999", "1.2.3.4:+5", "1.2.3.4: 5",
		"1.2.3.4:5060x", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n",
		"::1", "2001:db8::1", "[::1", "::1]", "[]", "[]:5060",
		"[::1]5060", "[::1]:", "[1.2.3.4]", "[fe80::1%eth0]",
		"1.2.3.4:5060:5060", "[[::1]]", "1.2.3.4:00005060",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		struct address ad = { .host = "kept", .port = 7 };

		if (address_parse(&ad, testv[i]) != EINVAL)
			fail_msg("accepted: '%s'", testv[i]);
		assert_string_equal("kept", ad.host);
		assert_int_equal(7, ad.port);
	}
}


static void an_overlong_host_is_refused(void **state)
{
	char text[HOST_SIZE + 64];
	struct address ad;
	(void)state;

	memset(text, '1', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(EINVAL, address_parse(&ad, text));

	text[0] = '[';
	text[sizeof(text) - 2] = ']';
	assert_int_equal(EINVAL, address_parse(&ad, text));
}


static void proxies_are_accepted(void **state)
{
	static const char *const testv[] = {
		"127.0.0.1", "127.0.0.1:5061", "[::1]", "[::1]:5061",
		"sip.example.com", "sip.example.com:5060", "pbx", "gw-2:5080",
		"sip.example.com:5061;transport=tls", "pbx;transport=TCP",
		"[2001:db8::5]:5060;transport=udp", "3com.example",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		if (address_proxy_check(testv[i]))
			fail_msg("refused: '%s'", testv[i]);
	}
}


static void bad_proxies_are_refused(void **state)
{
	static const char *const testv[] = {
		"", ":", ":5060", ";transport=udp", "sip:pbx", "sip:pbx:5060",
		"-pbx", "pbx-", "a..b", ".a", "a_b", "a b", "pbx:", "pbx:0",
		"pbx:70000", "pbx:5060;transport=ws", "pbx;transport=",
		"pbx;lr", "pbx;transport=udp;lr", "1.2.3.999", "1.2.3",
		"::1", "[::1", "[pbx]", "[1.2.3.4]", "[::1]x", "pbx\r\nX: y",
		"pbx>", "<pbx>", "user@pbx", "pbx:5060:1", "pbx.",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(testv); i++) {
		if (address_proxy_check(testv[i]) != EINVAL)
			fail_msg("accepted: '%s'", testv[i]);
	}
}


static void a_label_has_63_characters_at_most(void **state)
{
	char text[80];
	(void)state;

	memset(text, 'a', sizeof(text));
	text[63] = '\0';
	assert_int_equal(0, address_proxy_check(text));

	text[63] = 'a';
	text[64] = '\0';
	assert_int_equal(EINVAL, address_proxy_check(text));
}


static void parts_of_a_proxy(void **state)
{
	static const struct {
		const char *text, *host, *transport;
		uint16_t port;
		bool v6;
	} testv[] = {
		{ "192.0.2.1", "192.0.2.1", "udp", 5060, false },
		{ "sip.example:5070", "sip.example", "udp", 5070, false },
		{ "sip.example;transport=TCP", "sip.example", "tcp", 5060,
		  false },
		{ "[2001:db8::1];transport=tls", "2001:db8::1", "tls", 5061,
		  true },
		{ "[2001:db8::1]:1;transport=udp", "2001:db8::1", "udp", 1,
		  true },
	};
	struct address ad = { .port = 7 };
	char transport[TRANSPORT_SIZE] = "x";
	(void)state;

	assert_int_equal(EINVAL, address_proxy_parse(&ad, transport, "a:b"));
	assert_int_equal(7, ad.port);
	assert_string_equal("x", transport);

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		assert_int_equal(0, address_proxy_parse(&ad, transport,
							testv[i].text));
		assert_string_equal(testv[i].host, ad.host);
		assert_string_equal(testv[i].transport, transport);
		assert_int_equal(testv[i].port, ad.port);
		assert_int_equal(testv[i].v6, ad.v6);
	}
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(literals_are_parsed),
		cmocka_unit_test(bad_addresses_are_refused_and_change_nothing),
		cmocka_unit_test(an_overlong_host_is_refused),
		cmocka_unit_test(proxies_are_accepted),
		cmocka_unit_test(bad_proxies_are_refused),
		cmocka_unit_test(a_label_has_63_characters_at_most),
		cmocka_unit_test(parts_of_a_proxy),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
