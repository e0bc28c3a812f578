/**
 * @file solo.h  A store that holds one phone, and hands it out once
 *
 * For a call that belongs to no campaign: the engine rings it by its own
 * rules, nothing is read from a database, and nothing written there.
 */
#ifndef RINGROUND_SOLO_H
#define RINGROUND_SOLO_H

#include "core/ports.h"
#include "core/settings.h"

struct solo_prm {
	const char *number;
	const char *cli;        /**< empty: the number                   */
	const char *username;   /**< may be empty                        */
	const char *secret;
	uint32_t timeout_sec;
};

/** Owned by whoever declares it; its fields are for solo.c alone */
struct solo {
	struct phone phone;
	struct settings set;
	bool handed_out;
	bool back;              /**< it was not dialled                  */
	bool done;
	struct report last;
	char trouble[REASON_SIZE];      /**< with the prompt             */

	/* Asked for, to be answered in the next tick; NULL: not */
	store_load_h *loadh;
	store_scan_h *scanh;
	store_claim_h *claimh;
	void *load_arg;
	void *scan_arg;
	void *claim_arg;
};

/** What has become of it */
enum solo_end {
	SOLO_LIVE,              /**< nothing yet                         */
	SOLO_ENDED,             /**< the call is over: solo.last         */
	SOLO_BACK,              /**< there was no call                   */
};

/** Its argument is a struct solo */
extern const struct store_ops solo_ops;

/**
 * The phone is for one attempt, a success when the prompt was heard to its
 * very end.
 *
 * @param prm  Copied; what does not fit is EINVAL
 * @param set  Copied
 */
int solo_init(struct solo *so, const struct solo_prm *prm,
	      const struct settings *set);

/** Answers what was asked for; call it often. */
void solo_tick(struct solo *so);

enum solo_end solo_state(const struct solo *so);

/** Why the prompt cannot be played; "": nothing is known against it */
const char *solo_trouble(const struct solo *so);

#endif
