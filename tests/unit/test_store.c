/**
 * @file test_store.c  Loading and claiming, on a real PostgreSQL
 *
 * links: sql/store_pg.o sql/store_conn.o sql/store_load.o
 * links: sql/store_audio.o sql/store_name.o sql/pgconn.o sql/reports.o
 * links: sql/report_items.o
 * links: sql/store_desk.o sql/hush.o
 * links: core/text.o sql/array.o sql/rows.o sql/embedded.o core/settings.o
 * links: core/address.o core/outcome.o core/phone.o core/text.o
 * links: tests/unit/store_bed.o tests/unit/pg_fixture.o
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/store_bed.h"

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))

static struct sbed a, b;


static int store_up(void **state)
{
	(void)pg_fixture_fresh(state);
	sbed_open(&a, "node a");

	return 0;
}


static int store_down(void **state)
{
	(void)state;
	sbed_close(&a);
	if (b.st)
		sbed_close(&b);

	return 0;
}


static void a_claim_marks_its_rows(void **state)
{
	const struct phone *ph = a.phonev;
	(void)state;

	sbed_campaign(3);
	pg_do("UPDATE campaigns SET username = 'user', md5secret = 'pass', "
	      "cli = '+1999', max_attempts = 4, timeout_sec = 20, "
	      "backoff_sec = 30, threshold_msec = 40");
	assert_int_equal(2, sbed_claim(&a, 1, 2));
	assert_int_equal(1, ph->id);
	assert_int_equal(1, ph->campaign_id);
	assert_int_equal(1, ph->attempt_no);
	assert_int_equal(4, ph->max_attempts);
	assert_int_equal(20, ph->timeout_sec);
	assert_int_equal(30, ph->backoff_sec);
	assert_int_equal(40, ph->threshold_msec);
	assert_int_equal(1, ph->prompt_id);
	assert_int_equal(64, strlen(ph->prompt_digest));
	assert_string_equal("+15551", ph->cld);
	assert_string_equal("+1999", ph->cli);
	assert_string_equal("user", ph->username);
	assert_string_equal("pass", ph->secret);
	assert_false(ph->misfit);

	assert_string_equal("trying 1 open node a now used", sbed_row(1));
	assert_string_equal("trying 1 open node a now used", sbed_row(2));
	assert_string_equal("idle 0 open - now new", sbed_row(3));
	assert_int_equal(ph->attempt_id, pg_number(
		"SELECT i_attempt FROM campaign_phones "
		"WHERE i_campaign_phone = 1"));
	assert_true(ph[0].attempt_id != ph[1].attempt_id);

	/* 20 s to ring, 8 s of prompt, a minute */
	assert_int_equal(88, pg_number("SELECT extract(epoch FROM expires "
				       "- setup_time)::integer "
				       "FROM campaign_phones "
				       "WHERE i_campaign_phone = 1"));
	assert_int_equal(1, pg_number("SELECT (now() - setup_time < '10 s')"
				      "::integer FROM campaign_phones "
				      "WHERE i_campaign_phone = 1"));
}


static void the_cap_holds_over_two_engines(void **state)
{
	(void)state;

	sbed_open(&b, "node b");
	sbed_campaign(40);
	pg_do("UPDATE campaigns SET max_concurrent_calls = 7");

	/* Who comes while the other one is claiming gets nothing. */
	for (unsigned i = 1, full = 0; i <= 100 && full < 3; i++) {
		assert_int_equal(0, sbed_ask(&a, 1, 3));
		assert_int_equal(0, sbed_ask(&b, 1, 3));
		sbed_until(&a.claims, i);
		sbed_until(&b.claims, i);
		full += a.claimed + b.claimed >= 7;
	}
	assert_int_equal(7, a.claimed + b.claimed);
	assert_int_equal(7, pg_number("SELECT count(*) FROM campaign_phones "
				      "WHERE claimed_by IS NOT NULL"));
}


