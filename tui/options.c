/**
 * @file options.c  The command line
 */
#include "tui/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tui/options_engine.h"

enum {
	LONG_MAX_COUNT = 128,   /* different options of all commands     */
	LONG_FIRST     = 256,   /* what getopt gives for those without a
				   letter                                */
};

/* All options of all commands, as getopt wants them */
struct known {
	struct option longv[LONG_MAX_COUNT + 1];
	char shortv[2 * LONG_MAX_COUNT + 2];
	int n;
};


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

	return 0;
}


static int csv_set(struct options *opt, const char *value,
		   char *why, size_t size)
{
	(void)value;
	opt->csv = true;

	return form_set(opt, FORM_CSV, why, size);
}


static int once_set(struct options *opt, const char *value,
		    char *why, size_t size)
{
	(void)value;

	return form_set(opt, FORM_ONCE, why, size);
}


static int plain_set(struct options *opt, const char *value,
		     char *why, size_t size)
{
	(void)value;

	return form_set(opt, FORM_PLAIN, why, size);
}


static int conninfo_set(struct options *opt, const char *value,
			char *why, size_t size)
{
	(void)why;
	(void)size;
	opt->conninfo = value;

	return 0;
}


static void flag_set(struct options *opt, const char *name)
{
	const struct {
		const char *name;
		bool *flag;
	} flagv[] = {
		{ "daemon",   &opt->daemon   }, { "roles",   &opt->roles   },
		{ "readonly", &opt->readonly }, { "ascii",   &opt->ascii   },
		{ "no-color", &opt->no_color }, { "json",    &opt->json    },
		{ "verbose",  &opt->verbose  }, { "help",    &opt->help    },
		{ "version",  &opt->version  },
	};

	for (size_t i = 0; i < sizeof(flagv) / sizeof(flagv[0]); i++) {
		if (!strcmp(name, flagv[i].name))
			*flagv[i].flag = true;
	}
}


/* What has a field of its own gets there; commands ask for the rest. */
static int option_set(struct options *opt, const char *name,
		      const char *value, char *why, size_t size)
{
	static const struct {
		const char *name;
		int (*seth)(struct options *opt, const char *value,
			    char *why, size_t size);
	} fieldv[] = {
		{ "listen",    option_listen   }, { "node",  option_node  },
		{ "max-calls", option_calls    }, { "csv",   csv_set   },
		{ "database",  conninfo_set }, { "once",  once_set  },
		{ "plain",     plain_set    }, { "rtp-ports", option_ports },
		{ "metrics",   option_metrics  },
	};

	if (opt->givenc == OPTIONS_GIVEN) {
		snprintf(why, size, "more than %d options", OPTIONS_GIVEN);
		return EINVAL;
	}
	opt->givenv[opt->givenc].name = name;
	opt->givenv[opt->givenc++].value = value;
	flag_set(opt, name);

	for (size_t i = 0; i < sizeof(fieldv) / sizeof(fieldv[0]); i++) {
		if (!strcmp(name, fieldv[i].name))
			return fieldv[i].seth(opt, value, why, size);
	}

	return 0;
}


static void known_add(struct known *kn, const struct command_option *opt)
{
	for (; opt && opt->name; opt++) {
		struct option *lo = &kn->longv[kn->n];
		int i = 0;

		while (i < kn->n && strcmp(kn->longv[i].name, opt->name))
			++i;
		if (i < kn->n || kn->n == LONG_MAX_COUNT)
			continue;

		lo->name = opt->name;
		lo->has_arg = opt->arg ? required_argument : no_argument;
		lo->val = opt->letter ? opt->letter : LONG_FIRST + kn->n;
		++kn->n;

		if (opt->letter) {
			const size_t len = strlen(kn->shortv);

			kn->shortv[len] = (char)opt->letter;
			kn->shortv[len + 1] = opt->arg ? ':' : '\0';
		}
	}
}


