/**
 * @file cmd_prompt_show.c  ringround prompt list, show, play-test
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/telephone.h"
#include "tui/cmd.h"
#include "tui/prompt_report.h"
#include "tui/prompt_stored.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

enum { TEXT_SIZE = 256 };

static const struct sheet_column listv[] = {
	{ "i_ivr_prompt", SHEET_NUMBER },
	{ "name",         SHEET_TEXT   },
	{ "description",  SHEET_TEXT   },
	{ "bytes",        SHEET_NUMBER },
	{ "digest",       SHEET_TEXT   },
	{ "campaigns",    SHEET_NUMBER },
	{ "trouble",      SHEET_TEXT   },
};

static const struct sheet_column showv[] = {
	{ "i_ivr_prompt",       SHEET_NUMBER },
	{ "name",               SHEET_TEXT   },
	{ "description",        SHEET_TEXT   },
	{ "format",             SHEET_TEXT   },
	{ "rate",               SHEET_NUMBER },
	{ "channels",           SHEET_NUMBER },
	{ "bytes",              SHEET_NUMBER },
	{ "digest",             SHEET_TEXT   },
	{ "length_sec",         SHEET_NUMBER },
	{ "rms_dbfs",           SHEET_NUMBER },
	{ "peak_dbfs",          SHEET_NUMBER },
	{ "clipped",            SHEET_NUMBER },
	{ "loudness_lufs",      SHEET_NUMBER },
	{ "silence_front_sec",  SHEET_NUMBER },
	{ "silence_behind_sec", SHEET_NUMBER },
	{ "silence_sec",        SHEET_NUMBER },
	{ "campaigns",          SHEET_NUMBER },
	{ "trouble",            SHEET_TEXT   },
};

int cmd_prompt_list(const struct options *opt)
{
	struct tool tl;
	int err;

	err = tool_open(&tl, opt);
	if (!err)
		err = tool_list(&tl, opt, listv, COUNT(listv),
				"there is no prompt", sql_prompt_list, 0,
				NULL);

	return tool_done(&tl, err);
}


static int stored_print(const struct prompt_stored *sd,
			const struct options *opt,
			const struct prompt_report *rp)
{
	char rate[FIND_ID_SIZE], ch[FIND_ID_SIZE], clip[REPORT_CELL];
	char sec[4][REPORT_CELL], db[3][REPORT_CELL];
	const char *const cellv[COUNT(showv)] = {
		sd->id, sd->name, sd->description, rp->loudness.format, rate,
		ch, sd->bytes, sd->digest,
		prompt_report_sec(sec[0], rp->level.length_ms),
		prompt_report_db(db[0], rp->level.rms_db),
		prompt_report_db(db[1], rp->level.peak_db), clip,
		prompt_report_db(db[2], rp->loudness.lufs),
		prompt_report_sec(sec[1], rp->level.lead_ms),
		prompt_report_sec(sec[2], rp->level.trail_ms),
		prompt_report_sec(sec[3], rp->level.silent_ms),
		sd->campaigns, sd->trouble,
	};
	struct sheet *sh;
	int err;

	snprintf(rate, sizeof(rate), "%d", rp->loudness.rate);
	snprintf(ch, sizeof(ch), "%d", rp->loudness.channels);
	snprintf(clip, sizeof(clip), "%zu", rp->level.clipped);

	err = sheet_begin(&sh, opt, showv, COUNT(showv), true, NULL);
	if (err)
		return err;

	sheet_row(cellv, COUNT(showv), sh);

	return sheet_end(sh);
}


int cmd_prompt_show(const struct options *opt)
{
	struct prompt_report rp;
	struct prompt_stored sd;
	struct tool tl;
	int err;

	memset(&sd, 0, sizeof(sd));
	err = tool_open(&tl, opt);
	if (!err)
		err = prompt_stored_read(&sd, &tl, opt->wordv[0]);
	if (!err)
		err = prompt_report_make(&rp, sd.data, sd.len, tl.why,
					 sizeof(tl.why));
	if (!err)
		err = stored_print(&sd, opt, &rp);
	prompt_stored_free(&sd);

	return tool_done(&tl, err);
}


static int file_write(const char *path, const uint8_t *data, size_t len,
		      char *why, size_t size)
{
	const bool out = !path || !strcmp(path, "-");
	FILE *f = out ? stdout : fopen(path, "we");
	int err = 0;

	if (!f || fwrite(data, 1, len, f) != len || fflush(f))
		err = errno ? errno : EIO;
	if (f && !out && fclose(f) && !err)
		err = errno;
	if (err)
		snprintf(why, size, "%s cannot be written: %s",
			 out ? "the output" : path, strerror(err));

	/* ENOENT is for what the database does not have. */
	return err ? EIO : 0;
}


static int heard_write(const struct prompt_stored *sd,
		       const struct options *opt, char *why, size_t size)
{
	const char *path = opt->wordc > 1 ? opt->wordv[1] : NULL;
	struct prompt_report rp;
	char line[REPORT_LINE], words[TEXT_SIZE];
	struct pcm *pcm;
	uint8_t *wav = NULL;
	size_t len = 0;
	int err;

	err = pcm_decode(&pcm, sd->data, sd->len, words, sizeof(words));
	if (!err) {
		err = telephone_wav(&wav, &len, pcm,
				    options_value(opt, "alaw"));
		snprintf(words, sizeof(words), "%s", strerror(err));
		pcm_unref(pcm);
	}
	if (err) {
		snprintf(why, size, "the prompt cannot be played: %s",
			 words);
		return err;
	}

	err = prompt_report_make(&rp, wav, len, why, size);
	if (!err)
		err = file_write(path, wav, len, why, size);
	if (!err) {
		prompt_report_line(line, &rp);
		fprintf(stderr, "%s\n", line);
	}
	free(wav);

	return err;
}


int cmd_prompt_play_test(const struct options *opt)
{
	const bool out = opt->wordc < 2 || !strcmp(opt->wordv[1], "-");
	struct prompt_stored sd;
	struct tool tl;
	int err;

	if (out && isatty(STDOUT_FILENO) == 1) {
		cmd_fail("a sound does not belong on a terminal; give a FILE "
			 "to write to, or pipe it into a player");
		return STATUS_USAGE;
	}

	memset(&sd, 0, sizeof(sd));
	err = tool_open(&tl, opt);
	if (!err)
		err = prompt_stored_read(&sd, &tl, opt->wordv[0]);
	if (!err)
		err = heard_write(&sd, opt, tl.why, sizeof(tl.why));
	prompt_stored_free(&sd);

	return tool_done(&tl, err);
}
