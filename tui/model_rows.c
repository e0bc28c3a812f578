/**
 * @file model_rows.c  The lists of the model: what they hold, their orders
 */
#include "tui/model_priv.h"
#include <stdlib.h>
#include <string.h>
#include "tui/model_state.h"


/* Columns to sort by, in the order of the keys */
static const int camp_sorts[] = {
	SORT_NAME, SORT_STATE, SORT_PROGRESS, SORT_TOTAL, SORT_CALLS,
	SORT_ANSWERED, SORT_ETA, SORT_NONE,
};
static const int live_sorts[] = {
	SORT_PLACE, SORT_NUMBER, SORT_NAME, SORT_STATE, SORT_TIME, SORT_NODE,
	SORT_NONE,
};
static const int node_sorts[] = {
	SORT_NAME, SORT_STATE, SORT_CALLS, SORT_TOTAL, SORT_TIME, SORT_NONE,
};


static int cmp64(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}


static int cmp_share(int64_t a, int64_t na, int64_t b, int64_t nb)
{
	double x = na > 0 ? (double)a / (double)na : -1.0;
	double y = nb > 0 ? (double)b / (double)nb : -1.0;

	return x < y ? -1 : x > y;
}


static int64_t camp_id(const void *owner, size_t row)
{
	return ((const struct model *)owner)->campr.v[row].id;
}


static bool camp_keep(const void *owner, size_t row)
{
	const struct model *m = owner;

	return mlist_match(m->campr.v[row].name, m->camps.filter);
}


static int cmp_state(const struct model *m, const struct db_camp *a,
		     const struct db_camp *b)
{
	struct camp_state sa, sb;
	char wa[STATE_SIZE], wb[STATE_SIZE];

	state_of(m, a, m->read_ms, &sa);
	state_of(m, b, m->read_ms, &sb);

	return strcmp(state_word(&sa, wa, sizeof(wa)),
		      state_word(&sb, wb, sizeof(wb)));
}


/* What never ends is the last. */
static int cmp_eta(const struct model *m, const struct db_camp *a,
		   const struct db_camp *b)
{
	struct camp_state sa, sb;
	int64_t ea, eb;

	state_of(m, a, m->read_ms, &sa);
	state_of(m, b, m->read_ms, &sb);
	ea = sa.until_ms >= 0 ? sa.until_ms : state_eta_ms(a, &sa);
	eb = sb.until_ms >= 0 ? sb.until_ms : state_eta_ms(b, &sb);

	return cmp64(ea < 0 ? INT64_MAX : ea, eb < 0 ? INT64_MAX : eb);
}


static int camp_cmp(const void *owner, size_t ra, size_t rb)
{
	const struct model *m = owner;
	const struct db_camp *a = &m->campr.v[ra], *b = &m->campr.v[rb];

	switch (m->camps.sort) {

	case SORT_STATE:
		return cmp_state(m, a, b);

	case SORT_PROGRESS:
		return cmp_share(a->finished, a->total, b->finished,
				 b->total);

	case SORT_TOTAL:
		return cmp64(a->total, b->total);

	case SORT_CALLS:
		return cmp64(a->live, b->live);

	case SORT_ANSWERED:
		return cmp_share(a->answered, a->tried, b->answered,
				 b->tried);

	case SORT_ETA:
		return cmp_eta(m, a, b);

	default:
		return strcmp(a->name, b->name);
	}
}


void rows_camps(struct model *m)
{
	static const struct list_ops ops = {
		camp_id, camp_keep, camp_cmp, false,
	};

	(void)mlist_build(&m->camps, &ops, m, m->campr.n);
}


static int64_t phone_id(const void *owner, size_t row)
{
	return ((const struct model *)owner)->page.v[row].id;
}


void rows_phones(struct model *m)
{
	static const struct list_ops ops = { phone_id, NULL, NULL, false };

	(void)mlist_build(&m->phones, &ops, m, m->page.n);
}


static int64_t call_id(const void *owner, size_t row)
{
	return ((const struct model *)owner)->callv[row].id;
}


static enum phone_status call_status(const struct model_call *c)
{
	return c->sc ? attempt_status(c->sc->st) : c->row->status;
}


static const char *call_number(const struct model_call *c)
{
	return c->sc ? c->sc->cld : c->row->cld;
}


static bool call_keep(const void *owner, size_t row)
{
	const struct model *m = owner;
	const struct model_call *c = &m->callv[row];
	const struct db_camp *camp = model_campaign(m, c->campaign);

	if (m->statuses && !(m->statuses & 1u << call_status(c)))
		return false;

	return mlist_match(call_number(c), m->live.filter) ||
		(camp && mlist_match(camp->name, m->live.filter));
}


/* How long it lasts: the database knows of the claim, we of the INVITE. */
static int64_t call_age(const struct model *m, const struct model_call *c)
{
	if (c->sc)
		return c->sc->created_age;

	return m->liver.now_at - c->row->setup_at;
}


