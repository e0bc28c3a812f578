/**
 * @file metrics.h  An engine's figures as Prometheus reads them
 */
#ifndef RINGROUND_METRICS_H
#define RINGROUND_METRICS_H

#include <stdio.h>
#include "core/snapshot.h"
#include "core/tally.h"

/** What the text is said to be: the exposition format 0.0.4 */
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct metrics {
	const char *version;    /**< of this program                     */
	const char *libre;      /**< of the SIP library                  */
	int schema;             /**< of the database                     */
	char node[NAME_SIZE];
	int64_t born_ms;        /**< since 1970, UTC                     */

	bool stopping;
	bool troubled;          /**< calls cannot be begun here now      */
	bool db_ok;
	uint32_t db_rtt_us;     /**< of its last statement               */

	uint64_t statev[ATTEMPT_STATES];        /**< attempts now, but of
						     ATT_DONE            */
	uint32_t max_calls;
	uint32_t rate;          /**< starts a second, at most            */
	uint64_t started;
	uint32_t campaignv[CAMPAIGN_DONE + 1];  /**< by reason           */
	size_t reports;         /**< not yet committed                   */
	size_t orders;          /**< of the console, waiting             */

	struct tally tally;
	struct packet_tally packets;
};

/**
 * Print all of it, in the exposition format 0.0.4. No number that was rung,
 * no name of a campaign is in it.
 *
 * @return 0 or EIO
 */
int metrics_print(FILE *f, const struct metrics *mx);

#endif
