/**
 * @file test_engine_time.c  Leases, scans, retries, and the picture
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
#include <string.h>
#include <cmocka.h>
#include "core/engine_priv.h"
#include "tests/unit/engine_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct bed bed;


static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);
	bed.store.set.scan_sec = 86400;

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


static void again(uint32_t max_calls, uint32_t rate)
{
	bed_free(&bed);
	bed_init_limits(&bed, max_calls, rate);
	bed.store.set.scan_sec = 86400;
}


/* The claim's lease: 300 s to ring, 8 s of prompt, a minute */
static void the_lease_of_a_long_call_is_extended(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 2);
	bed_start(&bed);
	for (size_t n = 0; n < 2; n++)
		bed_event(&bed, bed_call(&bed, n)->id, CALL_EV_ANSWER, 0);
	bed_pass(&bed, 337000);
	assert_int_equal(0, bed.store.extends);

	bed_pass(&bed, 1400);
	assert_int_equal(1, bed.store.extends);
	assert_int_equal(2, bed.store.extc);
	assert_int_equal(1, bed.store.extv[0]);
	assert_int_equal(2, bed.store.extv[1]);
	assert_int_equal(90, bed.store.ext_sec);

	/* again before the 90 seconds have passed */
	bed_pass(&bed, 89000);
	assert_int_equal(2, bed.store.extends);

	bed_close(&bed, bed_call(&bed, 0)->id, 0, 0, NULL);
	bed_pass(&bed, 89000);
	assert_int_equal(1, bed.store.extc);
	assert_int_equal(2, bed.store.extv[0]);
}


static void what_waits_for_its_turn_keeps_its_lease(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 1)->timeout_sec = 1;
	bed.dialer.prompt_ms = 0;
	bed_start(&bed);
	bed_close(&bed, bed_call(&bed, 0)->id, 404, 0, NULL);

	again(100, 1);
	fake_store_campaign(&bed.store, 1, 60)->timeout_sec = 1;
	fake_store_find(&bed.store, 1)->max_concurrent = 60;
	bed_start(&bed);
	bed_pass(&bed, 45000);
	assert_true(bed.store.extends);
}


static void a_refused_extension_is_tried_again(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 1);
	bed_start(&bed);
	bed_event(&bed, bed_call(&bed, 0)->id, CALL_EV_ANSWER, 0);
	bed.store.extend_err = ENOTCONN;
	bed_pass(&bed, 339000);
	assert_int_equal(1, bed.store.extends);
	bed_pass(&bed, 10000);
	assert_in_range(bed.store.extends, 2, 3);
	assert_null(bed.store.extv);
	bed.store.extend_err = 0;
	bed_pass(&bed, 5200);
	assert_int_equal(1, bed.store.extc);
}


/* The refusal may come later, from the server. */
static void a_late_refusal_extends_all_anew(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	bed_pass(&bed, 1000);
	assert_int_equal(0, bed.store.extends);
	engine_leases_lost(bed.eng);
	bed_pass(&bed, 4800);
	assert_int_equal(0, bed.store.extends);
	bed_pass(&bed, 400);
	assert_int_equal(1, bed.store.extends);
	assert_int_equal(3, bed.store.extc);
}


/* An extension may have died with the connection. */
static void a_new_connection_extends_all_leases(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	bed_pass(&bed, 10000);
	assert_int_equal(0, bed.store.extends);
	engine_db(bed.eng, false);
	fake_store_drop(&bed.store);
	bed_pass(&bed, 1000);
	bed.store.err = 0;
	engine_db(bed.eng, true);
	bed_pass(&bed, 200);
	assert_int_equal(3, bed.store.extc);
	assert_int_equal(3, bed.dialer.open);
}


static void a_retry_is_rung_when_it_falls_due(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 1);
	bed_start(&bed);
	bed_pass(&bed, 1234);
	bed_close(&bed, bed_call(&bed, 0)->id, 404, 0, NULL);
	bed_pass(&bed, 599980);
	assert_int_equal(1, bed.dialer.callc);
	bed_pass(&bed, 40);
	assert_int_equal(2, bed.dialer.callc);
	assert_int_equal(2, bed_call(&bed, 1)->ph.attempt_no);
	assert_true(bed.store.loads < 20);
}


