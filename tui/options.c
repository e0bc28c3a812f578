/**
 * @file options.c  The command line
 */
#include "tui/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_OPTIONS ":l:d:n:c:vhV"
#define NODE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
		     "0123456789._-"

enum {
	OPT_DAEMON = 256,
	OPT_READONLY,
	OPT_ASCII,
	OPT_NO_COLOR,
	OPT_ONCE,
	OPT_CSV,
	OPT_PLAIN,
	OPT_ROLES,
	OPT_RTP_PORTS,
};

static const struct option longv[] = {
	{ "listen",   required_argument, NULL, 'l'        },
	{ "database", required_argument, NULL, 'd'        },
	{ "node",     required_argument, NULL, 'n'        },
	{ "max-calls", required_argument, NULL, 'c'       },
	{ "rtp-ports", required_argument, NULL, OPT_RTP_PORTS },
	{ "daemon",   no_argument,       NULL, OPT_DAEMON },
	{ "roles",    no_argument,       NULL, OPT_ROLES  },
	{ "readonly", no_argument,       NULL, OPT_READONLY },
	{ "ascii",    no_argument,       NULL, OPT_ASCII  },
	{ "no-color", no_argument,       NULL, OPT_NO_COLOR },
	{ "once",     no_argument,       NULL, OPT_ONCE   },
	{ "csv",      no_argument,       NULL, OPT_CSV    },
	{ "plain",    no_argument,       NULL, OPT_PLAIN  },
	{ "verbose",  no_argument,       NULL, 'v'        },
	{ "help",     no_argument,       NULL, 'h'        },
	{ "version",  no_argument,       NULL, 'V'        },
	{ NULL,       0,                 NULL, 0          },
};

static const char *const command_namev[] = {
	[COMMAND_ENGINE]     = "ringround",
	[COMMAND_CONSOLE]    = "ringround console",
	[COMMAND_DEMO]       = "ringround demo",
	[COMMAND_DB]         = "ringround db",
	[COMMAND_DB_INIT]    = "ringround db init",
	[COMMAND_DB_SHELL]   = "ringround db shell",
	[COMMAND_NODES]      = "ringround nodes",
	[COMMAND_PROMPT]     = "ringround prompt",
	[COMMAND_PROMPT_ADD] = "ringround prompt add",
};


static int listen_set(struct options *opt, const char *text,
		      char *why, size_t size)
{
	if (address_parse(&opt->listen, text)) {
		snprintf(why, size, "'%s' is no address for -l; write it "
			 "like 192.0.2.1, 192.0.2.1:5060 or [2001:db8::1]",
			 text);
		return EINVAL;
	}

	if (!opt->listen.port)
		opt->listen.port = SIP_PORT;
	opt->listen_given = true;

	return 0;
}


static int node_set(struct options *opt, const char *text,
		    char *why, size_t size)
{
	const size_t len = strlen(text);

	if (!len || len >= sizeof(opt->node) ||
	    strspn(text, NODE_LETTERS) != len) {
		snprintf(why, size, "'%s' is no node name for -n; use 1 to "
			 "%d letters, digits, '.', '_' or '-'", text,
			 LAUNCH_NODE_SIZE - 1);
		return EINVAL;
	}

	strcpy(opt->node, text);

	return 0;
}


static int calls_set(struct options *opt, const char *text,
		     char *why, size_t size)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 1 || n > LAUNCH_CALLS_MAX) {
		snprintf(why, size, "'%s' is no number of calls for -c; use "
			 "1 to %d", text, LAUNCH_CALLS_MAX);
		return EINVAL;
	}

	opt->max_calls = (int)n;

	return 0;
}


/* RTP has the even port, RTCP the next (RFC 3550 section 11). */
static int ports_set(struct options *opt, const char *text,
		     char *why, size_t size)
{
	unsigned min, max;
	int used = -1;

	if (strspn(text, "0123456789-") != strlen(text)
	    || sscanf(text, "%5u-%5u%n", &min, &max, &used) != 2
	    || (size_t)used != strlen(text) || min < RTP_PORT_MIN
	    || max > UINT16_MAX || min % 2 || max <= min) {
		snprintf(why, size, "'%s' is no range for --rtp-ports; use "
			 "MIN-MAX from %d to %d, MIN even, two ports a call",
			 text, RTP_PORT_MIN, UINT16_MAX);
		return EINVAL;
	}

	opt->rtp_min = (uint16_t)min;
	opt->rtp_max = (uint16_t)max;

	return 0;
}