static void known_fill(struct known *kn)
{
	memset(kn, 0, sizeof(*kn));
	kn->shortv[0] = ':';

	known_add(kn, command_commonv);
	for (int i = 0; i < COMMANDS; i++)
		known_add(kn, command_of((enum command)i)->optionv);
}


static int all_options_set(struct options *opt, int argc, char *argv[],
			   char *why, size_t size)
{
	struct known kn;
	int c, err = 0;

	known_fill(&kn);
	optind = 0;
	opterr = 0;

	while (!err && (c = getopt_long(argc, argv, kn.shortv, kn.longv,
					NULL)) != -1) {
		int i = 0;

		while (i < kn.n && kn.longv[i].val != c)
			++i;

		err = i == kn.n ?
			unknown(c, argv[optind - 1], why, size) :
			option_set(opt, kn.longv[i].name,
				   optarg ? optarg : "", why, size);
	}

	return err;
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


static int words_check(struct options *opt, int wordc, char *const wordv[],
		       char *why, size_t size)
{
	const struct command_def *def = command_of(opt->command);
	const char *name = command_name(opt->command);

	if (opt->help || opt->version)
		return 0;
	if (opt->command == COMMAND_CONSOLE)
		return table_check(opt, wordc, wordv, why, size);

	opt->wordv = wordv;
	opt->wordc = wordc;

	if (def->words_max >= 0 && wordc > def->words_max)
		snprintf(why, size, "%s does not know '%s'; see %s --help",
			 name, wordv[def->words_max], name);
	else if (wordc < def->words_min)
		snprintf(why, size, "%s needs %s; see %s --help", name,
			 def->args, name);
	else if (def->group)
		snprintf(why, size, "%s needs to know what to do; see %s "
			 "--help", name, name);
	else
		return 0;

	return EINVAL;
}


/* An option that would have no effect is a misunderstanding. */
static int fit_check(const struct options *opt, char *why, size_t size)
{
	const char *name = command_name(opt->command);

	if (opt->help || opt->version)
		return 0;

	for (int i = 0; i < opt->givenc; i++) {
		const char *given = opt->givenv[i].name;
		const char *hyphens = "--";
		char letter[2] = "";

		if (command_option(opt->command, given))
			continue;

		for (int k = 0; !letter[0] && k < COMMANDS; k++) {
			const struct command_option *co;

			co = command_option((enum command)k, given);
			if (co && co->letter)
				letter[0] = (char)co->letter;
		}
		if (letter[0]) {
			hyphens = "-";
			given = letter;
		}

		snprintf(why, size, "option %s%s means nothing to %s; see %s "
			 "--help", hyphens, given, name, name);
		return EINVAL;
	}

	if (opt->csv && opt->json) {
		snprintf(why, size, "--csv and --json do not go together");
		return EINVAL;
	}

	return 0;
}


int options_parse(struct options *opt, int argc, char *argv[],
		  char *why, size_t size)
{
	struct options new = {
		.listen = { .host = "127.0.0.1", .port = SIP_PORT },
	};
	int used, err;

	err = all_options_set(&new, argc, argv, why, size);
	if (err)
		return err;

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


const char *options_value(const struct options *opt, const char *name)
{
	const char *value = NULL;

	for (int i = 0; i < opt->givenc; i++) {
		if (!strcmp(opt->givenv[i].name, name))
			value = opt->givenv[i].value;
	}

	return value;
}


int options_number(const struct options *opt, const char *name, long min,
		   long max, long *n, char *why, size_t size)
{
	const char *value = options_value(opt, name);
	char *end;
	long got;

	if (!value)
		return 0;

	errno = 0;
	got = strtol(value, &end, 10);
	if (errno || end == value || *end || got < min || got > max) {
		snprintf(why, size, "'%s' is no number for --%s; use %ld to "
			 "%ld", value, name, min, max);
		return EINVAL;
	}

	*n = got;

	return 0;
}
