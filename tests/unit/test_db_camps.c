/**
 * @file test_db_camps.c  Campaigns, actions and rights, on a real PostgreSQL
 *
 * links: sql/db_search.o sql/db_view.o sql/db_words.o
 * links: sql/db.o sql/db_ask.o sql/db_connect.o sql/db_rights.o
 * links: sql/db_schema.o sql/db_schedules.o sql/db_camps.o sql/db_page.o
 * links: sql/db_one.o sql/db_conninfo.o
 * links: sql/array.o core/text.o core/phone.o sql/embedded.o
 * links: tests/unit/pg_fixture.o
 */
#include "sql/db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "tests/unit/pg_fixture.h"

static struct db *db;
static struct db_rights rights;
static struct db_camps cs;
static char why[WHY_SIZE];


static int start(void **state)
{
	(void)pg_fixture_fresh(state);
	assert_int_equal(0, db_open(&db, pg_conninfo(), why, sizeof(why)));
	assert_int_equal(0, db_console(db, &rights, why, sizeof(why)));

	return 0;
}


static int stop(void **state)
{
	(void)state;
	db_camps_free(&cs);
	db_close(db);
	db = NULL;

	return 0;
}


static const struct db_camp *read_camp(const char *name)
{
	db_camps_free(&cs);
	if (db_camps(db, &cs, why, sizeof(why)))
		fail_msg("%s", why);
	for (size_t i = 0; i < cs.n; i++) {
		if (!strcmp(cs.v[i].name, name))
			return &cs.v[i];
	}

	return NULL;
}


/* News comes when it likes. */
static unsigned wait_news(unsigned wanted)
{
	unsigned news = 0;

	for (int i = 0; i < PG_WAIT_MS / 10 && !(news & wanted); i++) {
		news |= db_news(db);
		if (!(news & wanted))
			usleep(10000);
	}

	return news;
}


static void a_campaign_tells_all_that_its_state_is_made_of(void **state)
{
	const struct db_camp *c;
	(void)state;

	pg_do("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x'); "
	      "INSERT INTO campaigns (name, i_ivr_prompt, "
	      "max_concurrent_calls, max_attempts) VALUES ('b', 1, 7, 2); "
	      "INSERT INTO campaigns (name, paused) VALUES ('a', true); "
	      "INSERT INTO campaign_phones (i_campaign, cld, status, finished,"
	      " next_call) VALUES (1, '1', 'idle', false, '2035-01-01 UTC'), "
	      "(1, '2', 'success', true, NULL), "
	      "(1, '3', 'failure', false, '2033-01-01 UTC'), "
	      "(1, '4', 'premature hangup', true, NULL)");

	c = read_camp("b");
	assert_int_equal(2, cs.n);
	assert_string_equal("a", cs.v[0].name);
	assert_true(cs.v[0].paused);
	assert_false(cs.v[0].has_prompt);
	assert_int_equal(0, cs.v[0].total);
	assert_int_equal(0, cs.v[0].next_due);
	assert_int_equal(0, cs.engines);
	assert_in_range(cs.now_at, 1700000000000, 4000000000000);

	assert_int_equal(1, c->id);
	assert_false(c->paused);
	assert_true(c->open && c->has_prompt);
	assert_string_equal("", c->trouble);
	assert_int_equal(0, c->change_at);
	assert_int_equal(7, c->max_concurrent);
	assert_int_equal(2, c->max_attempts);
	assert_int_equal(4, c->total);
	assert_int_equal(2, c->finished);
	assert_int_equal(0, c->live);
	assert_int_equal(1, c->count[PHONE_IDLE]);
	assert_int_equal(1, c->count[PHONE_FAILURE]);
	assert_int_equal(1, c->count[PHONE_PREMATURE]);
	assert_int_equal(1, c->count[PHONE_SUCCESS]);
	assert_int_equal(0, c->count[PHONE_ANSWER]);
	assert_int_equal(1988150400000, c->next_due);

	pg_do("UPDATE ivr_prompts SET trouble = 'noise'; "
	      "SELECT pg_advisory_lock(1918987877, 5); "
	      "SET ringround.node = 'x'; UPDATE campaign_phones SET "
	      "claimed_by = 'x', status = 'trying' WHERE cld = '1'; "
	      "RESET ringround.node");
	c = read_camp("b");
	assert_string_equal("noise", c->trouble);
	assert_int_equal(1, c->live);
	assert_int_equal(1, c->count[PHONE_TRYING]);
	assert_int_equal(0, c->next_due);
	assert_int_equal(1, cs.engines);
	pg_do("SELECT pg_advisory_unlock(1918987877, 5); "
	      "UPDATE campaign_phones SET next_call = 'infinity' "
	      "WHERE cld = '3'; SET ringround.node = 'x'; "
	      "UPDATE campaign_phones SET claimed_by = NULL, "
	      "finished = true WHERE cld = '1'; RESET ringround.node");
	assert_int_equal(INT64_MAX, read_camp("b")->next_due);
}


