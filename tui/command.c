/**
 * @file command.c  The table of commands: words, options, help
 */
#include "tui/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct command_def *const defv[COMMANDS] = {
#define COMMAND_ROW(NAME, name) [COMMAND_##NAME] = &command_##name,
	COMMAND_LIST(COMMAND_ROW, COMMAND_ROW)
#undef COMMAND_ROW
};

const struct command_option command_commonv[] = {
	{ "verbose", 'v', NULL, NULL },
	{ "help",    'h', NULL, NULL },
	{ "version", 'V', NULL, NULL },
	OPTIONS_END
};


const struct command_def *command_of(enum command cmd)
{
	return defv[cmd < COMMANDS ? cmd : COMMAND_ENGINE];
}


/* How many of the given words are those of a command; 0: they are not */
static int words_match(const char *words, int wordc, char *const wordv[])
{
	int n = 0;

	while (*words) {
		const size_t len = strcspn(words, " ");

		if (n == wordc || strlen(wordv[n]) != len ||
		    strncmp(wordv[n], words, len))
			return 0;

		words += len;
		words += *words == ' ';
		++n;
	}

	return n;
}


int command_find(enum command *cmd, int *used, int wordc, char *const wordv[])
{
	*cmd = COMMAND_ENGINE;
	*used = 0;

	for (size_t i = 0; wordc && i < COMMANDS; i++) {
		const int n = words_match(defv[i]->words, wordc, wordv);

		if (n > *used) {
			*cmd = (enum command)i;
			*used = n;
		}
	}

	return wordc && !*used ? EINVAL : 0;
}


static const struct command_option *find(const struct command_option *optv,
					 const char *name)
{
	for (; optv && optv->name; optv++) {
		if (!strcmp(optv->name, name))
			return optv;
	}

	return NULL;
}


const struct command_option *command_option(enum command cmd,
					    const char *name)
{
	const struct command_option *opt;

	opt = find(command_of(cmd)->optionv, name);

	return opt ? opt : find(command_commonv, name);
}


const char *command_name(enum command cmd)
{
	static char name[64];
	const char *words = command_of(cmd)->words;

	snprintf(name, sizeof(name), "ringround%s%s", words[0] ? " " : "",
		 words);

	return name;
}
