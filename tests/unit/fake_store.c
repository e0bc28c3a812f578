/**
 * @file fake_store.c  A store in memory that answers when the test says so
 */
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static void *grown(void *v, size_t n, size_t size)
{
	void *p = realloc(v, (n + 1) * size);

	if (!p)
		abort();
	memset((char *)p + n * size, 0, size);

	return p;
}


struct campaign *fake_store_find(struct fake_store *st, int32_t id)
{
	size_t i;

	for (i = 0; i < st->campc && st->campv[i].id != id; i++)
		;

	return i < st->campc ? &st->campv[i] : NULL;
}


struct fake_row *fake_store_phone(struct fake_store *st, int64_t id)
{
	size_t i;

	for (i = 0; i < st->rowc && st->rowv[i].id != id; i++)
		;

	return i < st->rowc ? &st->rowv[i] : NULL;
}


static int64_t due_ms(const struct fake_store *st, int32_t id)
{
	int64_t due = -1;
	size_t i;

	for (i = 0; i < st->rowc; i++) {
		const struct fake_row *row = &st->rowv[i];
		int64_t ms = 0;

		if (row->campaign_id != id || row->finished
		    || row->attempt_id)
			continue;
		if (row->due_ms > *st->now_ms)
			ms = (int64_t)(row->due_ms - *st->now_ms);
		if (due < 0 || ms < due)
			due = ms;
	}

	return due;
}


static int store_load(void *arg, store_load_h *h, void *harg)
{
	struct fake_store *st = arg;

	if (st->err)
		return st->err;

	st->wrong += st->loadh || st->scanh;
	++st->loads;
	st->loadh = h;
	st->load_arg = harg;

	return 0;
}


static int store_scan(void *arg, uint32_t ahead_sec, const int32_t *idv,
		      size_t n, store_scan_h *h, void *harg)
{
	struct fake_store *st = arg;

	if (st->err)
		return st->err;

	st->wrong += st->loadh || st->scanh || n > FAKE_CAMPAIGNS;
	++st->scans;
	st->scanh = h;
	st->scan_arg = harg;
	st->ahead_sec = ahead_sec;
	memcpy(st->askedv, idv, n * sizeof(*idv));
	st->askedc = n;

	return 0;
}


static int store_claim(void *arg, const struct claim_req *reqv, size_t reqc,
		       uint32_t lead_ms, uint32_t room,
		       store_claim_h *h, void *harg)
{
	struct fake_store *st = arg;

	if (st->err)
		return st->err;
	if (st->claimh || !reqc || reqc > FAKE_CAMPAIGNS) {
		++st->wrong;
		return EINVAL;
	}

	++st->claims;
	st->lead_ms = lead_ms;
	st->room = room;
	st->claimh = h;
	st->claim_arg = harg;
	memcpy(st->reqv, reqv, reqc * sizeof(*reqv));
	memcpy(st->lastv, reqv, reqc * sizeof(*reqv));
	st->lastc = st->reqc = reqc;

	return 0;
}


static void take_end(struct fake_row *row, const struct report *rep)
{
	row->finished |= rep->finished;
	row->status = rep->status;
	row->due_ms = rep->ended_ms + rep->backoff_sec * 1000ull;
	row->attempt_id = 0;
}


static bool is_wrong(const struct fake_attempt *at,
		     const struct fake_row *row, const struct report *rep)
{
	return at->ends || at->releases || at->phone_id != rep->phone_id
		|| at->campaign_id != rep->campaign_id
		|| (row && row->attempt_id != rep->attempt_id)
		|| (rep->kind == REPORT_END && rep->finished == rep->retry);
}


/* What the database would make of it; a row may be gone. */
static void apply(struct fake_store *st, const struct report *rep)
{
	struct fake_row *row = fake_store_phone(st, rep->phone_id);
	struct fake_attempt *at;

	if (rep->attempt_id < 1 || rep->attempt_id > (int64_t)st->attc) {
		++st->wrong;
		return;
	}

	at = &st->attv[rep->attempt_id - 1];
	st->wrong += is_wrong(at, row, rep);

	switch (rep->kind) {

	case REPORT_ANSWER:
		at->answers++;
		break;

	case REPORT_SUCCESS:
		at->successes++;
		if (row)
			row->finished = true;
		break;

	case REPORT_END:
		at->ends++;
		if (row)
			take_end(row, rep);
		break;

	case REPORT_UNDONE:
	case REPORT_RELEASE:
		at->ends += rep->kind == REPORT_UNDONE;
		at->releases += rep->kind == REPORT_RELEASE;
		if (!row)
			break;
		row->attempt_id = 0;
		row->call_count--;
		break;
	}
}


