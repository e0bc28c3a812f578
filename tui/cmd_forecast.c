/**
 * @file cmd_forecast.c  ringround forecast: when a campaign will be done
 */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/outlook.h"
#include "tui/tool.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

enum { CELL = 32 };

static const struct sheet_column columnv[] = {
	{ "i_campaign",        SHEET_NUMBER },
	{ "name",              SHEET_TEXT   },
	{ "phones",            SHEET_NUMBER },
	{ "finished",          SHEET_NUMBER },
	{ "success",           SHEET_NUMBER },
	{ "live",              SHEET_NUMBER },
	{ "to_ring",           SHEET_NUMBER },
	{ "due_now",           SHEET_NUMBER },
	{ "skip_attempts",     SHEET_NUMBER },
	{ "skip_dnc",          SHEET_NUMBER },
	{ "skip_unsafe",       SHEET_NUMBER },
	{ "skip_never_due",    SHEET_NUMBER },
	{ "held_by",           SHEET_TEXT   },
	{ "held_until",        SHEET_TIME   },
	{ "answered_percent",  SHEET_NUMBER },
	{ "success_percent",   SHEET_NUMBER },
	{ "ring_sec",          SHEET_NUMBER },
	{ "talk_sec",          SHEET_NUMBER },
	{ "calls_at_a_time",   SHEET_NUMBER },
	{ "calls_per_second",  SHEET_NUMBER },
	{ "calls_expected",    SHEET_NUMBER },
	{ "success_expected",  SHEET_NUMBER },
	{ "begins",            SHEET_TIME   },
	{ "done",              SHEET_TIME   },
	{ "bottleneck",        SHEET_TEXT   },
	{ "basis",             SHEET_TEXT   },
	{ "note",              SHEET_TEXT   },
};

/** What the cells point to */
struct cells {
	char number[COUNT(columnv)][CELL];
	char text[COUNT(columnv)][OUTLOOK_WORDS];
	const char *cellv[COUNT(columnv)];
	size_t n;
};


/* NAN: not known */
static void number(struct cells *cs, double x, int digits)
{
	snprintf(cs->number[cs->n], CELL, "%.*f", digits, x);
	cs->cellv[cs->n] = isnan(x) ? NULL : cs->number[cs->n];
	++cs->n;
}


static void instant(struct cells *cs, int64_t ms)
{
	snprintf(cs->number[cs->n], CELL, "%" PRId64, ms);
	cs->cellv[cs->n] = ms ? cs->number[cs->n] : NULL;
	++cs->n;
}


static void words(struct cells *cs, const struct outlook *ol,
		  void (*wordsh)(char *buf, size_t size,
				 const struct outlook *o))
{
	char *buf = cs->text[cs->n];

	wordsh(buf, OUTLOOK_WORDS, ol);
	cs->cellv[cs->n++] = buf[0] ? buf : NULL;
}


static void name(char *buf, size_t size, const struct outlook *ol)
{
	snprintf(buf, size, "%s", ol->name);
}


static void phones_fill(struct cells *cs, const struct outlook *ol)
{
	const double none = ol->may_see ? 0 : NAN;

	cs->cellv[cs->n++] = ol->id;
	words(cs, ol, name);
	number(cs, ol->total, 0);
	number(cs, ol->finished, 0);
	number(cs, ol->success, 0);
	number(cs, ol->live, 0);
	number(cs, ol->to_ring, 0);
	number(cs, ol->due, 0);
	number(cs, ol->spent, 0);
	number(cs, ol->listed + none, 0);
	number(cs, ol->unsafe + none, 0);
	number(cs, ol->waiting.never, 0);
}


static int64_t later(const struct outlook *ol, double sec)
{
	return ol->now_ms + (int64_t)(sec * 1000);
}


static int64_t done_at(const struct outlook *ol)
{
	if (ol->out.verdict == FORECAST_NEVER)
		return INT64_MAX;
	if (ol->out.verdict == FORECAST_LATER || ol->to_ring + ol->live <= 0)
		return 0;

	return later(ol, ol->out.end);
}


static void cells_fill(struct cells *cs, const struct outlook *ol)
{
	const bool never = ol->out.verdict == FORECAST_NEVER;
	const bool calls = !never && ol->to_ring > 0;

	phones_fill(cs, ol);
	words(cs, ol, outlook_held);
	instant(cs, ol->open ? 0 : ol->change_ms);
	number(cs, 100 * ol->answer_share, 1);
	number(cs, 100 * ol->success_share, 1);
	number(cs, ol->ring_sec, 1);
	number(cs, ol->talk_sec, 1);
	number(cs, ol->in.calls, 0);
	number(cs, ol->in.rate, 2);
	number(cs, never ? NAN : ol->out.calls, 0);
	number(cs, never ? NAN : ol->out.successes, 0);
	instant(cs, calls ? later(ol, ol->out.begin) : 0);
	instant(cs, done_at(ol));
	words(cs, ol, outlook_bottleneck);
	words(cs, ol, outlook_basis);
	words(cs, ol, outlook_note);
}


static int print(const struct outlook *ol, const struct options *opt)
{
	struct cells cs = { .n = 0 };
	struct sheet *sh;
	int err;

	cells_fill(&cs, ol);
	err = sheet_begin(&sh, opt, columnv, COUNT(columnv), true, NULL);
	if (err)
		return err;

	sheet_row(cs.cellv, cs.n, sh);

	return sheet_end(sh);
}


int cmd_forecast(const struct options *opt)
{
	char id[FIND_ID_SIZE];
	struct outlook ol;
	struct tool tl;
	int err;

	memset(&ol, 0, sizeof(ol));
	err = tool_open(&tl, opt);
	if (!err)
		err = find_campaign(&tl, opt->wordv[0], id);
	if (!err)
		err = outlook_read(&ol, &tl, id);
	if (!err)
		err = print(&ol, opt);
	outlook_free(&ol);

	return tool_done(&tl, err);
}
