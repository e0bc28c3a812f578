/**
 * @file golden.c  Whole screens, compared with files in tests/unit/golden
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/console_bed.h"
#include "tests/unit/golden.h"
#include "tui/style.h"


enum { SCREEN_SIZE = 200 * 60 * 12 };


static void dump_looks(FILE *f, const struct canvas *cv, bool colours)
{
	for (int row = 0; row < canvas_height(cv); row++) {
		char line[512];
		int end = 0;

		for (int col = 0; col < canvas_width(cv); col++) {
			const struct cell *c = canvas_cell(cv, row, col);

			assert_non_null(c);
			line[col] = style_letter(style_of(c->attr, colours));
			if (line[col] != '.')
				end = col + 1;
		}
		(void)fprintf(f, "%.*s\n", end, line);
	}
}


/* The canvas as the text of a golden file; the caller frees. */
static char *dump(const struct canvas *cv)
{
	char *text = NULL, line[4096];
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	for (int row = 0; row < canvas_height(cv); row++) {
		(void)canvas_text(cv, row, line, sizeof(line));
		(void)fprintf(f, "%s\n", line);
	}
	(void)fprintf(f, "-- colours\n");
	dump_looks(f, cv, true);
	(void)fprintf(f, "-- mono\n");
	dump_looks(f, cv, false);
	(void)fclose(f);

	return text;
}


static void compare(const char *name, const char *text)
{
	static char want[SCREEN_SIZE];
	char path[160];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "tests/unit/golden/%s.txt", name);

	if (getenv("GOLDEN_UPDATE")) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_true(fputs(text, f) >= 0);
		assert_int_equal(0, fclose(f));
		return;
	}

	f = fopen(path, "r");
	if (!f)
		print_message("# %s is missing\n", path);
	assert_non_null(f);
	n = fread(want, 1, sizeof(want) - 1, f);
	want[n] = '\0';
	(void)fclose(f);

	if (strcmp(want, text))
		print_message("# %s differs; it is now:\n%s", path, text);
	assert_string_equal(want, text);
}


static char *shoot(struct model *m, int width, int height, bool utf8)
{
	struct view v = { .m = m, .now_ms = BED_NOW, .wall_ms = BED_WALL };
	struct canvas *cv = NULL;
	char *text;

	model_resize(m, width, height);
	assert_int_equal(0, canvas_alloc(&cv, width, height, utf8));
	v.cv = cv;
	view_draw(&v);
	text = dump(cv);
	canvas_free(cv);

	return text;
}


void golden(struct model *m, const char *name, int width, int height,
	    bool utf8)
{
	char full[96], *text = shoot(m, width, height, utf8);

	(void)snprintf(full, sizeof(full), "%s-%dx%d-%s", name, width,
		       height, utf8 ? "utf8" : "ascii");
	compare(full, text);
	free(text);
}


void golden_all(struct model *m, const char *name)
{
	static const int sizes[][2] = { { 60, 16 }, { 80, 24 }, { 200, 60 } };

	for (size_t i = 0; i < 3; i++) {
		golden(m, name, sizes[i][0], sizes[i][1], false);
		golden(m, name, sizes[i][0], sizes[i][1], true);
	}
}


void golden_none(struct model *m, int width, int height)
{
	free(shoot(m, width, height, true));
}
