/**
 * @file csv_file.c  Records of a file of separated values
 */
#include "tui/csv_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <csv.h>
#include "core/text.h"

enum {
	SAMPLE_RECORDS = 20,    /* that tell the delimiter               */
	RECORD_MAX     = 4 * CSV_LINE,
};

/** A file being read */
struct csv_file {
	struct csv_prm prm;
	csv_record_h *recordh;
	void *arg;
	struct csv_parser parser;
	char *data;             /* CSV_LINE bytes                        */
	size_t len;
	bool eof;
	uint64_t bytes;         /* read so far                           */
	uint64_t line;          /* that is being parsed                  */
	uint64_t begin;         /* where the record began                */
	bool between;           /* records                               */
	char *text;             /* the fields so far, NUL after each     */
	size_t textlen;
	size_t textsize;
	size_t offv[CSV_FIELDS];
	size_t fieldc;
	int err;
	char *why;
	size_t whysize;
};


static int refuse(struct csv_file *cf, int err, const char *words)
{
	snprintf(cf->why, cf->whysize, "%.200s, line %llu: %s", cf->prm.name,
		 (unsigned long long)cf->line, words);

	return cf->err = err;
}


/* Room for a field of so many bytes, twice when Latin-1 becomes UTF-8 */
static int room(struct csv_file *cf, size_t len)
{
	const size_t need = cf->textlen + 2 * len + 1;
	char *text;

	if (need <= cf->textsize)
		return 0;

	if (need > 2 * RECORD_MAX)
		return refuse(cf, EMSGSIZE, "the record is too long; is a "
			      "quote not closed?");

	text = realloc(cf->text, 2 * need);
	if (!text)
		return refuse(cf, ENOMEM, "out of memory");
	cf->text = text;
	cf->textsize = 2 * need;

	return 0;
}


static void field(void *data, size_t len, void *arg)
{
	struct csv_file *cf = arg;
	const unsigned char *p = data;

	if (cf->err || room(cf, len))
		return;

	if (cf->fieldc == CSV_FIELDS) {
		refuse(cf, EMSGSIZE, "more than 1024 columns");
		return;
	}

	cf->offv[cf->fieldc++] = cf->textlen;

	for (size_t i = 0; i < len; i++) {
		if (cf->prm.latin1 && p[i] >= 0x80) {
			cf->text[cf->textlen++] = (char)(0xc0 | p[i] >> 6);
			cf->text[cf->textlen++] = (char)(0x80 | (p[i] & 0x3f));
		}
		else {
			cf->text[cf->textlen++] = (char)p[i];
		}
	}
	cf->text[cf->textlen++] = '\0';
}


static void record(int end, void *arg)
{
	struct csv_file *cf = arg;
	const char *fieldv[CSV_FIELDS];

	(void)end;
	for (size_t i = 0; i < cf->fieldc; i++)
		fieldv[i] = cf->text + cf->offv[i];

	if (!cf->err && cf->fieldc)
		cf->err = cf->recordh(cf->begin, cf->bytes, fieldv,
				      cf->fieldc, cf->arg);

	cf->fieldc = 0;
	cf->textlen = 0;
	cf->between = true;
}


static const char *line_refuse(const struct csv_file *cf, char *line,
			       size_t len)
{
	const char *p = line, *const end = line + len;
	const char last = line[len];
	unsigned high = 0;
	size_t n;
	int fit;

	if (memchr(line, '\0', len))
		return "a NUL byte: this is no text file";
	for (size_t i = 0; i < len; i++)
		high |= (unsigned char)line[i];
	if (cf->prm.latin1 || high < 0x80)
		return NULL;

	/* It ends somewhere: no character may go beyond. */
	line[len] = '\0';
	for (; p < end; p += n) {
		n = text_next(p, &fit);
		if (n == 1 && (unsigned char)*p >= 0x80)
			break;
	}
	line[len] = last;

	return p < end ? "not UTF-8; if it is Latin-1 (ISO 8859-1, Windows), "
		"say --encoding latin1" : NULL;
}


static int line_parse(struct csv_file *cf, char *line, size_t len)
{
	const char *words = line_refuse(cf, line, len);

	++cf->line;
	if (words)
		return refuse(cf, EILSEQ, words);

	if (cf->between)
		cf->begin = cf->line;
	cf->between = false;

	if (csv_parse(&cf->parser, line, len, field, record, cf) != len)
		return refuse(cf, ENOMEM, "out of memory");
	if (!cf->err && csv_get_buffer_size(&cf->parser) > RECORD_MAX) {
		cf->line = cf->begin;
		return refuse(cf, EMSGSIZE, "a field of more than a megabyte; "
			      "is its quote not closed?");
	}

	return cf->err;
}


/* The bytes of the first line with its end; 0: its end is not there yet */
static size_t line_length(const char *data, size_t len, bool eof)
{
	size_t n = 0;

	while (n < len && data[n] != '\n' && data[n] != '\r')
		++n;
	if (n == len)
		return eof ? len : 0;
	if (data[n] == '\n')
		return n + 1;
	if (n + 1 == len)
		return eof ? len : 0;

	return data[n + 1] == '\n' ? n + 2 : n + 1;
}


