/**
 * @file outlook.c  What the forecast of a campaign is made of
 */
#include "tui/outlook.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audio/decode.h"
#include "core/pacer.h"

/* What is assumed while nothing is known */
static const double assumed_share = 0.5;
static const double assumed_ring_sec = 10;
static const double assumed_talk_sec = 30;
static const double assumed_fail_sec = 30;

/* Slots of max_calls_per_second are so much wider than that demands: see
 * pace() in sql/schema/004_engines.sql. */
static const double slot_width = 1.1;

enum {
	CHANGES_FIRST = 64,     /* of a schedule, read at first          */
	CHANGES_MAX   = 16384,  /* some years of most schedules          */
	SAMPLE        = 100000, /* phones that are looked at by chance   */
};

/* As sql/query/forecast_facts.sql gives them */
enum {
	FACT_ID, FACT_NAME, FACT_PAUSED, FACT_PROMPT, FACT_DIGEST,
	FACT_TROUBLE, FACT_MAY_HEAR, FACT_SCHEDULE, FACT_OPEN, FACT_CHANGE,
	FACT_NOW, FACT_CALLS, FACT_RATE, FACT_ATTEMPTS, FACT_TIMEOUT,
	FACT_BACKOFF, FACT_TOTAL, FACT_FINISHED, FACT_SUCCESS, FACT_LIVE,
	FACT_DUE, FACT_ENGINES, FACT_ENGINE_CALLS, FACT_OTHERS, FACT_MAY_SEE,
};


static double real(const char *text, double none)
{
	return text ? strtod(text, NULL) : none;
}


static bool yes(const char *text)
{
	return text && text[0] == 't';
}


static void copy(char *buf, size_t size, const char *text)
{
	snprintf(buf, size, "%s", text ? text : "");
}


static void facts_row(const char *const *colv, size_t colc, void *arg)
{
	struct outlook *ol = arg;

	(void)colc;
	copy(ol->id, sizeof(ol->id), colv[FACT_ID]);
	copy(ol->name, sizeof(ol->name), colv[FACT_NAME]);
	ol->paused = yes(colv[FACT_PAUSED]);
	copy(ol->prompt, sizeof(ol->prompt), colv[FACT_PROMPT]);
	copy(ol->digest, sizeof(ol->digest), colv[FACT_DIGEST]);
	copy(ol->trouble, sizeof(ol->trouble), colv[FACT_TROUBLE]);
	ol->may_hear = yes(colv[FACT_MAY_HEAR]);
	copy(ol->schedule, sizeof(ol->schedule), colv[FACT_SCHEDULE]);
	ol->open = yes(colv[FACT_OPEN]);
	ol->change_ms = colv[FACT_CHANGE] ? strtoll(colv[FACT_CHANGE], NULL,
						    10) : 0;
	ol->now_ms = strtoll(colv[FACT_NOW], NULL, 10);
	ol->max_concurrent_calls = real(colv[FACT_CALLS], 0);
	ol->max_calls_per_second = real(colv[FACT_RATE], 0);
	ol->max_attempts = real(colv[FACT_ATTEMPTS], 1);
	ol->timeout_sec = real(colv[FACT_TIMEOUT], 1);
	ol->backoff_sec = real(colv[FACT_BACKOFF], 0);
	ol->total = real(colv[FACT_TOTAL], 0);
	ol->finished = real(colv[FACT_FINISHED], 0);
	ol->success = real(colv[FACT_SUCCESS], 0);
	ol->live = real(colv[FACT_LIVE], 0);
	ol->engines = real(colv[FACT_ENGINES], 0);
	ol->engine_calls = real(colv[FACT_ENGINE_CALLS], 0);
	ol->others = real(colv[FACT_OTHERS], 0);
	ol->may_see = yes(colv[FACT_MAY_SEE]);
}


/* A value that does not parse is not in force. */
static void config_row(const char *const *colv, size_t colc, void *arg)
{
	char unused[128];

	(void)colc;
	(void)settings_set(arg, colv[0], colv[1], colv[2], unused,
			   sizeof(unused));
}


static void *room_for(void *v, size_t n, size_t *room, size_t size)
{
	const size_t more = *room ? 2 * *room : 64;
	void *w = v;

	if (n == *room) {
		w = realloc(v, more * size);
		*room = w ? more : *room;
	}

	return w;
}


static void groups_row(const char *const *colv, size_t colc, void *arg)
{
	struct outlook_groups *gs = arg;
	const double n = real(colv[3], 0);
	struct forecast_group *v;

	(void)colc;
	if (!colv[1]) {
		gs->never += n;
		return;
	}

	v = room_for(gs->v, gs->n, &gs->room, sizeof(*v));
	if (!v)
		return;

	gs->v = v;
	gs->v[gs->n++] = (struct forecast_group){
		.tries = (uint32_t)real(colv[0], 0),
		.first = real(colv[1], 0),
		.last = real(colv[2], 0),
		.n = n,
	};
}


