/**
 * @file test_db_phone.c  Single phones, live calls, on a real PostgreSQL
 *
 * links: sql/db.o sql/db_ask.o sql/db_connect.o sql/db_rights.o
 * links: sql/db_schema.o sql/db_schedules.o sql/db_page.o sql/db_one.o
 * links: sql/db_calls.o sql/db_search.o sql/db_view.o sql/db_words.o
 * links: sql/array.o core/text.o core/phone.o sql/embedded.o
 * links: tests/unit/page_bed.o tests/unit/pg_fixture.o
 */
#include "sql/db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/page_bed.h"
#include "tests/unit/pg_fixture.h"

static struct db *db;
static char why[WHY_SIZE];
static struct db_page pg;


static void open_db(void)
{
	db = page_bed_open();
}


static int close_db(void **state)
{
	(void)state;
	db_page_free(&pg);
	db_close(db);
	db = NULL;

	return 0;
}


static void calls_of(const struct db_view *vw, const int64_t *idv, size_t n,
		     bool but, const char *where)
{
	struct db_calls calls;
	const char *ids;
	char *end;

	assert_int_equal(0, db_calls(db, vw, idv, n, but, &calls, why,
				     sizeof(why)));
	ids = pg_text("SELECT string_agg(i_campaign_phone::text, ' ' ORDER BY "
		      "i_campaign_phone) FROM campaign_phones WHERE "
		      "i_campaign = %d AND claimed_by IS NOT NULL AND %s",
		      vw->campaign, where);
	for (size_t i = 0; i < calls.n; i++) {
		assert_int_equal(strtoll(ids, &end, 10), calls.idv[i]);
		assert_int_equal(7, calls.attemptv[i]);
		if (i < DB_CALL_NAMES)
			assert_memory_equal("+44", calls.namev[i], 3);
		ids = end;
	}
	assert_int_equal(0, strtoll(ids, &end, 10));
	assert_true(calls.n > 0);
	free(calls.idv);
	free(calls.attemptv);
}


static void live_calls_of_a_filter(void **state)
{
	struct db_view vw = { .campaign = 2 };
	int64_t idv[] = { 33, 99, 165, 7 };
	(void)state;

	open_db();
	page_bed_phones(400);
	calls_of(&vw, NULL, 0, true, "true");
	calls_of(&vw, idv, 4, true, "i_campaign_phone NOT IN (33, 99, 165)");
	calls_of(&vw, idv, 4, false, "i_campaign_phone IN (33, 99, 165)");
	vw.statuses = 1u << PHONE_ANSWER | 1u << PHONE_TRYING;
	calls_of(&vw, NULL, 0, true, "status IN ('answer', 'trying')");
	strcpy(vw.number, "3");
	vw.within = true;
	calls_of(&vw, NULL, 0, true, "status IN ('answer', 'trying') "
		 "AND cld LIKE '%%3%%'");
	strcpy(vw.number, "+444");
	vw.within = false;
	vw.statuses = 0;
	calls_of(&vw, NULL, 0, true, "cld LIKE '+444%%'");
}


static void what_is_rung_in_all_campaigns(void **state)
{
	(void)state;

	open_db();
	page_bed_phones(100);
	assert_int_equal(0, db_live(db, 100, &pg, why, sizeof(why)));
	assert_int_equal(9, pg.n);
	for (size_t i = 1; i < pg.n; i++)
		assert_true(pg.v[i - 1].campaign < pg.v[i].campaign
			    || (pg.v[i - 1].campaign == pg.v[i].campaign
				&& pg.v[i - 1].id < pg.v[i].id));
	db_page_free(&pg);
	assert_int_equal(0, db_live(db, 4, &pg, why, sizeof(why)));
	assert_int_equal(4, pg.n);
}


static void are_numbers_right(void)
{
	assert_int_equal(0, pg_number("SELECT count(*) FROM (SELECT "
		"i_campaign, cld, i_campaign_phone FROM campaign_phones) p "
		"FULL JOIN phone_numbers n USING (i_campaign, cld, "
		"i_campaign_phone) WHERE p IS NULL OR n IS NULL"));
}


