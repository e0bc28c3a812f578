/**
 * @file view.h  The screens: from the model to a canvas
 *
 * Views read the model and draw; they keep nothing and change nothing.
 */
#ifndef RINGROUND_VIEW_H
#define RINGROUND_VIEW_H

#include "tui/canvas.h"
#include "tui/model.h"

/** What a frame is drawn from and to; all borrowed */
struct view {
	const struct model *m;
	struct canvas *cv;
	uint64_t now_ms;        /**< by the model's clock                */
	int64_t wall_ms;        /**< the same instant since 1970         */
};

enum { VIEW_ROW = 3, TEXT_SIZE = 64 };

/** Draw the screen that the operator is on; any size of canvas will do. */
void view_draw(const struct view *v);

void view_campaigns(const struct view *v);
void view_phones(const struct view *v);
void view_help(const struct view *v);

/** The first line: a title, how fresh the rows are, the time of day */
void view_title(const struct view *v, const char *title);

/** The last two lines: a message, or else what; the key bar */
void view_foot(const struct view *v, const char *what);

/** The line of a list's row i, marked when it is under the cursor */
int view_mark(const struct view *v, const struct cursor *cu, size_t i);

/** 3,611 */
const char *view_count(char *buf, size_t size, int64_t n);

/** 3,611 or 612k or 1.0M: four cells from 10,000 on */
const char *view_short(char *buf, size_t size, int64_t n);

/** 0:07, 12:31 or 1:02:03 */
const char *view_span(char *buf, size_t size, int64_t ms);

/** An instant ahead: 14:33:10 within a day, Mon 09:00, Nov 24, never */
const char *view_when(const struct view *v, char *buf, size_t size,
		      int64_t ahead_ms);

/** Milliseconds from now of an instant that a snapshot or a row told */
int64_t view_ahead(const struct view *v, int64_t told_ms, uint64_t at_ms);

/** The word for what a campaign is doing. @return its attribute */
unsigned view_state(const struct view *v, const struct db_campaign *c,
		    char *buf, size_t size);

/** When its state changes by itself; empty when it does not */
const char *view_next(const struct view *v, const struct db_campaign *c,
		      char *buf, size_t size);

/** Why it does not dial, in a sentence; empty when it does */
const char *view_explain(const struct view *v, const struct db_campaign *c,
			 char *buf, size_t size);

#endif