static int fill(struct csv_file *cf)
{
	while (!cf->eof && cf->len < CSV_LINE) {
		const ssize_t n = read(cf->prm.fd, cf->data + cf->len,
				       CSV_LINE - cf->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			const int err = errno;

			snprintf(cf->why, cf->whysize, "cannot read %.200s: "
				 "%s", cf->prm.name, strerror(err));
			return err;
		}

		cf->eof = !n;
		cf->len += (size_t)n;
		cf->bytes += (size_t)n;
	}

	return 0;
}


/* How many separators the record at a position has. Line ends within quotes
 * belong to it; it is left at its own, or at the end of what was read. */
static size_t record_separators(const struct csv_file *cf, size_t *pos,
				char separator)
{
	bool quoted = false, start = true;
	size_t n = 0;
	char last = 0;

	for (; *pos < cf->len; ++*pos) {
		const char ch = cf->data[*pos];

		if (!quoted && (ch == '\n' || ch == '\r'))
			break;
		if (ch == '"' && (quoted || start || last == '"'))
			quoted = !quoted;
		n += !quoted && ch == separator;
		start = ch == separator || (start && ch == ' ');
		last = ch;
	}

	return n;
}


/* The one that the poorest of the first records has most of: what stands in
 * names and numbers now and then is none. */
static char delimiter_guess(const struct csv_file *cf)
{
	static const char candidatev[] = { ',', ';', '\t' };
	size_t fewest[sizeof(candidatev)], best = 0;

	for (size_t i = 0; i < sizeof(candidatev); i++) {
		size_t pos = 0;

		fewest[i] = SIZE_MAX;
		for (int k = 0; k < SAMPLE_RECORDS && pos < cf->len; k++) {
			const size_t begin = pos;
			const size_t n = record_separators(cf, &pos,
							   candidatev[i]);

			if (pos > begin + 1 && n < fewest[i])
				fewest[i] = n;
			++pos;
		}
	}

	for (size_t i = 1; i < sizeof(candidatev); i++) {
		if (fewest[i] > fewest[best])
			best = i;
	}

	return candidatev[best];
}


static bool begins(const struct csv_file *cf, const char *bytes, size_t n)
{
	return cf->len >= n && !memcmp(cf->data, bytes, n);
}


/* What is known of the file from its beginning */
static int start(struct csv_file *cf)
{
	int err = fill(cf);

	if (err)
		return err;

	cf->line = 1;
	if (begins(cf, "PK\003\004", 4))
		return refuse(cf, EILSEQ, "a spreadsheet or an archive: save "
			      "it as CSV (UTF-8)");
	if (begins(cf, "\xff\xfe", 2) || begins(cf, "\xfe\xff", 2))
		return refuse(cf, EILSEQ, "UTF-16: save it as UTF-8");
	if (begins(cf, "\xef\xbb\xbf", 3)) {
		cf->len -= 3;
		memmove(cf->data, cf->data + 3, cf->len);
		cf->prm.latin1 = false;
	}
	cf->line = 0;

	csv_set_delim(&cf->parser, (unsigned char)(cf->prm.delimiter ?
		      cf->prm.delimiter : delimiter_guess(cf)));

	return 0;
}


static int lines_parse(struct csv_file *cf)
{
	size_t pos, len;
	int err = 0;

	while (!err && cf->len) {
		for (pos = 0; !err && pos < cf->len; pos += len) {
			len = line_length(cf->data + pos, cf->len - pos,
					  cf->eof);
			if (!len)
				break;
			err = line_parse(cf, cf->data + pos, len);
		}
		if (!err && !pos) {
			++cf->line;
			return refuse(cf, EMSGSIZE, "longer than 256 kB: "
				      "this is no CSV file");
		}
		if (!err) {
			cf->len -= pos;
			memmove(cf->data, cf->data + pos, cf->len);
			err = fill(cf);
		}
	}

	return err;
}


/* Quotes within a field are let pass, a quote that is still open is not: it
 * has swallowed lines. */
static int finish(struct csv_file *cf)
{
	(void)csv_set_opts(&cf->parser, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(&cf->parser, field, record, cf)) {
		cf->line = cf->begin;
		return refuse(cf, EPROTO, "a quote that begins in this "
			      "record is never closed");
	}

	return cf->err;
}


int csv_file_read(const struct csv_prm *prm, csv_record_h *recordh,
		  void *arg, char *why, size_t size)
{
	struct csv_file *cf = calloc(1, sizeof(*cf));
	int err = ENOMEM;

	snprintf(why, size, "out of memory");
	if (!cf)
		return ENOMEM;

	cf->prm = *prm;
	cf->recordh = recordh;
	cf->arg = arg;
	cf->between = true;
	cf->why = why;
	cf->whysize = size;
	cf->data = malloc(CSV_LINE + 1);
	if (!cf->data || csv_init(&cf->parser, CSV_REPALL_NL))
		goto out;

	err = start(cf);
	if (!err)
		err = lines_parse(cf);
	if (!err)
		err = finish(cf);

	csv_free(&cf->parser);
 out:
	free(cf->text);
	free(cf->data);
	free(cf);

	return err;
}