static void numbers_follow_their_phones(void **state)
{
	(void)state;

	open_db();
	page_bed_phones(100);
	are_numbers_right();
	pg_do("SET ringround.node = 'x'; UPDATE campaign_phones "
	      "SET claimed_by = NULL; RESET ringround.node; "
	      "UPDATE campaign_phones SET cld = '+77' || i_campaign_phone "
	      "WHERE i_campaign_phone %% 4 = 0; "
	      "UPDATE campaign_phones SET i_campaign = 2 "
	      "WHERE i_campaign_phone %% 5 = 0; "
	      "UPDATE campaign_phones SET i_campaign_phone = "
	      "i_campaign_phone + 1000 WHERE i_campaign_phone %% 7 = 0");
	are_numbers_right();
	assert_int_equal(25, pg_number("SELECT count(*) FROM phone_numbers "
				       "WHERE cld LIKE '+77%%'"));
	pg_do("DELETE FROM campaign_phones WHERE i_campaign_phone %% 3 = 0 "
	      "AND i_campaign_phone %% 2 = 0");
	are_numbers_right();
	pg_do("DELETE FROM campaigns WHERE i_campaign = 1");
	are_numbers_right();
	assert_true(pg_number("SELECT count(*) FROM phone_numbers") > 10);
	pg_do("TRUNCATE campaign_phones CASCADE");
	assert_int_equal(0, pg_number("SELECT count(*) FROM phone_numbers"));
}


static void one_phone_tells_everything(void **state)
{
	struct db_one one;
	(void)state;

	open_db();
	page_bed_phones(10);
	pg_do("INSERT INTO ivr_prompts (name, audio) VALUES ('hello', 'x'); "
	      "UPDATE campaigns SET i_ivr_prompt = 1, paused = true; "
	      "INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, "
	      "i_campaign, attempt, node, cld, cli, call_id, proxy, ended_by, "
	      "outcome, sip_code, setup_time, ring_time, connect_time, "
	      "prompt_time, disconnect_time, played_msec) "
	      "SELECT n, 6, 1, n, 'n' || n, '1', '5', 'id', 'gw', 'remote', "
	      "'premature hangup', 200, 'epoch'::timestamptz + n * '1 s'::"
	      "interval, 'epoch'::timestamptz + '2 s', "
	      "'epoch'::timestamptz + '3 s', 'epoch'::timestamptz + '4 s', "
	      "'epoch'::timestamptz + '5 s', 77 "
	      "FROM generate_series(1, 60) n");

	assert_int_equal(0, db_one(db, 6, &one, why, sizeof(why)));
	assert_int_equal(6, one.row.id);
	assert_string_equal("one", one.campaign);
	assert_string_equal("hello", one.prompt);
	assert_int_equal(3000, one.threshold_ms);
	assert_string_equal("the campaign is paused", one.reason);
	assert_int_equal(0, one.until_at);
	assert_int_equal(DB_ATTEMPTS, one.attemptc);
	assert_int_equal(60, one.attemptv[0].id);
	assert_int_equal(60, one.attemptv[0].no);
	assert_string_equal("n60", one.attemptv[0].node);
	assert_string_equal("id", one.attemptv[0].call_id);
	assert_string_equal("gw", one.attemptv[0].proxy);
	assert_string_equal("5", one.attemptv[0].cli);
	assert_int_equal(60000, one.attemptv[0].setup_at);
	assert_int_equal(2000, one.attemptv[0].ring_at);
	assert_int_equal(3000, one.attemptv[0].connect_at);
	assert_int_equal(4000, one.attemptv[0].prompt_at);
	assert_int_equal(5000, one.attemptv[0].end_at);
	assert_int_equal(77, one.attemptv[0].played_ms);
	assert_int_equal(200, one.attemptv[0].sip_code);
	assert_string_equal("premature hangup", one.attemptv[0].outcome);
	assert_string_equal("remote", one.attemptv[0].ended_by);
	db_one_free(&one);
	assert_int_equal(ENOENT, db_one(db, 5, &one, why, sizeof(why)));
}


int main(void)
{
#define ON_DB(test) \
	cmocka_unit_test_setup_teardown(test, pg_fixture_fresh, close_db)
	const struct CMUnitTest testv[] = {
		ON_DB(live_calls_of_a_filter),
		ON_DB(what_is_rung_in_all_campaigns),
		ON_DB(numbers_follow_their_phones),
		ON_DB(one_phone_tells_everything),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
