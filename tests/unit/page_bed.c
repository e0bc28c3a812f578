/**
 * @file page_bed.c  Phones in a database of the test's own
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/unit/page_bed.h"
#include "tests/unit/pg_fixture.h"


struct db *page_bed_open(void)
{
	struct db_rights rights;
	char why[WHY_SIZE];
	struct db *db;

	assert_int_equal(0, db_open(&db, pg_conninfo(), why, sizeof(why)));
	assert_int_equal(0, db_console(db, &rights, why, sizeof(why)));
	assert_true(rights.listen && rights.pause && rights.hangup
		    && rights.stop && rights.numbers);
	assert_false(rights.standby || rights.readonly);

	return db;
}


void page_bed_phones(int n)
{
	pg_do("INSERT INTO campaigns (i_campaign, name) "
	      "VALUES (1, 'one'), (2, 'two'); "
	      "INSERT INTO campaign_phones (i_campaign_phone, i_campaign, "
	      "cld, status, finished, call_count) "
	      "SELECT 3 * n, 1 + n %% 2, '+44' || (n * 7919) %% 1000, "
	      "(ARRAY['idle', 'trying', 'answer', 'failure', "
	      "'premature hangup', 'success'])[1 + (n / 2) %% 6], "
	      "n %% 5 = 0, 0 FROM generate_series(1, %d) AS n; "
	      "SET ringround.node = 'x'; "
	      "UPDATE campaign_phones SET claimed_by = 'x', i_attempt = 7 "
	      "WHERE i_campaign_phone %% 11 = 0; RESET ringround.node", n);
}
