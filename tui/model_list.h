/**
 * @file model_list.h  A list that the model holds whole: filtered, sorted
 *
 * Rows are numbered 0 to n-1 by their owner; the list keeps which of them
 * are shown, in which order, and what is tagged. The console's thread owns
 * it.
 */
#ifndef RINGROUND_MODEL_LIST_H
#define RINGROUND_MODEL_LIST_H

#include <stdbool.h>
#include "tui/edit.h"
#include "tui/model_cursor.h"
#include "tui/tags.h"

struct model_list {
	struct cursor cu;       /**< over what is shown                  */
	size_t *rowv;           /**< row numbers as shown, owned         */
	int64_t *idv;           /**< their ids, owned                    */
	int sort;               /**< enum sort_key                       */
	bool invert;
	bool anew;              /**< once, rows keep no places           */
	struct tags tags;
	char filter[EDIT_SIZE]; /**< ""; else what has to be in a row    */
};

/** The id of a row; unique, never 0 */
typedef int64_t (list_id_h)(const void *owner, size_t row);

/** May it be shown? */
typedef bool (list_keep_h)(const void *owner, size_t row);

/** Which comes first, as of strcmp() */
typedef int (list_cmp_h)(const void *owner, size_t a, size_t b);

struct list_ops {
	list_id_h *idh;
	list_keep_h *keeph;     /**< NULL: all                           */
	list_cmp_h *cmph;       /**< NULL: as they come                  */
	bool still;             /**< rows keep their places: new ones
				     take those of rows that are gone    */
};

/**
 * The rows are others now, or the filter, or the order: build it anew. The
 * cursor stays on its row.
 *
 * @return 0 or ENOMEM, with an empty list
 */
int mlist_build(struct model_list *ls, const struct list_ops *ops,
	       const void *owner, size_t rows);

/** The id of the i-th shown; 0 beyond the end */
int64_t mlist_id(const struct model_list *ls, size_t i);

/** The row under the cursor; SIZE_MAX: there is none */
size_t mlist_row(const struct model_list *ls);

void mlist_move(struct model_list *ls, int64_t by);

/** Put the cursor on the row with this id. @return false: not shown */
bool mlist_seek(struct model_list *ls, int64_t id);

/** Tag what is shown. @return 0, ENOMEM or EOVERFLOW */
int mlist_tag_all(struct model_list *ls);

/** Frees what it owns, not itself. */
void mlist_reset(struct model_list *ls);

/** Does text contain part? Letters of ASCII in either case; "": yes */
bool mlist_match(const char *text, const char *part);

#endif
