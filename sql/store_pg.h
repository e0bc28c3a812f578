/**
 * @file store_pg.h  The store of core/ports.h on PostgreSQL
 *
 * All functions belong to the loop thread.
 */
#ifndef RINGROUND_STORE_PG_H
#define RINGROUND_STORE_PG_H

#include "core/ports.h"
#include "core/settings.h"

struct store_pg;

/** What an engine says of itself, every few seconds */
struct store_life {
	uint32_t max_calls;     /**< that it can carry at once           */
	uint32_t live;
	uint32_t room;          /**< calls more that it would take       */
	uint64_t dialled;       /**< INVITEs since it was started        */
};

/** What the store tells; words are one line each, borrowed */
struct store_pg_prm {
	const char *conninfo;   /**< NULL: the PG* environment; copied   */
	const char *node;       /**< copied                              */
	const char *address;    /**< where its SIP is: host:port; copied */
	const char *version;    /**< of this program; copied             */
	struct settings set;    /**< defaults for what config leaves out */

	/** The database is there and this node's name is ours; or is not */
	void (*dbh)(bool ok, const char *why, void *arg);

	/** Phones have changed; settings: more than phones */
	void (*changeh)(bool settings, void *arg);

	/** What is there to say for a sign of life? */
	void (*lifeh)(struct store_life *life, void *arg);

	/** It will not get better by waiting: say why and stop */
	void (*fatalh)(const char *why, void *arg);

	/** Attempts that the engine knows of, for what it left in the rows:
	    fills at most size, returns how many there are */
	size_t (*attemptsh)(int64_t *v, size_t size, void *arg);

	/** An operator wants these attempts hung up (phone.attempt_id) */
	void (*hanguph)(const int64_t *attemptv, size_t n, void *arg);

	/** An extension of leases was refused: they may run out */
	void (*leaseh)(void *arg);

	void (*logh)(bool warn, const char *line, void *arg);

	/** The clock of the reports' stamps and of store_pg_tick() */
	uint64_t (*now_ms)(void *arg);
	void *arg;
};

enum {
	STORE_RECOVER_MS = 5000,        /**< how often leases are looked at,
					     and a sign of life is given */
	STORE_NEWS_MS    = 200,         /**< between two for consoles    */
	STORE_GRACE_MS   = 15000,       /**< the first time              */
	STORE_NODE_MS    = 30000,       /**< how long a taken name is tried
					     while its holder is silent: the
					     server lets go of him before */
};

extern const struct store_ops store_pg_ops;

/** @return 0 or ENOMEM */
int store_pg_alloc(struct store_pg **stp, const struct store_pg_prm *prm);

/** The engine leaves, nothing is to be written any more: take its row away */
void store_pg_leave(struct store_pg *st);

/** Closes at once; no handler runs afterwards. NULL is fine. */
void store_pg_free(struct store_pg *st);

/** Time passes: call it often, by the engine's clock. */
void store_pg_tick(struct store_pg *st, uint64_t now_ms);

/** Delivers a prompt's file, borrowed; ENOENT: there is none such;
    ECANCELED when the store goes: release arg, and do nothing else */
typedef void (store_audio_h)(int err, const uint8_t *data, size_t size,
			     const char *why, void *arg);

/**
 * Read the audio of a prompt. ENOTCONN while the database is away.
 *
 * @param digest It must have this digest; else the handler gets ENOENT
 */
int store_pg_audio(struct store_pg *st, int32_t id, const char *digest,
		   store_audio_h *h, void *arg);

#endif