static int store_reserve(void *arg, size_t n)
{
	const struct fake_store *st = arg;
	(void)n;

	return st->reserve_err;
}


static int store_report(void *arg, const struct report *rep)
{
	struct fake_store *st = arg;

	if (st->report_err)
		return st->report_err;

	st->repv = grown(st->repv, st->repc, sizeof(*st->repv));
	st->repv[st->repc++] = *rep;
	apply(st, rep);

	return 0;
}


static int store_extend(void *arg, const int64_t *attemptv, size_t n,
			uint32_t sec)
{
	struct fake_store *st = arg;

	++st->extends;
	if (st->err || st->extend_err)
		return st->err ? st->err : st->extend_err;

	st->extv = grown(st->extv, n, sizeof(*attemptv));
	memcpy(st->extv, attemptv, n * sizeof(*attemptv));
	st->extc = n;
	st->ext_sec = sec;

	return 0;
}


static void store_trouble(void *arg, int32_t prompt_id, const char *digest,
			  const char *why)
{
	struct fake_store *st = arg;
	(void)prompt_id, (void)digest;
	++st->troubles;
	(void)snprintf(st->trouble, sizeof(st->trouble), "%s",
		       why ? why : "-");
}


static size_t store_pending(const void *arg)
{
	(void)arg;

	return 0;
}


const struct store_ops fake_store_ops = {
	.load    = store_load,
	.scan    = store_scan,
	.claim   = store_claim,
	.reserve = store_reserve,
	.report  = store_report,
	.extend  = store_extend,
	.trouble = store_trouble,
	.pending = store_pending,
};


static void claim_row(struct fake_store *st, struct phone *ph,
		      struct fake_row *row, const struct campaign *c)
{
	st->attv = grown(st->attv, st->attc, sizeof(*st->attv));
	st->attv[st->attc].phone_id = row->id;
	st->attv[st->attc].campaign_id = row->campaign_id;
	row->attempt_id = (int64_t)++st->attc;
	row->call_count++;

	*ph = st->example;
	ph->id = row->id;
	ph->attempt_id = row->attempt_id;
	ph->campaign_id = row->campaign_id;
	ph->attempt_no = row->call_count;
	ph->max_attempts = c->max_attempts;
	ph->timeout_sec = c->timeout_sec;
	ph->backoff_sec = c->backoff_sec;
	ph->threshold_msec = c->threshold_msec;
	ph->prompt_id = c->prompt_id;
	memcpy(ph->prompt_digest, c->prompt_digest,
	       sizeof(ph->prompt_digest));
	memcpy(ph->cld, row->cld, sizeof(ph->cld));
	if (st->slots_of == c->id)
		ph->slot_ms = 0;
}


/* As claim_phones.sql: what has changed since the request yields nothing. */
static size_t claim_for(struct fake_store *st, const struct claim_req *req,
			struct phone *phonev)
{
	const struct campaign *c = fake_store_find(st, req->campaign_id);
	size_t i, n = 0, live = 0;

	if (!c || c->paused || !c->open || c->prompt_id != req->prompt_id
	    || strcmp(c->prompt_digest, req->prompt_digest) || st->stingy)
		return 0;

	for (i = 0; i < st->rowc; i++)
		live += st->rowv[i].campaign_id == c->id
			&& st->rowv[i].attempt_id;

	for (i = 0; i < st->rowc && n < req->limit
	     && live + n < c->max_concurrent; i++) {
		struct fake_row *row = &st->rowv[i];

		if (row->campaign_id == c->id && !row->finished
		    && !row->attempt_id && row->due_ms <= *st->now_ms)
			claim_row(st, &phonev[n++], row, c);
	}

	return n;
}


static void answer_load(struct fake_store *st)
{
	store_load_h *h = st->loadh;
	size_t i;

	st->loadh = NULL;
	for (i = 0; i < st->campc; i++)
		st->campv[i].due_ms = due_ms(st, st->campv[i].id);

	if (st->reply_err)
		h(st->reply_err, NULL, 0, NULL, st->load_arg);
	else
		h(0, st->campv, st->campc, &st->set, st->load_arg);
}


