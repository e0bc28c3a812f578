/**
 * @file console_bed.c  A model of the console with something to show
 */
#include <stdarg.h>
#include <setjmp.h>
#include <errno.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "tests/unit/console_bed.h"
#include "tests/unit/console_rows.h"
#include "tests/unit/hostile.h"


enum { READ_MS = BED_NOW - 1200, LIVE_PHONES = 3 };

struct camp {
	const char *name;
	bool paused;
	int64_t finished, total, live;
	enum campaign_reason reason;
	int64_t until_ms;
	double per_sec;
};

static const struct camp camps[] = {
	{ "clinic-reminders", false, 3611, 20000, 34, CAMPAIGN_RUNNING, -1,
	  2.1 },
	{ "debt-notice", false, 12, 5000, 20, CAMPAIGN_FULL, -1, 0.01 },
	{ "flood-warning", false, 612410, 1000000, 84, CAMPAIGN_RUNNING,
	  -1, 94.5 },
	{ "new", false, 0, 0, 0, CAMPAIGN_DONE, -1, 0 },
	{ "no-voice", false, 0, 10, 0, CAMPAIGN_NO_PROMPT, -1, 0 },
	{ "payroll-notice", true, 910, 1000, 0, CAMPAIGN_PAUSED, -1, 0 },
	{ "school-closing", false, 0, 8400, 0, CAMPAIGN_WINDOW, 6993000, 0 },
	{ "second-round", false, 40, 100, 0, CAMPAIGN_BACKOFF, 41000, 0 },
	{ "survey-q3", true, 40000, 100000, 9, CAMPAIGN_PAUSED, -1, 1 },
	{ "weekly", false, 5, 7, 0, CAMPAIGN_WINDOW, 5 * 24 * HOUR_MS, 0 },
};

static const struct camp hostile[] = {
	{ "z\u00fcrich \u6e2c\u8a66\u6e2c\u8a66\u6e2c\u8a66\u6e2c\u8a66"
	  "\u6e2c\u8a66\u6e2c\u8a66\u6e2c\u8a66", false, 7, 7, 0,
	  CAMPAIGN_DONE, -1, 0 },
	{ "e\u0301a\u0308\u0300o combining", false, 1, 7, 1,
	  CAMPAIGN_RUNNING, -1, 0 },
	{ "\x1b[2J\x1b]0;owned\x07 escapes \r\n\t", false, 2, 7, 1,
	  CAMPAIGN_RUNNING, -1, 0 },
	{ "\xff\xfe bytes \xc3", true, 3, 7, 1, CAMPAIGN_PAUSED, -1, 0 },
	{ "\u202eright to left\u200b", false, 4, 7, 1, CAMPAIGN_RUNNING, -1,
	  0 },
	/* Without a name: the next one of hostile.h */
	{ NULL, false, 5, 7, 1, CAMPAIGN_RUNNING, -1, 0 },
	{ NULL, false, 6, 7, 1, CAMPAIGN_RUNNING, -1, 0 },
	{ NULL, false, 0, 7, 0, CAMPAIGN_RUNNING, -1, 0 },
	{ NULL, false, 1, 7, 0, CAMPAIGN_RUNNING, -1, 0 },
	{ NULL, false, 2, 7, 0, CAMPAIGN_RUNNING, -1, 0 },
};

enum {
	CAMPS  = sizeof(camps) / sizeof(camps[0]),
	HOSTILE = sizeof(hostile) / sizeof(hostile[0]),
	NAMED  = 5,             /**< of them                             */
	PHONES = sizeof(phones) / sizeof(phones[0]),
};

static struct {
	const struct camp *v;
	size_t n;
} set = { camps, CAMPS };


/* What sql/ would free */
void db_camps_free(struct db_camps *c)
{
	free(c->v);
}


void db_page_free(struct db_page *pg)
{
	free(pg->v);
}


void db_one_free(struct db_one *one)
{
	free(one->attemptv);
}


/* What is too long is cut where the space ends, not where characters do. */
static void name_fill(struct db_camp *c, const char *name, size_t which)
{
	char text[HOSTILE_BYTES + 1];

	if (!name)
		name = hostile_text(text, which);
	memcpy(c->name, name, strnlen(name, sizeof(c->name) - 1));
}


