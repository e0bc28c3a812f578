/**
 * @file test_db_page.c  Lists of phones by pages, on a real PostgreSQL
 *
 * links: sql/db.o sql/db_ask.o sql/db_connect.o sql/db_rights.o
 * links: sql/db_schema.o sql/db_schedules.o sql/db_page.o
 * links: sql/db_search.o sql/db_view.o sql/db_words.o
 * links: sql/array.o core/text.o core/phone.o sql/embedded.o
 * links: tests/unit/page_bed.o tests/unit/pg_fixture.o
 */
#include "sql/db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>
#include "tests/unit/page_bed.h"
#include "tests/unit/pg_fixture.h"

enum {
	MOST  = 1000,
	LIMIT = 7,
};

static struct db *db;
static char why[WHY_SIZE];
static struct db_page pg;
static int64_t wantv[MOST];
static size_t wantc;


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


/* What the list ought to be */
static void want(const struct db_view *vw)
{
	static const char *const order_words[] = {
		[DB_BY_ID] = "1", [DB_BY_NUMBER] = "cld COLLATE \"C\"",
		[DB_BY_STATUS] = "listed", [DB_BY_DUE] = "due",
	};
	const char *down = vw->desc ? "DESC" : "", *ids;
	char filter[128] = "", *end;
	long long id;

	for (int k = 0; k < PHONE_STATUSES && vw->statuses; k++) {
		const size_t len = strlen(filter);

		if (vw->statuses & 1u << k)
			(void)snprintf(filter + len, sizeof(filter) - len,
				       "%s'%s'", len ? ", " : "",
				       phone_status_name(
					       (enum phone_status)k));
	}

	ids = pg_text("SELECT string_agg(i_campaign_phone::text, ' ' ORDER BY "
		"%s %s, i_campaign_phone %s) FROM campaign_phones "
		"WHERE i_campaign = %d %s%s%s AND cld LIKE '%s%s%%' AND %s",
		order_words[db_view_order(vw)], down, down, vw->campaign,
		filter[0] ? "AND status IN (" : "", filter,
		filter[0] ? ")" : "", vw->within ? "%" : "", vw->number,
		vw->order == DB_BY_DUE && !vw->number[0] ? "due IS NOT NULL"
		: "true");
	for (wantc = 0; (id = strtoll(ids, &end, 10)); ids = end)
		wantv[wantc++] = id;
}


static void read_page(struct db_view *vw, enum db_edge edge)
{
	const int64_t id = vw->id;
	int err;

	vw->edge = edge;
	db_page_free(&pg);
	err = db_page(db, vw, &pg, why, sizeof(why));
	if (err)
		fail_msg("%d to id %lld: %s", edge, (long long)id, why);
}


static void is_piece(size_t from, size_t n)
{
	assert_int_equal(n, pg.n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(wantv[from + i], pg.v[i].id);
}


static void go_to(struct db_view *vw, size_t i)
{
	db_view_key(vw, &pg.v[i]);
}


static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}


/* From end to end and back by pages, and from each row */
static void walk(struct db_view *vw)
{
	size_t at;

	want(vw);
	read_page(vw, DB_TOP);
	is_piece(0, lesser(LIMIT, wantc));
	for (at = LIMIT; at < wantc; at += LIMIT) {
		go_to(vw, pg.n - 1);
		read_page(vw, DB_AFTER);
		is_piece(at, lesser(LIMIT, wantc - at));
	}

	read_page(vw, DB_END);
	is_piece(wantc - lesser(LIMIT, wantc), lesser(LIMIT, wantc));
	for (at = wantc; at > 2 * LIMIT; at -= LIMIT) {
		go_to(vw, 0);
		read_page(vw, DB_BEFORE);
		is_piece(at - 2 * LIMIT, LIMIT);
	}
	if (wantc <= LIMIT)
		return;

	/* Not enough before: the page is filled from the beginning. */
	go_to(vw, 0);
	read_page(vw, DB_BEFORE);
	is_piece(0, LIMIT);
	go_to(vw, 2);
	read_page(vw, DB_FROM);
	is_piece(2, lesser(LIMIT, wantc - 2));
}


