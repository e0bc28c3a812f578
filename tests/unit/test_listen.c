/**
 * @file test_listen.c  Ports in use and foreign addresses are found out
 *
 * links: tui/listen.o
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "tui/listen.h"

enum { TEXT_SIZE = 256 };


static int occupy(const struct address *ad, int type)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	const struct sockaddr *sa = (const void *)&in;
	const int fd = socket(AF_INET, type, 0);

	in.sin_port = htons(ad->port);
	inet_pton(AF_INET, ad->host, &in.sin_addr);

	assert_true(fd >= 0);
	assert_int_equal(0, bind(fd, sa, sizeof(in)));
	if (type == SOCK_STREAM)
		assert_int_equal(0, listen(fd, 1));

	return fd;
}


static void a_free_port_can_be_had(void **state)
{
	struct address ad = { .host = "127.0.0.1" };
	char why[TEXT_SIZE] = "";
	(void)state;

	assert_int_equal(0, listen_free_port(&ad));
	assert_true(ad.port > 0);
	assert_int_equal(0, listen_check(&ad, why, sizeof(why)));
	assert_string_equal("", why);
}


static void a_wildcard_is_refused(void **state)
{
	static const struct address adv[] = {
		{ .host = "0.0.0.0", .port = 5060 },
		{ .host = "::", .v6 = true, .port = 5060 },
		{ .host = "0:0::0", .v6 = true, .port = 5060 },
	};
	char why[TEXT_SIZE];
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(EADDRNOTAVAIL, listen_check(&adv[i], why,
							     sizeof(why)));
		assert_non_null(strstr(why, adv[i].host));
	}
}


static void a_used_port_is_named(void **state)
{
	static const int typev[] = { SOCK_DGRAM, SOCK_STREAM };
	static const char *const protov[] = { "UDP", "TCP" };
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		struct address ad = { .host = "127.0.0.1" };
		char why[TEXT_SIZE];
		int fd;

		assert_int_equal(0, listen_free_port(&ad));
		fd = occupy(&ad, typev[i]);
		assert_int_equal(EADDRINUSE,
				 listen_check(&ad, why, sizeof(why)));
		assert_non_null(strstr(why, protov[i]));
		assert_non_null(strstr(why, "127.0.0.1:"));
		close(fd);

		assert_int_equal(0, listen_check(&ad, why, sizeof(why)));
	}
}


static void a_foreign_address_is_named(void **state)
{
	const struct address ad = { .host = "192.0.2.77", .port = 5060 };
	char why[TEXT_SIZE];
	(void)state;

	assert_int_equal(EADDRNOTAVAIL, listen_check(&ad, why, sizeof(why)));
	assert_non_null(strstr(why, "192.0.2.77"));
	assert_non_null(strstr(why, "-l"));
}


static void what_is_not_for_sip_names_its_option(void **state)
{
	struct address ad = { .host = "127.0.0.1" };
	const struct address any = { .host = "0.0.0.0", .port = 0 };
	char why[TEXT_SIZE] = "";
	int fd;
	(void)state;

	assert_int_equal(0, listen_free_port(&ad));
	fd = occupy(&ad, SOCK_STREAM);
	assert_int_equal(EADDRINUSE, listen_check_tcp(&ad, "--metrics", why,
						      sizeof(why)));
	assert_non_null(strstr(why, "port with --metrics"));
	close(fd);
	assert_int_equal(0, listen_check_tcp(&any, "--metrics", why,
					     sizeof(why)));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(a_free_port_can_be_had),
		cmocka_unit_test(a_wildcard_is_refused),
		cmocka_unit_test(a_used_port_is_named),
		cmocka_unit_test(what_is_not_for_sip_names_its_option),
		cmocka_unit_test(a_foreign_address_is_named),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
