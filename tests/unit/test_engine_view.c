/**
 * @file test_engine_view.c  A call to the packet, counters, and hang-ups
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
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/engine_priv.h"
#include "tests/unit/engine_bed.h"

static struct bed bed;
static struct snapshot *sn;


static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	snapshot_unref(sn);
	sn = NULL;
	bed_free(&bed);

	return 0;
}


static const struct snapshot_call *look(int64_t phone_id)
{
	snapshot_unref(sn);
	sn = engine_snapshot(bed.eng);
	assert_non_null(sn);

	return snapshot_call(sn, phone_id);
}


static void event(uint64_t id, enum call_ev ev, uint16_t code,
		  uint32_t played_ms)
{
	const struct call_fact fact = {
		.code = code, .played_ms = played_ms,
	};

	engine_call_event(bed.eng, id, ev, &fact);
}


/* n phones, dialled, from 1001 on */
static void calls(size_t n)
{
	fake_store_campaign(&bed.store, 1, n)->max_concurrent = 50;
	bed_start(&bed);
	assert_int_equal(n, bed.dialer.callc);
}


static void is_event(const struct snapshot_call *sc, size_t n,
		     enum happening what, uint16_t code, uint32_t at_ms)
{
	assert_true(n < sc->timeline.eventc);
	assert_int_equal(what, sc->timeline.eventv[n].what);
	assert_int_equal(code, sc->timeline.eventv[n].code);
	assert_int_equal(at_ms, sc->timeline.eventv[n].at_ms);
}


static void a_call_tells_its_life(void **state)
{
	const struct snapshot_call *sc;
	uint64_t id;
	(void)state;

	bed.dialer.call_id = "abc@host";
	calls(1);
	id = bed_call(&bed, 0)->id;
	sc = look(1001);
	assert_int_equal(0, sc->invite_age);
	assert_int_equal(SNAPSHOT_NEVER, sc->ring_age);
	assert_int_equal(SNAPSHOT_NEVER, sc->answer_age);
	assert_int_equal(0, sc->code);
	assert_string_equal("abc@host", sc->call_id);
	assert_string_equal("127.0.0.1:5061", sc->proxy);

	bed.clock.now_ms += 100;
	event(id, CALL_EV_RINGING, 180, 0);
	bed.clock.now_ms += 200;
	event(id, CALL_EV_RINGING, 183, 0);
	bed.clock.now_ms += 300;
	event(id, CALL_EV_ANSWER, 200, 0);
	bed.clock.now_ms += 10;
	event(id, CALL_EV_PROMPT, 0, 20);
	bed.clock.now_ms += 3000;
	event(id, CALL_EV_THRESHOLD, 0, 3000);
	bed.clock.now_ms += 1000;

	sc = look(1001);
	assert_int_equal(4610, sc->created_age);
	assert_int_equal(4610, sc->invite_age);
	assert_int_equal(4510, sc->ring_age);
	assert_int_equal(4010, sc->answer_age);
	assert_int_equal(4000, sc->prompt_age);
	assert_int_equal(1000, sc->heard_age);
	assert_int_equal(200, sc->code);
	assert_int_equal(BED_PROMPT_MS, sc->prompt_ms);
	assert_int_equal(3000, sc->threshold_ms);
	assert_int_equal(7, sc->timeline.eventc);
	is_event(sc, 0, HAPPENED_CREATED, 0, 0);
	is_event(sc, 1, HAPPENED_INVITE, 0, 0);
	is_event(sc, 2, HAPPENED_RINGING, 180, 100);
	is_event(sc, 3, HAPPENED_RINGING, 183, 300);
	is_event(sc, 4, HAPPENED_ANSWER, 200, 600);
	is_event(sc, 5, HAPPENED_PROMPT, 0, 610);
	is_event(sc, 6, HAPPENED_THRESHOLD, 0, 3610);
}


static void the_packets_of_an_answered_call_are_told(void **state)
{
	const struct snapshot_call *sc;
	struct fake_call *call;
	(void)state;

	calls(2);
	call = bed_call(&bed, 0);
	call->stats = (struct call_stats){ .tx = 950, .rx = 948,
		.tx_lost = 2, .held = true, .codec = "PCMA" };
	bed_call(&bed, 1)->stats = call->stats;
	event(call->id, CALL_EV_ANSWER, 200, 0);
	call->played_ms = 400;

	sc = look(1001);
	assert_int_equal(400, sc->played_ms);
	assert_int_equal(950, sc->rtp.tx);
	assert_int_equal(948, sc->rtp.rx);
	assert_int_equal(2, sc->rtp.tx_lost);
	assert_true(sc->rtp.held);
	assert_string_equal("PCMA", sc->rtp.codec);
	assert_int_equal(0, look(1002)->rtp.tx);
}


