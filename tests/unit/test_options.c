/**
 * @file test_options.c  The command line, as operators write and miswrite it
 *
 * links: tui/options.o tui/options_engine.o tui/command.o tui/command_base.o
 * links: tui/command_campaign.o tui/command_prompt.o
 * links: tui/command_schedule.o tui/command_import.o
 * links: tui/command_report.o tui/command_call.o core/address.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tui/options.h"

enum { WORDS_MAX = 16, TEXT_SIZE = 256 };

static struct options opt;
static char why[TEXT_SIZE];


/* Parse a line whose words are separated by one blank each. */
static int parse(const char *line)
{
	static char text[TEXT_SIZE];
	static char *argv[WORDS_MAX];
	int argc = 0;

	assert_true(strlen(line) < sizeof(text));
	strcpy(text, line);

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < WORDS_MAX - 1);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	why[0] = '\0';

	return options_parse(&opt, argc, argv, why, sizeof(why));
}


static void nothing_means_the_engine_on_loopback(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround"));
	assert_int_equal(COMMAND_ENGINE, opt.command);
	assert_string_equal("127.0.0.1", opt.listen.host);
	assert_int_equal(5060, opt.listen.port);
	assert_false(opt.listen_given);
	assert_false(opt.daemon);
	assert_false(opt.verbose);
	assert_null(opt.conninfo);
	assert_string_equal("", opt.node);
}


static void the_engine_takes_all_options(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround -l 192.0.2.7:5070 -d dbname=x "
				  "-n a.b_c-1 -c 120 --daemon -v "
				  "--rtp-ports 10000-10005"));
	assert_string_equal("192.0.2.7", opt.listen.host);
	assert_int_equal(5070, opt.listen.port);
	assert_true(opt.listen_given);
	assert_string_equal("dbname=x", opt.conninfo);
	assert_string_equal("a.b_c-1", opt.node);
	assert_int_equal(120, opt.max_calls);
	assert_int_equal(10000, opt.rtp_min);
	assert_int_equal(10005, opt.rtp_max);
	assert_true(opt.daemon);
	assert_true(opt.verbose);
}


static void an_address_without_a_port_gets_the_sip_port(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround -l [::1]"));
	assert_string_equal("::1", opt.listen.host);
	assert_true(opt.listen.v6);
	assert_int_equal(5060, opt.listen.port);
}


static void metrics_are_on_loopback_unless_told(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround"));
	assert_int_equal(0, opt.metrics.port);
	assert_int_equal(0, parse("ringround --metrics 9464"));
	assert_string_equal("127.0.0.1", opt.metrics.host);
	assert_int_equal(9464, opt.metrics.port);
	assert_int_equal(0, parse("ringround --metrics=0.0.0.0:9465"));
	assert_string_equal("0.0.0.0", opt.metrics.host);
	assert_int_equal(9465, opt.metrics.port);
	assert_int_equal(0, parse("ringround --metrics [::1]:9466"));
	assert_string_equal("::1", opt.metrics.host);
	assert_true(opt.metrics.v6);
	assert_int_equal(9466, opt.metrics.port);
}


static void rtp_ports_are_a_range_of_pairs(void **state)
{
	static const char *const goodv[] = {
		"1024-1025", "1024-65535", "16384-65534", "65534-65535",
		"20000-20010",
	};
	static const char *const badv[] = {
		"1022-2000", "10001-10010", "10000-10000", "10010-10000",
		"10000-65536", "10000-165535", "10000", "10000-",
		"-10000", "10000-10010x", "a-b", "",
		"10000--10010", "10000-10010-10020", "+10000-10010",
		"0x2000-10000", "99999999999-99999999999",
	};
	char line[TEXT_SIZE];
	(void)state;

	assert_int_equal(0, parse("ringround"));
	assert_int_equal(0, opt.rtp_max);
	for (size_t i = 0; i < sizeof(goodv) / sizeof(goodv[0]); i++) {
		snprintf(line, sizeof(line), "ringround --rtp-ports=%s",
			 goodv[i]);
		assert_int_equal(0, parse(line));
		assert_true(opt.rtp_max > opt.rtp_min);
	}
	for (size_t i = 0; i < sizeof(badv) / sizeof(badv[0]); i++) {
		snprintf(line, sizeof(line), "ringround --rtp-ports=%s",
			 badv[i]);
		if (parse(line) != EINVAL)
			fail_msg("accepted: %s", badv[i]);
	}
}