/* As due_campaigns.sql: what is due soon, is live, or was asked for */
static void answer_scan(struct fake_store *st)
{
	struct campaign_due duev[FAKE_CAMPAIGNS];
	store_scan_h *h = st->scanh;
	size_t i, k, n = 0;

	st->scanh = NULL;
	for (i = 0; i < st->campc && !st->reply_err; i++) {
		const struct campaign *c = &st->campv[i];
		const int64_t ms = due_ms(st, c->id);
		bool known = ms >= 0 && ms <= st->ahead_sec * 1000ll
			&& !st->uncounted;

		for (k = 0; k < st->askedc; k++)
			known |= st->askedv[k] == c->id;
		if (known || c->live)
			duev[n++] = (struct campaign_due) { c->id, known, ms,
				c->live, c->shared };
	}

	h(st->reply_err, n ? duev : NULL, n, st->scan_arg);
}


static void answer_claim(struct fake_store *st)
{
	store_claim_h *h = st->claimh;
	struct phone *phonev = grown(NULL, st->rowc, sizeof(*phonev));
	size_t i, n = 0;

	st->claimh = NULL;
	for (i = 0; i < st->reqc && !st->reply_err; i++)
		n += claim_for(st, &st->reqv[i], phonev + n);

	h(st->reply_err, n ? phonev : NULL, n, st->claim_arg);
	free(phonev);
}


bool fake_store_answer(struct fake_store *st)
{
	const bool load = st->loadh || st->scanh, claim = st->claimh;

	if (st->loadh)
		answer_load(st);
	else if (st->scanh)
		answer_scan(st);
	if (claim && st->claimh)
		answer_claim(st);

	return load || claim;
}


void fake_store_drop(struct fake_store *st)
{
	const int err = st->reply_err;

	st->err = st->reply_err = ENOTCONN;
	(void)fake_store_answer(st);
	st->reply_err = err;
}


struct fake_row *fake_store_row(struct fake_store *st, int32_t campaign_id,
				const char *cld)
{
	struct fake_row *row;

	st->rowv = grown(st->rowv, st->rowc, sizeof(*st->rowv));
	row = &st->rowv[st->rowc++];
	row->id = 1000 + ++st->rows_made;
	row->campaign_id = campaign_id;
	(void)snprintf(row->cld, sizeof(row->cld), "%s", cld);

	return row;
}


struct campaign *fake_store_campaign(struct fake_store *st, int32_t id,
				     size_t n)
{
	struct campaign *c = &st->campv[st->campc++];
	size_t i;

	memset(c, 0, sizeof(*c));
	c->id = id;
	(void)snprintf(c->name, sizeof(c->name), "camp %" PRId32, id);
	c->open = true;
	c->change_ms = -1;
	c->prompt_id = 7;
	strcpy(c->prompt_digest, "d1");
	c->max_concurrent = 20;
	c->max_attempts = 3;
	c->timeout_sec = 300;
	c->backoff_sec = 600;
	c->threshold_msec = 3000;

	for (i = 0; i < n; i++) {
		char cld[32];

		(void)snprintf(cld, sizeof(cld), "+1555%03" PRId32 "%04zu",
			       id, i);
		(void)fake_store_row(st, id, cld);
	}

	return c;
}


void fake_store_remove(struct fake_store *st, int32_t id)
{
	size_t i, n = 0;

	for (i = 0; i < st->campc; i++) {
		if (st->campv[i].id != id)
			st->campv[n++] = st->campv[i];
	}
	st->campc = n;

	for (n = 0, i = 0; i < st->rowc; i++) {
		if (st->rowv[i].campaign_id != id)
			st->rowv[n++] = st->rowv[i];
	}
	st->rowc = n;
}


void fake_store_init(struct fake_store *st, const uint64_t *now_ms)
{
	memset(st, 0, sizeof(*st));
	st->now_ms = now_ms;
	st->example.slot_ms = -1;
	settings_default(&st->set, NULL);
}


void fake_store_free(struct fake_store *st)
{
	free(st->rowv);
	free(st->attv);
	free(st->repv);
	free(st->extv);
	memset(st, 0, sizeof(*st));
}