static void no_phone_is_claimed_twice(void **state)
{
	(void)state;

	sbed_open(&b, "node b");
	sbed_campaign(50);

	for (unsigned i = 1; i <= 100 && a.claimed + b.claimed < 50; i++) {
		assert_int_equal(0, sbed_ask(&a, 1, 4));
		assert_int_equal(0, sbed_ask(&b, 1, 4));
		sbed_until(&a.claims, i);
		sbed_until(&b.claims, i);
	}
	assert_int_equal(50, a.claimed + b.claimed);
	assert_true(a.claimed && b.claimed);
	assert_int_equal(50, pg_number("SELECT count(DISTINCT i_attempt) "
				       "FROM campaign_phones "
				       "WHERE call_count = 1"));
}


static void what_may_not_be_rung_is_not_claimed(void **state)
{
	static const char *const sqlv[] = {
		"UPDATE campaigns SET paused = true",
		"INSERT INTO schedules (name) VALUES ('never'); "
		"UPDATE campaigns SET i_schedule = 1",
		"UPDATE campaigns SET i_ivr_prompt = NULL",
		"UPDATE ivr_prompts SET audio = '\\x02'",
		"UPDATE campaigns SET max_concurrent_calls = 0",
		"UPDATE campaign_phones SET finished = true",
		"UPDATE campaign_phones SET next_call = now() + '1 hour'",
		"UPDATE campaign_phones SET next_call = 'infinity'",
		"UPDATE campaign_phones SET claimed_by = 'other'",
		"DELETE FROM campaigns",
	};
	(void)state;

	for (size_t i = 0; i < LENGTH(sqlv); i++) {
		sbed_close(&a);
		(void)store_up(NULL);
		sbed_campaign(1);
		pg_engine("%s", sqlv[i]);
		if (sbed_claim(&a, 1, 5))
			fail_msg("claimed after %s", sqlv[i]);
	}
}


static void an_open_schedule_is_no_bar(void **state)
{
	(void)state;

	sbed_campaign(1);
	pg_do("INSERT INTO schedules (name) VALUES ('always')");
	pg_do("INSERT INTO schedule_records (i_schedule) VALUES (1)");
	pg_do("UPDATE campaigns SET i_schedule = 1");
	assert_int_equal(1, sbed_claim(&a, 1, 5));
}


static void locked_rows_are_left_alone(void **state)
{
	(void)state;

	sbed_campaign(3);
	pg_do("BEGIN");
	pg_do("UPDATE campaign_phones SET next_call = NULL "
	      "WHERE i_campaign_phone IN (1, 2)");
	assert_int_equal(1, sbed_claim(&a, 1, 5));
	assert_int_equal(3, a.phonev[0].id);
	pg_do("COMMIT");
	assert_int_equal(2, sbed_claim(&a, 1, 5));
}


static void who_falls_due_first_is_claimed_first(void **state)
{
	(void)state;

	sbed_campaign(5);
	pg_do("UPDATE campaign_phones SET next_call = now() "
	      "- i_campaign_phone * interval '1 min' "
	      "WHERE i_campaign_phone <> 4");
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(4, a.phonev[0].id);
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(5, a.phonev[0].id);
	assert_int_equal(1, sbed_claim(&a, 1, 1));
	assert_int_equal(3, a.phonev[0].id);
}


/* By a change of max_attempts */
static void who_has_no_attempt_left_is_finished_without_a_call(void **state)
{
	(void)state;

	sbed_campaign(3);
	pg_do("UPDATE campaign_phones SET call_count = 3, status = 'failure' "
	      "WHERE i_campaign_phone = 1");
	pg_do("UPDATE campaign_phones SET call_count = 2, status = "
	      "'premature hangup' WHERE i_campaign_phone = 2");
	assert_int_equal(2, sbed_claim(&a, 1, 5));
	assert_string_equal("failure 3 finished - now new", sbed_row(1));
	assert_string_equal("trying 3 open node a now used", sbed_row(2));
	assert_string_equal("trying 1 open node a now used", sbed_row(3));
	assert_int_equal(0, sbed_claim(&a, 1, 5));
}


static void texts_that_do_not_fit_are_told(void **state)
{
	(void)state;

	sbed_campaign(1);
	pg_do("UPDATE campaigns SET username = repeat('\xc3\xa9', 200)");
	assert_int_equal(1, sbed_claim(&a, 1, 5));
	assert_true(a.phonev[0].misfit);
	assert_string_equal("", a.phonev[0].username);
	assert_string_equal("+15551", a.phonev[0].cld);
}


