/**
 * @file canvas.c  A grid of character cells that views draw to
 */
#include "tui/canvas.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>


struct canvas {
	int width;
	int height;
	bool utf8;
	struct cell *cellv;     /**< row after row                       */
};

/** What one step through a text yields: a character or an escape */
struct glyph {
	uint32_t ch;            /**< 0: show the bytes as escapes        */
	int bytes;
	int cells;              /**< 0: combines with the one before     */
};

enum { ESCAPE_CELLS = 4, LINE_SIZE = 512 };


/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF */
static int utf8_decode(uint32_t *chp, const unsigned char *p)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int n = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3
		: p[0] < 0xf5 ? 4 : 0;
	uint32_t ch;

	if (!n)
		return 0;

	ch = p[0] & (0xffu >> (n + 1));
	for (int i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		ch = ch << 6 | (p[i] & 0x3fu);
	}

	if (ch < least[n] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
		return 0;

	*chp = ch;

	return n;
}


static size_t utf8_encode(char *buf, uint32_t ch)
{
	if (ch < 0x80) {
		buf[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		buf[0] = (char)(0xc0 | ch >> 6);
		buf[1] = (char)(0x80 | (ch & 0x3f));
		return 2;
	}
	if (ch < 0x10000) {
		buf[0] = (char)(0xe0 | ch >> 12);
		buf[1] = (char)(0x80 | (ch >> 6 & 0x3f));
		buf[2] = (char)(0x80 | (ch & 0x3f));
		return 3;
	}

	buf[0] = (char)(0xf0 | ch >> 18);
	buf[1] = (char)(0x80 | (ch >> 12 & 0x3f));
	buf[2] = (char)(0x80 | (ch >> 6 & 0x3f));
	buf[3] = (char)(0x80 | (ch & 0x3f));

	return 4;
}


/* Invisible, or able to turn the order of what follows around */
static bool is_tricky(uint32_t ch)
{
	return ch == 0xad || ch == 0x61c || ch == 0xfeff ||
		(ch >= 0x200b && ch <= 0x200f) ||
		(ch >= 0x2028 && ch <= 0x202e) ||
		(ch >= 0x2060 && ch <= 0x206f) ||
		(ch >= 0xfff9 && ch <= 0xfffb) ||
		(ch >= 0xe0000 && ch <= 0xe0fff);
}


static struct glyph glyph_next(const struct canvas *cv, const char *text,
			       bool first)
{
	const unsigned char *p = (const unsigned char *)text;
	struct glyph gl = { 0, 1, ESCAPE_CELLS };
	uint32_t ch = 0;
	int n, w;

	if (p[0] >= 0x20 && p[0] < 0x7f)
		return (struct glyph){ p[0], 1, 1 };

	n = utf8_decode(&ch, p);
	if (!n)
		return gl;

	gl.bytes = n;
	gl.cells = n * ESCAPE_CELLS;
	w = cv->utf8 && !is_tricky(ch) ? wcwidth((wchar_t)ch) : -1;
	if (w < 0 || (!w && first))
		return gl;

	return (struct glyph){ ch, n, w };
}


int canvas_char(const char *text, bool utf8)
{
	const struct canvas cv = { .utf8 = utf8 };
	const struct glyph gl = glyph_next(&cv, text, false);

	return gl.ch ? gl.bytes : -gl.bytes;
}


static struct cell *cell_at(const struct canvas *cv, int row, int col)
{
	if (row < 0 || row >= cv->height || col < 0 || col >= cv->width)
		return NULL;

	return &cv->cellv[(size_t)row * (size_t)cv->width + (size_t)col];
}


static void cell_set(struct cell *c, uint32_t ch, int width, unsigned attr)
{
	if (!c)
		return;

	*c = (struct cell){
		.ch = { ch },
		.width = (uint8_t)width,
		.attr = (uint8_t)attr,
	};
}


/* Half of a wide character cannot stay when the other half is overwritten */
static void cell_free(struct canvas *cv, int row, int col)
{
	struct cell *c = cell_at(cv, row, col);
	struct cell *left = cell_at(cv, row, col - 1);
	struct cell *right = cell_at(cv, row, col + 1);

	if (c && !c->width && left)
		cell_set(left, ' ', 1, left->attr);
	if (c && c->width == 2 && right)
		cell_set(right, ' ', 1, right->attr);
}


static void char_set(struct canvas *cv, int row, int col, uint32_t ch,
		     int cells, unsigned attr)
{
	for (int i = 0; i < cells; i++)
		cell_free(cv, row, col + i);

	cell_set(cell_at(cv, row, col), ch, cells, attr);
	if (cells == 2)
		cell_set(cell_at(cv, row, col + 1), 0, 0, attr);
}


static void glyph_put(struct canvas *cv, int row, int col,
		      const struct glyph *gl, const char *text, unsigned attr)
{
	char esc[ESCAPE_CELLS + 1];

	if (gl->ch && gl->cells) {
		char_set(cv, row, col, gl->ch, gl->cells, attr);
		return;
	}

	if (gl->ch) {
		struct cell *c = cell_at(cv, row, col - 1);

		if (c && !c->width)
			c = cell_at(cv, row, col - 2);
		for (int i = 1; c && i < CELL_CHARS; i++) {
			if (!c->ch[i]) {
				c->ch[i] = gl->ch;
				break;
			}
		}
		return;
	}

	for (int i = 0; i < gl->bytes; i++) {
		(void)snprintf(esc, sizeof(esc), "\\x%02X",
			       (unsigned)(unsigned char)text[i]);
		for (int k = 0; k < ESCAPE_CELLS; k++)
			char_set(cv, row, col + i * ESCAPE_CELLS + k,
				 (unsigned char)esc[k], 1, attr);
	}
}


/* Bytes of the text that fit into max cells, and the cells they take */
static size_t fit(const struct canvas *cv, const char *text, int max,
		  int *cells)
{
	size_t pos = 0;

	*cells = 0;
	while (text[pos]) {
		struct glyph gl = glyph_next(cv, &text[pos], !pos);

		if (*cells + gl.cells > max)
			break;
		*cells += gl.cells;
		pos += (size_t)gl.bytes;
	}

	return pos;
}


int canvas_alloc(struct canvas **cvp, int width, int height, bool utf8)
{
	struct canvas *cv;

	if (width < 1 || height < 1 || width > 10000 || height > 10000)
		return EINVAL;

	cv = calloc(1, sizeof(*cv));
	if (!cv)
		return ENOMEM;

	cv->width = width;
	cv->height = height;
	cv->utf8 = utf8;
	cv->cellv = calloc((size_t)width * (size_t)height,
			   sizeof(*cv->cellv));
	if (!cv->cellv) {
		free(cv);
		return ENOMEM;
	}

	canvas_clear(cv);
	*cvp = cv;

	return 0;
}


void canvas_free(struct canvas *cv)
{
	if (!cv)
		return;

	free(cv->cellv);
	free(cv);
}


void canvas_clear(struct canvas *cv)
{
	size_t n = (size_t)cv->width * (size_t)cv->height;

	for (size_t i = 0; i < n; i++)
		cell_set(&cv->cellv[i], ' ', 1, ATTR_NORMAL);
}


int canvas_width(const struct canvas *cv)
{
	return cv->width;
}


int canvas_height(const struct canvas *cv)
{
	return cv->height;
}


bool canvas_utf8(const struct canvas *cv)
{
	return cv->utf8;
}


const struct cell *canvas_cell(const struct canvas *cv, int row, int col)
{
	return cell_at(cv, row, col);
}


int canvas_put(struct canvas *cv, int row, int col, int max, unsigned attr,
	       const char *text)
{
	size_t end, pos = 0;
	int cells, at = col;

	if (max > cv->width - col)
		max = cv->width - col;
	if (row < 0 || row >= cv->height || col < 0 || max <= 0)
		return 0;

	end = fit(cv, text, max, &cells);
	if (text[end])
		end = fit(cv, text, max - 1, &cells);

	while (pos < end) {
		struct glyph gl = glyph_next(cv, &text[pos], !pos);

		glyph_put(cv, row, at, &gl, &text[pos], attr);
		pos += (size_t)gl.bytes;
		at += gl.cells;
	}

	if (text[end])
		char_set(cv, row, at++, cv->utf8 ? 0x2026 : '~', 1, attr);

	return at - col;
}


int canvas_printf(struct canvas *cv, int row, int col, int max,
		  unsigned attr, const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);

	return canvas_put(cv, row, col, max, attr, line);
}


