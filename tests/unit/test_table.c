/**
 * @file test_table.c  Columns by priority, CSV, plain lines; lists
 *
 * links: tui/table.o tui/canvas.o tui/tags.o tui/model_list.o
 * links: tui/model_cursor.o
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tui/table.h"


static void word_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const char *const *words = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s", words[0]);
}


static void next_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const char *const *words = row;

	(void)snprintf(fd->text, sizeof(fd->text), "%s%s", words[1],
		       v->raw ? "!" : "");
}


static void no_cell(struct field *fd, const struct view *v, const void *row)
{
	(void)fd;
	(void)v;
	(void)row;
}


static const struct table_column columns[] = {
	{ .name = "id", .sort = SORT_NONE, .cellh = no_cell },
	{ .head = "WORD", .name = "word", .min = 6, .max = 20, .grow = 2,
	  .sort = SORT_NAME, .cellh = word_cell },
	{ .head = "NEXT", .name = "next", .said = "then",
	  .min = 5, .max = 8, .grow = 1,
	  .right = true, .rank = 1, .sort = SORT_NONE, .cellh = next_cell },
	{ .head = "LAST", .min = 4, .max = 4, .rank = 2, .sort = SORT_NONE,
	  .cellh = no_cell },
};

static const char *rows[][2] = {
	{ "alpha", "1" }, { "be,ta", "22" }, { "ga\"mma\x1b", "" },
};


static const void *row_at(const struct model *m, size_t i)
{
	(void)m;

	return i < 3 ? rows[i] : NULL;
}


static const struct table tb = { columns, 4, row_at, NULL };


static void columns_go_by_rank_and_grow_in_turn(void **state)
{
	struct table_place tp;
	(void)state;

	/* All at their least: 1 + 7 + 6 + 5 */
	table_place(&tp, &tb, 19);
	assert_int_equal(0, tp.cells[0]);
	assert_int_equal(6, tp.cells[1]);
	assert_int_equal(5, tp.cells[2]);
	assert_int_equal(4, tp.cells[3]);
	assert_int_equal(2, tp.col[1]);
	assert_int_equal(9, tp.col[2]);
	assert_int_equal(15, tp.col[3]);

	table_place(&tp, &tb, 18);
	assert_int_equal(0, tp.cells[3]);
	assert_int_equal(8, tp.cells[2]);
	assert_int_equal(7, tp.cells[1]);

	table_place(&tp, &tb, 10);
	assert_int_equal(0, tp.cells[2]);
	assert_int_equal(8, tp.cells[1]);

	/* The last stays, however narrow it is. */
	table_place(&tp, &tb, 3);
	assert_int_equal(6, tp.cells[1]);

	table_place(&tp, &tb, 200);
	assert_int_equal(20, tp.cells[1]);
	assert_int_equal(8, tp.cells[2]);
	assert_int_equal(4, tp.cells[3]);
}


static char *printed(bool csv)
{
	static char text[1024];
	struct view v = { .raw = csv };
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	if (csv)
		table_csv_head(f, &tb);
	for (size_t i = 0; i < 3; i++) {
		if (csv)
			table_csv_row(f, &v, &tb, rows[i]);
		else
			table_plain_row(f, &v, &tb, rows[i]);
	}
	(void)fclose(f);

	return text;
}


static void csv_is_quoted_where_it_has_to_be(void **state)
{
	(void)state;

	assert_string_equal("id,word,next\r\n,alpha,1!\r\n"
			    ",\"be,ta\",22!\r\n,\"ga\"\"mma\x1b\",!\r\n",
			    printed(true));
}


static void plain_lines_say_what_is_what(void **state)
{
	(void)state;

	assert_string_equal("alpha, then 1\nbe,ta, then 22\n"
			    "ga\"mma\\x1B\n", printed(false));
}


/* Of a text direction that turns, and of bytes that are no characters */
static void plain_text_cannot_mislead(void **state)
{
	char text[64] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");
	(void)state;

	assert_non_null(f);
	table_print(f, "a\u202e" "b\xff\tc");
	(void)fclose(f);
	assert_string_equal("a\\xE2\\x80\\xAEb\\xFF\\x09c", text);
}


static int64_t row_id(const void *owner, size_t row)
{
	const int64_t *v = owner;

	return v[row];
}


static bool is_odd(const void *owner, size_t row)
{
	const int64_t *v = owner;

	return v[row] % 2;
}