static void the_database_is_taken_before_and_after_commands(void **state)
{
	static const struct {
		const char *line;
		enum command command;
	} testv[] = {
		{ "ringround -d a=b demo",             COMMAND_DEMO       },
		{ "ringround demo -d a=b",             COMMAND_DEMO       },
		{ "ringround -d a=b db init",          COMMAND_DB_INIT    },
		{ "ringround db -d a=b init",          COMMAND_DB_INIT    },
		{ "ringround db init -d a=b",          COMMAND_DB_INIT    },
		{ "ringround db shell -d a=b",         COMMAND_DB_SHELL   },
		{ "ringround -d a=b nodes",            COMMAND_NODES      },
		{ "ringround nodes --csv -d a=b",      COMMAND_NODES      },
		{ "ringround db init -d x=y -d a=b",   COMMAND_DB_INIT    },
		{ "ringround prompt add n f -d a=b",   COMMAND_PROMPT_ADD },
		{ "ringround prompt add -d a=b n f",   COMMAND_PROMPT_ADD },
		{ "ringround --database=a=b db init",  COMMAND_DB_INIT    },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		assert_int_equal(0, parse(testv[i].line));
		assert_int_equal(testv[i].command, opt.command);
		assert_string_equal("a=b", opt.conninfo);
	}
}


static void db_init_makes_roles_when_it_is_told(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround db init"));
	assert_false(opt.roles);
	assert_int_equal(0, parse("ringround db init --roles"));
	assert_true(opt.roles);
}


static void prompt_add_takes_a_name_and_a_file(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround prompt add warn -- -f.wav"));
	assert_string_equal("warn", opt.wordv[0]);
	assert_string_equal("-f.wav", opt.wordv[1]);

	assert_int_equal(0, parse("ringround prompt add warn --text fire"));
	assert_int_equal(1, opt.wordc);
	assert_string_equal("fire", options_value(&opt, "text"));
	assert_null(options_value(&opt, "voice"));

	assert_int_equal(EINVAL, parse("ringround prompt add"));
	assert_int_equal(EINVAL, parse("ringround prompt add a b c"));
}


static void nodes_come_as_csv_when_asked(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround nodes"));
	assert_false(opt.csv);
	assert_int_equal(0, parse("ringround nodes --csv"));
	assert_true(opt.csv);
}


static void numbers_of_options_are_checked(void **state)
{
	long n = 7;
	(void)state;

	assert_int_equal(0, parse("ringround prompt add a b"));
	assert_int_equal(0, options_number(&opt, "normalize", -50, -5, &n,
					   why, sizeof(why)));
	assert_int_equal(7, n);
	assert_int_equal(0, parse("ringround prompt add a b --normalize -16"));
	assert_int_equal(0, options_number(&opt, "normalize", -50, -5, &n,
					   why, sizeof(why)));
	assert_int_equal(-16, n);
	assert_int_equal(0, parse("ringround prompt add a b --normalize=1x"));
	assert_int_equal(EINVAL, options_number(&opt, "normalize", -50, -5,
						&n, why, sizeof(why)));
	assert_non_null(strstr(why, "--normalize"));
}


/* getopt sees one table of all: a name or letter means the same everywhere. */
static void options_are_the_same_in_all_commands(void **state)
{
	(void)state;

	for (int i = 0; i < COMMANDS; i++) {
		const struct command_option *a;

		a = command_of((enum command)i)->optionv;
		for (; a && a->name; a++) {
			for (int k = 0; k < COMMANDS; k++) {
				const struct command_option *b;

				b = command_option((enum command)k, a->name);
				if (!b)
					continue;
				if (!a->arg != !b->arg ||
				    a->letter != b->letter)
					fail_msg("--%s differs", a->name);
			}
		}
	}
}


static void help_needs_nothing_else(void **state)
{
	static const struct {
		const char *line;
		enum command command;
	} testv[] = {
		{ "ringround --help",            COMMAND_ENGINE     },
		{ "ringround -h",                COMMAND_ENGINE     },
		{ "ringround demo --help",       COMMAND_DEMO       },
		{ "ringround db --help",         COMMAND_DB         },
		{ "ringround --help db init",    COMMAND_DB_INIT    },
		{ "ringround db init --help",    COMMAND_DB_INIT    },
		{ "ringround prompt --help",     COMMAND_PROMPT     },
		{ "ringround nodes --help",      COMMAND_NODES      },
		{ "ringround prompt add --help", COMMAND_PROMPT_ADD },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		assert_int_equal(0, parse(testv[i].line));
		assert_true(opt.help);
		assert_int_equal(testv[i].command, opt.command);
	}

	assert_int_equal(0, parse("ringround --version"));
	assert_true(opt.version);
}