static void the_end_of_a_call_can_be_seen(void **state)
{
	const struct call_stats rtp = { .tx = 77, .codec = "opus" };
	const struct call_fact fact = {
		.code = 200, .played_ms = 1540, .ended_by = ENDED_REMOTE,
		.rtp = &rtp,
	};
	const struct snapshot_call *sc;
	uint64_t id;
	(void)state;

	calls(1);
	id = bed_call(&bed, 0)->id;
	event(id, CALL_EV_ANSWER, 200, 0);
	bed.clock.now_ms += 2000;
	assert_null(snapshot_ended((look(1001), sn), 1001));
	bed_call(&bed, 0)->closed = true;
	engine_call_event(bed.eng, id, CALL_EV_CLOSED, &fact);

	assert_null(look(1001));
	sc = snapshot_ended(sn, 1001);
	assert_non_null(sc);
	assert_int_equal(ATT_DONE, sc->st);
	assert_int_equal(1540, sc->played_ms);
	assert_int_equal(77, sc->rtp.tx);
	assert_string_equal("opus", sc->rtp.codec);
	is_event(sc, sc->timeline.eventc - 1, HAPPENED_CLOSED, 200, 2000);
}


static void the_last_ends_are_kept_the_latest_last(void **state)
{
	enum { MANY = SNAPSHOT_ENDED + 20 };
	(void)state;

	fake_store_campaign(&bed.store, 1, MANY)->max_concurrent = MANY;
	bed_start(&bed);
	bed_pass(&bed, 1000);
	assert_int_equal(MANY, bed.dialer.callc);
	for (size_t i = 0; i < MANY; i++)
		bed_close(&bed, bed_call(&bed, i)->id, 404, 0, "gone");

	assert_null(look(1001));
	assert_int_equal(SNAPSHOT_ENDED, sn->endedc);
	assert_null(snapshot_ended(sn, 1020));
	assert_int_equal(1021, sn->endedv[0].phone_id);
	assert_int_equal(1000 + MANY,
			 sn->endedv[SNAPSHOT_ENDED - 1].phone_id);
	assert_int_equal(404, snapshot_ended(sn, 1021)->code);
}


static void what_happens_lately_is_counted(void **state)
{
	(void)state;

	calls(5);
	event(bed_call(&bed, 0)->id, CALL_EV_ANSWER, 200, 0);
	for (size_t i = 0; i < 4; i++)
		bed_close(&bed, bed_call(&bed, i)->id, 486, 0, "Busy Here");
	bed_pass(&bed, 6000);

	(void)look(1001);
	assert_int_equal(5, sn->started_10s);
	assert_int_equal(5, sn->started);
	assert_int_equal(4, sn->ended_5m);
	assert_int_equal(1, sn->answered_5m);
	assert_int_equal(1, sn->live);
	assert_int_equal(100, sn->max_calls);
	assert_int_equal(1000, sn->rate);
	assert_int_equal(6000, sn->uptime_ms);
	bed_pass(&bed, 300000);
	(void)look(1001);
	assert_int_equal(0, sn->started_10s);
	assert_int_equal(0, sn->ended_5m);
	assert_int_equal(5, sn->started);
}


static void store_health(const void *arg, struct store_health *health)
{
	(void)arg;
	*health = (struct store_health){ .rtt_us = 1234, .retry_ms = 2500 };
}


static void the_database_is_described(void **state)
{
	struct store_ops store = fake_store_ops;
	(void)state;

	calls(1);
	store.health = store_health;
	bed.eng->prm.store = &store;
	(void)look(1001);
	assert_true(sn->db_ok);
	assert_int_equal(1234, sn->db_rtt_us);
	assert_int_equal(2500, sn->db_retry_ms);
	engine_db(bed.eng, false);
	(void)look(1001);
	assert_false(sn->db_ok);
	bed.eng->prm.store = &fake_store_ops;
}


