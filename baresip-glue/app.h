/**
 * @file app.h  The whole application inside the host program
 */
#ifndef RINGROUND_APP_H
#define RINGROUND_APP_H

#include <stdint.h>
#include <re.h>
#include "baresip-glue/dialer.h"
#include "baresip-glue/notify.h"
#include "baresip-glue/rest.h"
#include "baresip-glue/revive.h"
#include "core/carry.h"
#include "core/engine.h"
#include "core/launch.h"
#include "sql/cluster.h"
#include "sql/store_pg.h"
#include "tui/console.h"

enum app_quit {
	QUIT_NO,
	QUIT_DRAIN,             /**< no new calls, live ones finish      */
	QUIT_HANGUP,            /**< BYE to the rest, a few at a time    */
	QUIT_FLUSH,             /**< until the last report is committed  */
	QUIT_LEAVE,             /**< until the SIP stack has ended       */
	QUIT_GONE,
};

enum {
	DRAIN_MS     = 60000,   /**< live calls may finish within        */
	FLUSH_MS     = 600000,  /**< the last reports may be written within */
	LEAVE_MS     = 1000,    /**< the last BYE may be answered within */
	ALONE_MS     = 5000,    /**< or the CANCEL of a single call      */
	HANGUPS      = 20,      /**< BYEs a tick                         */
};

struct app {
	struct launch la;
	struct carry carry;
	char carried[256];      /**< the same in words                   */
	struct cluster *cluster;
	struct revive *revive;
	struct rest rest;
	bool db_there;
	char db_why[256];       /**< why it is not                       */
	struct notify notify;
	struct engine *eng;
	struct store_pg *store; /**< NULL: there is a single call        */
	struct prompts *prompts;
	struct media *med;
	struct dialer *dl;
	struct tmr tmr;
	int timer_fd;
	int signal_fd;
	enum app_quit quit;
	uint64_t quit_at;       /**< when the present step has to end    */
	bool flush_told;
	bool failed;            /**< exit status 1                       */
	int status;             /**< else this one                       */
};

/** The one application; loop thread */
extern struct app app;

/** A steady clock, milliseconds, never 0. Any thread. */
uint64_t app_now(void);

/** The loop runs: threads may start. */
int app_started(struct app *ap);

/** No new calls, and leave when the live ones have ended; or go a step on */
void app_quit(struct app *ap);

/** Leave at once, with words for the operator and exit status 1 */
void app_fail(struct app *ap, const char *why);

/** Reports that wait for the database; a trial has none */
size_t app_pending(const struct app *ap);

/** Tell systemd what there is to tell, every tick */
void app_tell(struct app *ap, uint64_t now);

/** The present step of leaving, every tick */
void app_quit_step(struct app *ap);

#endif
