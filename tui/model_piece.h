/**
 * @file model_piece.h  The piece of a campaign's phones that the model holds
 *
 * A campaign may have ten million phones: the model holds three pages of
 * them around the window, and asks for others before they are needed.
 */
#ifndef RINGROUND_MODEL_PIECE_H
#define RINGROUND_MODEL_PIECE_H

#include "tui/model.h"

/** Ask for phones of the model's campaign; see db_phones() */
void piece_want(struct model *m, int64_t after, bool back);

/** Take over the phones of news when they answer what was asked last. */
void piece_take(struct model *m, struct feed_news *news);

/** Move the cursor, over pieces that are still to come if need be. */
void piece_move(struct model *m, int64_t by);

/** Move the cursor to the list's first (-1) or last (1) phone. */
void piece_seek(struct model *m, int end);

/** The window has another height. */
void piece_resize(struct model *m);

/** Forget the phones. */
void piece_drop(struct model *m);

#endif
