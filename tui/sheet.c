/**
 * @file sheet.c  The results of commands: a table, CSV, or JSON
 */
#include "tui/sheet.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "core/text.h"
#include "tui/options.h"

enum {
	AHEAD     = 1000,       /* rows of a table that set its widths   */
	TIME_SIZE = 64,
};

enum shape {
	TABLE, CSV, JSON,
};

struct row {
	char *cellv[SHEET_COLUMNS];     /* owned                         */
};

struct sheet {
	FILE *f;
	enum shape form;
	const struct sheet_column *colv;
	size_t colc;
	bool single;
	const char *none;
	size_t rows;
	int err;
	struct row *rowv;       /* of a table, not printed yet           */
	size_t rowc;
	int widthv[SHEET_COLUMNS];
	bool headed;
};


static void instant(char *buf, size_t size, const char *cell, bool local)
{
	const int64_t at = strtoll(cell, NULL, 10);
	time_t t = (time_t)(at / 1000);
	struct tm tm;

	if (at == INT64_MAX)
		snprintf(buf, size, "%s", local ? "never" : "infinity");
	else if (local && localtime_r(&t, &tm))
		(void)strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm);
	else if (!local && gmtime_r(&t, &tm))
		(void)strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
	else
		buf[0] = '\0';
}


/* A cell of a table, to be freed; NULL: out of memory */
static char *shown(const struct sheet *sh, size_t col, const char *cell)
{
	char buf[TIME_SIZE];
	char *text;
	size_t len;

	if (!cell)
		cell = sh->single ? "" : "-";
	else if (sh->colv[col].kind == SHEET_BOOL)
		cell = cell[0] == 't' ? "yes" : "no";
	else if (sh->colv[col].kind == SHEET_TIME) {
		instant(buf, sizeof(buf), cell, true);
		cell = buf;
	}

	len = strlen(cell) + 1;
	text = malloc(len);
	if (text)
		(void)text_clean(text, len, cell);

	return text;
}


static void title_print(const struct sheet *sh, size_t col)
{
	for (const char *p = sh->colv[col].name; *p; p++)
		fputc(toupper((unsigned char)*p), sh->f);
}


/* Nothing stands behind the last column. */
static void table_head(struct sheet *sh)
{
	for (size_t c = 0; c < sh->colc; c++) {
		const int pad = sh->widthv[c] - text_count(sh->colv[c].name);
		const bool right = sh->colv[c].kind == SHEET_NUMBER;

		if (c)
			fputs("  ", sh->f);
		if (right)
			fprintf(sh->f, "%*s", pad, "");
		title_print(sh, c);
		if (!right && c + 1 < sh->colc)
			fprintf(sh->f, "%*s", pad, "");
	}
	fputc('\n', sh->f);
}


static void table_line(struct sheet *sh, const struct row *row)
{
	int pending = 0;

	for (size_t c = 0; c < sh->colc; c++) {
		const int pad = sh->widthv[c] - text_count(row->cellv[c]);
		const bool right = sh->colv[c].kind == SHEET_NUMBER;

		if (c)
			pending += 2;
		if (right && pad > 0)
			pending += pad;
		if (row->cellv[c][0]) {
			fprintf(sh->f, "%*s%s", pending, "", row->cellv[c]);
			pending = 0;
		}
		if (!right && pad > 0)
			pending += pad;
	}
	fputc('\n', sh->f);
}


/* A single thing: its names, and what each is */
static void table_single(struct sheet *sh, const struct row *row)
{
	int wide = 0, w;

	for (size_t c = 0; c < sh->colc; c++) {
		w = text_count(sh->colv[c].name);
		wide = w > wide ? w : wide;
	}

	for (size_t c = 0; c < sh->colc; c++) {
		const char *cell = row->cellv[c];

		fprintf(sh->f, "%s", sh->colv[c].name);
		if (cell[0])
			fprintf(sh->f, "%*s%s", wide + 2 -
				text_count(sh->colv[c].name), "", cell);
		fputc('\n', sh->f);
	}
}


static void row_clear(struct row *row, size_t colc)
{
	for (size_t c = 0; c < colc; c++)
		free(row->cellv[c]);
	memset(row, 0, sizeof(*row));
}


/* What has been kept; from the second time on the widths are what they are */
static void table_print(struct sheet *sh)
{
	if (!sh->single && !sh->headed && sh->rowc)
		table_head(sh);
	sh->headed = true;

	for (size_t i = 0; i < sh->rowc; i++) {
		if (sh->single)
			table_single(sh, &sh->rowv[i]);
		else
			table_line(sh, &sh->rowv[i]);
		row_clear(&sh->rowv[i], sh->colc);
	}
	sh->rowc = 0;
}


static int table_keep(struct sheet *sh, const char *const *cellv)
{
	struct row *row;

	if (!sh->rowv) {
		sh->rowv = calloc(AHEAD, sizeof(*sh->rowv));
		if (!sh->rowv)
			return ENOMEM;
	}

	row = &sh->rowv[sh->rowc++];
	for (size_t c = 0; c < sh->colc; c++) {
		int w;

		row->cellv[c] = shown(sh, c, cellv[c]);
		if (!row->cellv[c]) {
			--sh->rowc;
			row_clear(row, c);
			return ENOMEM;
		}

		w = text_count(row->cellv[c]);
		if (!sh->headed && w > sh->widthv[c])
			sh->widthv[c] = w;
	}

	if (sh->rowc == AHEAD)
		table_print(sh);

	return 0;
}