static void camps_fill(struct db_camps *camps_)
{
	camps_->v = calloc(set.n, sizeof(*camps_->v));
	assert_non_null(camps_->v);
	camps_->n = set.n;
	camps_->now_at = BED_WALL - 1200;
	camps_->engines = 2;

	for (size_t i = 0; i < set.n; i++) {
		struct db_camp *c = &camps_->v[i];

		c->id = (int32_t)i + 1;
		name_fill(c, set.v[i].name, i - NAMED);
		c->paused = set.v[i].paused;
		c->finished = set.v[i].finished;
		c->total = set.v[i].total;
		c->live = set.v[i].live;
		c->per_sec = set.v[i].per_sec;
		c->open = set.v[i].reason != CAMPAIGN_WINDOW;
		if (!c->open)
			c->change_at = BED_WALL + set.v[i].until_ms;
		c->has_prompt = set.v[i].reason != CAMPAIGN_NO_PROMPT;
		c->max_concurrent = set.v[i].reason == CAMPAIGN_FULL ? 20
			: 200;
		c->max_attempts = 3;
		if (set.v[i].reason == CAMPAIGN_BACKOFF)
			c->next_due = BED_WALL + set.v[i].until_ms;
		c->tried = (int32_t)c->live * 10;
		c->answered = (int32_t)c->live * 4;
		c->count[PHONE_IDLE] = c->total - c->finished - c->live;
		c->count[PHONE_TRYING] = c->live;
		c->count[PHONE_SUCCESS] = c->finished;
	}
}


static bool wanted(const struct db_row *row, const struct db_view *vw)
{
	if (vw->statuses && !(vw->statuses & 1u << row->status))
		return false;
	if (vw->within)
		return strstr(row->cld, vw->number) != NULL;

	return !strncmp(row->cld, vw->number, strlen(vw->number));
}


static void page_fill(struct feed_rows *rows)
{
	const struct db_view *vw = &rows->want.view;

	rows->page.v = calloc(PHONES, sizeof(*rows->page.v));
	assert_non_null(rows->page.v);
	for (size_t i = 0; i < PHONES; i++) {
		struct db_row *row = &rows->page.v[rows->page.n];

		if (!wanted(&phones[i], vw))
			continue;
		*row = phones[i];
		row->campaign = vw->campaign;
		row->max_attempts = 3;
		++rows->page.n;
	}
	rows->page.now_at = BED_WALL - 1200;
	rows->page.first_id = 1;
	rows->page.last_id = PHONES;
	rows->first = rows->last = true;
	rows->matches = (int64_t)rows->page.n;
	rows->page_us = 412;
}


static void live_fill(struct feed_rows *rows)
{
	rows->live.v = calloc(PHONES, sizeof(*rows->live.v));
	assert_non_null(rows->live.v);
	for (size_t i = 0; i < PHONES; i++) {
		if (!phones[i].node[0])
			continue;
		rows->live.v[rows->live.n] = phones[i];
		rows->live.v[rows->live.n].max_attempts = 3;
		rows->live.v[rows->live.n++].campaign = 3;
	}
	rows->live.now_at = BED_WALL - 1200;
}


static void attempt_fill(struct db_attempt *at, int no)
{
	*at = (struct db_attempt){
		.id = 60 + no, .no = no, .setup_at = BED_WALL - 929131 -
			(2 - no) * 60000,
		.ring_at = BED_WALL - 927000, .end_at = BED_WALL - 920000,
		.sip_code = 486,
	};
	(void)snprintf(at->node, sizeof(at->node), "dial1");
	(void)snprintf(at->proxy, sizeof(at->proxy), "gw1");
	(void)snprintf(at->call_id, sizeof(at->call_id), "old%d@dial1", no);
	(void)snprintf(at->reason, sizeof(at->reason), "Busy Here");
	(void)snprintf(at->outcome, sizeof(at->outcome), "failure");
	(void)snprintf(at->ended_by, sizeof(at->ended_by), "nobody");
}


