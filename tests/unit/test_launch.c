/**
 * @file test_launch.c  What the program tells the module survives the file
 *
 * links: core/launch.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/launch.h"

enum { PATH_LEN = 256 };

struct fixture {
	char dir[PATH_LEN];
	char file[PATH_LEN + 16];
};


static int setup(void **state)
{
	const char *base = getenv("TMPDIR");
	struct fixture *fx = calloc(1, sizeof(*fx));

	if (!fx)
		return -1;

	snprintf(fx->dir, sizeof(fx->dir), "%s/ringround-test-XXXXXX",
		 base ? base : "/tmp");
	if (!mkdtemp(fx->dir)) {
		free(fx);
		return -1;
	}

	snprintf(fx->file, sizeof(fx->file), "%s/" LAUNCH_FILE, fx->dir);
	*state = fx;

	return 0;
}


static int teardown(void **state)
{
	struct fixture *fx = *state;

	(void)unlink(fx->file);
	(void)rmdir(fx->dir);
	free(fx);

	return 0;
}


static void file_write(const struct fixture *fx, const char *text)
{
	FILE *f = fopen(fx->file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(0, fclose(f));
}


static void fill(struct launch *la)
{
	launch_init(la);
	strcpy(la->node, "dial-1");
	la->conn_given = true;
	strcpy(la->conninfo, "host='/a b' password='x y\\'z'  dbname=d ");
	strcpy(la->listen.host, "2001:db8::1");
	la->listen.v6 = true;
	la->listen.port = 65535;
	la->listen_given = true;
	la->max_calls = 120;
	la->rtp_min = 10000;
	la->rtp_max = 10005;
	strcpy(la->metrics.host, "::1");
	la->metrics.v6 = true;
	la->metrics.port = 9464;
	strcpy(la->ca_file, "/etc/a b.pem");
	la->verbose = true;
	la->console = true;
	la->tty_in = 10;
	la->tty_out = 11;
	la->log_fd = 12;
	strcpy(la->cluster, "4 /var/lib/with blank");
}


static void all_of_it_comes_back(void **state)
{
	const struct fixture *fx = *state;
	struct launch la, back;

	fill(&la);
	assert_int_equal(0, launch_write(&la, fx->dir));
	assert_int_equal(0, launch_read(&back, fx->dir));

	assert_string_equal(la.node, back.node);
	assert_true(back.conn_given);
	assert_string_equal(la.conninfo, back.conninfo);
	assert_string_equal(la.listen.host, back.listen.host);
	assert_true(back.listen.v6);
	assert_int_equal(65535, back.listen.port);
	assert_true(back.listen_given);
	assert_int_equal(120, back.max_calls);
	assert_int_equal(10000, back.rtp_min);
	assert_int_equal(10005, back.rtp_max);
	assert_string_equal("::1", back.metrics.host);
	assert_true(back.metrics.v6);
	assert_int_equal(9464, back.metrics.port);
	assert_true(back.verbose);
	assert_true(back.console);
	assert_int_equal(10, back.tty_in);
	assert_int_equal(11, back.tty_out);
	assert_int_equal(12, back.log_fd);
	assert_string_equal(la.ca_file, back.ca_file);
	assert_string_equal(la.cluster, back.cluster);
}


static void a_single_call_comes_back(void **state)
{
	const struct fixture *fx = *state;
	struct launch la, back;

	launch_init(&la);
	la.call = (struct launch_call) { true, 13, 14, 60, true, "+4412",
		"+4413", "alice", " a secret ", "[::1]:5060;transport=tcp",
		PHONE_MEDIA_DTLS };

	assert_int_equal(0, launch_write(&la, fx->dir));
	assert_int_equal(0, launch_read(&back, fx->dir));

	assert_true(back.call.wanted);
	assert_int_equal(13, back.call.out_fd);
	assert_int_equal(14, back.call.audio_fd);
	assert_int_equal(60, back.call.timeout_sec);
	assert_true(back.call.uri_allowed);
	assert_string_equal("+4412", back.call.number);
	assert_string_equal("+4413", back.call.cli);
	assert_string_equal("alice", back.call.username);
	assert_string_equal(" a secret ", back.call.secret);
	assert_string_equal("[::1]:5060;transport=tcp", back.call.proxy);
	assert_int_equal(PHONE_MEDIA_DTLS, back.call.media);
}


static void defaults_come_back(void **state)
{
	const struct fixture *fx = *state;
	struct launch la, back;

	launch_init(&la);
	assert_int_equal(0, launch_write(&la, fx->dir));
	memset(&back, 0xff, sizeof(back));
	assert_int_equal(0, launch_read(&back, fx->dir));

	assert_string_equal("", back.node);
	assert_false(back.conn_given);
	assert_string_equal("", back.conninfo);
	assert_false(back.call.wanted);
	assert_int_equal(0, back.metrics.port);
	assert_false(back.console);
	assert_int_equal(-1, back.tty_in);
	assert_int_equal(-1, back.tty_out);
	assert_int_equal(2, back.log_fd);
}


static void the_longest_texts_fit(void **state)
{
	const struct fixture *fx = *state;
	struct launch la, back;

	launch_init(&la);
	memset(la.conninfo, 'c', sizeof(la.conninfo) - 1);
	memset(la.cluster, 'd', sizeof(la.cluster) - 1);

	assert_int_equal(0, launch_write(&la, fx->dir));
	assert_int_equal(0, launch_read(&back, fx->dir));
	assert_string_equal(la.conninfo, back.conninfo);
	assert_string_equal(la.cluster, back.cluster);
}


static void nobody_else_may_read_it(void **state)
{
	const struct fixture *fx = *state;
	struct launch la;
	struct stat st;

	launch_init(&la);
	assert_int_equal(0, launch_write(&la, fx->dir));
	assert_int_equal(0, stat(fx->file, &st));
	assert_int_equal(0600, st.st_mode & 07777);
}


static void an_existing_file_is_never_written(void **state)
{
	const struct fixture *fx = *state;
	struct launch la;

	launch_init(&la);
	assert_int_equal(0, symlink("/dev/null", fx->file));
	assert_int_equal(EEXIST, launch_write(&la, fx->dir));
}


static void a_line_feed_cannot_smuggle_a_key(void **state)
{
	const struct fixture *fx = *state;
	struct launch la;

	launch_init(&la);
	strcpy(la.conninfo, "dbname=x\nconsole 1");
	assert_int_equal(EINVAL, launch_write(&la, fx->dir));
	assert_int_not_equal(0, access(fx->file, F_OK));
}


static void bad_files_are_refused_and_change_nothing(void **state)
{
	static const char *const testv[] = {
		"node\n", "node x", "listen_port 65536\n", "listen_port \n",
		"listen_port 5060x\n", "verbose 2\n", "max_calls 20001\n",
		"tty_in -2\n",
		"console yes\n", "tty_out 99999999999\n",
	};
	const struct fixture *fx = *state;
	struct launch la = { .node = "kept" };

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		file_write(fx, testv[i]);
		if (launch_read(&la, fx->dir) != EBADMSG)
			fail_msg("accepted: %s", testv[i]);
		assert_string_equal("kept", la.node);
	}
}


static void unknown_keys_are_ignored(void **state)
{
	const struct fixture *fx = *state;
	struct launch la;

	file_write(fx, "node a\nfuture thing of another version\n");
	assert_int_equal(0, launch_read(&la, fx->dir));
	assert_string_equal("a", la.node);
}


static void a_missing_file_is_an_error(void **state)
{
	const struct fixture *fx = *state;
	struct launch la;

	assert_int_equal(ENOENT, launch_read(&la, fx->dir));
}


#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest testv[] = {
		TEST(all_of_it_comes_back),
		TEST(a_single_call_comes_back),
		TEST(defaults_come_back),
		TEST(the_longest_texts_fit),
		TEST(nobody_else_may_read_it),
		TEST(an_existing_file_is_never_written),
		TEST(a_line_feed_cannot_smuggle_a_key),
		TEST(bad_files_are_refused_and_change_nothing),
		TEST(unknown_keys_are_ignored),
		TEST(a_missing_file_is_an_error),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
