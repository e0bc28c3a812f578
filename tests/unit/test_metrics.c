/**
 * @file test_metrics.c  An engine's figures, counted and printed
 *
 * links: core/engine.o core/engine_call.o core/engine_claim.o
 * links: core/engine_trouble.o
 * links: core/engine_load.o core/engine_dispatch.o
 * links: core/engine_view.o core/engine_order.o core/timeline.o
 * links: core/meter.o core/logbook.o core/metrics.o core/tally.o
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
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/metrics.h"
#include "tests/unit/engine_bed.h"

static struct bed bed;
static struct metrics mx;
static char *text;


static int bed_up(void **state)
{
	(void)state;
	bed_init(&bed);

	return 0;
}


static int bed_down(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	bed_free(&bed);

	return 0;
}


static void print(void)
{
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(0, metrics_print(f, &mx));
	assert_int_equal(0, fclose(f));
}


static void measure(void)
{
	static const uint32_t boundv[HISTOGRAM_BOUNDS] = { 1, 5 };

	free(text);
	text = NULL;
	engine_measure(bed.eng, &mx);
	mx.version = "1.2.3";
	mx.libre = "1.1.0";
	mx.schema = 8;
	mx.packets.late.boundv = boundv;
	print();
}


/* A whole line of the text, without ringround_ in front */
static void has(const char *line)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "\nringround_%s\n", line);
	if (!strstr(text, whole))
		fail_msg("there is no %s in\n%s", line, text);
}


static void ring(uint64_t id, uint16_t code)
{
	const struct call_fact fact = { .code = code };

	engine_call_event(bed.eng, id, CALL_EV_RINGING, &fact);
}


static void an_idle_engine_has_figures(void **state)
{
	(void)state;

	measure();
	has("build_info{version=\"1.2.3\",schema=\"8\",libre=\"1.1.0\","
	    "node=\"bed\"} 1");
	has("database_up 0");
	has("calls{state=\"ringing\"} 0");
	has("calls_limit 100");
	has("call_starts_per_second_limit 1000");
	has("call_starts_total 0");
	has("attempts_ended_total{outcome=\"no answer\"} 0");
	has("ring_time_seconds_bucket{le=\"+Inf\"} 0");
	has("ring_time_seconds_sum 0");
	has("queue_depth{queue=\"commands\"} 0");
	assert_null(strstr(text, "final_responses_total{"));
}


static void calls_are_counted_by_state(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 5)->max_concurrent = 50;
	bed_start(&bed);
	ring(bed_call(&bed, 0)->id, 180);
	ring(bed_call(&bed, 1)->id, 180);
	bed_event(&bed, bed_call(&bed, 1)->id, CALL_EV_ANSWER, 0);
	bed_event(&bed, bed_call(&bed, 2)->id, CALL_EV_ANSWER, 0);
	bed_event(&bed, bed_call(&bed, 2)->id, CALL_EV_THRESHOLD, 3000);
	bed_close(&bed, bed_call(&bed, 3)->id, 486, 0, "Busy Here");

	measure();
	has("database_up 1");
	has("call_starts_total 5");
	has("calls{state=\"queued\"} 0");
	has("calls{state=\"dialing\"} 1");
	has("calls{state=\"ringing\"} 1");
	has("calls{state=\"answered\"} 1");
	has("calls{state=\"heard\"} 1");
	has("attempts_ended_total{outcome=\"failure\"} 1");
	has("final_responses_total{code=\"486\"} 1");
	has("campaigns{reason=\"running\"} 1");
	has("campaigns{reason=\"no prompt\"} 0");
}


static void waits_are_measured(void **state)
{
	uint64_t id;
	(void)state;

	fake_store_campaign(&bed.store, 1, 3)->max_concurrent = 50;
	bed_start(&bed);
	id = bed_call(&bed, 0)->id;
	bed.clock.now_ms += 60;
	ring(id, 180);
	ring(id, 183);
	bed.clock.now_ms += 2500;
	bed_event(&bed, id, CALL_EV_ANSWER, 0);
	bed_event(&bed, bed_call(&bed, 1)->id, CALL_EV_ANSWER, 0);
	bed_close(&bed, bed_call(&bed, 2)->id, 0, 0, "timed out");

	measure();
	has("post_dial_delay_seconds_bucket{le=\"0.05\"} 0");
	has("post_dial_delay_seconds_bucket{le=\"0.1\"} 1");
	has("post_dial_delay_seconds_bucket{le=\"2\"} 1");
	has("post_dial_delay_seconds_bucket{le=\"3\"} 2");
	has("post_dial_delay_seconds_count 2");
	has("post_dial_delay_seconds_sum 2.62");
	has("ring_time_seconds_bucket{le=\"2\"} 0");
	has("ring_time_seconds_bucket{le=\"5\"} 1");
	has("ring_time_seconds_sum 2.5");
	assert_true(mx.tally.claim.countv[0] > 0);
}


