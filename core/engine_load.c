/**
 * @file engine_load.c  What the engine knows of the campaigns
 *
 * All of them are read when settings have changed, and now and then. Between,
 * a scan asks for what is due alone: it costs little however many campaigns
 * and phones there are.
 */
#include "core/engine_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


static int by_id(const void *a, const void *b)
{
	const struct camp *x = a, *y = b;

	return (x->c.id > y->c.id) - (x->c.id < y->c.id);
}


struct camp *engine_camp(const struct engine *eng, int32_t id)
{
	struct camp key;

	if (!eng->campc)
		return NULL;

	key.c.id = id;

	return bsearch(&key, eng->campv, eng->campc, sizeof(key), by_id);
}


static uint64_t after(uint64_t now, int64_t ms)
{
	return ms < 0 ? NEVER : now + (uint64_t)ms;
}


static void ask_prompt(struct engine *eng, struct camp *cp)
{
	const char *why = NULL;

	if (!cp->c.prompt_id) {
		cp->prompt_err = ENOENT;
		strcpy(cp->why, "the campaign has no prompt: set "
		       "i_ivr_prompt");
		return;
	}

	cp->prompt_err = eng->prm.dialer->prompt(eng->prm.dialer_arg,
						 cp->c.prompt_id,
						 cp->c.prompt_digest,
						 &cp->prompt_ms, &why);
	cp->why[0] = '\0';
	if (cp->prompt_err && why)
		strncat(cp->why, why, sizeof(cp->why) - 1);
}


/* What is no longer wanted is not even prepared. */
static bool wants_prompt(const struct camp *cp)
{
	return !cp->c.paused && cp->due_at != NEVER;
}


/* A campaign may have gone and come back while calls of it are live. */
static void count_live(struct engine *eng)
{
	size_t i;

	for (i = 0; i < eng->slotc; i++) {
		const struct attempt *at = eng->slotv[i];
		struct camp *cp = at->id
			? engine_camp(eng, at->ph.campaign_id) : NULL;

		if (cp)
			++cp->live;
	}
}


static void take_campaigns(struct engine *eng, struct camp *campv, size_t n,
			   const struct campaign *newv, uint64_t now)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct camp *cp = &campv[i];
		const struct camp *old;

		cp->c = newv[i];
		cp->change_at = after(now, cp->c.change_ms);
		cp->due_at = after(now, cp->c.due_ms);
		cp->prompt_err = EINPROGRESS;

		old = engine_camp(eng, cp->c.id);
		if (!old)
			continue;
		cp->retry_at = old->retry_at;
		cp->served = old->served;
		cp->prompt_ms = old->prompt_ms;
		memcpy(cp->why, old->why, sizeof(cp->why));
	}

	free(eng->campv);
	eng->campv = campv;
	eng->campc = n;
	qsort(campv, n, sizeof(*campv), by_id);
	count_live(eng);
}


/* The file itself is bad: it will not get better by waiting. */
static bool bad_file(int err)
{
	return err == EBADMSG || err == ENODATA || err == EFBIG
		|| err == ENOTSUP;
}


static void tell_prompt(const struct engine *eng, const struct camp *cp,
			const char *before)
{
	const struct store_ops *store = eng->prm.store;

	if (cp->prompt_err == EINPROGRESS || !cp->c.prompt_id)
		;
	else if (!cp->prompt_err && cp->c.troubled)
		store->trouble(eng->prm.store_arg, cp->c.prompt_id,
			       cp->c.prompt_digest, NULL);
	else if (bad_file(cp->prompt_err) && !cp->c.troubled)
		store->trouble(eng->prm.store_arg, cp->c.prompt_id,
			       cp->c.prompt_digest, cp->why);

	if (cp->prompt_err && cp->prompt_err != EINPROGRESS
	    && strcmp(before, cp->why))
		engine_log(eng, true, "campaign %s does not dial: %s",
			   cp->c.name, cp->why);
}


static void ask_prompts(struct engine *eng)
{
	char before[REASON_SIZE];
	size_t i;

	for (i = 0; i < eng->campc; i++) {
		struct camp *cp = &eng->campv[i];

		if (!wants_prompt(cp))
			continue;

		memcpy(before, cp->why, sizeof(before));
		ask_prompt(eng, cp);
		tell_prompt(eng, cp, before);
	}
}