int canvas_right(struct canvas *cv, int row, int col, int width,
		 unsigned attr, const char *text)
{
	int cells = canvas_measure(cv, text);
	int pad = cells < width ? width - cells : 0;

	return pad + canvas_put(cv, row, col + pad, width - pad, attr, text);
}


void canvas_bar(struct canvas *cv, int row, int col, int width,
		unsigned attr, uint64_t part, uint64_t whole)
{
	int inner = width - 2, full = 0;

	if (inner < 1 || !cell_at(cv, row, col) ||
	    !cell_at(cv, row, col + width - 1))
		return;

	if (whole)
		full = part >= whole ? inner :
			(int)((double)part / (double)whole * inner);

	char_set(cv, row, col, '[', 1, attr);
	for (int i = 0; i < inner; i++) {
		uint32_t on = cv->utf8 ? 0x2588 : '#';
		uint32_t off = cv->utf8 ? ' ' : '-';

		char_set(cv, row, col + 1 + i, i < full ? on : off, 1, attr);
	}
	char_set(cv, row, col + 1 + inner, ']', 1, attr);
}


void canvas_mark(struct canvas *cv, int row, unsigned flag)
{
	for (int col = 0; col < cv->width; col++) {
		struct cell *c = cell_at(cv, row, col);

		if (c)
			c->attr |= (uint8_t)flag;
	}
}


int canvas_measure(const struct canvas *cv, const char *text)
{
	int cells;

	(void)fit(cv, text, 1 << 20, &cells);

	return cells;
}


size_t canvas_text(const struct canvas *cv, int row, char *buf, size_t size)
{
	size_t len = 0, end = 0;

	for (int col = 0; col < cv->width; col++) {
		const struct cell *c = cell_at(cv, row, col);

		for (int i = 0; c && i < CELL_CHARS && c->ch[i]; i++) {
			if (len + 4 >= size)
				goto out;
			len += utf8_encode(&buf[len], c->ch[i]);
		}
		if (c && c->width && c->ch[0] != ' ')
			end = len;
	}

out:
	if (size)
		buf[end] = '\0';

	return end;
}
