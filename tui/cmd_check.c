/**
 * @file cmd_check.c  ringround check: is all there that an engine needs?
 */
#include "tui/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cmd.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

/* For people the last two are one. */
static const struct sheet_column columnv[] = {
	{ "result", SHEET_TEXT },
	{ "part",   SHEET_TEXT },
	{ "found",  SHEET_TEXT },
	{ "to_do",  SHEET_TEXT },
};


static void line(struct check *ck, enum check_result result,
		 const char *part, const char *found, const char *todo)
{
	static const char *const namev[] = {
		[CHECK_OK] = "ok", [CHECK_WARN] = "warn",
		[CHECK_FAIL] = "FAIL",
	};
	const bool table = !ck->opt->csv && !ck->opt->json;
	char both[2 * WHY_SIZE];
	const char *const cellv[] = { namev[result], part,
				      table ? both : found, todo };

	snprintf(both, sizeof(both), "%s%s%s", found, todo ? "; " : "",
		 todo ? todo : "");
	ck->fails += result == CHECK_FAIL;
	sheet_row(cellv, COUNT(cellv), ck->sh);
}


void check_say(struct check *ck, enum check_result result, const char *part,
	       const char *todo, const char *fmt, ...)
{
	char found[WHY_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(found, sizeof(found), fmt, ap);
	va_end(ap);

	line(ck, result, part, found, todo);
}


void check_why(struct check *ck, enum check_result result, const char *part,
	       const char *why)
{
	char found[WHY_SIZE];
	char *todo;

	snprintf(found, sizeof(found), "%s", why);
	todo = strstr(found, "; ");
	if (todo) {
		*todo = '\0';
		todo += 2;
	}

	line(ck, result, part, found, todo);
}


int cmd_check(const struct options *opt)
{
	struct check ck = { .opt = opt };
	int err;

	err = sheet_begin(&ck.sh, opt, columnv, opt->csv || opt->json
			  ? COUNT(columnv) : COUNT(columnv) - 1, false, NULL);
	if (err)
		return cmd_fail("%s", strerror(err));

	settings_default(&ck.set, opt->listen_given ? opt->listen.host
			 : NULL);
	check_database(&ck);
	check_parts(&ck);
	check_listen(&ck);
	check_ports(&ck);
	check_room(&ck);
	check_tables(&ck);
	check_proxy(&ck);

	free(ck.nodev);
	db_close(ck.db);
	database_leave(&ck.dt);

	err = sheet_end(ck.sh);
	if (err)
		return cmd_fail("cannot print: %s", strerror(err));

	return ck.fails ? STATUS_ERROR : STATUS_OK;
}