/* RFC 4180 section 2 */
static void csv_text(FILE *f, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, f);
		return;
	}

	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', f);
		fputc(*text, f);
	}
	fputc('"', f);
}


static void csv_cell(const struct sheet *sh, size_t col, const char *cell)
{
	char buf[TIME_SIZE];

	if (!cell)
		return;
	if (sh->colv[col].kind == SHEET_BOOL)
		cell = cell[0] == 't' ? "true" : "false";
	else if (sh->colv[col].kind == SHEET_TIME) {
		instant(buf, sizeof(buf), cell, false);
		cell = buf;
	}

	csv_text(sh->f, cell);
}


static void csv_line(const struct sheet *sh, const char *const *cellv)
{
	for (size_t c = 0; c < sh->colc; c++) {
		if (c)
			fputc(',', sh->f);
		if (cellv)
			csv_cell(sh, c, cellv[c]);
		else
			fputs(sh->colv[c].name, sh->f);
	}
	fputc('\n', sh->f);
}


void sheet_json_text(FILE *f, const char *text)
{
	fputc('"', f);
	while (*text) {
		const unsigned char c = (unsigned char)*text;
		int fit;
		const size_t len = text_next(text, &fit);

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(f, "\\u%04x", c);
		else if (fit || len > 1)
			fprintf(f, "%.*s", (int)len, text);
		else
			fputs("\\ufffd", f);

		text += len;
	}
	fputc('"', f);
}


static void json_cell(const struct sheet *sh, size_t col, const char *cell)
{
	char buf[TIME_SIZE];

	if (!cell) {
		fputs("null", sh->f);
		return;
	}

	switch (sh->colv[col].kind) {

	case SHEET_BOOL:
		fputs(cell[0] == 't' ? "true" : "false", sh->f);
		return;

	case SHEET_NUMBER:
		if (isdigit((unsigned char)cell[cell[0] == '-'])) {
			fputs(cell, sh->f);
			return;
		}
		break;

	case SHEET_TIME:
		instant(buf, sizeof(buf), cell, false);
		cell = buf;
		break;

	case SHEET_TEXT:
		break;
	}

	sheet_json_text(sh->f, cell);
}


static void json_object(const struct sheet *sh, const char *const *cellv)
{
	const char *indent = sh->single ? "" : "  ";

	if (!sh->single)
		fputs(sh->rows ? ",\n  " : "[\n  ", sh->f);

	for (size_t c = 0; c < sh->colc; c++) {
		fprintf(sh->f, "%s%s  \"%s\": ", c ? ",\n" : "{\n", indent,
			sh->colv[c].name);
		json_cell(sh, c, cellv[c]);
	}
	fprintf(sh->f, "\n%s}", indent);
}


int sheet_begin_file(struct sheet **shp, FILE *f, const struct options *opt,
		     const struct sheet_column *colv, size_t colc,
		     bool single, const char *none)
{
	struct sheet *sh = calloc(1, sizeof(*sh));

	if (!sh)
		return ENOMEM;

	sh->f = f;
	sh->form = opt->json ? JSON : opt->csv ? CSV : TABLE;
	sh->colv = colv;
	sh->colc = colc < SHEET_COLUMNS ? colc : SHEET_COLUMNS;
	sh->single = single;
	sh->none = none;
	for (size_t c = 0; c < sh->colc; c++)
		sh->widthv[c] = text_count(colv[c].name);

	if (sh->form == CSV)
		csv_line(sh, NULL);

	*shp = sh;

	return 0;
}


int sheet_begin(struct sheet **shp, const struct options *opt,
		const struct sheet_column *colv, size_t colc, bool single,
		const char *none)
{
	return sheet_begin_file(shp, stdout, opt, colv, colc, single, none);
}


void sheet_row(const char *const *cellv, size_t cellc, void *arg)
{
	struct sheet *sh = arg;
	int err = 0;

	if (cellc < sh->colc) {
		sh->err = EINVAL;
		return;
	}

	switch (sh->form) {

	case TABLE:
		err = table_keep(sh, cellv);
		break;

	case CSV:
		csv_line(sh, cellv);
		break;

	case JSON:
		json_object(sh, cellv);
		break;
	}

	if (err)
		sh->err = err;
	++sh->rows;
}


size_t sheet_rows(const struct sheet *sh)
{
	return sh->rows;
}


int sheet_end(struct sheet *sh)
{
	int err;

	if (!sh)
		return 0;

	if (sh->form == JSON && !sh->single)
		fputs(sh->rows ? "\n]\n" : "[]\n", sh->f);
	else if (sh->form == JSON)
		fputs("\n", sh->f);
	else if (sh->form == TABLE && sh->rows)
		table_print(sh);
	else if (sh->form == TABLE && sh->none)
		fprintf(sh->f, "%s\n", sh->none);

	err = sh->err;
	sheet_drop(sh);

	return err;
}


void sheet_drop(struct sheet *sh)
{
	if (!sh)
		return;

	for (size_t i = 0; i < sh->rowc; i++)
		row_clear(&sh->rowv[i], sh->colc);
	free(sh->rowv);
	free(sh);
}
