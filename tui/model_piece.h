/**
 * @file model_piece.h  The piece of a campaign's phones that the model holds
 *
 * A campaign may have ten million phones: the model holds three pages of
 * them around the window, and asks for others before they are needed.
 */
#ifndef RINGROUND_MODEL_PIECE_H
#define RINGROUND_MODEL_PIECE_H

#include "tui/model.h"

/** Begin with the phones of a campaign, without a filter. */
void piece_open(struct model *m, const struct db_camp *c);

/** Take over the page of rows when it answers what was asked last. */
void piece_take(struct model *m, struct feed_rows *rows);

/** Move the cursor, over pieces that are still to come if need be. */
void piece_move(struct model *m, int64_t by);

/** Move the cursor to the list's first (-1) or last (1) phone. */
void piece_seek(struct model *m, int end);

/** Move it to a phone, or to what follows it; drops a number's filter. */
void piece_jump(struct model *m, int64_t id);

/** Show the numbers that begin with this, or hold it; "": all. */
void piece_number(struct model *m, const char *number, bool within);

/** Show the next status; after the last, all. */
void piece_status(struct model *m);

/** Another order, from its beginning */
void piece_order(struct model *m, enum db_order order, bool desc);

/** End a search that is under way. */
void piece_stop(struct model *m);

/** Is the row that the cursor goes to still to be read? */
bool piece_moves(const struct model *m);

/** The window has another height. */
void piece_resize(struct model *m);

#endif