static int unknown(int c, const char *word, char *why, size_t size)
{
	char name[3] = { '-', (char)optopt, '\0' };
	const char *shown = word[0] == '-' && word[1] == '-' ? word : name;

	if (c == ':')
		snprintf(why, size, "option %s needs a value; see ringround "
			 "--help", shown);
	else
		snprintf(why, size, "unknown option %s; see ringround "
			 "--help", shown);

	return EINVAL;
}


/* --once says when, the others how: they go together. */
static int form_set(struct options *opt, enum form form,
		    char *why, size_t size)
{
	if (opt->form > FORM_ONCE && form > FORM_ONCE && opt->form != form) {
		snprintf(why, size, "--csv and --plain do not go together; "
			 "see ringround console --help");
		return EINVAL;
	}
	if (form > opt->form)
		opt->form = form;
	opt->csv |= form == FORM_CSV;

	return 0;
}


/* What takes no value; NULL for what does */
static bool *flag_of(struct options *opt, int c)
{
	switch (c) {

	case OPT_DAEMON:   return &opt->daemon;
	case OPT_ROLES:    return &opt->roles;
	case OPT_READONLY: return &opt->readonly;
	case OPT_ASCII:    return &opt->ascii;
	case OPT_NO_COLOR: return &opt->no_color;
	case 'v':          return &opt->verbose;
	case 'h':          return &opt->help;
	case 'V':          return &opt->version;
	default:           return NULL;
	}
}


static int option_set(struct options *opt, int c, const char *word,
		      char *why, size_t size)
{
	bool *flag = flag_of(opt, c);

	if (flag) {
		*flag = true;
		return 0;
	}

	switch (c) {

	case 'l':
		return listen_set(opt, optarg, why, size);

	case 'd':
		opt->conninfo = optarg;
		return 0;

	case 'n':
		return node_set(opt, optarg, why, size);

	case 'c':
		return calls_set(opt, optarg, why, size);

	case OPT_RTP_PORTS:
		return ports_set(opt, optarg, why, size);

	case OPT_ONCE:
		return form_set(opt, FORM_ONCE, why, size);

	case OPT_CSV:
		return form_set(opt, FORM_CSV, why, size);

	case OPT_PLAIN:
		return form_set(opt, FORM_PLAIN, why, size);

	default:
		return unknown(c, word, why, size);
	}
}


static int command_find(enum command *cmd, int *used, int wordc,
			char *const wordv[])
{
	static const struct {
		const char *first, *second;
		enum command cmd;
	} tablev[] = {
		{ "console", NULL,  COMMAND_CONSOLE    },
		{ "demo",   NULL,   COMMAND_DEMO       },
		{ "db",     "init", COMMAND_DB_INIT    },
		{ "db",     "shell", COMMAND_DB_SHELL  },
		{ "prompt", "add",  COMMAND_PROMPT_ADD },
		{ "nodes",  NULL,   COMMAND_NODES      },
		{ "db",     NULL,   COMMAND_DB         },
		{ "prompt", NULL,   COMMAND_PROMPT     },
	};

	*cmd = COMMAND_ENGINE;
	*used = 0;
	if (!wordc)
		return 0;

	for (size_t i = 0; i < sizeof(tablev) / sizeof(tablev[0]); i++) {
		const int n = tablev[i].second ? 2 : 1;

		if (wordc < n || strcmp(wordv[0], tablev[i].first) ||
		    (n == 2 && strcmp(wordv[1], tablev[i].second)))
			continue;

		*cmd = tablev[i].cmd;
		*used = n;
		return 0;
	}

	return EINVAL;
}


/* The tables of the console, and whether they are of something */
static int table_check(struct options *opt, int wordc, char *const wordv[],
		       char *why, size_t size)
{
	static const struct {
		const char *name;
		int words;
	} tablev[] = {
		{ "campaigns", 1 }, { "phones", 2 }, { "calls", 1 },
		{ "engines", 1 }, { "phone", 2 },
	};

	if (!wordc)
		return 0;
	if (!opt->form) {
		snprintf(why, size, "ringround console shows all; a table is "
			 "named to print it by --once, --csv or --plain");
		return EINVAL;
	}

	for (size_t i = 0; i < sizeof(tablev) / sizeof(tablev[0]); i++) {
		if (strcmp(wordv[0], tablev[i].name))
			continue;
		if (wordc != tablev[i].words)
			break;
		opt->table = wordv[0];
		opt->which = wordc > 1 ? wordv[1] : NULL;
		return 0;
	}

	snprintf(why, size, "ringround console prints campaigns, calls, "
		 "engines, phones CAMPAIGN, or phone ID; see ringround "
		 "console --help");

	return EINVAL;
}