static void a_load_brings_campaigns_as_they_are(void **state)
{
	const struct campaign *c = a.campv;
	(void)state;

	sbed_load(&a);
	assert_int_equal(0, a.load_err);
	assert_int_equal(0, a.campc);

	sbed_campaign(2);
	pg_do("INSERT INTO campaigns (name, paused) VALUES ('two', true)");
	pg_do("INSERT INTO schedules (name) VALUES ('never')");
	pg_do("UPDATE campaigns SET i_schedule = 1 WHERE i_campaign = 2");
	sbed_load(&a);
	assert_int_equal(2, a.campc);

	assert_int_equal(1, c->id);
	assert_string_equal("camp", c->name);
	assert_false(c->paused);
	assert_true(c->open);
	assert_int_equal(-1, c->change_ms);
	assert_int_equal(0, c->due_ms);
	assert_int_equal(1, c->prompt_id);
	assert_int_equal(64, strlen(c->prompt_digest));
	assert_int_equal(100, c->max_concurrent);
	assert_int_equal(3, c->max_attempts);
	assert_int_equal(300, c->timeout_sec);
	assert_int_equal(600, c->backoff_sec);
	assert_int_equal(3000, c->threshold_msec);

	++c;
	assert_true(c->paused);
	assert_false(c->open);
	assert_int_equal(-1, c->change_ms);
	assert_int_equal(-1, c->due_ms);
	assert_int_equal(0, c->prompt_id);
	assert_string_equal("", c->prompt_digest);
	assert_int_equal(20, c->max_concurrent);
}


static void a_load_says_when_a_phone_falls_due(void **state)
{
	static const struct {
		const char *next_call;
		int64_t from, to;
	} testv[] = {
		{ "NULL",                   0,      0      },
		{ "now() - interval '1 h'", 0,      0      },
		{ "now() + interval '50 s'", 40000, 50000  },
		{ "'infinity'",             -1,     -1     },
		{ "'294000-01-01'",         1,      INT64_MAX },
	};
	(void)state;

	sbed_campaign(1);
	for (size_t i = 0; i < LENGTH(testv); i++) {
		pg_do("UPDATE campaign_phones SET next_call = %s",
		      testv[i].next_call);
		sbed_load(&a);
		assert_int_equal(0, a.load_err);
		if (a.campv[0].due_ms < testv[i].from
		    || a.campv[0].due_ms > testv[i].to)
			fail_msg("%s: %lld ms", testv[i].next_call,
				 (long long)a.campv[0].due_ms);
	}

	/* a phone that is parked hides no other */
	pg_do("UPDATE campaign_phones SET next_call = 'infinity'");
	pg_do("INSERT INTO campaign_phones (i_campaign, cld) "
	      "VALUES (1, '77')");
	sbed_load(&a);
	assert_int_equal(0, a.campv[0].due_ms);
}


static void names_of_any_letters_are_whole(void **state)
{
	(void)state;

	pg_do("INSERT INTO campaigns (name) "
	      "VALUES (repeat('\xf0\x9f\x98\x80', 100))");
	sbed_load(&a);
	assert_int_equal(400, strlen(a.campv[0].name));
}


static void config_comes_with_the_load(void **state)
{
	(void)state;

	sbed_load(&a);
	assert_string_equal("127.0.0.1:5061", a.set.proxy);
	assert_int_equal(5, a.set.scan_sec);

	pg_do("INSERT INTO config VALUES "
	      "('campaign', 'sipproxy', 'pbx.example:5080'), "
	      "('campaign', 'scanintervalsec', '9'), "
	      "('other', 'sipproxy', 'not.ours')");
	sbed_load(&a);
	assert_string_equal("pbx.example:5080", a.set.proxy);
	assert_int_equal(9, a.set.scan_sec);

	/* bad values: the last good ones stay, and that is said once */
	pg_do("UPDATE config SET value = 'not a proxy' "
	      "WHERE option = 'sipproxy'");
	for (int i = 0; i < 3; i++) {
		sbed_load(&a);
		assert_string_equal("pbx.example:5080", a.set.proxy);
		assert_int_equal(1, a.warnings);
	}
	assert_non_null(strstr(a.line, "not a proxy"));

	/* no row: the default */
	pg_do("DELETE FROM config");
	sbed_load(&a);
	assert_string_equal("127.0.0.1:5061", a.set.proxy);
	assert_int_equal(5, a.set.scan_sec);
}


