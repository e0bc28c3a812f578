/**
 * @file engine.h  Claims phones, rings them, and reports what became of them
 *
 * All functions belong to the loop thread.
 */
#ifndef RINGROUND_ENGINE_H
#define RINGROUND_ENGINE_H

#include "core/metrics.h"
#include "core/ports.h"
#include "core/settings.h"
#include "core/snapshot.h"

struct engine;

enum {
	ENGINE_TICK_MS   = 20,  /**< how often engine_tick() is wanted   */
	LEASE_MARGIN_SEC = 60,  /**< beyond timeout_sec and the prompt   */
};

/** What an engine needs; the tables and their arguments are borrowed */
struct engine_prm {
	const char *node;               /**< copied                      */
	struct settings set;            /**< until the database was read */
	const struct store_ops *store;
	void *store_arg;
	const struct dialer_ops *dialer;
	void *dialer_arg;
	const struct clock_ops *clock;
	void *clock_arg;
	uint32_t max_calls;             /**< live at once, this engine   */
	/** Words for the log, a line each, numbers masked */
	void (*logh)(bool warn, const char *line, void *arg);
	void *log_arg;
};

/** @return 0 or ENOMEM */
int engine_alloc(struct engine **engp, const struct engine_prm *prm);

/** Drops everything, without events or reports. NULL is fine. */
void engine_free(struct engine *eng);

/**
 * Something changed: look at it, then claim. Coalesces.
 *
 * @param settings  More than phones: campaigns, schedules, prompts, config
 */
void engine_wake(struct engine *eng, bool settings);

/** The database came or went. While it is away no call starts. */
void engine_db(struct engine *eng, bool ok);

/** An extension of leases was refused: all are extended anew, soon. */
void engine_leases_lost(struct engine *eng);

/** To be called every ENGINE_TICK_MS: time-outs, scans, leases. */
void engine_tick(struct engine *eng);

/** An event of a call; unknown and stale ids are ignored. */
void engine_call_event(struct engine *eng, uint64_t id, enum call_ev ev,
		       const struct call_fact *fact);

/** Start no more calls; queued ones are released. For good. */
void engine_stop(struct engine *eng);

/**
 * Hang up every live call, at most n of them: the engine leaves. One that has
 * not been answered is no attempt. @return how many are left
 */
size_t engine_hangup(struct engine *eng, size_t n);

/** Which calls engine_cut() is about: by phone, and by attempt, or either */
struct engine_cut {
	const int64_t *phonev;          /**< phone.id; NULL: any         */
	const int64_t *attemptv;        /**< phone.attempt_id; NULL: any */
	size_t n;
};

/**
 * Hang up these calls, as an operator asks: such an attempt has failed, or
 * was cut short, and the rules decide on the next. One that was not dialled
 * yet is not dialled any more.
 *
 * @return how many of them there are
 */
size_t engine_cut(struct engine *eng, const struct engine_cut *cut);

/**
 * The attempts (phone.attempt_id) that are not done: fills v with at most
 * size of them. @return how many there are
 */
size_t engine_attempts(const struct engine *eng, int64_t *v, size_t size);

/** Attempts that are not done */
size_t engine_live(const struct engine *eng);

/** Calls more that would be taken now; 0 when nothing can be dialled */
uint32_t engine_room(const struct engine *eng);

/** INVITEs since the start */
uint64_t engine_dialled(const struct engine *eng);

/** @return a new reference to the engine's picture; NULL without memory */
struct snapshot *engine_snapshot(const struct engine *eng);

/** Fill in what the engine knows of its figures, the rest with zeros: cheap */
void engine_measure(const struct engine *eng, struct metrics *mx);

#endif
