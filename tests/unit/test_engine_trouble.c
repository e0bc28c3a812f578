/**
 * @file test_engine_trouble.c  INVITEs that do not leave
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o core/tally.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o
 * links: core/attempt.o core/pacer.o core/outcome.o core/number.o
 * links: core/phone.o core/settings.o core/address.o core/snapshot.o
 * links: tests/unit/engine_bed.o tests/unit/fake_store.o
 * links: tests/unit/fake_store_look.o
 * links: tests/unit/fake_dialer.o tests/unit/fake_clock.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/engine_priv.h"
#include "tests/unit/engine_bed.h"

enum { PHONES = 5 };

static struct bed bed;


/* A campaign whose calls have all begun */
static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);
	(void)fake_store_campaign(&bed.store, 1, PHONES);
	bed_start(&bed);
	assert_int_equal(PHONES, bed.dialer.callc);

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	bed_free(&bed);

	return 0;
}


static void does_not_leave(size_t n, const char *why)
{
	const struct call_fact fact = { .unsent = true, .reason = why };
	struct fake_call *call = bed_call(&bed, n);

	call->closed = true;
	--bed.dialer.open;
	engine_call_event(bed.eng, call->id, CALL_EV_CLOSED, &fact);
}


static void all_come_back(void)
{
	for (size_t i = 0; i < PHONES; i++)
		does_not_leave(i, "TLS: no");
}


static void nobody_spends_an_attempt(void **state)
{
	(void)state;

	all_come_back();
	bed_settle(&bed);
	assert_int_equal(PHONES, fake_store_reports(&bed.store,
						    REPORT_UNDONE));
	assert_int_equal(0, fake_store_reports(&bed.store, REPORT_END));
	assert_int_equal(1, bed.warnings);
	for (int64_t i = 1001; i <= 1000 + PHONES; i++)
		assert_int_equal(0, fake_store_phone(&bed.store, i)
				 ->call_count);
}


static void one_call_at_a_time_finds_out(void **state)
{
	(void)state;

	all_come_back();
	bed_pass(&bed, TROUBLE_MS - 100);
	assert_int_equal(PHONES, bed.dialer.callc);
	bed_pass(&bed, 200);
	assert_int_equal(PHONES + 1, bed.dialer.callc);

	/* It is the same as before: it is neither told nor written again,
	 * and the next one tries after twice the time. */
	does_not_leave(PHONES, "TLS: no");
	bed_pass(&bed, 2 * TROUBLE_MS - 100);
	assert_int_equal(PHONES + 1, bed.dialer.callc);
	assert_int_equal(PHONES, fake_store_reports(&bed.store,
						    REPORT_UNDONE));
	assert_int_equal(1, bed.warnings);
	bed_pass(&bed, 200);
	assert_int_equal(PHONES + 2, bed.dialer.callc);

	/* Other words are. */
	does_not_leave(PHONES + 1, "TLS: never");
	assert_int_equal(2, bed.warnings);
	bed_settle(&bed);
	assert_int_equal(PHONES + 1, fake_store_reports(&bed.store,
							REPORT_UNDONE));
}


static void a_call_that_leaves_lets_all_follow(void **state)
{
	(void)state;

	all_come_back();
	bed_pass(&bed, TROUBLE_MS + 100);
	assert_int_equal(PHONES + 1, bed.dialer.callc);
	bed_event(&bed, bed_call(&bed, PHONES)->id, CALL_EV_RINGING, 0);
	bed_pass(&bed, 300);
	assert_int_equal(2 * PHONES, bed.dialer.callc);
}


/* Its INVITE may be on a way that nobody answers on. */
static void who_hears_nothing_does_not_keep_the_others_back(void **state)
{
	(void)state;

	all_come_back();
	bed_pass(&bed, TROUBLE_MS + 100);
	assert_int_equal(PHONES + 1, bed.dialer.callc);
	bed_pass(&bed, PROBE_MS);
	assert_int_equal(PHONES + 2, bed.dialer.callc);
}


static void another_proxy_is_tried_at_once(void **state)
{
	(void)state;

	all_come_back();
	(void)snprintf(bed.store.set.proxy, sizeof(bed.store.set.proxy),
		       "other.test");
	engine_wake(bed.eng, true);
	bed_pass(&bed, 300);
	assert_int_equal(2 * PHONES, bed.dialer.callc);
}


/* What one campaign demands and nobody has here is not the others' trouble. */
static void a_campaign_that_cannot_be_dialled_rests_alone(void **state)
{
	struct snapshot *sn;
	(void)state;

	bed_init(&bed);
	bed.dialer.unfit = 1;
	(void)fake_store_campaign(&bed.store, 1, PHONES);
	(void)fake_store_campaign(&bed.store, 2, 2 * PHONES);
	bed_start(&bed);
	assert_int_equal(2 * PHONES, bed.dialer.callc);
	assert_int_equal(1, bed.warnings);
	assert_int_equal(PHONES, fake_store_reports(&bed.store,
						    REPORT_RELEASE));
	assert_int_equal(0, bed_live(&bed, 1));

	sn = engine_snapshot(bed.eng);
	assert_int_equal(CAMPAIGN_TROUBLE, sn->campv[0].reason);
	assert_int_equal(CAMPAIGN_RUNNING, sn->campv[1].reason);
	snapshot_unref(sn);

	/* When campaigns have changed it is tried again. */
	bed.dialer.unfit = 0;
	engine_wake(bed.eng, true);
	bed_pass(&bed, 300);
	assert_int_equal(3 * PHONES, bed.dialer.callc);
}


static void without_memory_for_its_end_no_phone_is_claimed(void **state)
{
	(void)state;

	bed.store.reserve_err = ENOMEM;
	(void)fake_store_campaign(&bed.store, 2, 1);
	engine_wake(bed.eng, true);
	bed_pass(&bed, 3000);
	assert_int_equal(PHONES, bed.dialer.callc);
	assert_int_equal(PHONES, bed.store.attc);
	assert_int_equal(1, bed.warnings);

	bed.store.reserve_err = 0;
	bed_pass(&bed, TROUBLE_MAX_MS);
	assert_int_equal(PHONES + 1, bed.dialer.callc);
}


int main(void)
{
#define ON_BED(f) cmocka_unit_test_setup_teardown(f, bed_up, bed_down)
	const struct CMUnitTest testv[] = {
		ON_BED(nobody_spends_an_attempt),
		ON_BED(one_call_at_a_time_finds_out),
		ON_BED(a_call_that_leaves_lets_all_follow),
		ON_BED(who_hears_nothing_does_not_keep_the_others_back),
		ON_BED(another_proxy_is_tried_at_once),
		cmocka_unit_test_teardown(
			a_campaign_that_cannot_be_dialled_rests_alone,
			bed_down),
		ON_BED(without_memory_for_its_end_no_phone_is_claimed),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
