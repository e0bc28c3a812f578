/**
 * @file model_cursor.c  The cursor and the window of a scrolling list
 */
#include "tui/model_cursor.h"


static void clamp(struct cursor *cu)
{
	size_t rows = cu->rows ? cu->rows : 1;

	if (!cu->n) {
		cu->cur = cu->top = 0;
		return;
	}

	if (cu->cur >= cu->n)
		cu->cur = cu->n - 1;
	if (cu->top > cu->cur)
		cu->top = cu->cur;
	if (cu->cur >= cu->top + rows)
		cu->top = cu->cur - rows + 1;
	if (cu->top + rows > cu->n)
		cu->top = cu->n > rows ? cu->n - rows : 0;
}


static void take_id(struct cursor *cu, cursor_id_h *idh, const void *rows)
{
	cu->id = cu->n && idh ? idh(rows, cu->cur) : 0;
}


void cursor_move(struct cursor *cu, int64_t by, cursor_id_h *idh,
		 const void *rows)
{
	size_t step = by < 0 ? (size_t)-(by + 1) + 1 : (size_t)by;

	if (by < 0)
		cu->cur = cu->cur > step ? cu->cur - step : 0;
	else
		cu->cur = step < cu->n - cu->cur ? cu->cur + step : cu->n;

	clamp(cu);
	take_id(cu, idh, rows);
}


void cursor_remap(struct cursor *cu, size_t n, cursor_id_h *idh,
		  const void *rows)
{
	size_t line = cu->cur - cu->top;

	cu->n = n;
	for (size_t i = 0; i < n; i++) {
		if (idh(rows, i) == cu->id) {
			cu->cur = i;
			break;
		}
	}

	if (cu->cur >= n)
		cu->cur = n ? n - 1 : 0;
	cu->top = cu->cur > line ? cu->cur - line : 0;
	clamp(cu);
	take_id(cu, idh, rows);
}


void cursor_resize(struct cursor *cu, size_t rows)
{
	cu->rows = rows ? rows : 1;
	clamp(cu);
}