static int by_tens(const void *owner, size_t a, size_t b)
{
	const int64_t *v = owner;

	return v[a] / 10 < v[b] / 10 ? -1 : v[a] / 10 > v[b] / 10;
}


static void lists_are_filtered_and_sorted(void **state)
{
	static const struct list_ops all = { row_id, NULL, by_tens, false };
	static const struct list_ops odd = { row_id, is_odd, by_tens, false };
	static const int64_t v[] = { 31, 12, 33, 11, 20 };
	struct model_list ls = { .sort = SORT_NONE };
	(void)state;

	cursor_resize(&ls.cu, 3);
	assert_int_equal(0, mlist_build(&ls, &all, v, 5));
	assert_int_equal(5, ls.cu.n);
	/* Equals by their ids */
	assert_int_equal(11, mlist_id(&ls, 0));
	assert_int_equal(12, mlist_id(&ls, 1));
	assert_int_equal(33, mlist_id(&ls, 4));
	assert_int_equal(0, mlist_id(&ls, 5));
	assert_int_equal(3, mlist_row(&ls));

	assert_true(mlist_seek(&ls, 31));
	ls.invert = true;
	assert_int_equal(0, mlist_build(&ls, &odd, v, 5));
	assert_int_equal(3, ls.cu.n);
	assert_int_equal(31, mlist_id(&ls, ls.cu.cur));
	assert_int_equal(0, ls.cu.cur);
	assert_int_equal(0, mlist_tag_all(&ls));
	assert_int_equal(3, ls.tags.n);
	assert_false(tags_has(&ls.tags, 20));

	assert_int_equal(0, mlist_build(&ls, &odd, v, 0));
	assert_int_equal(SIZE_MAX, mlist_row(&ls));
	mlist_reset(&ls);
}


static void shown(struct model_list *ls, const int64_t *v, size_t n,
		  const int64_t *want)
{
	static const struct list_ops still = { row_id, NULL, by_tens, true };

	assert_int_equal(0, mlist_build(ls, &still, v, n));
	assert_int_equal(n, ls->cu.n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(want[i], mlist_id(ls, i));
		assert_int_equal(want[i], v[ls->rowv[i]]);
	}
}


static void rows_that_keep_their_places(void **state)
{
	struct model_list ls = { .sort = SORT_NONE };
	(void)state;

	cursor_resize(&ls.cu, 3);
	shown(&ls, (int64_t[]){ 41, 21, 11, 31 }, 4,
	      (int64_t[]){ 11, 21, 31, 41 });
	assert_true(mlist_seek(&ls, 31));

	/* Others come in the places of those that went, */
	shown(&ls, (int64_t[]){ 12, 11, 31, 51 }, 4,
	      (int64_t[]){ 11, 12, 31, 51 });
	assert_int_equal(2, ls.cu.cur);
	/* one too many behind them, */
	shown(&ls, (int64_t[]){ 1, 12, 61, 31, 51 }, 5,
	      (int64_t[]){ 1, 12, 31, 51, 61 });
	/* and the last ones when nobody does. */
	shown(&ls, (int64_t[]){ 12, 61, 31 }, 3, (int64_t[]){ 61, 12, 31 });
	assert_int_equal(31, mlist_id(&ls, ls.cu.cur));

	ls.invert = ls.anew = true;
	shown(&ls, (int64_t[]){ 12, 61, 31 }, 3, (int64_t[]){ 61, 31, 12 });
	shown(&ls, (int64_t[]){ 61, 31, 71 }, 3, (int64_t[]){ 61, 31, 71 });
	shown(&ls, NULL, 0, NULL);
	mlist_reset(&ls);
}


static void a_filter_is_blind_to_case(void **state)
{
	(void)state;

	assert_true(mlist_match("Flood-Warning", "d-w"));
	assert_true(mlist_match("x", ""));
	assert_true(mlist_match("", ""));
	assert_false(mlist_match("", "x"));
	assert_false(mlist_match("flood", "floods"));
	assert_true(mlist_match("aab", "ab"));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_go_by_rank_and_grow_in_turn),
		cmocka_unit_test(csv_is_quoted_where_it_has_to_be),
		cmocka_unit_test(plain_lines_say_what_is_what),
		cmocka_unit_test(plain_text_cannot_mislead),
		cmocka_unit_test(lists_are_filtered_and_sorted),
		cmocka_unit_test(rows_that_keep_their_places),
		cmocka_unit_test(a_filter_is_blind_to_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
