/**
 * @file view_dialog.c  A question, in a box over the screen
 */
#include "tui/view.h"
#include <stdio.h>


enum { MARGIN = 2 };


static void fill(const struct view *v, int row, int col, int width,
		 const char *left, const char *mid, const char *right)
{
	canvas_put(v->cv, row, col, 1, ATTR_BOLD, left);
	for (int i = 1; i + 1 < width; i++)
		canvas_put(v->cv, row, col + i, 1, ATTR_BOLD, mid);
	canvas_put(v->cv, row, col + width - 1, 1, ATTR_BOLD, right);
}


static void draw_typed(const struct view *v, int row, int col, int width)
{
	const char *text = v->m->dialog.edit.text;
	int at = col;

	while (*text && canvas_measure(v->cv, text) > width - 3)
		++text;
	at += canvas_put(v->cv, row, at, 2, ATTR_BOLD, "> ");
	at += canvas_put(v->cv, row, at, width - 3, ATTR_NORMAL, text);
	canvas_put(v->cv, row, at, 1, ATTR_REV, " ");
}


void view_dialog(const struct view *v)
{
	const struct dialog *dg = &v->m->dialog;
	bool utf8 = canvas_utf8(v->cv);
	int screen = canvas_width(v->cv), inner = 0;
	int height = dg->linec + 2 + (dg->kind == DIALOG_NAME ? 1 : 0);
	int width, row = (canvas_height(v->cv) - height) / 2, col;

	for (int i = 0; i < dg->linec; i++) {
		int cells = canvas_measure(v->cv, dg->linev[i]);

		if (cells > inner)
			inner = cells;
	}
	if (inner > screen - 2 * MARGIN - 2)
		inner = screen - 2 * MARGIN - 2;
	width = inner + 2 * MARGIN;
	col = (screen - width) / 2;

	fill(v, row, col, width, utf8 ? "\u250c" : "+", utf8 ? "\u2500"
	     : "-", utf8 ? "\u2510" : "+");
	for (int i = 1; i + 1 < height; i++)
		fill(v, row + i, col, width, utf8 ? "\u2502" : "|", " ",
		     utf8 ? "\u2502" : "|");
	fill(v, row + height - 1, col, width, utf8 ? "\u2514" : "+",
	     utf8 ? "\u2500" : "-", utf8 ? "\u2518" : "+");

	for (int i = 0; i < dg->linec; i++)
		canvas_put(v->cv, row + 1 + i, col + MARGIN, inner,
			   i ? ATTR_NORMAL : ATTR_BOLD, dg->linev[i]);
	if (dg->kind == DIALOG_NAME)
		draw_typed(v, row + 1 + dg->linec, col + MARGIN, inner);
}
