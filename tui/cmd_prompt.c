/**
 * @file cmd_prompt.c  ringround prompt add and replace
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/prompt_file.h"
#include "tui/prompt_report.h"
#include "tui/prompt_speech.h"
#include "tui/tool.h"

enum {
	TEXT_SIZE = 65536,      /* to be spoken                          */
	LUFS_MIN  = -50,
	LUFS_MAX  = -5,
};

/** What is to become a prompt */
struct source {
	uint8_t *data;          /**< owned                               */
	size_t len;
	struct prompt_report report;
	struct loudness was;    /* before it was normalised              */
	bool normalized;
};


static int speech_read(struct source *src, const struct options *opt,
		       const char *text, char *why, size_t size)
{
	char *piped = NULL;
	size_t n;
	int err;

	if (!strcmp(text, "-")) {
		piped = calloc(1, TEXT_SIZE);
		if (!piped) {
			snprintf(why, size, "out of memory");
			return ENOMEM;
		}
		n = fread(piped, 1, TEXT_SIZE, stdin);
		if (n == TEXT_SIZE) {
			snprintf(why, size, "the text has %d bytes or more; "
				 "make several prompts of it", TEXT_SIZE);
			free(piped);
			return E2BIG;
		}
		piped[n] = '\0';
		text = piped;
	}

	err = prompt_speech(&src->data, &src->len, text,
			    options_value(opt, "voice"),
			    options_value(opt, "speed"), why, size);
	free(piped);

	return err;
}


static int normalize(struct source *src, long lufs, char *why, size_t size)
{
	uint8_t *data;
	size_t len;
	int err;

	err = loudness_apply(&src->was, &data, &len, src->data, src->len,
			     (double)lufs);
	if (err) {
		snprintf(why, size, "it cannot be normalised: %s",
			 err == ENODATA ? "it is silent or shorter than 0.4 s"
			 : strerror(err));
		return err;
	}

	free(src->data);
	src->data = data;
	src->len = len;
	src->normalized = true;

	return 0;
}


/* The file or the text that is given, normalised when that is wanted */
static int source_read(struct source *src, const struct options *opt,
		       char *why, size_t size)
{
	const char *text = options_value(opt, "text");
	long lufs = 0;
	int err;

	memset(src, 0, sizeof(*src));

	err = text ? speech_read(src, opt, text, why, size)
		: prompt_file_read(opt->wordv[1], &src->data, &src->len, why,
				   size);
	if (!err && options_value(opt, "normalize")) {
		err = options_number(opt, "normalize", LUFS_MIN, LUFS_MAX,
				     &lufs, why, size);
		if (!err)
			err = normalize(src, lufs, why, size);
	}
	if (!err)
		err = prompt_report_make(&src->report, src->data, src->len,
					 why, size);
	if (err) {
		free(src->data);
		src->data = NULL;
	}

	return err;
}


/* What has been stored, once it is */
static void source_tell(const struct source *src)
{
	char line[REPORT_LINE];

	if (src->normalized)
		fprintf(stderr, "normalised from %.1f LUFS by %+.1f dB%s\n",
			src->was.lufs, src->was.gain_db, src->was.limited ?
			", less than wanted: it would clip" : "");

	prompt_report_line(line, &src->report);
	fprintf(stderr, "%s\n", line);
}


/* @return STATUS_OK or STATUS_USAGE, which is said */
static int usage_check(const struct options *opt)
{
	const bool text = options_value(opt, "text");
	const char *name = command_name(opt->command);
	char why[WHY_SIZE];
	long n = 0;

	if (text == (opt->wordc > 1)) {
		cmd_fail("%s needs %s; see %s --help", name, text ?
			 "either a FILE or --text, not both" :
			 command_of(opt->command)->args, name);
		return STATUS_USAGE;
	}
	if (!text && (options_value(opt, "voice") ||
		      options_value(opt, "speed"))) {
		cmd_fail("--voice and --speed go with --text; see %s --help",
			 name);
		return STATUS_USAGE;
	}
	if (options_number(opt, "normalize", LUFS_MIN, LUFS_MAX, &n, why,
			   sizeof(why)) ||
	    options_number(opt, "speed", 80, 450, &n, why, sizeof(why))) {
		cmd_fail("%s", why);
		return STATUS_USAGE;
	}

	return STATUS_OK;
}


int cmd_prompt_add(const struct options *opt)
{
	struct source src;
	struct tool tl;
	int32_t id = 0;
	int err;

	if (usage_check(opt))
		return STATUS_USAGE;

	err = source_read(&src, opt, tl.why, sizeof(tl.why));
	if (err)
		return cmd_fail("%s", tl.why);

	err = tool_open(&tl, opt);
	if (!err)
		err = db_prompt_add(tl.db, opt->wordv[0],
				    options_value(opt, "description"),
				    src.data, src.len, &id, tl.why,
				    sizeof(tl.why));
	if (!err) {
		printf("%" PRId32 "\n", id);
		source_tell(&src);
	}
	free(src.data);

	return tool_done(&tl, err);
}


int cmd_prompt_replace(const struct options *opt)
{
	char id[FIND_ID_SIZE];
	struct source src;
	struct tool tl;
	int err;

	if (usage_check(opt))
		return STATUS_USAGE;

	err = source_read(&src, opt, tl.why, sizeof(tl.why));
	if (err)
		return cmd_fail("%s", tl.why);

	err = tool_open(&tl, opt);
	if (!err)
		err = find_prompt(&tl, opt->wordv[0], id);
	if (!err)
		err = db_prompt_replace(tl.db, id, src.data, src.len, tl.why,
					sizeof(tl.why));
	if (!err) {
		puts(id);
		source_tell(&src);
	}
	free(src.data);

	return tool_done(&tl, err);
}
