/**
 * @file bed.h  The engine's store on a real database, for measuring
 *
 * A mistake of the measurement ends the program with status 1 and words on
 * stderr; nothing is returned that need be checked.
 */
#ifndef RINGROUND_BENCH_BED_H
#define RINGROUND_BENCH_BED_H

#include <stdbool.h>
#include <stdint.h>
#include "sql/store_priv.h"

struct bed {
	struct store_pg *st;
	bool up;
	unsigned claims;        /**< answers to claims                   */
	uint64_t claimed_usec;  /**< when the last one came              */
	int server;             /**< the process that serves this        */
	struct phone *phonev;   /**< claimed, in this order; owned       */
	size_t phonec;
	size_t size;
};

/** Returns true when the loop should end */
typedef bool (bed_done_h)(void *arg);

/** What a claim says of a campaign */
struct bed_campaign {
	int32_t id;
	int32_t prompt_id;
	const char *digest;     /**< of the prompt's audio; borrowed     */
};

/** An answer to a statement */
struct bed_answer {
	uint64_t usec;          /**< from sending it on                  */
	int rows;
	char text[64];          /**< the first field, cut                */
};

/** Connect under a node's name and wait until the store is ready */
void bed_open(struct bed *bd, const char *conninfo, const char *node);
void bed_close(struct bed *bd);

/** Run the loop until done, or fail after so many seconds */
void bed_run(struct bed *bd, bed_done_h *done, void *arg, unsigned seconds);

/** Claim at most limit phones of each of n campaigns, append them to phonev.
    @return microseconds it took */
uint64_t bed_claim(struct bed *bd, const struct bed_campaign *campv, size_t n,
		   uint32_t limit);

/** Send a statement on the store's own connection, wait for its answer */
struct bed_answer bed_ask(struct bed *bd, const char *sql, int paramc,
			  const char *const *paramv);

/** A steady clock, microseconds */
uint64_t bed_usec(void);

/** Processor time of this program so far, microseconds */
uint64_t bed_cpu_usec(void);

/** Processor time of the server's process so far, microseconds. Waits for
    a moment, until that process waits for us. */
uint64_t bed_server_usec(const struct bed *bd);

/** A number of the command line; at least min */
uint32_t bed_number(const char *text, uint32_t min);

/** A campaign of the command line, ID:PROMPT:DIGEST; borrows the text */
struct bed_campaign bed_campaign(const char *text);

/** Print words, and exit with 1 */
void bed_die(const char *fmt, ...) __attribute__((noreturn,
						  format(printf, 1, 2)));

#endif