static void an_operator_hangs_up_what_he_means(void **state)
{
	const int64_t phonev[] = { 1003, 77, 1001 };
	const struct engine_cut cut = { .phonev = phonev, .n = 3 };
	const struct report *rep;
	(void)state;

	calls(4);
	event(bed_call(&bed, 0)->id, CALL_EV_ANSWER, 200, 0);
	assert_int_equal(2, engine_cut(bed.eng, &cut));
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
	assert_int_equal(0, bed_call(&bed, 1)->hangups);
	assert_int_equal(1, bed_call(&bed, 2)->hangups);
	assert_int_equal(0, bed_call(&bed, 3)->hangups);
	assert_true(look(1001)->ending);
	assert_false(look(1002)->ending);
	is_event(look(1001), 3, HAPPENED_BYE, 0, 0);
	is_event(look(1003), 2, HAPPENED_CANCEL, 0, 0);

	/* Impatience is no second BYE. */
	assert_int_equal(2, engine_cut(bed.eng, &cut));
	assert_int_equal(1, bed_call(&bed, 0)->hangups);

	bed_close(&bed, bed_call(&bed, 0)->id, 200, 500, NULL);
	bed_close(&bed, bed_call(&bed, 2)->id, 0, 0, NULL);
	rep = fake_store_report(&bed.store, REPORT_END, 0);
	assert_int_equal(OUTCOME_PREMATURE, rep->outcome);
	assert_string_equal("hung up by an operator", rep->reason);
	assert_int_equal(ENDED_LOCAL, rep->ended_by);
	assert_true(rep->retry);
	rep = fake_store_report(&bed.store, REPORT_END, 1);
	assert_int_equal(OUTCOME_FAILURE, rep->outcome);
	assert_true(rep->retry);
	assert_false(rep->finished);
}


/* The next call of that phone is not the one that was meant. */
static void an_attempt_is_meant_and_no_other(void **state)
{
	const int64_t phonev[] = { 1001, 1002 };
	int64_t attemptv[2];
	struct engine_cut cut = { phonev, attemptv, 2 };
	(void)state;

	calls(2);
	attemptv[0] = look(1001)->attempt_id + 100;
	attemptv[1] = look(1002)->attempt_id;
	assert_int_equal(1, engine_cut(bed.eng, &cut));
	assert_int_equal(0, bed_call(&bed, 0)->hangups);
	assert_int_equal(1, bed_call(&bed, 1)->hangups);

	attemptv[0] = look(1001)->attempt_id;
	cut.phonev = NULL;
	assert_int_equal(2, engine_cut(bed.eng, &cut));
	assert_int_equal(1, bed_call(&bed, 0)->hangups);
}


static void what_was_not_dialled_yet_goes_back_and_costs_nothing(void **state)
{
	const int64_t phonev[] = { 1012 };
	const struct engine_cut cut = { .phonev = phonev, .n = 1 };
	const struct report *rep;
	(void)state;

	bed_free(&bed);
	bed_init_limits(&bed, 100, 1);
	fake_store_campaign(&bed.store, 1, 20)->max_concurrent = 20;
	bed_start(&bed);
	assert_int_equal(1, bed.dialer.callc);
	assert_int_equal(ATT_QUEUED, look(1012)->st);
	assert_int_equal(1, engine_cut(bed.eng, &cut));

	rep = fake_store_report(&bed.store, REPORT_RELEASE, 0);
	assert_int_equal(1012, rep->phone_id);
	assert_null(fake_store_report(&bed.store, REPORT_END, 0));
	bed_pass(&bed, 30000);
	assert_int_equal(20, bed.dialer.callc);
	for (size_t i = 0; i < bed.dialer.callc; i++)
		assert_int_equal(1, bed_call(&bed, i)->ph.attempt_no);
}


int main(void)
{
#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)
	const struct CMUnitTest testv[] = {
		ON_BED(a_call_tells_its_life),
		ON_BED(the_packets_of_an_answered_call_are_told),
		ON_BED(the_end_of_a_call_can_be_seen),
		ON_BED(the_last_ends_are_kept_the_latest_last),
		ON_BED(what_happens_lately_is_counted),
		ON_BED(the_database_is_described),
		ON_BED(an_operator_hangs_up_what_he_means),
		ON_BED(an_attempt_is_meant_and_no_other),
		ON_BED(
			what_was_not_dialled_yet_goes_back_and_costs_nothing),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
