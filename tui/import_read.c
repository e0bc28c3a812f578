/**
 * @file import_read.c  A file of numbers, on its way into the database
 */
#include "tui/import_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "tui/csv_file.h"

enum {
	BATCH    = 64 * 1024,   /* bytes sent at a time                  */
	RAW_MAX  = 200,         /* bytes kept of what is no number       */
	LINE_MAX_SENT = 32 + NUMBER_MAX + 2 * RAW_MAX + 200,
};

/** A file on its way */
struct import {
	struct tool *tl;
	const struct import_prm *prm;
	struct progress *pr;
	struct import_counts counts;
	bool begun;             /* the first record has been seen        */
	size_t column;
	size_t len;
	char batch[BATCH];
};


static int refuse(char *why, size_t size, const char *name,
		  const char *value, const char *words)
{
	snprintf(why, size, "--%s: '%.40s' %s", name, value, words);

	return EINVAL;
}


static int delimiter_read(char *delimiter, const char *text,
			  char *why, size_t size)
{
	if (!strcasecmp(text, "tab") || !strcmp(text, "\\t"))
		*delimiter = '\t';
	else if (text[0] > ' ' && text[0] < 0x7f && text[0] != '"' &&
		 !text[1])
		*delimiter = text[0];
	else
		return refuse(why, size, "delimiter", text, "is no single "
			      "character, nor tab");

	return 0;
}


static int encoding_read(bool *latin1, const char *text,
			 char *why, size_t size)
{
	*latin1 = !strcasecmp(text, "latin1") ||
		!strcasecmp(text, "latin-1") ||
		!strcasecmp(text, "iso-8859-1");
	if (*latin1 || !strcasecmp(text, "utf-8") ||
	    !strcasecmp(text, "utf8"))
		return 0;

	return refuse(why, size, "encoding", text, "is neither utf-8 nor "
		      "latin1");
}


int import_options(struct import_prm *prm, const struct options *opt,
		   char *why, size_t size)
{
	const char *country = options_value(opt, "country");
	const char *delimiter = options_value(opt, "delimiter");
	const char *encoding = options_value(opt, "encoding");
	const bool yes = options_value(opt, "header");
	const bool no = options_value(opt, "no-header");
	int err = 0;

	memset(prm, 0, sizeof(*prm));
	prm->path = opt->wordv[opt->wordc - 1];
	prm->column = options_value(opt, "column");
	prm->header = yes ? HEADER_YES : no ? HEADER_NO : HEADER_DETECT;

	if (yes && no) {
		snprintf(why, size, "--header and --no-header do not go "
			 "together");
		return EINVAL;
	}
	if (country) {
		prm->home = dial_plan(country);
		if (!prm->home)
			return refuse(why, size, "country", country, "is no "
				      "country; give its two letters, like "
				      "GB");
	}
	if (delimiter)
		err = delimiter_read(&prm->delimiter, delimiter, why, size);
	if (!err && encoding)
		err = encoding_read(&prm->latin1, encoding, why, size);

	return err;
}


static int batch_send(struct import *im)
{
	const size_t len = im->len;

	im->len = 0;

	return len ? db_copy_put(im->tl->db, im->batch, len, im->tl->why,
				 sizeof(im->tl->why)) : 0;
}


/* A value of COPY's text format; NULL is NULL */
static void value_put(struct import *im, const char *value, char end)
{
	char *p = im->batch + im->len;

	if (!value) {
		*p++ = '\\';
		*p++ = 'N';
	}
	for (; value && *value; value++) {
		const char *special = strchr("\\\t\n\r", *value);

		if (special) {
			*p++ = '\\';
			*p++ = "\\tnr"[special - "\\\t\n\r"];
		}
		else {
			*p++ = *value;
		}
	}

	*p++ = end;
	im->len = (size_t)(p - im->batch);
}


static int line_put(struct import *im, uint64_t line, const char *number,
		    const char *raw, const char *reason)
{
	char text[24], cut[RAW_MAX];

	if (raw)
		(void)text_clean(cut, sizeof(cut), raw);

	snprintf(text, sizeof(text), "%" PRIu64, line);
	value_put(im, text, '\t');
	value_put(im, number, '\t');
	value_put(im, raw ? cut : NULL, '\t');
	value_put(im, reason, '\n');

	return im->len + LINE_MAX_SENT > BATCH ? batch_send(im) : 0;
}


static int first(struct import *im, const char *const *fieldv, size_t fieldc,
		 bool *header)
{
	im->begun = true;

	return import_column(im->prm->column, im->prm->header, fieldv,
			     fieldc, header, &im->column, im->tl->why,
			     sizeof(im->tl->why));
}


static int record(uint64_t line, uint64_t bytes, const char *const *fieldv,
		  size_t fieldc, void *arg)
{
	struct import *im = arg;
	char number[NUMBER_MAX + 1];
	const char *raw, *reason;
	bool header = false;
	int err;

	if (!im->begun) {
		err = first(im, fieldv, fieldc, &header);
		if (err || header)
			return err;
	}

	raw = im->column < fieldc ? fieldv[im->column] : NULL;
	reason = !raw ? "has too few columns" : !*raw ? "is empty" :
		dial_number(number, im->prm->home, raw);

	++im->counts.read;
	im->counts.invalid += reason != NULL;
	progress_step(im->pr, bytes);

	return line_put(im, line, reason ? NULL : number,
			raw && (reason || strcmp(raw, number)) ? raw : NULL,
			reason);
}


static int file_open(struct tool *tl, const struct import_prm *prm, int *fd)
{
	int err;

	if (!strcmp(prm->path, "-")) {
		*fd = STDIN_FILENO;
		return 0;
	}

	*fd = open(prm->path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;

	err = errno;
	snprintf(tl->why, sizeof(tl->why), "cannot open %.200s: %s",
		 prm->path, strerror(err));

	return err;
}


static int send_file(struct import *im, const struct csv_prm *csv)
{
	struct tool *tl = im->tl;
	int err;

	err = db_copy_begin(tl->db, sql_import_copy, tl->why,
			    sizeof(tl->why));
	if (!err)
		err = csv_file_read(csv, record, im, tl->why,
				    sizeof(tl->why));
	if (!err && !im->begun && im->prm->column) {
		snprintf(tl->why, sizeof(tl->why), "there is no column "
			 "'%.60s': the file is empty", im->prm->column);
		err = EINVAL;
	}
	if (!err)
		err = batch_send(im);
	if (!err)
		err = db_copy_end(tl->db, tl->why, sizeof(tl->why));

	return err;
}


int import_read(struct tool *tl, const struct import_prm *prm,
		struct progress *pr, struct import_counts *counts)
{
	struct csv_prm csv = {
		.name = strcmp(prm->path, "-") ? prm->path : "stdin",
		.latin1 = prm->latin1,
		.delimiter = prm->delimiter,
	};
	struct import *im;
	struct stat st;
	int err;

	err = file_open(tl, prm, &csv.fd);
	if (err)
		return err;

	im = calloc(1, sizeof(*im));
	if (im) {
		im->tl = tl;
		im->prm = prm;
		im->pr = pr;
		progress_begin(pr, "reading", !fstat(csv.fd, &st) &&
			       S_ISREG(st.st_mode) ? (uint64_t)st.st_size :
			       0);
		err = send_file(im, &csv);
		*counts = im->counts;
	}
	else {
		err = ENOMEM;
	}

	free(im);
	if (csv.fd != STDIN_FILENO)
		close(csv.fd);

	return err;
}
