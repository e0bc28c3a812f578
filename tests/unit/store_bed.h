/**
 * @file store_bed.h  A store on the test's PostgreSQL, and all it said
 */
#ifndef RINGROUND_STORE_BED_H
#define RINGROUND_STORE_BED_H

#include "sql/store_pg.h"
#include "tests/unit/pg_fixture.h"

enum {
	SBED_PHONES = 64,
	SBED_CAMPS  = 8,
};

struct sbed {
	struct store_pg *st;
	bool ok;
	unsigned oks, downs, changes, fatals, warnings;
	struct store_life life;         /**< what it says of itself      */
	char why[512];
	char line[512];         /**< the last of the log                 */
	unsigned leases;                /**< told to be lost             */
	unsigned hangups;               /**< times told to hang up       */
	int64_t hungv[SBED_PHONES];     /**< attempts                    */
	size_t hungc;
	int64_t knownv[SBED_PHONES];    /**< attempts the engine knows   */
	size_t knownc;

	unsigned loads;         /**< answers                             */
	int load_err;
	struct campaign campv[SBED_CAMPS];
	size_t campc;
	struct settings set;

	unsigned claims;        /**< answers                             */
	int claim_err;
	struct phone phonev[SBED_PHONES];       /**< of the last claim   */
	size_t phonec;
	size_t claimed;         /**< phones of all claims                */
};

/** Make a store; the loop must run before it is connected */
void sbed_make(struct sbed *sb, const char *node, const char *conninfo);

/** Make a store and wait until it is ready */
void sbed_open(struct sbed *sb, const char *node);
void sbed_close(struct sbed *sb);

/** Run the loop for all stores until a counter has this value */
void sbed_until(const unsigned *count, unsigned n);

/** Run the loop until SQL yields this number */
void sbed_until_sql(int64_t n, const char *sql);

/** Ask for at most limit phones of a campaign that plays prompt 1 */
int sbed_ask(struct sbed *sb, int32_t campaign_id, uint32_t limit);

/** The same, and wait. @return how many there were */
size_t sbed_claim(struct sbed *sb, int32_t campaign_id, uint32_t limit);

/** Load and wait */
void sbed_load(struct sbed *sb);

/** A report of a claimed phone with the stamps that belong to it */
void sbed_fill(struct report *rep, const struct phone *ph,
	       enum report_kind kind, enum outcome outcome);

/** Report, and wait until all reports are committed */
void sbed_report(struct sbed *sb, const struct report *rep);
void sbed_flush(struct sbed *sb);

/** The server's process for the only store that is open */
pid_t sbed_backend(void);

/** End that process */
void sbed_cut(void);

/** Campaign 1 with prompt 1 and n phones, ids from 1 */
void sbed_campaign(unsigned n);

/** What there is to see of a phone, in one line */
const char *sbed_row(int64_t id);

#endif
