/**
 * @file model_priv.h  What the parts of the model ask of each other
 */
#ifndef RINGROUND_MODEL_PRIV_H
#define RINGROUND_MODEL_PRIV_H

#include "tui/model.h"

/* model_rows.c: the lists anew, from what they are made of */
void rows_camps(struct model *m);
void rows_phones(struct model *m);
void rows_live(struct model *m);
void rows_log(struct model *m);
void rows_nodes(struct model *m);

/** The list of the screen the operator is on */
void rows_screen(struct model *m);

/** The next (1) or the last (-1) column to sort by */
void rows_sort(struct model *m, int step);

/* model_nav.c: moving about */
void nav_move(struct model *m, int64_t by);
void nav_seek(struct model *m, int end);
void nav_open(struct model *m);
void nav_campaign(struct model *m);
void nav_neighbour(struct model *m, int step);
void nav_back(struct model *m);
void nav_help(struct model *m);

/* model_ahead.c: keys that are faster than rows */

/** @return true: the key waits for the row that the cursor goes to */
bool ahead_keep(struct model *m, int key, uint64_t now_ms);

/** Rows have come: the keys that waited for them, in their order */
void ahead_serve(struct model *m, uint64_t now_ms);

/* model_look.c: what is shown of it */
void look_filter(struct model *m, const char *text);
void look_clear(struct model *m);
void look_status(struct model *m, uint64_t now_ms);
void look_freeze(struct model *m, uint64_t now_ms);
void look_follow(struct model *m, uint64_t now_ms);
void look_interval(struct model *m, int step, uint64_t now_ms);
void look_copy(struct model *m, uint64_t now_ms);
void look_again(struct model *m);

/* model_tags.c: what is marked */
void tag_one(struct model *m, uint64_t now_ms);
void tag_all(struct model *m, uint64_t now_ms);
void tag_none(struct model *m);

/* model_sort.c: the order of the phones; lists held whole: rows_sort() */
void sort_phones(struct model *m, int step, uint64_t now_ms);

/** Another filter: what it cannot be sorted by it is not, and heads agree. */
void sort_settle(struct model *m);

/* model_event.c */
void events_build(struct model *m);

/* model_do.c: actions; each says why when it cannot be done */
void do_pause(struct model *m, bool paused, uint64_t now_ms);
void do_all(struct model *m, bool paused, uint64_t now_ms);
void do_undo(struct model *m, uint64_t now_ms);
void do_stop(struct model *m, uint64_t now_ms);
void do_quit(struct model *m, uint64_t now_ms);
void do_suspend(struct model *m, uint64_t now_ms);

/** The dialog was answered with yes. */
void do_answer(struct model *m, uint64_t now_ms);

/** Is it fresh enough to be acted on? Else says why not. */
bool do_fresh(struct model *m, uint64_t now_ms);

/** An empty ask for up to n ids. @return 0 or ENOMEM */
int do_make(struct feed_ask *ask, enum feed_do what, size_t n);

/** Give what is asked to the feed, and show that it is under way. */
void do_ask(struct model *m, struct feed_ask *ask, uint64_t now_ms);

/** A question about pending and pending_order; its lines are to follow. */
void do_question(struct model *m);

/** Too much is under way. @return true, having said so */
bool do_busy(struct model *m, uint64_t now_ms);

/* model_hangup.c */
void do_hangup(struct model *m, uint64_t now_ms);

/** The calls of what was tagged were found. */
void do_found(struct model *m, struct feed_ask *ask, uint64_t now_ms);

/* model_done.c: how actions went */
void done_asks(struct model *m, struct feed_news *news, uint64_t now_ms);

/**
 * Which intents do these campaigns and the newest snapshot acknowledge?
 *
 * @param since_ms  What was written before is in them
 */
void done_intents(struct model *m, const struct db_camps *camps,
		  uint64_t since_ms, uint64_t now_ms);
void done_order(struct model *m, uint64_t now_ms);

/** Ask the feed for what the screen shows. */
void model_want_feed(struct model *m);

/** Go to a screen and ask for what it shows. */
void model_go(struct model *m, enum screen_id screen);

#endif
