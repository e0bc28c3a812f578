/**
 * @file test_engine_random.c  The engine under events that nobody ordered
 *
 * Legal and illegal events, changes of the campaigns, losses of the database
 * and errors of all ports come in any order. What must hold does so after
 * each of them, and in the end every attempt that was claimed has ended or
 * gone back, once. The seed is fixed; RANDOM_SEED in the environment sets
 * another.
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o
 * links: core/attempt.o core/pacer.o core/outcome.o core/number.o
 * links: core/phone.o core/settings.o core/address.o core/snapshot.o
 * links: tests/unit/engine_bed.o tests/unit/fake_store.o
 * links: tests/unit/fake_store_look.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_clock.o
 * links: core/tally.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/engine_bed.h"

enum {
	STEPS     = 100000,
	CAMPS     = 4,
	ROWS      = 12,         /* of a campaign at the start            */
	MAX_CALLS = 25,
	ROUND     = 2000,       /* then the fakes are made anew          */
};

static struct bed bed;
static uint32_t rng;
static bool up, stopped;
static size_t checked;          /* calls whose start was looked at       */
static size_t reports;          /* of all rounds                         */


static uint32_t rnd(uint32_t n)
{
	rng = rng * 1664525u + 1013904223u;

	return (rng >> 8) % n;
}


/* Mostly one that is live, sometimes an old or a made up one */
static uint64_t some_id(void)
{
	const size_t n = bed.dialer.callc;

	if (!n || !rnd(20))
		return (uint64_t)rnd(50) << 32 | rnd(70);
	if (rnd(8)) {
		for (int i = 0; i < 20; i++) {
			const size_t k = rnd((uint32_t)n);

			if (!bed.dialer.callv[k].closed)
				return bed.dialer.callv[k].id;
		}
	}

	return bed.dialer.callv[rnd((uint32_t)n)].id;
}


static void call_event(void)
{
	static const uint32_t playedv[] = { 0, 20, 2990, 3000, 3010, 8000 };
	const enum call_ev ev = (enum call_ev)rnd(CALL_EV_CLOSED);
	const struct call_fact fact = { .played_ms = playedv[rnd(6)] };

	engine_call_event(bed.eng, some_id(), ev, &fact);
}


static void call_close(void)
{
	static const uint16_t codev[] = { 0, 200, 404, 486, 503, 65535 };
	static const uint32_t playedv[] = { 0, 2990, 3000, 8000 };

	bed_close(&bed, some_id(), codev[rnd(6)], playedv[rnd(4)],
		  rnd(2) ? "words" : NULL);
}


/* The dialer keeps its word: who is hung up closes. */
static void close_the_hung_up(void)
{
	for (size_t i = 0; i < bed.dialer.callc; i++) {
		const struct fake_call *call = &bed.dialer.callv[i];

		if (call->hangups && !call->closed)
			bed_close(&bed, call->id, 0, 0, NULL);
	}
}


static void campaign_change(void)
{
	struct campaign *c;

	if (!bed.store.campc)
		return;

	c = &bed.store.campv[rnd((uint32_t)bed.store.campc)];
	switch (rnd(8)) {
	case 0: c->paused = !rnd(5); break;
	case 1: c->open = rnd(5) != 0; break;
	case 2: c->prompt_id = rnd(8) ? 1 + (int32_t)rnd(2) : 0; break;
	case 3: c->prompt_digest[0] = (char)('a' + rnd(2)); break;
	case 4: c->max_attempts = 1 + rnd(4); break;
	case 5: c->backoff_sec = rnd(3); break;
	case 6: c->threshold_msec = rnd(2) * 3000; break;
	case 7: c->timeout_sec = 1 + rnd(20); break;
	}
	if (rnd(2))
		engine_wake(bed.eng, true);
}


static void campaign_come_and_go(void)
{
	const int32_t id = 1 + (int32_t)rnd(CAMPS);

	if (fake_store_find(&bed.store, id))
		fake_store_remove(&bed.store, id);
	else
		fake_store_campaign(&bed.store, id, rnd(ROWS))
			->max_concurrent = 1 + (uint32_t)id * 3;
	engine_wake(bed.eng, true);
}


static void rearm_phones(void)
{
	for (uint32_t n = rnd(8); n && bed.store.rowc; n--) {
		struct fake_row *row
			= &bed.store.rowv[rnd((uint32_t)bed.store.rowc)];

		if (row->attempt_id)
			continue;
		row->finished = false;
		row->call_count = 0;
		row->due_ms = rnd(4) ? 0 : bed.clock.now_ms + rnd(2000);
	}
	engine_wake(bed.eng, true);
}


static void database(void)
{
	up = !up;
	if (up) {
		bed.store.err = 0;
		engine_db(bed.eng, true);
	}
	else {
		engine_db(bed.eng, false);
		fake_store_drop(&bed.store);
	}
}


static void trouble(void)
{
	static const int errv[] = { EMFILE, EPROTO, 0, 0, 0, 0, 0, 0 };
	static const int promptv[] = { EINPROGRESS, EBADMSG, 0, 0, 0, 0 };

	bed.dialer.dial_err = errv[rnd(8)];
	bed.dialer.prompt_err = promptv[rnd(6)];
	bed.store.extend_err = rnd(3) ? 0 : ENOMEM;
	bed.store.reply_err = rnd(8) ? 0 : EPROTO;
	bed.store.stingy = !rnd(8);
}


/* Calls that are up, that wait to be dialled, that are over */
static void cut_some(void)
{
	int64_t phonev[3];
	const struct engine_cut cut = { .phonev = phonev, .n = 3 };

	for (size_t i = 0; i < 3 && bed.store.rowc; i++)
		phonev[i] = bed.store.rowv[rnd((unsigned)bed.store.rowc)].id;
	if (bed.store.rowc)
		(void)engine_cut(bed.eng, &cut);
}


