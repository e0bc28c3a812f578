/**
 * @file store_priv.h  What the two halves of the store share
 */
#ifndef RINGROUND_STORE_PRIV_H
#define RINGROUND_STORE_PRIV_H

#include "sql/hush.h"
#include "sql/pgconn.h"
#include "sql/reports.h"
#include "sql/store_pg.h"

struct store_pg {
	struct store_pg_prm prm;
	struct settings set;    /**< last good values                    */
	struct pgconn *pc;
	struct reports *reports;
	char *node;
	char *address;
	char *version;
	uint64_t now_ms;
	uint64_t recover_at_ms;
	uint64_t taken_since_ms;        /**< the name was refused first  */
	bool ready;             /**< hello went well                     */
	bool met;               /**< it has gone well before             */
	bool news;              /**< for consoles: phones have changed   */
	uint64_t news_at_ms;    /**< no more of it before                */
	bool outdated;          /**< the schema has become another one   */
	uint64_t born_ms;       /**< when the engine was started         */
	bool down_told;
	struct hush hush;       /**< what was complained of              */
	bool config_known;      /**< a good proxy has been read          */
	char bad[2048];         /**< the last complaints about config    */
};

void store_log(struct store_pg *st, bool warn, const char *line);

/** Hello was refused the name: stop, or wait for whoever has it to go */
void store_name_taken(struct store_pg *st);

/** what, and the server's own words about it; the same ones now and then */
void store_log_refusal(struct store_pg *st, const char *what,
		       const PGresult *res);

/** Is the schema still ours? If not nothing is claimed, but reports go on. */
int store_check_schema(struct store_pg *st);

/** Did claim_phones() refuse because of the schema? */
bool store_is_outdated(const PGresult *res);

/** See core/ports.h */
int store_load(void *arg, store_load_h *h, void *harg);
int store_scan(void *arg, uint32_t ahead_sec, const int32_t *idv, size_t n,
	       store_scan_h *h, void *harg);

/** See core/ports.h */
void store_health(const void *arg, struct store_health *health);

/** Take up which calls of this node operators want hung up */
int store_hangups(struct store_pg *st);

#endif
