/**
 * @file view_help.c  The help, generated from the table of keys
 */
#include "tui/view.h"
#include <stdio.h>


void view_help(const struct view *v)
{
	const struct cursor *cu = &v->m->help;
	static const char *const title[] = { "HELP" };
	char line[128], what[TEXT_SIZE];
	int width = canvas_width(v->cv);

	view_title(v, title, 1);

	for (size_t i = cu->top; i < cu->n && i < cu->top + cu->rows; i++) {
		if (keymap_help(line, sizeof(line), i))
			break;

		canvas_put(v->cv, 2 + (int)(i - cu->top), 1, width - 1,
			   line[0] == ' ' ? ATTR_NORMAL : ATTR_BOLD, line);
	}

	(void)snprintf(what, sizeof(what), "lines %zu-%zu of %zu",
		       cu->top + 1, cu->n < cu->top + cu->rows ? cu->n :
		       cu->top + cu->rows, cu->n);
	view_foot(v, what, "");
}