/* Two retries a second apart: the second is not forgotten. */
static void retries_are_rung_one_after_the_other(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 2);
	bed_start(&bed);
	bed_close(&bed, bed_call(&bed, 0)->id, 404, 0, NULL);
	bed_pass(&bed, 1000);
	bed_close(&bed, bed_call(&bed, 1)->id, 404, 0, NULL);
	bed_pass(&bed, 599500);
	assert_int_equal(3, bed.dialer.callc);
	bed_pass(&bed, 800);
	assert_int_equal(4, bed.dialer.callc);
}


static void a_phone_is_rung_when_it_falls_due(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 1);
	bed.store.rowv[0].due_ms = BED_T0 + 7000;
	bed_start(&bed);
	bed_pass(&bed, 6980);
	assert_int_equal(0, bed.dialer.callc);
	bed_pass(&bed, 20);
	assert_int_equal(1, bed.dialer.callc);
}


static void a_campaign_starts_when_its_schedule_opens(void **state)
{
	struct campaign *c;
	(void)state;

	c = fake_store_campaign(&bed.store, 1, 1);
	c->open = false;
	c->change_ms = 5000;
	bed_start(&bed);
	bed_pass(&bed, 4980);
	assert_int_equal(1, bed.store.loads);
	c->open = true;
	c->change_ms = 3600000;
	bed_pass(&bed, 20);
	assert_int_equal(1, bed.dialer.callc);
}


static void the_scan_finds_what_nobody_told(void **state)
{
	unsigned scans;
	(void)state;

	bed.store.set.scan_sec = 5;
	(void)fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	assert_int_equal(1, bed.store.loads);
	(void)fake_store_row(&bed.store, 1, "+1");
	bed_pass(&bed, 4980);
	assert_int_equal(0, bed.dialer.callc);
	bed_pass(&bed, 20);
	assert_int_equal(1, bed.dialer.callc);

	assert_int_equal(1, bed.store.loads);

	bed.store.set.scan_sec = 30;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 6000);
	scans = bed.store.scans;
	bed_pass(&bed, 20000);
	assert_int_equal(scans, bed.store.scans);
	bed_pass(&bed, 11000);
	assert_int_equal(scans + 1, bed.store.scans);
	assert_int_equal(2, bed.store.loads);
}


static void many_wakes_make_few_loads(void **state)
{
	(void)state;

	(void)fake_store_campaign(&bed.store, 1, 0);
	bed_start(&bed);
	assert_int_equal(1, bed.store.loads);
	bed_pass(&bed, 1000);

	for (int i = 0; i < 100; i++)
		engine_wake(bed.eng, true);
	assert_int_equal(2, bed.store.loads);
	for (int i = 0; i < 100; i++) {
		bed_settle(&bed);
		engine_wake(bed.eng, true);
	}
	assert_int_equal(2, bed.store.loads);
	bed_pass(&bed, 1000);
	assert_int_equal(3, bed.store.loads);

	/* a steady stream of news */
	for (int i = 0; i < 50; i++) {
		engine_wake(bed.eng, true);
		bed_pass(&bed, 20);
	}
	assert_in_range(bed.store.loads, 3 + 15, 3 + 21);
}


static void a_failed_load_is_tried_again_soon(void **state)
{
	(void)state;

	for (int at_once = 0; at_once < 2; at_once++) {
		again(100, 1000);
		(void)fake_store_campaign(&bed.store, 1, 1);
		if (at_once)
			bed.store.err = ENOMEM;
		else
			bed.store.reply_err = EPROTO;
		bed_start(&bed);
		bed_pass(&bed, 100);
		bed.store.err = bed.store.reply_err = 0;
		bed_pass(&bed, 2000);
		assert_int_equal(1, bed.dialer.callc);
		assert_true(bed.store.loads < 5);
	}
}