static void every_filter_has_its_pages(void **state)
{
	static const char *const numberv[] = {
		"", "+44", "+441", "+4412", "+9", "2", "91", "+",
	};
	(void)state;

	open_db();
	page_bed_phones(400);
	for (size_t i = 0; i < sizeof(numberv) / sizeof(numberv[0]); i++) {
		for (unsigned statuses = 0; statuses < 64; statuses += 9) {
			struct db_view vw = {
				.campaign = 2, .statuses = statuses,
				.limit = LIMIT,
			};

			(void)snprintf(vw.number, sizeof(vw.number), "%s",
				       numberv[i]);
			vw.within = numberv[i][0] && numberv[i][0] != '+';
			walk(&vw);
			vw.desc = true;
			walk(&vw);
		}
	}
}


/* When the next call is: at once, never, and instants between milliseconds */
static void every_order_has_its_pages(void **state)
{
	(void)state;

	open_db();
	page_bed_phones(400);
	pg_do("UPDATE campaign_phones SET next_call = CASE "
	      "WHEN i_campaign_phone %% 4 = 0 THEN NULL "
	      "WHEN i_campaign_phone %% 9 = 0 THEN 'infinity' "
	      "ELSE '2030-01-01 UTC'::timestamptz + i_campaign_phone %% 50 "
	      "* interval '7 us' END");
	for (int order = DB_BY_ID; order <= DB_BY_DUE; order++) {
		for (unsigned statuses = 0; statuses < 64; statuses += 9) {
			struct db_view vw = {
				.campaign = 1, .limit = LIMIT,
				.order = (enum db_order)order,
				.statuses = order == DB_BY_DUE ? 0 : statuses,
			};

			walk(&vw);
			vw.desc = true;
			walk(&vw);
		}
	}
}


/* A step of a search is not the whole of it, and steps find all of it. */
static void a_search_goes_step_by_step(void **state)
{
	struct db_view vw = {
		.campaign = 1, .limit = LIMIT, .number = "*7", .within = true,
	};
	struct db_search s;
	int steps = 0;
	(void)state;

	open_db();
	pg_do("INSERT INTO campaigns (i_campaign, name) VALUES (1, 'one'); "
	      "INSERT INTO campaign_phones (i_campaign, cld, status) "
	      "SELECT 1, CASE n %% 4000 WHEN 0 THEN '9*7' || n "
	      "ELSE n::text END, CASE n %% 8000 WHEN 0 THEN 'failure' "
	      "ELSE 'idle' END FROM generate_series(100001, 140000) n");
	want(&vw);
	assert_int_equal(10, wantc);

	assert_int_equal(0, db_search_begin(db, &vw, &s, why, sizeof(why)));
	assert_true(s.needed && !s.done);
	for (; !s.done; steps++)
		assert_int_equal(0, db_search_step(db, &s, why, sizeof(why)));
	assert_true(steps > 2 && s.full);
	assert_in_range(s.looked, 2000, 40000);

	/* What no longer fits is left out. */
	pg_do("DELETE FROM campaign_phones WHERE i_campaign_phone = %lld",
	      (long long)wantv[2]);
	assert_int_equal(0, db_search_page(db, &s, &pg, why, sizeof(why)));
	assert_int_equal(LIMIT - 1, pg.n);
	assert_int_equal(wantv[1], pg.v[1].id);
	assert_int_equal(wantv[3], pg.v[2].id);

	vw.statuses = 1u << PHONE_IDLE;
	vw.edge = DB_END;
	vw.desc = true;
	want(&vw);
	assert_int_equal(0, db_search_begin(db, &vw, &s, why, sizeof(why)));
	assert_true(s.needed);
	for (; !s.done; steps++)
		assert_int_equal(0, db_search_step(db, &s, why, sizeof(why)));
	pg_do("UPDATE campaign_phones SET status = 'failure' "
	      "WHERE i_campaign_phone = %lld", (long long)wantv[0]);
	db_page_free(&pg);
	assert_int_equal(0, db_search_page(db, &s, &pg, why, sizeof(why)));
	assert_int_equal(wantc - 1, pg.n);
	assert_int_equal(wantv[1], pg.v[0].id);

	/* What takes no time needs none. */
	vw.within = false;
	vw.statuses = 0;
	assert_int_equal(0, db_search_begin(db, &vw, &s, why, sizeof(why)));
	assert_false(s.needed);
}


