/**
 * @file forecast.c  When a campaign will be done, as far as can be known
 *
 * Groups of phones wait in a heap by the instant at which the first of them
 * is due. Who is taken from it starts as fast as calls at a time, the rate,
 * the schedule and its own dues let it; the share that fails comes back as a
 * group that is due later and has an attempt less.
 *
 * Calls at a time and the rate are each kept as the instant at which all that
 * was started would have been, had it been spread evenly (GCRA, ITU-T I.371):
 * whoever comes behind starts no sooner than that allows.
 */
#include "core/forecast.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEPS_MAX = 2000000,    /* some tenths of a second               */
	HEAP_MAX  = 200000,
};

static const double least = 0.01;       /* of a phone: less is nothing   */
static const double whole = 0.5;        /* of a phone: more is one       */

struct group {
	double first, last, n;
	double left;            /* attempts                              */
};

struct run {
	const struct forecast_in *in;
	struct forecast_out out;
	struct group *heap;
	size_t heapc, room;
	double mean_sec;        /* of an attempt                         */
	double calls_at;        /* see above                             */
	double rate_at;
	double reach;           /* until when starts were looked at      */
	bool began;
	uint32_t steps;
};


static double max(double a, double b)
{
	return a > b ? a : b;
}


static void sift_down(struct group *heap, size_t n, struct group g)
{
	size_t i = 0;

	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= n)
			break;
		if (c + 1 < n && heap[c + 1].first < heap[c].first)
			++c;
		if (heap[c].first >= g.first)
			break;
		heap[i] = heap[c];
		i = c;
	}
	heap[i] = g;
}


static int push(struct run *r, struct group g)
{
	size_t i = r->heapc;

	if (r->heapc == r->room) {
		const size_t room = r->room ? 2 * r->room : 256;
		struct group *heap;

		heap = realloc(r->heap, room * sizeof(*heap));
		if (!heap)
			return ENOMEM;
		r->heap = heap;
		r->room = room;
	}

	for (; i && r->heap[(i - 1) / 2].first > g.first; i = (i - 1) / 2)
		r->heap[i] = r->heap[(i - 1) / 2];
	r->heap[i] = g;
	++r->heapc;

	return 0;
}


static struct group pop(struct run *r)
{
	const struct group g = r->heap[0];

	sift_down(r->heap, r->heapc - 1, r->heap[r->heapc - 1]);
	--r->heapc;

	return g;
}


/* What comes of phones that are too few to be followed */
static void sum_up(struct run *r, double n, double left)
{
	const double p = r->in->success, q = 1 - p;
	const double calls = p > 0 ? n * (1 - pow(q, left)) / p : n * left;

	r->out.calls += calls;
	r->out.successes += calls * p;
}


/* Those of n that fail come back. */
static int fail(struct run *r, double n, double left, double first,
		double last)
{
	const double wait = r->in->failure_sec + r->in->backoff_sec;
	const double back = n * (1 - r->in->success);

	if (left < 1)
		return 0;
	if (back < least) {
		sum_up(r, back, left);
		return 0;
	}

	return push(r, (struct group){ first + wait, last + wait, back,
				       left });
}


/* The first window that is not over at t; NULL: none that is known */
static const struct forecast_window *window_at(const struct forecast_in *in,
					       double t)
{
	size_t a = 0, b = in->windowc;

	while (a < b) {
		const size_t mid = a + (b - a) / 2;

		if (in->windowv[mid].to > t)
			b = mid;
		else
			a = mid + 1;
	}

	return a < in->windowc ? &in->windowv[a] : NULL;
}


/* When the next call may start, by calls at a time and by rate */
static double free_at(const struct run *r)
{
	return max(0, max(r->calls_at - r->mean_sec,
			  r->rate_at - 1 / r->in->rate));
}


/* How many of a group start from some instant on until another */
static double fitting(const struct run *r, const struct group *g,
		      double from, double to)
{
	const struct forecast_in *in = r->in;
	double n = g->n, most;

	most = (to + r->mean_sec - max(r->calls_at, from)) * in->calls
		/ r->mean_sec;
	n = most < n ? most : n;

	if (isfinite(in->rate)) {
		most = (to - max(r->rate_at, from)) * in->rate + 1;
		n = most < n ? most : n;
	}
	if (g->last > to)
		most = g->n * max(0, to - g->first) / (g->last - g->first);
	n = g->last > to && most < n ? most : n;

	return max(n, 0);
}


/* Whose fault is it that starts last from one instant to another? */
static void blame(struct run *r, enum forecast_limit limit, double from,
		  double to)
{
	from = max(from, r->reach);
	if (to > from)
		r->out.delayv[limit] += to - from;
	r->reach = max(r->reach, to);
}


