/**
 * @file reports.c  Reports on their way to the database
 */
#include "sql/reports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/embedded.h"
#include "sql/hush.h"
#include "sql/report_items.h"

enum { PARAMS = 22 };

struct reports {
	struct list_of queue;   /**< not sent                            */
	struct list_of flight;  /**< sent, not committed                 */
	struct item_pool pool;
	size_t pending;
	bool one_by_one;        /**< to find the one that is refused     */
	bool clashed;           /**< the last one met another writer     */
	bool stuck;             /**< the last one found no way in        */
	uint64_t retry_at_ms;
	uint64_t sent_ms;       /**< what is in flight                   */
	struct pgconn *pc;      /**< borrowed while a batch is on its way */
	char *node;
	char said[512];         /**< the last complaint, made once       */
	struct hush hush;       /**< of what comes and goes              */
	reports_now_h *nowh;
	reports_log_h *logh;
	void *arg;
};


/* What is newer of the same attempt says it all. */
static void drop_superseded(struct reports *rp)
{
	struct item *it = rp->flight.head, *next;

	items_reset(&rp->flight);
	for (; it; it = next) {
		next = it->next;
		if (!items_lookup(&rp->queue, it->rep.attempt_id)) {
			items_add(&rp->flight, it);
			continue;
		}
		item_drop(&rp->pool, it);
		--rp->pending;
	}
}


/* What was on its way goes first again, or last where it holds others up. */
static void put_back(struct reports *rp, bool last)
{
	struct item *partv[2], *it, *next;
	size_t i;

	drop_superseded(rp);
	partv[0] = last ? rp->queue.head : rp->flight.head;
	partv[1] = last ? rp->flight.head : rp->queue.head;
	items_reset(&rp->flight);
	items_reset(&rp->queue);

	for (i = 0; i < 2; i++) {
		for (it = partv[i]; it; it = next) {
			next = it->next;
			items_add(&rp->queue, it);
		}
	}
}


static bool state_is(const PGresult *res, const char *begins)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return state && !strncmp(state, begins, strlen(begins));
}


/* Somebody holds a row: the others may pass. Waits for rows name the table. */
static bool locked(const PGresult *res)
{
	const char *context = PQresultErrorField(res, PG_DIAG_CONTEXT);

	return state_is(res, "55P03")
		&& context && strstr(context, "campaign_phones");
}


/*
 * Writers that met, a statement that took too long, a lock that is not known
 * for a row's: it may pass the next time, and if not, each report by itself.
 */
static bool clash(const PGresult *res)
{
	return state_is(res, "40") || state_is(res, "57014")
		|| (state_is(res, "55P03") && !locked(res));
}


/* Bad data stays bad; anything else may pass. */
static bool hopeless(const PGresult *res)
{
	return state_is(res, "22") || state_is(res, "23");
}


/*
 * The words of others may be what the database cannot take, in an encoding
 * that lacks a character: the facts are worth more.
 */
static bool strip(struct report *rep)
{
	const bool words = rep->reason[0] || rep->call_id[0] || rep->proxy[0];

	rep->reason[0] = '\0';
	rep->call_id[0] = '\0';
	rep->proxy[0] = '\0';

	return words;
}


static void complain(struct reports *rp, const PGresult *res, bool for_good)
{
	const char *msg = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	char line[sizeof(rp->said)];

	memset(line, 0, sizeof(line));
	(void)snprintf(line, sizeof(line), "%s: %s",
		       for_good ? "the database refuses a report for good"
		       : "the database refuses reports, trying again",
		       msg ? msg : "no words");
	if (strcmp(line, rp->said)
	    && (!(locked(res) || clash(res))
		|| hush_news(&rp->hush, line, rp->nowh(rp->arg))))
		rp->logh(line, rp->arg);
	memcpy(rp->said, line, sizeof(line));
}


static void wait_before_next(struct reports *rp, uint32_t ms)
{
	rp->retry_at_ms = rp->nowh(rp->arg) + ms;
}


