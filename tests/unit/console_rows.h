/**
 * @file console_rows.h  The phones of the console's bed, one of each kind
 */
#ifndef RINGROUND_TEST_CONSOLE_ROWS_H
#define RINGROUND_TEST_CONSOLE_ROWS_H

#include "sql/db_console.h"
#include "tests/unit/console_bed.h"

#define HOUR_MS INT64_C(3600000)

static const struct db_row phones[] = {
	{ .id = 1, .cld = "+441632960001", .status = PHONE_SUCCESS,
	  .finished = true, .call_count = 1, .sip_code = 200 },
	{ .id = 2, .cld = "+441632960002", .status = PHONE_ANSWER,
	  .call_count = 2, .sip_code = 486, .reason = "Busy",
	  .node = "dial1", .attempt = 72, .setup_at = BED_WALL - 21000 },
	{ .id = 3, .cld = "+441632960003", .status = PHONE_TRYING,
	  .call_count = 1, .node = "dial1", .attempt = 73,
	  .setup_at = BED_WALL - 8000 },
	{ .id = 4, .cld = "+441632960004", .status = PHONE_PREMATURE,
	  .call_count = 1, .next_call = BED_WALL + 1783000,
	  .sip_code = 200, .played_ms = 6000,
	  .reason = "the callee hung up at 0:06 of 0:31" },
	{ .id = 5, .cld = "+441632960005", .status = PHONE_FAILURE,
	  .finished = true, .call_count = 3, .sip_code = 404,
	  .reason = "Not Found" },
	{ .id = 6, .cld = "+441632960006", .status = PHONE_IDLE },
	{ .id = 7, .cld = "+4416329600070123456789012345678",
	  .status = PHONE_TRYING, .call_count = 1, .node = "dial2",
	  .attempt = 77, .setup_at = BED_WALL - 3000 },
	{ .id = 8, .cld = "+441632960008", .status = PHONE_FAILURE,
	  .call_count = 1, .next_call = BED_WALL + 3 * 24 * HOUR_MS,
	  .sip_code = 503, .reason = "Service Unavailable\x07" },
	{ .id = 9, .cld = "+441632960009", .status = PHONE_SUCCESS,
	  .finished = true, .call_count = 1 },
	{ .id = 10, .cld = "+441632960010", .status = PHONE_TRYING,
	  .call_count = 1, .node = "dial1", .attempt = 80 },
};

#endif