static void one_step(void)
{
	const uint32_t what = rnd(1000);

	if (!up && !rnd(15))
		database();
	else if (what < 300)
		call_event();
	else if (what < 450)
		call_close();
	else if (what < 650)
		bed_pass(&bed, rnd(60));
	else if (what < 660)
		bed_pass(&bed, rnd(30000));
	else if (what < 800)
		(void)fake_store_answer(&bed.store);
	else if (what < 820)
		campaign_change();
	else if (what < 825)
		campaign_come_and_go();
	else if (what < 940)
		rearm_phones();
	else if (what < 945)
		database();
	else if (what < 955)
		trouble();
	else if (what < 985)
		close_the_hung_up();
	else if (what < 990)
		engine_wake(bed.eng, true);
	else if (what < 998)
		cut_some();
	else
		(void)engine_hangup(bed.eng, rnd(5));
}


/* No campaign has more calls up than it ever was allowed. */
static void check_caps(void)
{
	size_t upv[CAMPS + 1] = { 0 };

	for (size_t i = 0; i < bed.dialer.callc; i++) {
		if (!bed.dialer.callv[i].closed)
			upv[bed.dialer.callv[i].ph.campaign_id]++;
	}
	for (size_t id = 1; id <= CAMPS; id++)
		assert_true(upv[id] <= 1 + id * 3);
	assert_true(bed.dialer.open <= MAX_CALLS);
}


static void check_counters(void)
{
	static int64_t idv[MAX_CALLS];
	struct snapshot *sn = engine_snapshot(bed.eng);
	size_t n = engine_attempts(bed.eng, idv, MAX_CALLS);

	assert_non_null(sn);
	assert_true(n <= MAX_CALLS);
	assert_int_equal(n, engine_live(bed.eng));
	assert_int_equal(n, sn->callc);
	assert_int_equal(bed.dialer.open, sn->live);

	for (size_t i = 0; i < sn->campc; i++) {
		size_t live = 0;

		for (size_t k = 0; k < sn->callc; k++)
			live += sn->callv[k].campaign_id == sn->campv[i].id;
		assert_int_equal(live, sn->campv[i].live);
	}
	snapshot_unref(sn);

	/* what it knows has not ended, and what has not ended it knows */
	for (size_t i = 0; i < n; i++) {
		const struct fake_attempt *at = &bed.store.attv[idv[i] - 1];

		assert_int_equal(0, at->ends + at->releases);
	}
	for (size_t i = 0; i < bed.store.attc; i++)
		n -= !(bed.store.attv[i].ends + bed.store.attv[i].releases);
	assert_int_equal(0, n);
}


/* A dialled call was neither paused nor without a database. */
static void check_new_calls(void)
{
	for (; checked < bed.dialer.callc; checked++) {
		assert_true(up && !stopped);
		for (size_t i = 0; i < checked; i++)
			assert_int_not_equal(
				bed.dialer.callv[checked].ph.attempt_id,
				bed.dialer.callv[i].ph.attempt_id);
	}
}


static void check_reports(void)
{
	assert_int_equal(0, bed.store.wrong);

	for (size_t i = 0; i < bed.store.attc; i++) {
		const struct fake_attempt *at = &bed.store.attv[i];

		assert_true(at->answers <= 1);
		assert_true(at->successes <= at->answers);
		assert_true(at->ends + at->releases <= 1);
		assert_true(!at->releases || !at->answers);
	}
}


static void round_begin(void)
{
	bed_init_limits(&bed, MAX_CALLS, 1 + rnd(200));
	up = stopped = false;
	checked = 0;
	for (int32_t id = 1; id <= CAMPS; id++)
		fake_store_campaign(&bed.store, id, ROWS)->max_concurrent
			= 1 + (uint32_t)id * 3;
	database();
}


/* Stop, hang up, and see that nothing is left. */
static void round_end(void)
{
	bed.store.reply_err = 0;
	stopped = true;
	engine_stop(bed.eng);
	bed_settle(&bed);
	(void)engine_hangup(bed.eng, SIZE_MAX);
	check_new_calls();
	for (size_t i = 0; i < bed.dialer.callc; i++) {
		if (!bed.dialer.callv[i].closed)
			bed_close(&bed, bed.dialer.callv[i].id, 0, 0, NULL);
	}

	assert_int_equal(0, engine_live(bed.eng));
	check_counters();
	check_reports();
	for (size_t i = 0; i < bed.dialer.callc; i++) {
		const struct phone *ph = &bed.dialer.callv[i].ph;

		assert_int_equal(1, bed.store.attv[ph->attempt_id - 1].ends);
	}
	for (size_t i = 0; i < bed.store.attc; i++)
		assert_int_equal(1, bed.store.attv[i].ends
				 + bed.store.attv[i].releases);
	reports += bed.store.repc;
	bed_free(&bed);
}


static void what_must_hold_holds_whatever_comes(void **state)
{
	const char *seed = getenv("RANDOM_SEED");
	(void)state;

	rng = seed ? (uint32_t)strtoul(seed, NULL, 10) : 20;
	for (int i = 0; i < STEPS; i++) {
		if (i % ROUND == 0)
			round_begin();
		one_step();
		check_caps();
		check_new_calls();
		check_counters();
		if (i % 50 == 0)
			check_reports();
		if (i % ROUND == ROUND - 1)
			round_end();
	}

	/* it was no idle run */
	assert_true(reports > STEPS / 10);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test(what_must_hold_holds_whatever_comes),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