static void one_fill(struct feed_rows *rows)
{
	struct db_one *one = &rows->one;
	size_t i = (size_t)rows->want.one - 1;

	if (i >= PHONES) {
		rows->one_err = ENOENT;
		return;
	}

	one->row = phones[i];
	one->row.campaign = 3;
	one->row.max_attempts = 3;
	one->threshold_ms = 3000;
	one->now_at = BED_WALL - 1200;
	(void)snprintf(one->campaign, sizeof(one->campaign),
		       "flood-warning");
	(void)snprintf(one->prompt, sizeof(one->prompt), "warn_en");
	(void)snprintf(one->reason, sizeof(one->reason),
		       "it waits for its next attempt");
	one->until_at = BED_WALL + 1783000;
	if (!one->row.sip_code)
		return;

	one->attemptv = calloc(1, sizeof(*one->attemptv));
	assert_non_null(one->attemptv);
	one->attemptc = 1;
	attempt_fill(one->attemptv, 1);
}


static void nodes_fill(struct feed_rows *rows)
{
	static const struct db_node nodes[] = {
		{ .node = "dial1", .connected = true, .live = 84,
		  .max_calls = 200, .dialled = 615021, .version = "0.1.0",
		  .host = "host1", .pid = 4711, .address = "192.0.2.1:5060",
		  .started_at = BED_WALL - 5 * HOUR_MS,
		  .seen_at = BED_WALL - 1000 },
		{ .node = "dial2", .connected = true, .state = NODE_SILENT,
		  .live = 1, .max_calls = 200, .dialled = 12,
		  .version = "0.1.0", .host = "h\u00f6st2", .pid = 815,
		  .address = "[2001:db8::2]:5060",
		  .started_at = BED_WALL - 60000,
		  .seen_at = BED_WALL - 90000 },
		{ .node = "gone-long-ago-with-a-long-name",
		  .state = NODE_GONE, .max_calls = 100, .dialled = 7,
		  .version = "0.0.9", .host = "host3", .pid = 1,
		  .address = "192.0.2.3:5060",
		  .seen_at = BED_WALL - HOUR_MS },
	};

	rows->nodev = malloc(sizeof(nodes));
	assert_non_null(rows->nodev);
	memcpy(rows->nodev, nodes, sizeof(nodes));
	rows->nodec = 3;
}


static void answer(struct model *m)
{
	struct feed_news news = { .ok = true };
	struct feed_rows *rows = calloc(1, sizeof(*rows));

	assert_non_null(rows);
	(void)snprintf(news.rights.role, NAME_SIZE, "ops");
	news.rights.listen = news.rights.numbers = news.rights.pause = true;
	news.rights.stop = news.rights.hangup = true;

	rows->want = m->feed;
	rows->read_ms = READ_MS;
	rows->took_ms = 3;
	camps_fill(&rows->camps);
	if (m->feed.what & FEED_PAGE)
		page_fill(rows);
	if (m->feed.what & FEED_LIVE)
		live_fill(rows);
	if (m->feed.what & FEED_ONE)
		one_fill(rows);
	if (m->feed.what & FEED_NODES)
		nodes_fill(rows);
	if (m->feed.follow && m->feed.follow <= PHONES)
		rows->follow = phones[m->feed.follow - 1];
	news.rows = rows;
	model_news(m, &news, BED_NOW);
}


void bed_serve(struct model *m)
{
	for (int i = 0; m->want & WANT_VIEW; i++) {
		assert_true(i < 10);
		m->want &= ~(unsigned)WANT_VIEW;
		answer(m);
	}
}


static void timeline_fill(struct snapshot_call *sc)
{
	static const struct timeline_event events[] = {
		{ 0, 0, HAPPENED_CREATED }, { 27, 0, HAPPENED_INVITE },
		{ 1840, 180, HAPPENED_RINGING },
		{ 9698, 200, HAPPENED_ANSWER }, { 9717, 0, HAPPENED_PROMPT },
		{ 12717, 0, HAPPENED_THRESHOLD },
	};

	memcpy(sc->timeline.eventv, events, sizeof(events));
	sc->timeline.eventc = sizeof(events) / sizeof(events[0]);
}


