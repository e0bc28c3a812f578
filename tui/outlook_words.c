/**
 * @file outlook_words.c  A forecast in words
 */
#include "tui/outlook.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>


/* One thing more, behind a semicolon */
__attribute__((format(printf, 3, 4)))
static void add(char *buf, size_t size, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	if (len) {
		(void)snprintf(buf + len, size - len, "; ");
		len = strlen(buf);
	}

	va_start(ap, fmt);
	(void)vsnprintf(buf + len, size - len, fmt, ap);
	va_end(ap);
}


void outlook_held(char *buf, size_t size, const struct outlook *ol)
{
	buf[0] = '\0';

	if (ol->paused)
		add(buf, size, "it is paused: ringround campaign resume %s",
		    ol->id);
	if (!ol->prompt[0])
		add(buf, size, "it has no prompt: ringround campaign set %s "
		    "--prompt PROMPT", ol->id);
	if (ol->trouble[0])
		add(buf, size, "its prompt cannot be played: %s",
		    ol->trouble);
	if (ol->max_concurrent_calls < 1)
		add(buf, size, "max_concurrent_calls is 0");
	if (!ol->open)
		add(buf, size, ol->change_ms ? "the schedule is closed"
		    : "the schedule never opens");
	if (ol->engines < 1)
		add(buf, size, "no engine is running: start ringround");
}


static void limit_words(char *buf, size_t size, const struct outlook *ol,
			enum forecast_limit limit, double share)
{
	const bool engines = ol->in.calls < ol->max_concurrent_calls;
	const double own = ol->max_calls_per_second / 1.1;

	switch (limit) {

	case FORECAST_BY_CALLS:
		if (engines)
			add(buf, size, "calls at a time (the engines carry "
			    "%.0f)", ol->in.calls);
		else
			add(buf, size, "calls at a time "
			    "(max_concurrent_calls %.0f)", ol->in.calls);
		return;

	case FORECAST_BY_RATE:
		if (own > 0 && own <= ol->in.rate)
			add(buf, size, "calls started a second "
			    "(max_calls_per_second %g)",
			    ol->max_calls_per_second);
		else
			add(buf, size, "calls started a second "
			    "(maxcallspersecond %u of an engine)",
			    ol->set.rate);
		return;

	case FORECAST_BY_SCHEDULE:
		add(buf, size, "the schedule (it is closed %.0f%% of the "
		    "time)", 100 * share);
		return;

	case FORECAST_BY_BACKOFF:
		add(buf, size, "waiting for next attempts (backoff_sec %.0f)",
		    ol->backoff_sec);
		return;

	case FORECAST_LIMITS:
		add(buf, size, "nothing: all calls may start at once");
		return;
	}
}


void outlook_bottleneck(char *buf, size_t size, const struct outlook *ol)
{
	struct forecast_out out = ol->out;
	enum forecast_limit first;
	double all = 0;

	buf[0] = '\0';
	if (out.verdict == FORECAST_NEVER || ol->to_ring + ol->live <= 0)
		return;

	for (int i = 0; i < FORECAST_LIMITS; i++)
		all += out.delayv[i];

	first = forecast_limit(&out);
	limit_words(buf, size, ol, first, first == FORECAST_LIMITS ? 0
		    : out.delayv[first] / all);

	/* While it is open there is another, which can be changed. */
	if (first == FORECAST_BY_SCHEDULE) {
		out.delayv[first] = 0;
		first = forecast_limit(&out);
		if (first != FORECAST_LIMITS)
			limit_words(buf, size, ol, first, 0);
	}
}


void outlook_basis(char *buf, size_t size, const struct outlook *ol)
{
	buf[0] = '\0';
	if (!ol->assumed) {
		add(buf, size, "how the last %.0f attempts went", ol->seen.n);
		return;
	}

	add(buf, size, "an assumption, with %.0f attempts so far: one in two "
	    "is successful after %.0f s of ringing and %s of %.0f s, others "
	    "end after %.0f s", ol->seen.n, ol->ring_sec,
	    ol->prompt_sec > 0 ? "the prompt" : "a prompt", ol->talk_sec,
	    ol->in.failure_sec);
}


void outlook_note(char *buf, size_t size, const struct outlook *ol)
{
	buf[0] = '\0';
	if (ol->to_ring + ol->live <= 0)
		add(buf, size, "nothing is left to be rung");
	if (ol->out.verdict == FORECAST_LATER)
		add(buf, size, "it was given up to look ahead at %.0f days "
		    "from now", ol->out.end / 86400);
	if (ol->engines < 1 && ol->to_ring > 0)
		add(buf, size, "as if one engine were running");
	if (ol->others > 0)
		add(buf, size, "%.0f other campaign%s due: sharing engines "
		    "with %s takes longer", ol->others, ol->others > 1 ?
		    "s are" : " is", ol->others > 1 ? "them" : "it");
	if (ol->sampled)
		add(buf, size, "phones were looked at by chance, not each");
	if (ol->looked > 0 && ol->looked < ol->to_ring)
		add(buf, size, "the do-not-call list was held against the "
		    "first %.0f phones", ol->looked);
	if (!ol->may_see)
		add(buf, size, "this role may not read numbers and the "
		    "do-not-call list");
}