static void refused_row(const char *const *colv, size_t colc, void *arg)
{
	struct outlook *ol = arg;

	(void)colc;
	ol->looked = real(colv[0], 0);
	ol->listed = real(colv[1], 0);
	ol->unsafe = real(colv[2], 0);
}


static void attempts_row(const char *const *colv, size_t colc, void *arg)
{
	struct outlook_attempts *at = arg;

	(void)colc;
	at->n = real(colv[0], 0);
	at->answered = real(colv[1], 0);
	at->good = real(colv[2], 0);
	at->good_sec = real(colv[3], NAN);
	at->bad_sec = real(colv[4], NAN);
	at->ring_sec = real(colv[5], NAN);
	at->talk_sec = real(colv[6], NAN);
}


/* When a schedule changes, in pairs: it opens, it closes */
static void windows_row(const char *const *colv, size_t colc, void *arg)
{
	struct outlook_windows *ws = arg;
	const double at = real(colv[0], NAN);
	const double from = ws->open_at;
	struct forecast_window *v;

	(void)colc;
	++ws->changes;
	ws->all = !colv[0];
	if (isnan(from)) {
		ws->open_at = colv[0] && yes(colv[1]) ? at : NAN;
		return;
	}

	v = room_for(ws->v, ws->n, &ws->room, sizeof(*v));
	if (!v)
		return;

	ws->v = v;
	ws->v[ws->n++] = (struct forecast_window){ from, colv[0] ? at
						   : INFINITY };
	ws->open_at = NAN;
}


static int windows_read(struct outlook *ol, struct tool *tl, unsigned changes)
{
	struct outlook_windows *ws = &ol->windows;
	char text[16];
	const char *const paramv[] = { ol->schedule, text };

	ws->n = ws->changes = 0;
	ws->open_at = NAN;
	snprintf(text, sizeof(text), "%u", changes);

	return tool_ask(tl, sql_forecast_windows, 2, paramv, windows_row, ws);
}


static double count(const struct outlook_groups *gs)
{
	double n = 0;

	for (size_t i = 0; i < gs->n; i++)
		n += gs->v[i].n;

	return n;
}


/* Of a sample: as many as there are */
static void scale(struct outlook_groups *gs, double n)
{
	const double all = count(gs) + gs->never;
	const double by = all > 0 ? n / all : 0;

	for (size_t i = 0; i < gs->n; i++)
		gs->v[i].n *= by;
	gs->never *= by;
}


static int phones_read(struct outlook *ol, struct tool *tl)
{
	const double waiting = ol->total - ol->finished - ol->live;
	char percent[32], attempts[32], most[16];
	const char *const paramv[] = { ol->id, NULL };
	const char *const samplev[] = { ol->id, percent };
	const char *const refusedv[] = { ol->id, attempts, most };
	int err;

	ol->sampled = waiting > OUTLOOK_PHONES;
	snprintf(percent, sizeof(percent), "%g", 100.0 * SAMPLE / waiting);
	snprintf(attempts, sizeof(attempts), "%.0f", ol->max_attempts);
	snprintf(most, sizeof(most), "%d", OUTLOOK_REFUSED);

	err = tool_ask(tl, sql_forecast_phones, 2, ol->sampled ? samplev
		       : paramv, groups_row, &ol->waiting);
	if (!err)
		err = tool_ask(tl, sql_forecast_live, 1, paramv, groups_row,
			       &ol->ringing);
	if (!err && ol->may_see)
		err = tool_ask(tl, sql_forecast_refused, 3, refusedv,
			       refused_row, ol);
	if (!err && ol->sampled)
		scale(&ol->waiting, waiting);

	return err;
}


/* Who may not hear it does without; so does who cannot decode it. */
static void prompt_read(struct outlook *ol, struct tool *tl)
{
	char unused[WHY_SIZE];
	struct pcm *pcm;
	uint8_t *data;
	size_t len;

	if (!ol->may_hear || !ol->prompt[0] || !ol->assumed)
		return;
	if (db_prompt_read(tl->db, ol->prompt, ol->digest, &data, &len, NULL,
			   NULL, unused, sizeof(unused)))
		return;

	if (!pcm_decode(&pcm, data, len, unused, sizeof(unused))) {
		ol->prompt_sec = pcm_length(pcm) / 1000.0;
		pcm_unref(pcm);
	}
	free(data);
}


static void shares_set(struct outlook *ol)
{
	const struct outlook_attempts *at = &ol->seen;
	struct forecast_in *in = &ol->in;

	if (ol->assumed) {
		ol->success_share = ol->answer_share = assumed_share;
		ol->ring_sec = fmin(assumed_ring_sec, ol->timeout_sec);
		ol->talk_sec = ol->prompt_sec > 0 ? ol->prompt_sec
			: assumed_talk_sec;
		in->success_sec = ol->ring_sec + ol->talk_sec;
		in->failure_sec = fmin(assumed_fail_sec, ol->timeout_sec);
	}
	else {
		ol->success_share = at->good / at->n;
		ol->answer_share = at->answered / at->n;
		ol->ring_sec = at->ring_sec;
		ol->talk_sec = at->talk_sec;
		in->success_sec = at->good_sec;
		in->failure_sec = at->bad_sec;
	}

	/* What did not happen weighs nothing, and what took no time some. */
	in->success = ol->success_share;
	in->success_sec = in->success_sec > 0.1 ? in->success_sec : 0.1;
	in->failure_sec = in->failure_sec > 0.1 ? in->failure_sec : 0.1;
}


