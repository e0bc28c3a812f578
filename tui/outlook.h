/**
 * @file outlook.h  What the forecast of a campaign is made of, and what it says
 */
#ifndef RINGROUND_OUTLOOK_H
#define RINGROUND_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/forecast.h"
#include "core/settings.h"
#include "tui/find.h"
#include "tui/tool.h"

enum {
	OUTLOOK_ATTEMPTS = 30,          /**< fewer tell nothing          */
	OUTLOOK_PHONES   = 200000,      /**< more are looked at by chance */
	OUTLOOK_REFUSED  = 50000,       /**< phones held against the
					     do-not-call list            */
	OUTLOOK_WORDS    = 400,
};

/** Growing arrays */
struct outlook_groups {
	struct forecast_group *v;       /**< owned                       */
	size_t n, room;
	double never;                   /**< phones that are never due   */
};

struct outlook_windows {
	struct forecast_window *v;      /**< owned                       */
	size_t n, room;
	double open_at;                 /**< NAN: it is closed           */
	size_t changes;
	bool all;
};

/** The columns of sql/query/forecast_attempts.sql; NAN: not known */
struct outlook_attempts {
	double n, answered, good;
	double good_sec, bad_sec;
	double ring_sec, talk_sec;
};

/** A campaign; numbers are those of its columns */
struct outlook {
	char id[FIND_ID_SIZE];
	char name[256];
	bool paused;
	char prompt[FIND_ID_SIZE];      /**< empty: none                 */
	char digest[80];
	char trouble[128];              /**< of the prompt               */
	bool may_hear;                  /**< its audio may be read       */
	char schedule[FIND_ID_SIZE];    /**< empty: none                 */
	bool open;
	int64_t change_ms;              /**< 0: never                    */
	int64_t now_ms;
	double max_concurrent_calls;
	double max_calls_per_second;    /**< 0: not set                  */
	double max_attempts, timeout_sec, backoff_sec;
	double total, finished, success, live;
	double engines;                 /**< that are connected          */
	double engine_calls;            /**< 0: not known                */
	double others;                  /**< other campaigns that are due */
	bool may_see;                   /**< numbers, and the list       */
	struct settings set;

	struct outlook_groups waiting, ringing;
	struct outlook_windows windows;
	struct outlook_attempts seen;
	bool sampled;
	double looked, listed, unsafe;  /**< of some phones              */

	double spent;                   /**< phones without an attempt
					     left                        */
	double to_ring, due;            /**< phones                      */
	double prompt_sec;              /**< 0: not known                */
	double ring_sec, talk_sec;      /**< NAN: nobody answered        */
	double success_share, answer_share;
	bool assumed;
	struct forecast_in in;
	struct forecast_out out;
};

/**
 * Read all there is to know of a campaign, and look ahead
 *
 * @param ol  To be freed by outlook_free() in any case
 * @return 0 or an errno, with tl->why
 */
int outlook_read(struct outlook *ol, struct tool *tl, const char *id);

void outlook_free(struct outlook *ol);

/** What keeps the campaign from dialling now; empty: nothing */
void outlook_held(char *buf, size_t size, const struct outlook *ol);

/** What most of the time goes into; empty: there is nothing to be done */
void outlook_bottleneck(char *buf, size_t size, const struct outlook *ol);

/** On what the guess stands */
void outlook_basis(char *buf, size_t size, const struct outlook *ol);

/** What else is to be known; may be empty */
void outlook_note(char *buf, size_t size, const struct outlook *ol);

#endif