/* More than may be read and sorted: by the index on numbers */
static void a_filter_of_many_has_its_pages(void **state)
{
	struct db_view vw = {
		.campaign = 1, .statuses = 1u << PHONE_FAILURE,
		.limit = LIMIT, .number = "+4499",
	};
	(void)state;

	open_db();
	pg_do("INSERT INTO campaigns (i_campaign, name) VALUES (1, 'one'); "
	      "INSERT INTO campaign_phones (i_campaign, cld, status) "
	      "SELECT 1, '+44' || n, CASE n %% 2 WHEN 0 THEN 'failure' "
	      "ELSE 'idle' END FROM generate_series(1, 12000) n");
	walk(&vw);
	assert_int_equal(55, wantc);
	vw.within = true;
	strcpy(vw.number, "995");
	walk(&vw);
	assert_int_equal(5, wantc);
	vw.statuses = 0;
	walk(&vw);
}


static void ends_and_fields_are_told(void **state)
{
	struct db_view vw = { .campaign = 1, .limit = 3 };
	(void)state;

	open_db();
	page_bed_phones(40);
	pg_do("UPDATE campaign_phones SET next_call = '2030-01-01 UTC', "
	      "setup_time = '2020-01-01 00:00:01.5 UTC', connect_time = "
	      "'1970-01-01 UTC', expires = 'infinity', call_count = 2, "
	      "status = 'failure' WHERE i_campaign_phone = 6; "
	      "INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, "
	      "i_campaign, attempt, node, cld, ended_by, outcome, sip_code, "
	      "sip_reason, played_msec) VALUES "
	      "(1, 6, 1, 1, 'n', '1', 'nobody', 'failure', 486, 'Busy', 0), "
	      "(2, 6, 1, 2, 'n', '1', 'nobody', 'failure', 404, 'None', 9)");

	read_page(&vw, DB_TOP);
	assert_int_equal(6, pg.first_id);
	assert_int_equal(120, pg.last_id);
	assert_int_equal(6, pg.v[0].id);
	assert_int_equal(1, pg.v[0].campaign);
	assert_int_equal(PHONE_FAILURE, pg.v[0].status);
	assert_int_equal(2, pg.v[0].call_count);
	assert_int_equal(3, pg.v[0].max_attempts);
	assert_int_equal(1893456000000, pg.v[0].next_call);
	assert_int_equal(INT64_MAX, pg.v[0].expires);
	assert_int_equal(1577836801500, pg.v[0].setup_at);
	assert_int_equal(0, pg.v[0].end_at);
	assert_int_equal(404, pg.v[0].sip_code);
	assert_string_equal("None", pg.v[0].reason);
	assert_int_equal(9, pg.v[0].played_ms);
	assert_string_equal("", pg.v[0].node);
	assert_int_equal(0, pg.v[1].sip_code);
	assert_in_range(pg.now_at, 1700000000000, 4000000000000);

	vw.id = 66;
	read_page(&vw, DB_FROM);
	assert_string_equal("x", pg.v[0].node);
	assert_int_equal(7, pg.v[0].attempt);
	assert_int_equal(6, pg.first_id);

	vw.campaign = 77;
	read_page(&vw, DB_END);
	assert_int_equal(0, pg.n);
}


