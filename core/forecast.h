/**
 * @file forecast.h  When a campaign will be done, as far as can be known
 *
 * Phones are counted, not followed one by one: of each kind so many, due
 * within some span, of which a share is successful at each attempt. So ten
 * million cost no more than ten. Times are seconds from now.
 */
#ifndef RINGROUND_FORECAST_H
#define RINGROUND_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** When calls may start */
struct forecast_window {
	double from;            /**< may be negative                     */
	double to;              /**< INFINITY: it stays open             */
};

/** Phones that have had as many attempts, and fall due evenly in a span */
struct forecast_group {
	uint32_t tries;         /**< attempts made                       */
	double first, last;     /**< due; not above 0: now               */
	double n;
};

struct forecast_in {
	const struct forecast_group *groupv;    /**< not being rung      */
	size_t groupc;
	const struct forecast_group *livev;     /**< being rung; the
						     attempt counts      */
	size_t livec;
	const struct forecast_window *windowv;  /**< in order, apart     */
	size_t windowc;
	bool windows_all;       /**< no more come behind them            */
	uint32_t max_attempts;
	double backoff_sec;
	double success;         /**< share of the attempts, 0 to 1       */
	double success_sec;     /**< that such an attempt lasts, more
				     than 0                              */
	double failure_sec;     /**< that another one lasts, more than 0 */
	double calls;           /**< at a time                           */
	double rate;            /**< starts a second; INFINITY: any      */
};

/** What decides how long it takes */
enum forecast_limit {
	FORECAST_BY_CALLS,      /**< calls at a time                     */
	FORECAST_BY_RATE,       /**< starts a second                     */
	FORECAST_BY_SCHEDULE,
	FORECAST_BY_BACKOFF,    /**< phones wait for their next attempt  */
	FORECAST_LIMITS,
};

enum forecast_verdict {
	FORECAST_DONE,
	FORECAST_NEVER,         /**< no call may ever start              */
	FORECAST_LATER,         /**< not before end: there it was given up */
};

struct forecast_out {
	enum forecast_verdict verdict;
	double begin;           /**< of the first call; 0 without one    */
	double end;             /**< of the last one                     */
	double calls;           /**< that are to be expected             */
	double successes;       /**< among them                          */
	double delayv[FORECAST_LIMITS];         /**< seconds that each takes
						     of the whole        */
};

/**
 * Look ahead. What is left of a phone after expected failures counts until
 * that is less than half a phone.
 *
 * @return 0; ENODATA when it takes more windows than are given; ENOMEM
 */
int forecast_run(struct forecast_out *out, const struct forecast_in *in);

/** The limit that takes most; FORECAST_LIMITS: none takes any time */
enum forecast_limit forecast_limit(const struct forecast_out *out);

#endif
