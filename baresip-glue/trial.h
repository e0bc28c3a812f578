/**
 * @file trial.h  One call now, shown message by message
 *
 * The engine's own rules ring one number that the program has handed over,
 * with its prompt: no database is asked, nothing is written to one, and there
 * is no second attempt. All functions belong to the loop thread.
 */
#ifndef RINGROUND_TRIAL_H
#define RINGROUND_TRIAL_H

#include "baresip-glue/app.h"
#include "baresip-glue/prompt.h"

enum { TRIAL_NOT_HEARD = 4 };   /**< exit status, see tui/cmd.h          */

/**
 * Take over what the launch file says, and the prompt
 *
 * @param ep  Gets its store, settings and log
 * @return 0 or an errno
 */
int trial_open(struct app *ap, struct engine_prm *ep);

/** As prompt_fetch_h: there is one prompt only */
int trial_fetch(prompt_bytes_h *h, void *harg);

/** All is there: call. */
void trial_start(struct app *ap);

/** Goes on with it, every tick; leaves when it is over. */
void trial_tick(struct app *ap, uint64_t now_ms);

/** Says what the call came to, and forgets it. Repeats are fine. */
void trial_close(void);

#endif