/* Start some of a group. @return when the last of them starts */
static double start(struct run *r, const struct group *g, double n,
		    double from)
{
	const struct forecast_in *in = r->in;
	const double due = g->first + (g->last - g->first) * n / g->n;
	enum forecast_limit limit = FORECAST_BY_BACKOFF;
	double last = max(from, due);

	r->calls_at = max(r->calls_at, from) + n * r->mean_sec / in->calls;
	if (isfinite(in->rate))
		r->rate_at = max(r->rate_at, from) + n / in->rate;

	if (r->calls_at - r->mean_sec > last) {
		last = r->calls_at - r->mean_sec;
		limit = FORECAST_BY_CALLS;
	}
	if (r->rate_at - 1 / in->rate > last) {
		last = r->rate_at - 1 / in->rate;
		limit = FORECAST_BY_RATE;
	}
	blame(r, limit, from, last);

	return last;
}


/* One window's worth of a group. @return ENODATA without a window */
static int step(struct run *r, struct group *g, double *not_before,
		bool counts)
{
	const double ready = max(max(g->first, free_at(r)), *not_before);
	const struct forecast_window *w = window_at(r->in, ready);
	double from, n, last;
	int err;

	if (!w)
		return ENODATA;

	from = max(ready, w->from);
	n = fitting(r, g, from, w->to);
	*not_before = w->to;
	if (n < g->n && n < least)
		return 0;

	blame(r, FORECAST_BY_BACKOFF, r->reach, max(g->first, 0));
	blame(r, FORECAST_BY_SCHEDULE, ready, from);
	if (!r->began)
		r->out.begin = from;
	r->began = true;

	last = start(r, g, n, from);
	r->out.calls += n;
	r->out.successes += n * r->in->success;
	if (counts)
		r->out.end = max(r->out.end, last + r->mean_sec);

	err = fail(r, n, g->left - 1, from, last);
	g->first += (g->last - g->first) * n / g->n;
	g->n -= n;

	return err;
}


static int all(struct run *r)
{
	int err = 0;

	while (!err && r->heapc) {
		struct group g = pop(r);
		const bool counts = g.n >= whole;
		double not_before = -INFINITY;

		while (!err && g.n > 1e-9 && r->steps < STEPS_MAX) {
			err = step(r, &g, &not_before, counts);
			++r->steps;
		}
		if (r->steps == STEPS_MAX || r->heapc > HEAP_MAX) {
			r->out.verdict = FORECAST_LATER;
			r->out.end = max(r->out.end, r->reach);
			return 0;
		}
	}

	return err;
}


static struct group group_of(const struct forecast_group *g,
			     uint32_t attempts)
{
	const double first = max(g->first, 0);

	return (struct group){ first, max(g->last, first), g->n,
			       (double)attempts - g->tries };
}


static int begin(struct run *r)
{
	const struct forecast_in *in = r->in;
	double live = 0;
	int err = 0;

	for (size_t i = 0; !err && i < in->livec; i++) {
		const struct forecast_group *g = &in->livev[i];

		live += g->n;
		r->out.successes += g->n * in->success;
		err = fail(r, g->n, (double)in->max_attempts - g->tries,
			   -in->failure_sec, 0);
	}
	for (size_t i = 0; !err && i < in->groupc; i++) {
		const struct forecast_group *g = &in->groupv[i];

		if (g->tries < in->max_attempts && g->n > 0)
			err = push(r, group_of(g, in->max_attempts));
	}

	r->calls_at = in->calls > 0 ? live * r->mean_sec / in->calls : 0;
	if (live > 0)
		r->out.end = r->mean_sec;

	return err;
}


int forecast_run(struct forecast_out *out, const struct forecast_in *in)
{
	struct run r = { .in = in };
	int err;

	r.mean_sec = in->success * in->success_sec
		+ (1 - in->success) * in->failure_sec;
	r.rate_at = -INFINITY;

	err = begin(&r);
	if (err)
		goto out;

	if (r.heapc && (!(in->calls >= 1) || !(in->rate > 0)
			|| (!in->windowc && in->windows_all)))
		r.out.verdict = FORECAST_NEVER;
	else
		err = all(&r);
	if (err == ENODATA && in->windows_all) {
		r.out.verdict = FORECAST_NEVER;
		err = 0;
	}
	if (!err)
		*out = r.out;
 out:
	free(r.heap);

	return err;
}


enum forecast_limit forecast_limit(const struct forecast_out *out)
{
	enum forecast_limit most = FORECAST_LIMITS;
	double sec = 0;

	for (int i = 0; i < FORECAST_LIMITS; i++) {
		if (out->delayv[i] > sec) {
			sec = out->delayv[i];
			most = (enum forecast_limit)i;
		}
	}

	return most;
}