/* What is in the way of a batch is not in the way of most in it. */
static void part(struct reports *rp, bool wait)
{
	rp->one_by_one = true;
	put_back(rp, true);
	if (!rp->queue.head || !rp->queue.head->next)
		wait_before_next(rp, REPORTS_RETRY_MS);
	else if (wait)
		wait_before_next(rp, REPORTS_CLASH_MS);
}


static void refused(struct reports *rp, const PGresult *res)
{
	const bool single = rp->flight.head && !rp->flight.head->next;
	const bool again = rp->clashed;

	complain(rp, res, hopeless(res) && single);
	rp->clashed = clash(res);
	rp->stuck = !clash(res) && !locked(res) && !hopeless(res);

	if (locked(res)) {
		part(rp, false);
	}
	else if (rp->clashed && again) {
		part(rp, true);
	}
	else if (!hopeless(res)) {
		wait_before_next(rp, REPORTS_RETRY_MS);
		put_back(rp, false);
	}
	else if (single && !strip(&rp->flight.head->rep)) {
		items_drop(&rp->pool, &rp->flight);
		--rp->pending;
	}
	else {
		rp->one_by_one = true;
		put_back(rp, false);
	}
}


/* Ends are the last word: earlier ones are put right by what follows. */
static void written(struct reports *rp)
{
	const bool late = rp->nowh(rp->arg) > rp->sent_ms + REPORTS_LATE_MS;
	struct item *it = rp->flight.head, *next;

	items_reset(&rp->flight);
	for (; it; it = next) {
		next = it->next;
		if (it->newer || (late && it->rep.kind == REPORT_END
				  && !it->again)) {
			it->again = !it->newer;
			items_add(&rp->queue, it);
			continue;
		}
		item_drop(&rp->pool, it);
		--rp->pending;
	}
}


static void sent_handler(int err, const PGresult *res, void *arg)
{
	struct reports *rp = arg;

	if (err == EPROTO) {
		refused(rp, res);
		return;
	}
	else if (err) {
		put_back(rp, false);
		rp->pc = NULL;
		return;
	}

	written(rp);
	rp->said[0] = '\0';
	rp->clashed = false;
	rp->stuck = false;
	if (!rp->queue.head)
		rp->one_by_one = false;
	reports_send(rp, rp->pc);
}


static void add_age(struct array *ar, uint64_t now_ms, uint64_t stamp)
{
	if (!stamp)
		array_add_null(ar);
	else
		array_add_int(ar, now_ms > stamp
			      ? (int64_t)(now_ms - stamp) : 0);
}


static const char *kind_name(enum report_kind kind)
{
	switch (kind) {

	case REPORT_ANSWER:     return "answer";
	case REPORT_SUCCESS:    return "success";
	case REPORT_END:        return "end";
	case REPORT_RELEASE:    return "release";
	case REPORT_UNDONE:     return "undone";
	}

	return "?";
}


static const char *ended_by_name(enum ended_by by)
{
	switch (by) {

	case ENDED_NOBODY:      return "nobody";
	case ENDED_LOCAL:       return "local";
	case ENDED_REMOTE:      return "remote";
	}

	return "nobody";
}


static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}


static void add_report(struct array *ar, const struct report *rep,
		       uint64_t now_ms)
{
	array_add_text(ar++, kind_name(rep->kind));
	array_add_int(ar++, rep->phone_id);
	array_add_int(ar++, rep->attempt_id);
	array_add_int(ar++, rep->attempt_no);
	array_add_text(ar++, phone_status_name(rep->status));
	array_add_text(ar++, rep->kind == REPORT_ANSWER
		       || rep->kind == REPORT_RELEASE
		       ? NULL : outcome_name(rep->outcome));
	array_add_text(ar++, rep->finished ? "t" : "f");
	array_add_int(ar++, rep->backoff_sec);
	add_age(ar++, now_ms, rep->setup_ms);
	add_age(ar++, now_ms, rep->ring_ms);
	add_age(ar++, now_ms, rep->connect_ms);
	add_age(ar++, now_ms, rep->prompt_ms);
	add_age(ar++, now_ms, rep->ended_ms);
	array_add_int(ar++, rep->played_ms);
	if (rep->sip_code >= 100 && rep->sip_code < 700)
		array_add_int(ar++, rep->sip_code);
	else
		array_add_null(ar++);
	array_add_text(ar++, ended_by_name(rep->ended_by));
	array_add_text(ar++, or_null(rep->reason));
	array_add_text(ar++, or_null(rep->call_id));
	array_add_text(ar++, or_null(rep->proxy));
	array_add_text(ar++, or_null(rep->cli));
	array_add_text(ar, rep->cld);
}


