/**
 * @file view.h  The screens: from the model to a canvas
 *
 * Views read the model and draw; they keep nothing and change nothing.
 */
#ifndef RINGROUND_VIEW_H
#define RINGROUND_VIEW_H

#include "tui/canvas.h"
#include "tui/model.h"
#include "tui/model_state.h"

/** What a frame is drawn from and to; all borrowed */
struct view {
	const struct model *m;
	struct canvas *cv;
	uint64_t now_ms;        /**< by the model's clock                */
	int64_t wall_ms;        /**< the same instant since 1970         */
	uint64_t real_ms;       /**< view_draw(): now_ms; that is the
				     instant of a frozen display then    */
	bool raw;               /**< for programs: see table.h           */
};

struct table;

enum { TEXT_SIZE = 64 };

/** Draw the screen that the operator is on; any size of canvas will do. */
void view_draw(const struct view *v);

void view_campaigns(const struct view *v);
void view_phones(const struct view *v);
void view_call(const struct view *v);
void view_live(const struct view *v);
void view_log(const struct view *v);
void view_nodes(const struct view *v);
void view_help(const struct view *v);

/** Over all of it, when a question is open */
void view_dialog(const struct view *v);

/** The tables of the screens */
const struct table *view_campaigns_table(void);
const struct table *view_phones_table(void);
const struct table *view_call_table(void);
const struct table *view_live_table(void);
const struct table *view_log_table(void);
const struct table *view_nodes_table(void);

/** The table of a screen; NULL: it has none */
const struct table *view_table(enum screen_id screen);

/**
 * The first line: words as far as there is room, the first come first; how
 * fresh the rows are; the time of day
 */
void view_title(const struct view *v, const char *const *words, size_t n);

/** The same behind a name, which is cut first */
void view_title_of(const struct view *v, const char *name,
		   const char *const *words, size_t n);

/** The last three lines: what, or who is followed; a message, or else
 * idle; the key bar */
void view_foot(const struct view *v, const char *what, const char *idle);

/** Words from a column on, two blanks between. @return where they end */
int view_words(const struct view *v, int row, int col, unsigned attr,
	       const char *const *words, size_t n);

/** Where a list has no rows: why */
void view_none(const struct view *v, int row, const char *text);

/** The word for what a campaign is doing. @return its attribute */
unsigned view_state(const struct view *v, const struct db_camp *c,
		    char *buf, size_t size);

/** Why it does not dial, in a sentence; empty when it does */
const char *view_explain(const struct view *v, const struct db_camp *c,
			 char *buf, size_t size);

/*
 * view_text.c: numbers and instants
 */

/** 3,611 */
const char *view_count(char *buf, size_t size, int64_t n);

/** 3,611 or 612k or 1.0M: four cells from 10,000 on */
const char *view_short(char *buf, size_t size, int64_t n);

/** 0:07, 12:31 or 1:02:03 */
const char *view_span(char *buf, size_t size, int64_t ms);

/** An instant ahead: 14:33:10 within a day, Mon 09:00, Nov 24, never */
const char *view_when(const struct view *v, char *buf, size_t size,
		      int64_t ahead_ms);

/** An instant of the database's clock: 14:33:10; raw: ISO 8601, UTC */
const char *view_clock(const struct view *v, char *buf, size_t size,
		       int64_t at);

/** The same with milliseconds */
const char *view_clock_ms(const struct view *v, char *buf, size_t size,
			  int64_t at);

/** The database's clock at the instant that is drawn */
int64_t view_server_at(const struct view *v);

/*
 * view_row.c: what phones and calls have in common
 */

/** A status on the screen. @return its attribute */
unsigned view_status(const struct view *v, enum phone_status status,
		     const char **word);

/** What a live call does now. @return the SIP code that says so, or 0 */
unsigned view_doing(const struct snapshot_call *sc, const char **word);

/** How far a call's prompt is, in milliseconds, ticking */
int64_t view_played(const struct view *v, const struct snapshot_call *sc);

/** 0:19/0:31, or how long it rings. @return false: nothing of both */
bool view_progress(const struct view *v, const struct snapshot_call *sc,
		   char *buf, size_t size);

/** Is there a bar to draw for it? */
bool view_bar(const struct snapshot_call *sc);

#endif