static int call_cmp(const void *owner, size_t ra, size_t rb)
{
	const struct model *m = owner;
	const struct model_call *a = &m->callv[ra], *b = &m->callv[rb];
	const struct db_camp *ca, *cb;

	switch (m->live.sort) {

	case SORT_NUMBER:
		return strcmp(call_number(a), call_number(b));

	case SORT_NAME:
		ca = model_campaign(m, a->campaign);
		cb = model_campaign(m, b->campaign);
		return strcmp(ca ? ca->name : "", cb ? cb->name : "");

	case SORT_STATE:
		return cmp64(call_status(a), call_status(b));

	case SORT_NODE:
		return strcmp(a->row ? a->row->node : "",
			      b->row ? b->row->node : "");

	default:
		return cmp64(call_age(m, a), call_age(m, b));
	}
}


/* Calls of this engine that are too new for the rows that were read */
static void add_new(struct model *m)
{
	size_t n = m->callc;

	for (size_t i = 0; m->snap && i < m->snap->callc; i++) {
		const struct snapshot_call *sc = &m->snap->callv[i];
		bool known = sc->st == ATT_DONE;

		for (size_t k = 0; !known && k < n; k++)
			known = m->callv[k].sc == sc;
		if (!known)
			m->callv[m->callc++] = (struct model_call){
				sc->phone_id, sc->campaign_id, sc, NULL,
			};
	}
}


void rows_live(struct model *m)
{
	const struct list_ops ops = { call_id, call_keep, call_cmp,
				      m->live.sort == SORT_PLACE };
	size_t most = m->liver.n + (m->snap ? m->snap->callc : 0);

	free(m->callv);
	m->callc = 0;
	m->callv = calloc(most + 1, sizeof(*m->callv));
	if (!m->callv)
		most = 0;

	for (size_t i = 0; most && i < m->liver.n; i++) {
		const struct db_row *row = &m->liver.v[i];
		const struct snapshot_call *sc = model_call(m, row->id);

		/* What this engine has no call of any more is over. */
		if ((!sc || sc->st == ATT_DONE) && m->snap &&
		    !strcmp(row->node, m->snap->node))
			continue;
		m->callv[m->callc++] = (struct model_call){
			row->id, row->campaign, sc, row,
		};
	}
	if (most)
		add_new(m);

	(void)mlist_build(&m->live, &ops, m, m->callc);
}


static int64_t log_id(const void *owner, size_t row)
{
	return (int64_t)((const struct model *)owner)->snap->logv[row]->no;
}


static bool log_keep(const void *owner, size_t row)
{
	const struct model *m = owner;

	return mlist_match(m->snap->logv[row]->text, m->log.filter);
}


void rows_log(struct model *m)
{
	static const struct list_ops ops = { log_id, log_keep, NULL, false };

	(void)mlist_build(&m->log, &ops, m, m->snap ? m->snap->logc : 0);
	if (m->scroll)
		mlist_move(&m->log, INT32_MAX);
}


/* Names are all that tells engines apart: a hash of the name is the id. */
static int64_t node_id(const void *owner, size_t row)
{
	const struct model *m = owner;
	uint64_t h = UINT64_C(1469598103934665603);

	for (const char *p = m->nodev[row].node; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);

	return (int64_t)(h >> 1) + 1;
}


static bool node_keep(const void *owner, size_t row)
{
	const struct model *m = owner;

	return mlist_match(m->nodev[row].node, m->nodes.filter) ||
		mlist_match(m->nodev[row].host, m->nodes.filter);
}


static int node_cmp(const void *owner, size_t ra, size_t rb)
{
	const struct model *m = owner;
	const struct db_node *a = &m->nodev[ra], *b = &m->nodev[rb];

	switch (m->nodes.sort) {

	case SORT_STATE:
		return cmp64(b->state, a->state);

	case SORT_CALLS:
		return cmp64(a->live, b->live);

	case SORT_TOTAL:
		return cmp64(a->dialled, b->dialled);

	case SORT_TIME:
		return cmp64(a->started_at, b->started_at);

	default:
		return strcmp(a->node, b->node);
	}
}


void rows_nodes(struct model *m)
{
	static const struct list_ops ops = {
		node_id, node_keep, node_cmp, false,
	};

	(void)mlist_build(&m->nodes, &ops, m, m->nodec);
}


void rows_screen(struct model *m)
{
	switch (m->screen) {

	case SCREEN_CAMPAIGNS:  rows_camps(m);          break;
	case SCREEN_LIVE:       rows_live(m);           break;
	case SCREEN_LOG:        rows_log(m);            break;
	case SCREEN_NODES:      rows_nodes(m);          break;
	case SCREEN_CALL:       events_build(m);        break;

	case SCREEN_PHONES:
	case SCREEN_HELP:
		break;
	}
}


void rows_sort(struct model *m, int step)
{
	const int *sorts = m->screen == SCREEN_LIVE ? live_sorts
		: m->screen == SCREEN_NODES ? node_sorts : camp_sorts;
	struct model_list *ls = model_list_of(m, m->screen);
	int n = 0, at = 0;

	if (!ls)
		return;

	for (; sorts[n] != SORT_NONE; n++) {
		if (sorts[n] == ls->sort)
			at = n;
	}
	ls->sort = sorts[(at + step + n) % n];
	rows_screen(m);
}