/* The words behind the command: prompt add takes two, others none. */
static int words_check(struct options *opt, int wordc, char *const wordv[],
		       char *why, size_t size)
{
	const char *name = command_namev[opt->command];
	const int want = opt->command == COMMAND_PROMPT_ADD ? 2 : 0;
	const bool partial = opt->command == COMMAND_DB ||
			     opt->command == COMMAND_PROMPT;

	if (opt->help)
		return 0;
	if (opt->command == COMMAND_CONSOLE)
		return table_check(opt, wordc, wordv, why, size);

	if (wordc > want)
		snprintf(why, size, "%s does not know '%s'; see %s --help",
			 name, wordv[want], name);
	else if (wordc < want)
		snprintf(why, size, "%s needs NAME and FILE; see %s --help",
			 name, name);
	else if (partial)
		snprintf(why, size, "%s needs to know what to do; see %s "
			 "--help", name, name);
	else
		goto out;

	return EINVAL;
 out:
	if (want) {
		opt->name = wordv[0];
		opt->file = wordv[1];
	}

	return 0;
}


/* An option that would have no effect is a misunderstanding. */
static int fit_check(const struct options *opt, char *why, size_t size)
{
	const bool engine = opt->command == COMMAND_ENGINE;
	const bool console = opt->command == COMMAND_CONSOLE;
	const char *odd = NULL;

	if (opt->help)
		return 0;

	if (opt->node[0] && !engine)
		odd = "-n";
	if (opt->max_calls && !engine)
		odd = "-c";
	if (opt->rtp_max && !engine)
		odd = "--rtp-ports";
	if (opt->listen_given && !engine && opt->command != COMMAND_DEMO)
		odd = "-l";
	if (opt->daemon && !engine && opt->command != COMMAND_DEMO)
		odd = "--daemon";
	if (opt->roles && opt->command != COMMAND_DB_INIT)
		odd = "--roles";
	if (opt->readonly && !engine && !console)
		odd = "--readonly";
	if (opt->ascii && !engine && !console &&
	    opt->command != COMMAND_DEMO)
		odd = "--ascii";
	if (opt->no_color && !engine && !console &&
	    opt->command != COMMAND_DEMO)
		odd = "--no-color";
	if (opt->form && !console &&
	    (opt->command != COMMAND_NODES || opt->form != FORM_CSV))
		odd = opt->form == FORM_CSV ? "--csv" : opt->form ==
			FORM_PLAIN ? "--plain" : "--once";

	if (!odd)
		return 0;

	snprintf(why, size, "option %s means nothing to %s; see %s --help",
		 odd, command_namev[opt->command],
		 command_namev[opt->command]);

	return EINVAL;
}


int options_parse(struct options *opt, int argc, char *argv[],
		  char *why, size_t size)
{
	struct options new = {
		.listen = { .host = "127.0.0.1", .port = SIP_PORT },
	};
	int c, used, err;

	optind = 0;
	opterr = 0;

	while ((c = getopt_long(argc, argv, SHORT_OPTIONS, longv,
				NULL)) != -1) {
		err = option_set(&new, c, argv[optind - 1], why, size);
		if (err)
			return err;
	}

	err = command_find(&new.command, &used, argc - optind,
			   argv + optind);
	if (err) {
		snprintf(why, size, "unknown command '%s'; see ringround "
			 "--help", argv[optind]);
		return err;
	}

	err = words_check(&new, argc - optind - used, argv + optind + used,
			  why, size);
	if (!err)
		err = fit_check(&new, why, size);
	if (!err)
		*opt = new;

	return err;
}


void options_node(char *node, const char *hostname)
{
	size_t n = 0;

	for (; hostname[n] && n + 1 < LAUNCH_NODE_SIZE; n++)
		node[n] = strchr(NODE_LETTERS, hostname[n]) ?
			  hostname[n] : '-';
	node[n] = '\0';

	if (!n)
		strcpy(node, "ringround");
}
