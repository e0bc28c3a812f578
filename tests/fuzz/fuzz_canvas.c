/**
 * @file fuzz_canvas.c  Any text on any place of a canvas, and into a log
 *
 * Three bytes say where, the rest is the text.
 *
 * links: tui/canvas.o core/text.o
 */
#include "tests/fuzz/fuzz.h"
#include <locale.h>
#include "core/text.h"
#include "tui/canvas.h"

enum { WIDTH = 24, HEIGHT = 3 };


static void text_check(const char *text)
{
	size_t n;
	int fit;

	for (; *text; text += n) {
		n = text_next(text, &fit);
		EXPECT(fit);
	}
}


/* Halves of wide characters stand beside each other, or not at all. */
static void cells_check(const struct canvas *cv)
{
	for (int row = 0; row < HEIGHT; row++) {
		for (int col = 0; col < WIDTH; col++) {
			const struct cell *c = canvas_cell(cv, row, col);
			const struct cell *next =
				canvas_cell(cv, row, col + 1);

			EXPECT(c && c->width <= 2);
			EXPECT(!c->width || c->ch[0] >= ' ');
			EXPECT(c->width != 2 || (next && !next->width));
			EXPECT(c->width || (col && canvas_cell(cv, row,
						col - 1)->width == 2));
		}
	}
}


static void try_canvas(const uint8_t place[3], const char *text, bool utf8)
{
	const int row = place[0] % (HEIGHT + 2) - 1;
	const int col = place[1] % (WIDTH + 4) - 2;
	const int max = place[2] % (2 * WIDTH) - 2;
	struct canvas *cv;
	char line[4 * WIDTH * CELL_CHARS + 1], small[7];

	EXPECT(!canvas_alloc(&cv, WIDTH, HEIGHT, utf8));

	EXPECT(canvas_put(cv, row, col, max, ATTR_BOLD, text) <=
	       (max > 0 ? max : 0));
	cells_check(cv);
	(void)canvas_printf(cv, row, col / 2, WIDTH, ATTR_BAD, "%d %s %s",
			    max, text, text);
	cells_check(cv);
	(void)canvas_right(cv, 1, col, max, ATTR_DIM, text);
	cells_check(cv);
	canvas_bar(cv, row, col, max, ATTR_GOOD, place[0], place[1]);
	canvas_mark(cv, row, ATTR_REV);
	cells_check(cv);
	EXPECT(canvas_measure(cv, text) >= 0);

	for (int i = 0; i < HEIGHT; i++) {
		EXPECT(canvas_text(cv, i, line, sizeof(line)) < sizeof(line));
		text_check(line);
		EXPECT(canvas_text(cv, i, small, sizeof(small)) <
		       sizeof(small));
		text_check(small);
	}
	canvas_free(cv);
}


static void try_text(char *text)
{
	char clean[64], tiny[3];
	const size_t len = text_clean(clean, sizeof(clean), text);

	EXPECT(len == strlen(clean) && len < sizeof(clean));
	text_check(clean);
	EXPECT(text_clean(tiny, sizeof(tiny), text) < sizeof(tiny));
	text_check(tiny);

	text_mask(text);
	for (const char *p = text; *p; p++)
		EXPECT(strspn(p, "0123456789") <= 7);
}


int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	EXPECT(setlocale(LC_CTYPE, "C.UTF-8"));

	return 0;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t place[3];
	char *text;

	for (size_t i = 0; i < sizeof(place); i++)
		place[i] = fuzz_byte(&data, &size);

	text = fuzz_text(data, size);
	try_canvas(place, text, true);
	try_canvas(place, text, false);
	try_text(text);
	free(text);

	return 0;
}