static void trouble_here_is_no_attempt(void **state)
{
	(void)state;

	fake_store_campaign(&bed.store, 1, 1);
	bed.dialer.dial_err = ENETUNREACH;
	bed_start(&bed);

	measure();
	has("start_trouble 1");
	has("call_start_failures_total 1");
	has("call_starts_total 0");
	has("attempts_ended_total{outcome=\"failure\"} 0");
	has("campaigns{reason=\"trouble\"} 1");
	has("calls{state=\"queued\"} 0");
}


static void packets_are_told_by_how_late(void **state)
{
	(void)state;

	measure();
	free(text);
	mx.packets.late.countv[0] = 10;
	mx.packets.late.countv[1] = 5;
	mx.packets.late.countv[HISTOGRAM_BOUNDS] = 1;
	mx.packets.late.sum_ms = 1234567;
	mx.packets.gaps = 3;
	mx.packets.refused = 2;
	mx.db_rtt_us = 1050;
	mx.born_ms = 1700000000120;
	print();

	has("rtp_packets_sent_total 16");
	has("rtp_packet_lateness_seconds_bucket{le=\"0.001\"} 10");
	has("rtp_packet_lateness_seconds_bucket{le=\"0.005\"} 15");
	has("rtp_packet_lateness_seconds_bucket{le=\"+Inf\"} 16");
	has("rtp_packet_lateness_seconds_count 16");
	has("rtp_packet_lateness_seconds_sum 1234.567");
	has("rtp_gaps_total 3");
	has("rtp_packets_refused_total 2");
	has("database_round_trip_seconds 0.00105");
	has("start_time_seconds 1700000000.12");
}


static void a_bucket_holds_its_bound(void **state)
{
	static const uint32_t boundv[HISTOGRAM_BOUNDS] = { 1, 5, 10 };
	(void)state;

	assert_int_equal(0, histogram_bucket(boundv, 0));
	assert_int_equal(0, histogram_bucket(boundv, 1));
	assert_int_equal(1, histogram_bucket(boundv, 2));
	assert_int_equal(2, histogram_bucket(boundv, 10));
	assert_int_equal(HISTOGRAM_BOUNDS, histogram_bucket(boundv, 11));
	assert_int_equal(HISTOGRAM_BOUNDS, histogram_bucket(boundv,
							    UINT64_MAX));
}


static void codes_out_of_range_are_not_counted(void **state)
{
	struct tally ta;
	(void)state;

	tally_init(&ta);
	tally_end(&ta, OUTCOME_FAILURE, 0);
	tally_end(&ta, OUTCOME_FAILURE, 99);
	tally_end(&ta, OUTCOME_FAILURE, 700);
	tally_end(&ta, OUTCOME_FAILURE, 65535);
	for (size_t i = 0; i < TALLY_CODES; i++)
		assert_int_equal(0, ta.codev[i]);
	tally_end(&ta, OUTCOME_FAILURE, 699);
	assert_int_equal(1, ta.codev[TALLY_CODES - 1]);
	assert_int_equal(5, ta.outcomev[OUTCOME_FAILURE]);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test_setup_teardown(an_idle_engine_has_figures,
						bed_up, bed_down),
		cmocka_unit_test_setup_teardown(calls_are_counted_by_state,
						bed_up, bed_down),
		cmocka_unit_test_setup_teardown(waits_are_measured,
						bed_up, bed_down),
		cmocka_unit_test_setup_teardown(trouble_here_is_no_attempt,
						bed_up, bed_down),
		cmocka_unit_test_setup_teardown(packets_are_told_by_how_late,
						bed_up, bed_down),
		cmocka_unit_test(a_bucket_holds_its_bound),
		cmocka_unit_test(codes_out_of_range_are_not_counted),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