static void calls_fill(struct snapshot *sn)
{
	static const struct snapshot_call calls[] = {
		{ .phone_id = 2, .st = ATT_ANSWERED, .played_ms = 19000,
		  .attempt_no = 2, .attempt_id = 72, .created_age = 28717,
		  .threshold_ms = 3000, .cld = "+441632960002",
		  .call_id = "7f3a91c2@dial1", .proxy = "gw2", .rtp = {
			950, 948, 2, 0, false, "PCMA" } },
		{ .phone_id = 3, .st = ATT_RINGING, .since_ms = 7200,
		  .attempt_no = 1, .attempt_id = 73, .created_age = 7300,
		  .cld = "+441632960003", .proxy = "gw2" },
		{ .phone_id = 9, .st = ATT_HEARD, .played_ms = 31000,
		  .attempt_no = 1, .created_age = 40000,
		  .cld = "+441632960009", .proxy = "gw2" },
		{ .phone_id = 10, .st = ATT_QUEUED, .attempt_no = 1,
		  .cld = "+441632960010", .proxy = "gw2" },
	};

	sn->callc = 4;
	for (size_t i = 0; i < 4; i++) {
		sn->callv[i] = calls[i];
		sn->callv[i].prompt_ms = 31000;
		sn->callv[i].campaign_id = 3;
		sn->callv[i].max_attempts = 3;
	}
	timeline_fill(&sn->callv[0]);
}


static struct logline *line_make(uint64_t no, int64_t ago_ms, bool warn,
				 const char *text)
{
	size_t len = strlen(text) + 1;
	struct logline *ln = malloc(sizeof(*ln) + len);

	assert_non_null(ln);
	atomic_init(&ln->refs, 1);
	ln->no = no;
	ln->wall_ms = BED_WALL - ago_ms;
	ln->warn = warn;
	memcpy(ln->text, text, len);

	return ln;
}


static void log_fill_hostile(struct snapshot *sn)
{
	char text[HOSTILE_BYTES + 1];

	for (size_t i = 0; i < HOSTILE_TEXTS; i++)
		sn->logv[i] = line_make(i + 1, 9000 - (int64_t)i, i % 2,
					hostile_text(text, i));
	sn->logc = HOSTILE_TEXTS;
}


static void log_fill(struct snapshot *sn)
{
	sn->logv[0] = line_make(1, 2 * HOUR_MS, false, "ringround is ready");
	sn->logv[1] = line_make(2, 323000, true, "debt-notice: 38 % of calls "
				"answered 503 in the last 60 s, and this "
				"line is longer than a screen is wide");
	sn->logv[2] = line_make(3, 1000, false, "campaign survey-q3 is "
				"paused");
	sn->logc = 3;
}


void bed_snapshot(struct model *m)
{
	struct snapshot *sn = snapshot_alloc(set.n, 4);

	assert_non_null(sn);
	sn->db_ok = true;
	sn->live = LIVE_PHONES;
	sn->max_calls = 200;
	sn->started = 615021;
	sn->started_10s = 198;
	sn->rate = 20;
	sn->ended_5m = 1000;
	sn->answered_5m = 412;
	sn->wall_ms = BED_WALL - 300;
	(void)snprintf(sn->node, sizeof(sn->node), "dial1");

	sn->campc = set.n;
	for (size_t i = 0; i < set.n; i++) {
		sn->campv[i].id = (int32_t)i + 1;
		sn->campv[i].reason = set.v[i].reason;
		sn->campv[i].until_ms = set.v[i].until_ms;
	}
	if (set.n > 4)
		(void)snprintf(sn->campv[4].detail, REASON_SIZE,
			       "prompt 7 has no audio");
	calls_fill(sn);
	if (set.v == hostile)
		log_fill_hostile(sn);
	else
		log_fill(sn);
	model_snapshot(m, sn, BED_NOW - 300);
}


static void start(struct model *m, bool own)
{
	assert_int_equal(0, model_init(m, own, false));
	model_resize(m, 80, 24);
	answer(m);
	if (own)
		bed_snapshot(m);
	m->want = 0;
}


void bed_start(struct model *m)
{
	set.v = camps;
	set.n = CAMPS;
	start(m, true);
}


void bed_remote(struct model *m)
{
	set.v = camps;
	set.n = CAMPS;
	start(m, false);
}


void bed_hostile(struct model *m)
{
	set.v = hostile;
	set.n = HOSTILE;
	start(m, true);
}


void bed_key(struct model *m, int key, uint64_t now_ms)
{
	model_key(m, key, now_ms);
	bed_serve(m);
	if (m->dialog.kind)
		dialog_shown(&m->dialog);
}


void bed_keys(struct model *m, const char *keys)
{
	for (; *keys; keys++)
		bed_key(m, (unsigned char)*keys, BED_NOW);
}


int bed_locale(void)
{
	(void)setenv("TZ", "UTC", 1);
	tzset();

	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}
