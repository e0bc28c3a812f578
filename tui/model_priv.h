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

/* model_look.c: what is shown of it */
void look_filter(struct model *m, const char *text);
void look_clear(struct model *m);
void look_status(struct model *m);
void look_tag(struct model *m, uint64_t now_ms);
void look_tag_all(struct model *m, uint64_t now_ms);
void look_freeze(struct model *m, uint64_t now_ms);
void look_follow(struct model *m, uint64_t now_ms);
void look_interval(struct model *m, int step, uint64_t now_ms);
void look_copy(struct model *m, uint64_t now_ms);

/* model_event.c */
void events_build(struct model *m);

/* model_do.c: actions; each says why when it cannot be done */
void do_pause(struct model *m, bool paused, uint64_t now_ms);
void do_all(struct model *m, bool paused, uint64_t now_ms);
void do_undo(struct model *m, uint64_t now_ms);
void do_hangup(struct model *m, uint64_t now_ms);
void do_stop(struct model *m, uint64_t now_ms);
void do_quit(struct model *m, uint64_t now_ms);
void do_suspend(struct model *m, uint64_t now_ms);

/** The dialog was answered with yes. */
void do_answer(struct model *m, uint64_t now_ms);

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