static int send_batch(struct reports *rp, struct pgconn *pc)
{
	struct array arv[PARAMS - 1];
	const char *paramv[PARAMS];
	const uint64_t now_ms = rp->nowh(rp->arg);
	struct item *it;
	size_t i;
	int err = 0;

	memset(arv, 0, sizeof(arv));
	for (it = rp->flight.head; it; it = it->next)
		add_report(arv, &it->rep, now_ms);

	paramv[0] = rp->node;
	for (i = 0; i < PARAMS - 1; i++) {
		paramv[i + 1] = array_text(&arv[i]);
		if (!paramv[i + 1])
			err = ENOMEM;
	}

	if (!err)
		err = pgconn_query(pc, sql_apply_reports, PARAMS, paramv,
				   NULL, NULL, false, sent_handler, rp);

	for (i = 0; i < PARAMS - 1; i++)
		array_free(&arv[i]);

	return err;
}


void reports_send(struct reports *rp, struct pgconn *pc)
{
	const uint64_t now_ms = rp->nowh(rp->arg);
	size_t n = rp->one_by_one ? 1 : REPORTS_BATCH;

	rp->pc = pc;

	if (!pc || rp->flight.head || !rp->queue.head
	    || now_ms < rp->retry_at_ms)
		return;

	rp->sent_ms = now_ms;

	while (n-- && rp->queue.head) {
		struct item *it = rp->queue.head;

		rp->queue.head = it->next;
		if (!rp->queue.head)
			rp->queue.tail = &rp->queue.head;
		it->newer = false;
		items_add(&rp->flight, it);
	}

	if (send_batch(rp, pc))
		put_back(rp, false);
}


/* Without memory, what is on its way is sent again with the last word. */
static int add_in_flight(struct reports *rp, const struct report *rep)
{
	struct item *it = items_lookup(&rp->flight, rep->attempt_id);

	if (!it)
		return ENOMEM;

	it->newer = true;
	it->rep = *rep;

	return 0;
}


int reports_reserve(struct reports *rp, size_t n)
{
	return item_reserve(&rp->pool, n);
}


int reports_add(struct reports *rp, const struct report *rep)
{
	struct item *it = items_lookup(&rp->queue, rep->attempt_id);

	if (it) {
		it->rep = *rep;
		return 0;
	}

	it = item_take(&rp->pool);
	if (!it)
		return add_in_flight(rp, rep);

	it->again = false;
	it->newer = false;
	it->rep = *rep;
	items_add(&rp->queue, it);
	++rp->pending;

	return 0;
}


size_t reports_pending(const struct reports *rp)
{
	return rp->pending;
}


bool reports_stuck(const struct reports *rp)
{
	return rp->stuck;
}


void reports_attempts(const struct reports *rp, struct array *ar)
{
	const struct item *it;

	for (it = rp->queue.head; it; it = it->next)
		array_add_int(ar, it->rep.attempt_id);
	for (it = rp->flight.head; it; it = it->next)
		array_add_int(ar, it->rep.attempt_id);
}


int reports_alloc(struct reports **rpp, const char *node,
		  reports_now_h *nowh, reports_log_h *logh, void *arg)
{
	struct reports *rp = calloc(1, sizeof(*rp));

	if (!rp)
		return ENOMEM;

	rp->node = strdup(node);
	if (!rp->node) {
		free(rp);
		return ENOMEM;
	}

	items_reset(&rp->queue);
	items_reset(&rp->flight);
	rp->nowh = nowh;
	rp->logh = logh;
	rp->arg = arg;

	*rpp = rp;
	return 0;
}


void reports_free(struct reports *rp)
{
	if (!rp)
		return;

	items_drop(&rp->pool, &rp->queue);
	items_drop(&rp->pool, &rp->flight);
	item_pool_free(&rp->pool);
	free(rp->node);
	free(rp);
}