static void mistakes_are_named_in_one_line(void **state)
{
	static const struct {
		const char *line, *named;
	} testv[] = {
		{ "ringround -x",                "-x"          },
		{ "ringround -vx",               "-x"          },
		{ "ringround --nonsense",        "--nonsense"  },
		{ "ringround --nonsense=1",      "--nonsense"  },
		{ "ringround --daemon=1",        "--daemon"    },
		{ "ringround -l",                "-l"          },
		{ "ringround --listen",          "--listen"    },
		{ "ringround db init -d",        "-d"          },
		{ "ringround frobnicate",        "frobnicate"  },
		{ "ringround demo twice",        "twice"       },
		{ "ringround db",                "ringround db" },
		{ "ringround db drop",           "drop"        },
		{ "ringround db init now",       "now"         },
		{ "ringround prompt",            "ringround prompt" },
		{ "ringround -l localhost",      "localhost"   },
		{ "ringround -l 127.0.0.1:0",    "127.0.0.1:0" },
		{ "ringround -l ::1",            "::1"         },
		{ "ringround -n a/b",            "a/b"         },
		{ "ringround -c 0",              "'0'"         },
		{ "ringround -c 20001",          "'20001'"     },
		{ "ringround -c 5x",             "'5x'"        },
		{ "ringround --max-calls=",      "''"          },
		{ "ringround nodes -c 5",        "-c"          },
		{ "ringround --rtp-ports 1-2",   "'1-2'"       },
		{ "ringround --metrics 0",       "'0'"         },
		{ "ringround --metrics 65536",   "'65536'"     },
		{ "ringround --metrics 127.0.0.1", "'127.0.0.1'" },
		{ "ringround --metrics localhost:9464", "'localhost:9464'" },
		{ "ringround --metrics",         "--metrics"   },
		{ "ringround console --metrics 9464", "--metrics" },
		{ "ringround --rtp-ports",       "--rtp-ports" },
		{ "ringround demo --rtp-ports 2000-3000", "--rtp-ports" },
		{ "ringround db init -l 1.2.3.4", "-l"         },
		{ "ringround db init --daemon",  "--daemon"    },
		{ "ringround demo -n x",         "-n"          },
		{ "ringround --roles",           "--roles"     },
		{ "ringround db shell --roles",  "--roles"     },
		{ "ringround nodes all",         "all"         },
		{ "ringround nodes -n x",        "-n"          },
		{ "ringround db init --csv",     "--csv"       },
		{ "ringround --csv",             "--csv"       },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(testv) / sizeof(testv[0]); i++) {
		if (parse(testv[i].line) != EINVAL)
			fail_msg("accepted: %s", testv[i].line);
		if (!strstr(why, testv[i].named))
			fail_msg("%s: not named in: %s", testv[i].line, why);
		assert_null(strchr(why, '\n'));
	}
}


static void a_mistake_changes_nothing(void **state)
{
	(void)state;

	assert_int_equal(0, parse("ringround -n kept"));
	assert_int_equal(EINVAL, parse("ringround -n lost -x"));
	assert_string_equal("kept", opt.node);
}


static void a_node_name_has_63_characters_at_most(void **state)
{
	char line[TEXT_SIZE] = "ringround -n ";
	const size_t len = strlen(line);
	(void)state;

	memset(line + len, 'a', 64);
	assert_int_equal(EINVAL, parse(line));

	line[len + 63] = '\0';
	assert_int_equal(0, parse(line));
	assert_int_equal(63, strlen(opt.node));
}


static void any_host_name_gives_a_node_name(void **state)
{
	char node[LAUNCH_NODE_SIZE], longname[100];
	(void)state;

	options_node(node, "dial-1.example");
	assert_string_equal("dial-1.example", node);

	options_node(node, "d\xc3\xa4l 1");
	assert_string_equal("d--l-1", node);

	options_node(node, "");
	assert_string_equal("ringround", node);

	memset(longname, 'x', sizeof(longname));
	longname[sizeof(longname) - 1] = '\0';
	options_node(node, longname);
	assert_int_equal(LAUNCH_NODE_SIZE - 1, strlen(node));
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(nothing_means_the_engine_on_loopback),
		cmocka_unit_test(the_engine_takes_all_options),
		cmocka_unit_test(an_address_without_a_port_gets_the_sip_port),
		cmocka_unit_test(metrics_are_on_loopback_unless_told),
		cmocka_unit_test(rtp_ports_are_a_range_of_pairs),
		cmocka_unit_test(
			the_database_is_taken_before_and_after_commands),
		cmocka_unit_test(db_init_makes_roles_when_it_is_told),
		cmocka_unit_test(prompt_add_takes_a_name_and_a_file),
		cmocka_unit_test(nodes_come_as_csv_when_asked),
		cmocka_unit_test(numbers_of_options_are_checked),
		cmocka_unit_test(options_are_the_same_in_all_commands),
		cmocka_unit_test(help_needs_nothing_else),
		cmocka_unit_test(mistakes_are_named_in_one_line),
		cmocka_unit_test(a_mistake_changes_nothing),
		cmocka_unit_test(a_node_name_has_63_characters_at_most),
		cmocka_unit_test(any_host_name_gives_a_node_name),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