static void rows_of_a_filter_are_counted(void **state)
{
	struct db_view vw = { .campaign = 1 };
	int64_t n;
	(void)state;

	open_db();
	page_bed_phones(400);
	assert_int_equal(0, db_matches(db, &vw, 9, &n, why, sizeof(why)));
	assert_int_equal(200, n);
	vw.statuses = 1u << PHONE_IDLE | 1u << PHONE_SUCCESS;
	assert_int_equal(0, db_matches(db, &vw, 9, &n, why, sizeof(why)));
	want(&vw);
	assert_int_equal(wantc, n);

	strcpy(vw.number, "+44");
	want(&vw);
	assert_true(wantc > 5);
	assert_int_equal(0, db_matches(db, &vw, 900, &n, why, sizeof(why)));
	assert_int_equal(wantc, n);
	assert_int_equal(0, db_matches(db, &vw, 5, &n, why, sizeof(why)));
	assert_int_equal(6, n);

	vw.statuses = 0;
	want(&vw);
	assert_int_equal(0, db_matches(db, &vw, 900, &n, why, sizeof(why)));
	assert_int_equal(wantc, n);
	assert_int_equal(0, db_matches(db, &vw, (int64_t)wantc - 1, &n, why,
				       sizeof(why)));
	assert_int_equal(wantc, n);
	vw.within = true;
	assert_int_equal(0, db_matches(db, &vw, 900, &n, why, sizeof(why)));
	assert_int_equal(-1, n);
}


/* Typed text is no pattern and no SQL. */
static void a_number_is_taken_as_it_is_typed(void **state)
{
	static const char *const textv[] = {
		"%", "_", "'", "\\", "+44%", "*", "\xc3\xa9", "\xff", "+44_",
	};
	(void)state;

	open_db();
	page_bed_phones(50);
	for (size_t i = 0; i < sizeof(textv) / sizeof(textv[0]); i++) {
		struct db_view vw = { .campaign = 1, .limit = LIMIT };

		(void)snprintf(vw.number, sizeof(vw.number), "%s", textv[i]);
		read_page(&vw, DB_TOP);
		assert_int_equal(0, pg.n);
		vw.within = true;
		read_page(&vw, DB_END);
		assert_int_equal(0, pg.n);
	}
}


static void a_long_search_gives_way(void **state)
{
	struct db_view vw = {
		.campaign = 1, .limit = LIMIT, .number = "150",
		.within = true,
	};
	const int fd = eventfd(1, EFD_CLOEXEC);
	(void)state;

	open_db();
	page_bed_phones(400);
	db_interrupt(db, fd);
	pg_do("BEGIN; LOCK TABLE campaign_phones");
	assert_int_equal(ECANCELED, db_page(db, &vw, &pg, why, sizeof(why)));
	pg_do("ROLLBACK");

	/* The connection goes on, and nothing else gives way. */
	vw.within = false;
	pg_do("BEGIN; LOCK TABLE campaign_phones");
	assert_int_equal(EPROTO, db_page(db, &vw, &pg, why, sizeof(why)));
	pg_do("ROLLBACK");
	assert_non_null(strstr(why, "timeout"));
	strcpy(vw.number, "+4");
	read_page(&vw, DB_END);
	assert_int_equal(LIMIT, pg.n);
	close(fd);
}


int main(void)
{
#define ON_DB(test) \
	cmocka_unit_test_setup_teardown(test, pg_fixture_fresh, close_db)
	const struct CMUnitTest testv[] = {
		ON_DB(every_filter_has_its_pages),
		ON_DB(every_order_has_its_pages),
		ON_DB(a_search_goes_step_by_step),
		ON_DB(a_filter_of_many_has_its_pages),
		ON_DB(ends_and_fields_are_told),
		ON_DB(rows_of_a_filter_are_counted),
		ON_DB(a_number_is_taken_as_it_is_typed),
		ON_DB(a_long_search_gives_way),
	};

	return cmocka_run_group_tests(testv, pg_fixture_start,
				      pg_fixture_stop);
}