static void what_falls_due_is_told_before_any_phone_is_finished(void **state)
{
	(void)state;

	pg_do("INSERT INTO campaigns (name) VALUES ('fresh'); "
	      "INSERT INTO campaign_phones (i_campaign, cld, status, "
	      "next_call) VALUES (1, '1', 'failure', '2033-01-01 UTC'), "
	      "(1, '2', 'failure', '2034-01-01 UTC')");
	assert_int_equal(1988150400000, read_camp("fresh")->next_due);
}


static void what_was_lately_is_told(void **state)
{
	const struct db_camp *c;
	(void)state;

	pg_do("INSERT INTO campaigns (name, max_attempts) VALUES ('a', 2), "
	      "('old', 3); "
	      "INSERT INTO campaign_phones (i_campaign, cld) SELECT 1, n "
	      "FROM generate_series(1, 40) n; "
	      "INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, "
	      "i_campaign, attempt, node, cld, ended_by, outcome, "
	      "connect_time, disconnect_time) SELECT n, n, 1, 1 + n %% 2, "
	      "'n', '1', 'local', CASE n %% 4 WHEN 0 THEN 'success' "
	      "ELSE 'failure' END, CASE n %% 4 WHEN 0 THEN now() END, "
	      "now() - n * interval '1 s' FROM generate_series(1, 40) n; "
	      "INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, "
	      "i_campaign, attempt, node, cld, ended_by, outcome, "
	      "disconnect_time) VALUES (0, 1, 2, 1, 'n', '1', 'local', "
	      "'failure', now() - interval '6 min')");
	c = read_camp("a");
	assert_int_equal(40, c->tried);
	assert_int_equal(10, c->answered);
	/* Ten successes and twenty last attempts in forty seconds */
	assert_in_range((int)(c->per_sec * 100), 55, 76);
	assert_int_equal(0, read_camp("old")->tried);
	assert_true(read_camp("old")->per_sec < 0.001);
}


static void schedules_are_judged_when_they_change(void **state)
{
	const struct db_camp *c;
	(void)state;

	pg_do("INSERT INTO schedules (name, time_zone) VALUES ('s', 'UTC'); "
	      "INSERT INTO campaigns (name, i_schedule) VALUES ('a', 1)");
	c = read_camp("a");
	assert_false(c->open);
	assert_int_equal(0, c->change_at);

	(void)db_news(db);
	pg_do("INSERT INTO schedule_records (i_schedule, start_time, "
	      "stop_time) SELECT 1, (now() AT TIME ZONE 'UTC')::time - "
	      "interval '2 h', (now() AT TIME ZONE 'UTC')::time + "
	      "interval '2 h'");
	assert_true(wait_news(DB_NEWS_SETTINGS) & DB_NEWS_SETTINGS);
	c = read_camp("a");
	assert_true(c->open);
	assert_in_range(c->change_at, cs.now_at + 7190000,
			cs.now_at + 7202000);

	/* Nobody says so, and its time has not come: it is not asked. */
	pg_do("ALTER TABLE schedule_records DISABLE TRIGGER ALL; "
	      "DELETE FROM schedule_records");
	assert_true(read_camp("a")->open);

	/* Another campaign has one that was not known yet. */
	pg_do("INSERT INTO schedules (name, time_zone) VALUES ('t', 'UTC'); "
	      "INSERT INTO campaigns (name, i_schedule) VALUES ('b', 2)");
	assert_false(read_camp("b")->open);
}


