/**
 * @file table.c  Rows in columns
 */
#include "tui/table.h"
#include <string.h>


enum { MARK_CELLS = 2, GROWS = 4 };


static int width_of(const struct table *tb, const bool *there)
{
	int width = MARK_CELLS - 1;

	for (size_t i = 0; i < tb->columnc; i++) {
		if (there[i])
			width += tb->columnv[i].min + 1;
	}

	return width;
}


/* The least wanted of those that are still there; columnc: none */
static size_t least(const struct table *tb, const bool *there)
{
	size_t found = tb->columnc;
	int rank = 0;

	for (size_t i = 0; i < tb->columnc; i++) {
		if (there[i] && tb->columnv[i].rank > rank) {
			rank = tb->columnv[i].rank;
			found = i;
		}
	}

	return found;
}


/* What is left over goes to those who want it most, to all alike. */
static void stretch(struct table_place *tp, const struct table *tb, int spare)
{
	for (int grow = 1; grow <= GROWS; grow++) {
		bool more = true;

		while (spare > 0 && more) {
			more = false;
			for (size_t i = 0; i < tb->columnc && spare; i++) {
				if (tb->columnv[i].grow != grow ||
				    !tp->cells[i] || tp->cells[i] >=
				    tb->columnv[i].max)
					continue;
				++tp->cells[i];
				--spare;
				more = true;
			}
		}
	}
}


void table_place(struct table_place *tp, const struct table *tb, int width)
{
	bool there[TABLE_COLUMNS];
	int col = MARK_CELLS;

	memset(tp, 0, sizeof(*tp));
	for (size_t i = 0; i < tb->columnc; i++)
		there[i] = tb->columnv[i].min > 0;

	while (width_of(tb, there) > width) {
		size_t i = least(tb, there);

		if (i == tb->columnc)
			break;
		there[i] = false;
	}

	for (size_t i = 0; i < tb->columnc; i++)
		tp->cells[i] = there[i] ? tb->columnv[i].min : 0;
	stretch(tp, tb, width - width_of(tb, there));

	for (size_t i = 0; i < tb->columnc; i++) {
		tp->col[i] = col;
		if (tp->cells[i])
			col += tp->cells[i] + 1;
	}
}


static void head_draw(const struct view *v, const struct table *tb,
		      const struct table_place *tp,
		      const struct model_list *ls, int row)
{
	for (size_t i = 0; i < tb->columnc; i++) {
		const struct table_column *co = &tb->columnv[i];
		char head[32];
		bool sorted = co->sort != SORT_NONE && co->sort == ls->sort;
		int len = (int)sizeof(head) - 2;

		if (!tp->cells[i])
			continue;
		/* The mark stays, even where the head is cut for it. */
		if (sorted)
			len = tp->cells[i] - 1;
		(void)snprintf(head, sizeof(head), "%.*s%s", len, co->head,
			       !sorted ? "" : ls->invert ? "-" : "+");
		if (co->right)
			canvas_right(v->cv, row, tp->col[i], tp->cells[i],
				     ATTR_BOLD, head);
		else
			canvas_put(v->cv, row, tp->col[i], tp->cells[i],
				   ATTR_BOLD, head);
	}
}


/* Text may run on over columns that have nothing to say in its row. */
static int room(const struct table *tb, const struct table_place *tp,
		const struct field *fdv, size_t i)
{
	int end = tp->col[i] + tp->cells[i];

	for (size_t k = i + 1; k < tb->columnc; k++) {
		if (!tp->cells[k])
			continue;
		if (fdv[k].text[0] || fdv[k].bar)
			break;
		end = tp->col[k] + tp->cells[k];
	}

	return end - tp->col[i];
}