/* A wrong proxy would be worse than none. */
static void without_a_good_proxy_there_is_none(void **state)
{
	(void)state;

	pg_do("INSERT INTO config VALUES ('campaign', 'sipproxy', 'a b')");
	sbed_load(&a);
	assert_string_equal("", a.set.proxy);
	assert_int_equal(1, a.warnings);
	sbed_load(&a);
	assert_string_equal("", a.set.proxy);
	assert_int_equal(1, a.warnings);

	pg_do("UPDATE config SET value = 'pbx'");
	sbed_load(&a);
	assert_string_equal("pbx", a.set.proxy);
	pg_do("UPDATE config SET value = 'a b'");
	sbed_load(&a);
	assert_string_equal("pbx", a.set.proxy);
}


static struct {
	unsigned calls;
	int err;
	size_t size;
	uint8_t first;
} audio;


static void audio_handler(int err, const uint8_t *data, size_t size,
			  const char *why, void *arg)
{
	(void)why;
	(void)arg;

	++audio.calls;
	audio.err = err;
	audio.size = size;
	audio.first = size ? data[0] : 0;
}


static void the_audio_of_a_prompt_is_fetched_by_its_digest(void **state)
{
	char digest[DIGEST_SIZE];
	(void)state;

	memset(&audio, 0, sizeof(audio));
	pg_do("INSERT INTO ivr_prompts (name, audio) VALUES ('big', "
	      "decode(repeat('ab', 3000000), 'hex'))");
	(void)snprintf(digest, sizeof(digest), "%s",
		       pg_text("SELECT digest FROM ivr_prompts"));
	assert_int_equal(0, store_pg_audio(a.st, 1, digest, audio_handler,
					   NULL));
	sbed_until(&audio.calls, 1);
	assert_int_equal(0, audio.err);
	assert_int_equal(3000000, audio.size);
	assert_int_equal(0xab, audio.first);

	assert_int_equal(0, store_pg_audio(a.st, 1, "else", audio_handler,
					   NULL));
	assert_int_equal(0, store_pg_audio(a.st, 2, digest, audio_handler,
					   NULL));
	sbed_until(&audio.calls, 3);
	assert_int_equal(ENOENT, audio.err);
}


static void the_trouble_of_a_prompt_is_noted(void **state)
{
	char digest[DIGEST_SIZE];
	(void)state;

	sbed_campaign(1);
	(void)snprintf(digest, sizeof(digest), "%s",
		       pg_text("SELECT digest FROM ivr_prompts"));
	store_pg_ops.trouble(a.st, 1, digest, "no audio");
	sbed_load(&a);
	assert_string_equal("no audio",
			    pg_text("SELECT trouble FROM ivr_prompts"));
	assert_true(a.campv[0].troubled);

	store_pg_ops.trouble(a.st, 1, "another", NULL);
	sbed_load(&a);
	assert_true(a.campv[0].troubled);
	store_pg_ops.trouble(a.st, 1, digest, NULL);
	sbed_load(&a);
	assert_false(a.campv[0].troubled);
}


#define STORE(test) cmocka_unit_test_setup_teardown(test, store_up, store_down)

int main(void)
{
	const struct CMUnitTest testv[] = {
		STORE(a_claim_marks_its_rows),
		STORE(the_cap_holds_over_two_engines),
		STORE(no_phone_is_claimed_twice),
		STORE(what_may_not_be_rung_is_not_claimed),
		STORE(an_open_schedule_is_no_bar),
		STORE(locked_rows_are_left_alone),
		STORE(who_falls_due_first_is_claimed_first),
		STORE(who_has_no_attempt_left_is_finished_without_a_call),
		STORE(texts_that_do_not_fit_are_told),
		STORE(a_load_brings_campaigns_as_they_are),
		STORE(a_load_says_when_a_phone_falls_due),
		STORE(names_of_any_letters_are_whole),
		STORE(config_comes_with_the_load),
		STORE(without_a_good_proxy_there_is_none),
		STORE(the_audio_of_a_prompt_is_fetched_by_its_digest),
		STORE(the_trouble_of_a_prompt_is_noted),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