/* What was known stays in force while loads fail. */
static void a_failed_load_forgets_nothing(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 5)->max_concurrent = 2;
	bed_start(&bed);
	bed.store.reply_err = EPROTO;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 500);
	assert_int_equal(2, bed_live(&bed, 1));
	bed.store.reply_err = 0;
	bed_close(&bed, bed_call(&bed, 0)->id, 404, 0, NULL);
	bed_pass(&bed, 1500);
	assert_int_equal(2, bed_live(&bed, 1));
	assert_int_equal(3, bed.dialer.callc);
}


static void the_attempts_it_knows_are_listed(void **state)
{
	int64_t v[3] = { 0, 0, -5 };
	(void)state;

	assert_int_equal(0, engine_attempts(bed.eng, v, 3));
	again(100, 1);
	(void)fake_store_campaign(&bed.store, 1, 4);
	bed_start(&bed);
	bed_event(&bed, bed_call(&bed, 0)->id, CALL_EV_ANSWER, 0);
	assert_int_equal(4, engine_attempts(bed.eng, NULL, 0));
	assert_int_equal(4, engine_attempts(bed.eng, v, 2));
	assert_int_equal(1, v[0]);
	assert_int_equal(2, v[1]);
	assert_int_equal(-5, v[2]);

	bed_close(&bed, bed_call(&bed, 0)->id, 0, 0, NULL);
	assert_int_equal(3, engine_attempts(bed.eng, v, 1));
	assert_int_equal(2, v[0]);
}


static enum campaign_reason reason(int64_t *until_ms, char *detail)
{
	struct snapshot *sn = engine_snapshot(bed.eng);
	const struct snapshot_campaign *sc = snapshot_campaign(sn, 1);
	enum campaign_reason r;

	assert_non_null(sc);
	r = sc->reason;
	*until_ms = sc->until_ms;
	strcpy(detail, sc->detail);
	snapshot_unref(sn);

	return r;
}


static const struct {
	bool paused, closed, down;
	int prompt_err;
	size_t phones;
	uint64_t due_ms;
	uint32_t cap;
	enum campaign_reason reason;
	int64_t until_ms;
} reasonv[] = {
	{ false, false, false, 0, 3, 0, 20, CAMPAIGN_RUNNING, -1 },
	{ true,  false, false, 0, 3, 0, 20, CAMPAIGN_PAUSED, -1 },
	{ true,  true,  true,  5, 0, 0, 0,  CAMPAIGN_PAUSED, -1 },
	{ false, false, true,  0, 3, 0, 20, CAMPAIGN_DB_DOWN, -1 },
	{ false, true,  false, 0, 3, 0, 20, CAMPAIGN_WINDOW, 5000 },
	{ false, false, false, EINPROGRESS, 3, 0, 20,
	  CAMPAIGN_LOADING, -1 },
	{ false, false, false, EBADMSG, 3, 0, 20,
	  CAMPAIGN_NO_PROMPT, -1 },
	{ false, false, false, 0, 3, 0, 3, CAMPAIGN_FULL, -1 },
	{ false, false, false, 0, 3, 0, 0, CAMPAIGN_FULL, -1 },
	{ false, false, false, 0, 3, 9000, 20, CAMPAIGN_BACKOFF,
	  9000 },
	{ false, false, false, 0, 0, 0, 20, CAMPAIGN_DONE, -1 },
	{ false, true,  false, 0, 0, 0, 20, CAMPAIGN_DONE, -1 },
};