static void row_draw(const struct view *v, const struct table *tb,
		     const struct table_place *tp, int line, const void *row)
{
	struct field fdv[TABLE_COLUMNS];

	for (size_t i = 0; i < tb->columnc; i++) {
		fdv[i].text[0] = '\0';
		fdv[i].attr = ATTR_NORMAL;
		fdv[i].bar = false;
		if (tp->cells[i])
			tb->columnv[i].cellh(&fdv[i], v, row);
	}

	for (size_t i = 0; i < tb->columnc; i++) {
		const struct field *fd = &fdv[i];

		if (!tp->cells[i])
			continue;
		if (fd->bar)
			canvas_bar(v->cv, line, tp->col[i], tp->cells[i],
				   fd->attr, fd->part, fd->whole);
		else if (tb->columnv[i].right)
			canvas_right(v->cv, line, tp->col[i], tp->cells[i],
				     fd->attr, fd->text);
		else
			canvas_put(v->cv, line, tp->col[i],
				   room(tb, tp, fdv, i), fd->attr, fd->text);
	}
}


static void mark(const struct view *v, const struct table *tb,
		 const struct model_list *ls, int line, size_t i)
{
	bool tagged = tb->taggedh ? tb->taggedh(v->m, i)
		: tags_has(&ls->tags, mlist_id(ls, i));
	bool here = i == ls->cu.cur;

	if (tagged)
		canvas_put(v->cv, line, here, 1, ATTR_BOLD, "*");
	if (here) {
		canvas_put(v->cv, line, 0, 1, ATTR_NORMAL, ">");
		canvas_mark(v->cv, line, ATTR_REV);
	}
}


void table_draw(const struct view *v, const struct table *tb,
		const struct model_list *ls, int row)
{
	struct table_place tp;
	const struct cursor *cu = &ls->cu;

	table_place(&tp, tb, canvas_width(v->cv) - 1);
	head_draw(v, tb, &tp, ls, row);

	for (size_t i = cu->top; i < cu->n && i < cu->top + cu->rows; i++) {
		int line = row + 1 + (int)(i - cu->top);
		const void *data = tb->rowh(v->m, i);

		if (!data)
			break;
		row_draw(v, tb, &tp, line, data);
		mark(v, tb, ls, line, i);
	}
}


static void csv_field(FILE *f, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		(void)fputs(text, f);
		return;
	}

	(void)fputc('"', f);
	for (; *text; text++) {
		if (*text == '"')
			(void)fputc('"', f);
		(void)fputc(*text, f);
	}
	(void)fputc('"', f);
}


void table_csv_head(FILE *f, const struct table *tb)
{
	const char *gap = "";

	for (size_t i = 0; i < tb->columnc; i++) {
		if (!tb->columnv[i].name)
			continue;
		(void)fprintf(f, "%s%s", gap, tb->columnv[i].name);
		gap = ",";
	}
	(void)fputs("\r\n", f);
}


static void cell_text(struct field *fd, const struct view *v,
		      const struct table_column *co, const void *row)
{
	memset(fd, 0, sizeof(*fd));
	co->cellh(fd, v, row);
}


void table_csv_row(FILE *f, const struct view *v, const struct table *tb,
		   const void *row)
{
	const char *gap = "";
	struct field fd;

	for (size_t i = 0; i < tb->columnc; i++) {
		if (!tb->columnv[i].name)
			continue;
		cell_text(&fd, v, &tb->columnv[i], row);
		(void)fputs(gap, f);
		/* A number that is not known is none. */
		if (!tb->columnv[i].right || strcmp(fd.text, "-"))
			csv_field(f, fd.text);
		gap = ",";
	}
	(void)fputs("\r\n", f);
}


void table_print(FILE *f, const char *text)
{
	while (*text) {
		const int n = canvas_char(text, true);

		for (int i = n < 0 ? -n : n; i > 0; i--, text++)
			(void)fprintf(f, n < 0 ? "\\x%02X" : "%c",
				      (unsigned char)*text);
	}
}


void table_plain_row(FILE *f, const struct view *v, const struct table *tb,
		     const void *row)
{
	const char *gap = "";
	struct field fd;

	for (size_t i = 0; i < tb->columnc; i++) {
		const struct table_column *col = &tb->columnv[i];

		if (!col->name)
			continue;
		cell_text(&fd, v, col, row);
		if (!fd.text[0] || !strcmp(fd.text, "-"))
			continue;
		(void)fputs(gap, f);
		if (gap[0])
			(void)fprintf(f, "%s ", col->said ? col->said
				      : col->name);
		table_print(f, fd.text);
		gap = ", ";
	}
	(void)fputs("\n", f);
}