static void a_schedule_is_judged_when_its_time_comes(void **state)
{
	int i;
	(void)state;

	pg_do("INSERT INTO schedules (name, time_zone) VALUES ('s', 'UTC'); "
	      "INSERT INTO campaigns (name, i_schedule) VALUES ('a', 1); "
	      "INSERT INTO schedule_records (i_schedule, start_time, "
	      "stop_time) SELECT 1, (now() AT TIME ZONE 'UTC')::time - "
	      "interval '2 h', (now() AT TIME ZONE 'UTC')::time + "
	      "interval '3 s'");
	(void)db_news(db);
	assert_true(read_camp("a")->open);
	for (i = 0; i < PG_WAIT_MS / 100 && read_camp("a")->open; i++)
		usleep(100000);
	assert_false(read_camp("a")->open);
	assert_true(read_camp("a")->change_at > cs.now_at);
}


static void pausing_tells_what_it_changed(void **state)
{
	const int32_t idv[] = { 4, 2, 3, 77 };
	int32_t *changed, *back;
	size_t n;
	(void)state;

	pg_do("INSERT INTO campaigns (name, paused) SELECT 'c' || n, n = 3 "
	      "FROM generate_series(1, 5) n");
	assert_int_equal(0, db_pause_many(db, idv, 4, true, &changed, &n,
					  why, sizeof(why)));
	assert_int_equal(2, n);
	assert_int_equal(2, changed[0]);
	assert_int_equal(4, changed[1]);
	free(changed);
	assert_int_equal(3, pg_number("SELECT count(*) FROM campaigns "
				      "WHERE paused"));

	assert_int_equal(0, db_pause_many(db, NULL, 0, true, &changed, &n,
					  why, sizeof(why)));
	assert_int_equal(2, n);
	assert_int_equal(1, changed[0]);
	assert_int_equal(5, changed[1]);
	assert_int_equal(0, db_pause_many(db, changed, n, false, &back,
					  &n, why, sizeof(why)));
	assert_int_equal(2, n);
	free(changed);
	free(back);
	assert_int_equal(3, pg_number("SELECT count(*) FROM campaigns "
				      "WHERE paused"));

	assert_int_equal(0, db_pause_many(db, idv, 4, true, &changed, &n,
					  why, sizeof(why)));
	assert_int_equal(0, n);
	free(changed);
}


static void hanging_up_and_stopping_tell_how_many(void **state)
{
	const int64_t phonev[] = { 1, 2, 3, 9 };
	const int64_t attemptv[] = { 11, 12, 12, 19 };
	int64_t n = -1;
	(void)state;

	pg_do("INSERT INTO campaigns (name) VALUES ('c'); "
	      "SET ringround.node = 'x'; "
	      "INSERT INTO campaign_phones (i_campaign, cld, status, "
	      "claimed_by, i_attempt, expires) SELECT 1, n, 'trying', 'e', "
	      "10 + n, now() + interval '1 h' FROM generate_series(1, 3) n; "
	      "RESET ringround.node");
	assert_int_equal(0, db_hangup(db, phonev, attemptv, 4, &n, why,
				      sizeof(why)));
	assert_int_equal(2, n);
	assert_string_equal("11 e,12 e", pg_text("SELECT string_agg(i_attempt "
		"|| ' ' || node, ',' ORDER BY i_attempt) FROM hangups"));
	assert_int_equal(0, db_hangup(db, phonev, NULL, 4, &n, why,
				      sizeof(why)));
	assert_int_equal(3, n);
	pg_do("DELETE FROM hangups");
	assert_int_equal(0, db_stop(db, 1, &n, why, sizeof(why)));
	assert_int_equal(3, n);
	assert_int_equal(3, pg_number("SELECT count(*) FROM hangups"));
	assert_true(read_camp("c")->paused);
	assert_int_equal(ENOENT, db_stop(db, 5, &n, why, sizeof(why)));
	assert_string_equal("the campaign is gone", why);

	/* An engine's business: no campaign has changed by it. */
	(void)wait_news(DB_NEWS_SETTINGS);
	usleep(50000);
	(void)db_news(db);
	assert_int_equal(0, db_hangup(db, phonev, NULL, 4, &n, why,
				      sizeof(why)));
	pg_do("DELETE FROM hangups");
	assert_int_equal(0, db_hangup(db, phonev, NULL, 4, &n, why,
				      sizeof(why)));
	usleep(50000);
	assert_int_equal(0, db_news(db));
}