static void load_handler(int err, const struct campaign *campv, size_t campc,
			 const struct settings *set, void *arg)
{
	struct engine *eng = arg;
	const uint64_t now = engine_now(eng);
	struct camp *newv;

	eng->loading = false;
	eng->load_at = now + TROUBLE_MS;
	if (err)
		return;

	newv = calloc(campc + 1, sizeof(*newv));
	if (!newv)
		return;

	eng->heard_at = now;
	if (eng->unsent && strcmp(eng->set.proxy, set->proxy))
		engine_trouble_over(eng);
	eng->set = *set;
	pacer_set_rate(&eng->pacer, set->rate);
	eng->shared = campc && campv[0].shared;
	eng->scan_at = now + eng->set.scan_sec * 1000ull;
	eng->load_at = eng->set.scan_sec * 1000ull < LOAD_EVERY_MS
		? now + LOAD_EVERY_MS : eng->scan_at;
	take_campaigns(eng, newv, campc, campv, now);
	ask_prompts(eng);

	engine_step(eng);
}


static void take_due(struct engine *eng, const struct campaign_due *due,
		     uint64_t now)
{
	struct camp *cp = engine_camp(eng, due->id);

	if (!cp) {
		eng->load_wanted = true;
		return;
	}

	cp->c.live = due->live;
	eng->shared = cp->c.shared = due->shared;
	if (due->known)
		cp->due_at = after(now, due->due_ms);
}


static void scan_handler(int err, const struct campaign_due *duev,
			 size_t duec, void *arg)
{
	struct engine *eng = arg;
	const uint64_t now = engine_now(eng);
	size_t i;

	eng->loading = false;
	eng->scan_at = now + (err ? TROUBLE_MS : eng->set.scan_sec * 1000ull);
	if (err)
		return;

	eng->heard_at = now;
	for (i = 0; i < eng->campc; i++)
		eng->campv[i].c.live = 0;
	for (i = 0; i < duec; i++)
		take_due(eng, &duev[i], now);

	ask_prompts(eng);
	engine_step(eng);
}


/* What was due may have been taken, what had nothing may have something. */
static bool asks_for(const struct camp *cp, bool all, uint64_t now)
{
	return cp->due_at <= now || (all && cp->due_at == NEVER);
}


/*
 * Counters tell what is due; should somebody have gone around them, some
 * campaigns more are looked at each time, in turn.
 */
static bool is_sampled(const struct engine *eng, size_t i)
{
	const size_t n = eng->campc;

	return n && (i + n - eng->sample % n) % n < SAMPLE;
}


static void scan(struct engine *eng, uint64_t now)
{
	int32_t *idv = calloc(eng->campc + 1, sizeof(*idv));
	const bool regular = now >= eng->scan_at;
	size_t i, n = 0;
	int err = ENOMEM;

	for (i = 0; idv && i < eng->campc; i++) {
		if (asks_for(&eng->campv[i], eng->scan_all, now)
		    || (regular && is_sampled(eng, i)))
			idv[n++] = eng->campv[i].c.id;
	}
	if (regular)
		eng->sample += SAMPLE;

	if (idv)
		err = eng->prm.store->scan(eng->prm.store_arg,
					   eng->set.scan_sec, idv, n,
					   scan_handler, eng);
	eng->loading = !err;
	if (err)
		eng->scan_at = now + RETRY_MS;
	eng->scan_wanted = false;
	eng->scan_all = false;

	free(idv);
}


static void load(struct engine *eng, uint64_t now)
{
	eng->load_wanted = false;
	eng->scan_wanted = false;
	eng->scan_all = false;
	eng->loading = !eng->prm.store->load(eng->prm.store_arg,
					     load_handler, eng);
	if (!eng->loading)
		eng->load_at = now + RETRY_MS;
}


static bool load_due(const struct engine *eng, uint64_t now)
{
	size_t i;

	if (eng->load_wanted || now >= eng->load_at)
		return true;

	for (i = 0; i < eng->campc; i++) {
		if (now >= eng->campv[i].change_at)
			return true;
	}

	return false;
}


/*
 * A server that is frozen, or cut off, does not say so. With phones in the
 * queue it is asked when it has nothing to say by itself.
 */
bool engine_silent(const struct engine *eng, uint64_t now, uint32_t ms)
{
	return eng->queuec && now - eng->heard_at >= ms;
}


void engine_load_step(struct engine *eng, uint64_t now)
{
	if (eng->loading || now - eng->load_last < LOAD_GAP_MS)
		return;

	if (now >= eng->soon_at) {
		eng->soon_at = NEVER;
		eng->scan_wanted = true;
	}

	if (load_due(eng, now))
		load(eng, now);
	else if (eng->scan_wanted || now >= eng->scan_at
		 || engine_silent(eng, now, SILENT_MS / 2))
		scan(eng, now);
	else
		return;

	eng->load_last = now;
}