static void the_picture_says_why_nothing_is_dialled(void **state)
{
	(void)state;

	for (size_t i = 0; i < LENGTH(reasonv); i++) {
		char detail[REASON_SIZE];
		int64_t until_ms;
		struct campaign *c;

		again(100, 1000);
		c = fake_store_campaign(&bed.store, 1, reasonv[i].phones);
		c->paused = reasonv[i].paused;
		c->open = !reasonv[i].closed;
		c->change_ms = reasonv[i].closed ? 5000 : -1;
		c->max_concurrent = reasonv[i].cap;
		bed.dialer.prompt_err = reasonv[i].prompt_err;
		bed.dialer.why = "no audio";
		for (size_t n = 0; n < bed.store.rowc; n++)
			bed.store.rowv[n].due_ms = reasonv[i].due_ms
				? BED_T0 + reasonv[i].due_ms : 0;
		bed_start(&bed);
		if (reasonv[i].down)
			engine_db(bed.eng, false);

		if (reason(&until_ms, detail) != reasonv[i].reason
		    || until_ms != reasonv[i].until_ms)
			fail_msg("row %zu: %s, %lld ms", i,
				 campaign_reason_name(reason(&until_ms,
							     detail)),
				 (long long)until_ms);
		assert_string_equal(reasonv[i].reason == CAMPAIGN_NO_PROMPT
				    ? "no audio" : "", detail);
	}
}


static void the_picture_shows_the_calls(void **state)
{
	const struct snapshot_call *sc;
	struct snapshot *sn;
	(void)state;

	again(100, 1);
	(void)fake_store_campaign(&bed.store, 1, 3);
	bed_start(&bed);
	bed_pass(&bed, 500);
	bed_event(&bed, bed_call(&bed, 0)->id, CALL_EV_ANSWER, 0);
	bed_call(&bed, 0)->played_ms = 1700;
	bed.clock.now_ms += 7;

	sn = engine_snapshot(bed.eng);
	assert_non_null(sn);
	assert_string_equal("bed", sn->node);
	assert_true(sn->db_ok);
	assert_false(sn->stopping);
	assert_int_equal(bed.clock.now_ms, sn->made_ms);
	assert_int_equal(1, sn->started);
	assert_int_equal(1, sn->live);
	assert_int_equal(3, sn->callc);
	assert_int_equal(3, snapshot_campaign(sn, 1)->live);
	assert_int_equal(CAMPAIGN_RUNNING, snapshot_campaign(sn, 1)->reason);

	sc = snapshot_call(sn, 1001);
	assert_non_null(sc);
	assert_int_equal(ATT_ANSWERED, sc->st);
	assert_int_equal(1, sc->campaign_id);
	assert_int_equal(1, sc->attempt_no);
	assert_int_equal(3, sc->max_attempts);
	assert_int_equal(507, sc->since_ms);
	assert_int_equal(1700, sc->played_ms);
	assert_int_equal(BED_PROMPT_MS, sc->prompt_ms);
	assert_string_equal("+15550010000", sc->cld);
	assert_int_equal(ATT_QUEUED, snapshot_call(sn, 1002)->st);

	/* it outlives the engine's changes */
	bed_close(&bed, bed_call(&bed, 0)->id, 0, 0, NULL);
	engine_stop(bed.eng);
	assert_int_equal(ATT_ANSWERED, snapshot_call(sn, 1001)->st);
	snapshot_unref(sn);
}


#define ON_BED(test) cmocka_unit_test_setup_teardown(test, bed_up, bed_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		ON_BED(the_lease_of_a_long_call_is_extended),
		ON_BED(what_waits_for_its_turn_keeps_its_lease),
		ON_BED(a_refused_extension_is_tried_again),
		ON_BED(a_late_refusal_extends_all_anew),
		ON_BED(a_new_connection_extends_all_leases),
		ON_BED(a_retry_is_rung_when_it_falls_due),
		ON_BED(retries_are_rung_one_after_the_other),
		ON_BED(a_phone_is_rung_when_it_falls_due),
		ON_BED(a_campaign_starts_when_its_schedule_opens),
		ON_BED(the_scan_finds_what_nobody_told),
		ON_BED(many_wakes_make_few_loads),
		ON_BED(a_failed_load_is_tried_again_soon),
		ON_BED(a_failed_load_forgets_nothing),
		ON_BED(the_attempts_it_knows_are_listed),
		ON_BED(the_picture_says_why_nothing_is_dialled),
		ON_BED(the_picture_shows_the_calls),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
