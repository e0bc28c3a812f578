/**
 * @file help.c  What --help and the completion of shells print
 */
#include "tui/help.h"

#include <string.h>

enum {
	OPTION_WIDTH  = 27,     /* columns before what an option means   */
	COMMAND_WIDTH = 37,
};


static void spaces(FILE *f, int n)
{
	fprintf(f, "%*s", n > 1 ? n : 1, "");
}


/* Lines, each but the first behind so many columns */
static void lines_print(FILE *f, const char *text, int indent)
{
	for (; *text; text++) {
		fputc(*text, f);
		if (*text == '\n')
			spaces(f, indent);
	}
	fputc('\n', f);
}


static void option_print(FILE *f, const struct command_option *opt)
{
	int n;

	if (opt->letter)
		n = fprintf(f, "  -%c, --%s", opt->letter, opt->name);
	else
		n = fprintf(f, "      --%s", opt->name);
	if (opt->arg)
		n += fprintf(f, " %s", opt->arg);

	spaces(f, OPTION_WIDTH - n);
	lines_print(f, opt->help, OPTION_WIDTH);
}


static void options_print(FILE *f, const struct command_option *opt)
{
	if (!opt || !opt->name)
		return;

	fputs("\nOptions:\n", f);
	for (; opt->name; opt++) {
		if (opt->help)
			option_print(f, opt);
	}
}


/* Is it listed on the page of that one: of its group, or all? */
static bool listed(const struct command_def *def,
		   const struct command_def *page)
{
	const size_t len = strlen(page->words);

	if (def->group)
		return false;

	return !len || (!strncmp(def->words, page->words, len) &&
			def->words[len] == ' ');
}


static void commands_print(FILE *f, const struct command_def *page)
{
	const char *lead = "Usage: ";

	for (int i = 0; i < COMMANDS; i++) {
		const struct command_def *def = command_of((enum command)i);
		const char *shown = def->words[0] ? "" : "[options]";
		int n;

		if (!listed(def, page))
			continue;

		n = fprintf(f, "%sringround %s%s%s%s", lead, def->words,
			    shown, def->args[0] ? " " : "", def->args);
		if (n >= COMMAND_WIDTH + 6) {
			fputc('\n', f);
			n = 0;
		}
		spaces(f, COMMAND_WIDTH + 6 - n);
		fprintf(f, "%s\n", def->about);
		lead = "       ";
	}
}


static void main_print(FILE *f, const struct command_def *def)
{
	fprintf(f, "%s\n", def->text);
	commands_print(f, def);
	options_print(f, def->optionv);
	fputs("\nringround COMMAND --help tells more. See ringround(1) for "
	      "a first campaign.\n", f);
}


static void group_print(FILE *f, const struct command_def *def)
{
	commands_print(f, def);
	fprintf(f, "\n%s%sringround %s COMMAND --help tells more.\n",
		def->text, def->text[0] ? "\n" : "", def->words);
}


void help_print(FILE *f, enum command cmd)
{
	const struct command_def *def = command_of(cmd);

	if (!def->words[0]) {
		main_print(f, def);
		return;
	}
	if (def->group) {
		group_print(f, def);
		return;
	}

	fprintf(f, "Usage: ringround %s%s%s [options]\n\n%s", def->words,
		def->args[0] ? " " : "", def->args, def->text);
	options_print(f, def->optionv);
}


static bool has_option(const struct command_option *opt, const char *name)
{
	for (; opt && opt->name; opt++) {
		if (!strcmp(opt->name, name))
			return true;
	}

	return false;
}


/* Those that take a value, of all commands, once each, as a pattern */
static void taking_print(FILE *f)
{
	const char *bar = "";

	for (int i = 0; i < COMMANDS; i++) {
		const struct command_option *opt;
		bool seen = false;

		opt = command_of((enum command)i)->optionv;
		for (; opt && opt->name; opt++) {
			seen = !opt->arg;
			for (int k = 0; !seen && k < i; k++)
				seen = has_option(command_of((enum command)k)
						  ->optionv, opt->name);
			if (seen)
				continue;
			fprintf(f, "%s--%s", bar, opt->name);
			bar = "|";
			if (opt->letter)
				fprintf(f, "|-%c", opt->letter);
		}
	}
}


static void option_words(FILE *f, const struct command_option *opt)
{
	for (; opt && opt->name; opt++) {
		fprintf(f, " --%s", opt->name);
		if (opt->letter)
			fprintf(f, " -%c", opt->letter);
	}
}


/* What may come next behind the words of a command */
static void case_print(FILE *f, const struct command_def *def)
{
	fprintf(f, "\t'%s') words='", def->words);

	for (int i = 0; i < COMMANDS; i++) {
		const char *words = command_of((enum command)i)->words;
		const char *blank = strchr(words, ' ');

		if (def->group && blank &&
		    !strncmp(words, def->words, strlen(def->words)) &&
		    words[strlen(def->words)] == ' ')
			fprintf(f, " %s", blank + 1);
		else if (!def->words[0] && words[0] && !blank)
			fprintf(f, " %s", words);
	}

	option_words(f, def->optionv);
	option_words(f, command_commonv);
	fputs("' ;;\n", f);
}


/* Options and what they take may stand before and between the words. */
void help_completion(FILE *f)
{
	fputs("# bash completion for ringround\n"
	      "_ringround()\n"
	      "{\n"
	      "\tlocal words= cmd= word skip= i\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tword=${COMP_WORDS[i]}\n"
	      "\t\tif [ -n \"$skip\" ]; then skip=; continue; fi\n"
	      "\t\tcase $word in\n"
	      "\t\t", f);
	taking_print(f);
	fputs(") skip=1 ;;\n"
	      "\t\t-*|*=*) ;;\n"
	      "\t\t*) case \"$cmd\" in\n"
	      "\t\t\t*' '*) ;;\n"
	      "\t\t\t*) cmd=${cmd:+$cmd }$word ;;\n"
	      "\t\t\tesac ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase \"$cmd\" in\n", f);

	for (int i = 0; i < COMMANDS; i++)
		case_print(f, command_of((enum command)i));

	fputs("\tesac\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- "
	      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
	      "}\n"
	      "complete -o default -F _ringround ringround\n", f);
}
