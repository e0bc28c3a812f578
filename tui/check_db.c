/**
 * @file check_db.c  The database, and what an engine needs of it
 */
#include "tui/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	PG_OLDEST  = 140000,
	SKEW_MS    = 2000,
	TEXT_SIZE  = 64,
};

struct server {
	char version[TEXT_SIZE], database[TEXT_SIZE], user[TEXT_SIZE];
	char encoding[TEXT_SIZE];
	long number;
	bool standby;
	int64_t at_ms;
};


static int64_t clock_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static void server_row(const char *const *colv, size_t colc, void *arg)
{
	struct server *sv = arg;

	(void)colc;
	snprintf(sv->version, TEXT_SIZE, "%s", colv[0]);
	sv->version[strcspn(sv->version, " ")] = '\0';
	sv->number = strtol(colv[1], NULL, 10);
	sv->standby = colv[2][0] == '1';
	sv->at_ms = strtoll(colv[3], NULL, 10);
	snprintf(sv->database, TEXT_SIZE, "%s", colv[4]);
	snprintf(sv->user, TEXT_SIZE, "%s", colv[5]);
	snprintf(sv->encoding, TEXT_SIZE, "%s", colv[6]);
}


static void skew_say(struct check *ck, int64_t skew_ms, int64_t took_ms)
{
	const int64_t off = skew_ms < 0 ? -skew_ms : skew_ms;

	if (off > SKEW_MS + took_ms)
		check_say(ck, CHECK_WARN, "clock", "let both keep their time "
			  "by NTP; what is due when is told by the "
			  "database's", "the clock here is %" PRId64 ".%03d s "
			  "%s the database's", off / 1000, (int)(off % 1000),
			  skew_ms < 0 ? "behind" : "ahead of");
	else
		check_say(ck, CHECK_OK, "clock", NULL, "as the database's, "
			  "within %" PRId64 " ms", off + took_ms);
}


static void server_see(struct check *ck)
{
	struct server sv = { .number = 0 };
	char why[WHY_SIZE];
	int64_t before = clock_ms(), after;
	int err;

	err = db_rows(ck->db, sql_check_server, 0, NULL, server_row, &sv, why,
		      sizeof(why));
	after = clock_ms();
	if (err) {
		check_why(ck, CHECK_FAIL, "database", why);
		return;
	}

	if (sv.number < PG_OLDEST)
		check_say(ck, CHECK_FAIL, "database", "upgrade it to 14 or "
			  "later", "PostgreSQL %s is too old", sv.version);
	else if (strcmp(sv.encoding, "UTF8"))
		check_say(ck, CHECK_FAIL, "database", "make one by: createdb "
			  "-E UTF8 -T template0 NAME", "%s is in %s",
			  sv.database, sv.encoding);
	else if (sv.standby)
		check_say(ck, CHECK_WARN, "database", "point engines at the "
			  "primary, or promote it", "PostgreSQL %s, %s as %s, "
			  "is a standby: who looks may look, engines wait",
			  sv.version, sv.database, sv.user);
	else
		check_say(ck, CHECK_OK, "database", NULL, "PostgreSQL %s, %s "
			  "as %s%s", sv.version, sv.database, sv.user,
			  ck->dt.cluster ? "; it is ringround's own, and was "
			  "started if it was down" : "");

	skew_say(ck, before + (after - before) / 2 - sv.at_ms,
		 after - before);
}


/* The one of our own is brought up to date by whoever needs it next. */
static void schema_see(struct check *ck)
{
	char why[WHY_SIZE];
	int err;

	err = db_schema_check(ck->db, why, sizeof(why));
	ck->schema = !err;
	if (!err)
		check_say(ck, CHECK_OK, "schema", NULL, "version %d, as this "
			  "program's", schema_version);
	else if (ck->dt.cluster && !strstr(why, "newer"))
		check_say(ck, CHECK_WARN, "schema", "start ringround, or run: "
			  "ringround db init", "%.*s; it is brought up to "
			  "date by the next start", (int)strcspn(why, ";"),
			  why);
	else
		check_why(ck, CHECK_FAIL, "schema", why);
	if (err)
		return;

	err = db_session_check(ck->db, ck->dt.conninfo, why, sizeof(why));
	if (err)
		check_why(ck, CHECK_FAIL, "session", why);
}


/* @return 0 when there is one to be opened */
static int database_find(struct check *ck)
{
	char dir[CLUSTER_DIR_SIZE], why[WHY_SIZE];
	int err = 0;

	if (!database_named(ck->opt))
		err = cluster_look(dir, why, sizeof(why));
	if (err == ENOENT)
		check_say(ck, CHECK_WARN, "database", "start ringround, or "
			  "name one by -d or PGHOST and the like", "none is "
			  "named, and there is none of ringround's own yet: "
			  "the first start makes one in %.300s", dir);
	else if (err)
		check_why(ck, CHECK_FAIL, "database", why);
	if (err)
		return err;

	err = database_choose(&ck->dt, ck->opt, why, sizeof(why));
	if (err)
		check_why(ck, CHECK_FAIL, "database", why);

	return err;
}


void check_database(struct check *ck)
{
	char why[WHY_SIZE];
	int err;

	if (database_find(ck))
		return;

	err = db_open(&ck->db, ck->dt.conninfo, why, sizeof(why));
	if (err) {
		ck->db = NULL;
		check_why(ck, CHECK_FAIL, "database", why);
		return;
	}

	server_see(ck);
	schema_see(ck);
	if (ck->schema && db_nodes(ck->db, &ck->nodev, &ck->nodec, why,
				   sizeof(why)))
		check_why(ck, CHECK_FAIL, "engines", why);
}
