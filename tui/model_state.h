/**
 * @file model_state.h  What a campaign is doing, as the operator reads it
 */
#ifndef RINGROUND_MODEL_STATE_H
#define RINGROUND_MODEL_STATE_H

#include "tui/model.h"

enum camp_word {
	CAMP_REASON,            /**< the engine's, or the same judged by
				     what the database knows             */
	CAMP_DRAINING,
	CAMP_PAUSING,           /**< asked for, not acknowledged         */
	CAMP_PAUSING_SLOW,
	CAMP_RESUMING,
	CAMP_RESUMING_SLOW,
	CAMP_NO_ENGINE,
};

struct camp_state {
	enum camp_word word;
	enum campaign_reason reason;
	int64_t live;
	int64_t until_ms;       /**< from now on; -1: nobody knows       */
	const char *detail;     /**< borrowed; ""                        */
};

enum { STATE_SIZE = 32 };

void state_of(const struct model *m, const struct db_camp *c,
	      uint64_t now_ms, struct camp_state *st);

/** RUNNING, DRAINING 9 and so on. @return buf */
const char *state_word(const struct camp_state *st, char *buf, size_t size);

/** Does it dial? */
bool state_dials(const struct camp_state *st);

/** Until its last phone is finished, going on as now; -1: not known */
int64_t state_eta_ms(const struct db_camp *c, const struct camp_state *st);

/**
 * Why it does not dial, in a sentence; empty when it does
 *
 * @param when  How until_ms reads: in 0:41, at 16:00:00, Nov 24;
 *              of a WINDOW the instant alone; "": never, or unknown
 */
const char *state_sentence(const struct db_camp *c,
			   const struct camp_state *st, const char *when,
			   char *buf, size_t size);

#endif