static void limits_set(struct outlook *ol)
{
	struct forecast_in *in = &ol->in;
	const double engines = ol->engines > 1 ? ol->engines : 1;

	in->max_attempts = (uint32_t)ol->max_attempts;
	in->backoff_sec = ol->backoff_sec;
	in->calls = ol->max_concurrent_calls;
	if (ol->engine_calls > 0 && ol->engine_calls < in->calls)
		in->calls = ol->engine_calls;

	in->rate = engines * ol->set.rate * 1000 / PACER_SECOND_MS;
	if (ol->max_calls_per_second > 0)
		in->rate = fmin(in->rate,
				ol->max_calls_per_second / slot_width);
}


/* Who is not rung, and who is left; the share that engines refuse is that of
 * the phones that were looked at. */
static void phones_sort(struct outlook *ol)
{
	struct outlook_groups *gs = &ol->waiting;
	double left = 0, by;

	for (size_t i = 0; i < gs->n; i++) {
		if (gs->v[i].tries < ol->max_attempts)
			left += gs->v[i].n;
		else
			ol->spent += gs->v[i].n;
	}

	if (ol->looked > 0) {
		ol->listed *= left / ol->looked;
		ol->unsafe *= left / ol->looked;
	}
	ol->to_ring = fmax(0, left - ol->listed - ol->unsafe);
	by = left > 0 ? ol->to_ring / left : 0;

	for (size_t i = 0; i < gs->n; i++) {
		gs->v[i].n *= by;
		if (gs->v[i].last <= 0 && gs->v[i].tries < ol->max_attempts)
			ol->due += gs->v[i].n;
	}

	ol->in.groupv = gs->v;
	ol->in.groupc = gs->n;
	ol->in.livev = ol->ringing.v;
	ol->in.livec = ol->ringing.n;
}


/* As much of the schedule as it takes */
static int look_ahead(struct outlook *ol, struct tool *tl)
{
	static const struct forecast_window always = { 0, INFINITY };
	struct forecast_in *in = &ol->in;
	unsigned changes = CHANGES_FIRST;
	int err;

	in->windowv = &always;
	in->windowc = 1;
	in->windows_all = true;
	if (!ol->schedule[0])
		return forecast_run(&ol->out, in);

	do {
		err = windows_read(ol, tl, changes);
		if (err)
			return err;

		in->windowv = ol->windows.v;
		in->windowc = ol->windows.n;
		in->windows_all = ol->windows.all;
		err = forecast_run(&ol->out, in);
		changes *= 4;
	} while (err == ENODATA && changes <= CHANGES_MAX);

	if (err == ENODATA) {
		ol->out.verdict = FORECAST_LATER;
		ol->out.end = in->windowc ? in->windowv[in->windowc - 1].to
			: 0;
		err = 0;
	}

	return err;
}


static int facts_read(struct outlook *ol, struct tool *tl, const char *id)
{
	int err;

	settings_default(&ol->set, NULL);
	err = tool_ask(tl, sql_forecast_facts, 1, &id, facts_row, ol);
	if (!err && !ol->id[0]) {
		snprintf(tl->why, sizeof(tl->why), "the campaign is gone");
		err = ENOENT;
	}
	if (!err)
		err = tool_ask(tl, sql_config, 0, NULL, config_row, &ol->set);
	if (!err)
		err = tool_ask(tl, sql_forecast_attempts, 1, &id,
			       attempts_row, &ol->seen);
	ol->assumed = ol->seen.n < OUTLOOK_ATTEMPTS;

	return err ? err : phones_read(ol, tl);
}


int outlook_read(struct outlook *ol, struct tool *tl, const char *id)
{
	int err;

	memset(ol, 0, sizeof(*ol));
	err = db_exec(tl->db, "BEGIN ISOLATION LEVEL REPEATABLE READ "
		      "READ ONLY", tl->why, sizeof(tl->why));
	if (!err)
		err = facts_read(ol, tl, id);
	if (err)
		return err;

	prompt_read(ol, tl);
	shares_set(ol);
	limits_set(ol);
	phones_sort(ol);
	err = look_ahead(ol, tl);

	return err ? err : db_exec(tl->db, "COMMIT", tl->why,
				   sizeof(tl->why));
}


void outlook_free(struct outlook *ol)
{
	free(ol->waiting.v);
	free(ol->ringing.v);
	free(ol->windows.v);
}