static void news_say_what_they_are_about(void **state)
{
	(void)state;

	pg_do("INSERT INTO campaigns (name) VALUES ('c')");
	assert_int_equal(DB_NEWS_SETTINGS, wait_news(DB_NEWS_SETTINGS));
	pg_do("INSERT INTO campaign_phones (i_campaign, cld) VALUES (1, '1')");
	assert_int_equal(DB_NEWS_PHONES, wait_news(DB_NEWS_PHONES));
	pg_do("NOTIFY ringround_status");
	assert_int_equal(DB_NEWS_STATUS, wait_news(DB_NEWS_STATUS));
}


static int open_as(const char *user, const char *options)
{
	char info[512];
	int err;

	(void)snprintf(info, sizeof(info), "%s user=%s options='%s'",
		       pg_conninfo(), user, options);
	db_close(db);
	db = NULL;
	err = db_open(&db, info, why, sizeof(why));
	if (err)
		fail_msg("%s", why);

	return db_console(db, &rights, why, sizeof(why));
}


static void who_may_only_look_is_told_so(void **state)
{
	struct db_view vw = { .campaign = 1, .limit = 5 };
	struct db_page pg;
	struct db_one one;
	int32_t *changed;
	int64_t phone = 1, n;
	int from, to;
	size_t k;
	(void)state;

	pg_do("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE "
	      "rolname = 'looker') THEN CREATE ROLE looker LOGIN; END IF; "
	      "END $$; INSERT INTO campaigns (name, cli) "
	      "VALUES ('c', '+15550001111'); "
	      "INSERT INTO campaign_phones (i_campaign, cld) "
	      "VALUES (1, '+15551234567')");
	assert_int_equal(0, db_schema_init(db, true, &from, &to, why,
					   sizeof(why)));
	pg_do("GRANT ringround_viewer TO looker");
	assert_int_equal(0, open_as("looker", ""));
	assert_string_equal("looker", rights.role);
	assert_true(rights.listen);
	assert_false(rights.readonly || rights.numbers || rights.pause
		     || rights.hangup || rights.stop);

	assert_non_null(read_camp("c"));
	assert_int_equal(0, db_page(db, &vw, &pg, why, sizeof(why)));
	assert_int_equal(1, pg.n);
	assert_string_equal("+155*****567", pg.v[0].cld);
	db_page_free(&pg);
	assert_int_equal(0, db_one(db, 1, &one, why, sizeof(why)));
	assert_string_equal("+155*****567", one.row.cld);
	db_one_free(&one);

	strcpy(vw.number, "+1");
	assert_int_equal(EACCES, db_page(db, &vw, &pg, why, sizeof(why)));
	assert_int_equal(EACCES, db_pause_many(db, NULL, 0, true, &changed,
					       &k, why, sizeof(why)));
	assert_int_equal(EACCES, db_hangup(db, &phone, NULL, 1, &n, why,
					   sizeof(why)));
	assert_int_equal(EACCES, db_stop(db, 1, &n, why, sizeof(why)));
	assert_true(db_alive(db));
	pg_do("DROP OWNED BY looker; DROP ROLE looker");
}


static void a_session_that_may_not_write_is_told_so(void **state)
{
	int32_t *changed;
	size_t k;
	(void)state;

	assert_int_equal(0, open_as("postgres",
				    "-c default_transaction_read_only=on"));
	assert_true(rights.readonly && rights.numbers && rights.listen);
	assert_false(rights.pause || rights.hangup || rights.stop);
	assert_int_equal(EACCES, db_pause_many(db, NULL, 0, true, &changed,
					       &k, why, sizeof(why)));
}


int main(void)
{
#define ON_DB(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest testv[] = {
		ON_DB(a_campaign_tells_all_that_its_state_is_made_of),
		ON_DB(what_falls_due_is_told_before_any_phone_is_finished),
		ON_DB(what_was_lately_is_told),
		ON_DB(schedules_are_judged_when_they_change),
		ON_DB(a_schedule_is_judged_when_its_time_comes),
		ON_DB(pausing_tells_what_it_changed),
		ON_DB(hanging_up_and_stopping_tell_how_many),
		ON_DB(news_say_what_they_are_about),
		ON_DB(who_may_only_look_is_told_so),
		ON_DB(a_session_that_may_not_write_is_told_so),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
