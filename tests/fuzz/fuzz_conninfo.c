/**
 * @file fuzz_conninfo.c  Connection strings, and their way into the engine
 *
 * links: sql/db_conninfo.o sql/db.o sql/db_connect.o sql/db_schedules.o
 * links: sql/db_ask.o sql/array.o core/text.o sql/embedded.o
 * links: sql/db_schema.o sql/cluster.o sql/cluster_dir.o
 * links: sql/cluster_server.o sql/cluster_tool.o core/launch.o core/carry.o
 * links: tui/database.o
 */
#include "tests/fuzz/fuzz.h"
#include <errno.h>
#include <unistd.h>
#include <libpq-fe.h>
#include "core/launch.h"
#include "tui/database.h"

static char dir[] = "/tmp/ringround-fuzz-XXXXXX";


static void leave(void)
{
	(void)rmdir(dir);
}


int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	EXPECT(mkdtemp(dir));
	(void)atexit(leave);

	return 0;
}


/* All options but the database's name are the same. */
static void same(const char *one, const char *other)
{
	PQconninfoOption *av = PQconninfoParse(one, NULL);
	PQconninfoOption *bv = PQconninfoParse(other, NULL);

	EXPECT(av && bv);
	for (size_t i = 0; av[i].keyword; i++) {
		if (!strcmp(av[i].keyword, "dbname"))
			EXPECT(!strcmp(bv[i].val, "it's \\new"));
		else
			EXPECT(!av[i].val == !bv[i].val && (!av[i].val ||
			       !strcmp(av[i].val, bv[i].val)));
	}
	PQconninfoFree(av);
	PQconninfoFree(bv);
}


/* The module gets what the program was given, or the start is refused. */
static void launch(const char *conninfo)
{
	struct launch la, back;
	char path[64];

	if (strlen(conninfo) >= sizeof(la.conninfo))
		return;

	launch_init(&la);
	(void)snprintf(la.node, sizeof(la.node), "node");
	(void)snprintf(la.listen.host, sizeof(la.listen.host), "127.0.0.1");
	la.listen.port = 5060;
	la.conn_given = true;
	memcpy(la.conninfo, conninfo, strlen(conninfo) + 1);

	EXPECT(!launch_write(&la, dir));
	EXPECT(!launch_read(&back, dir));
	EXPECT(!strcmp(back.conninfo, conninfo));
	(void)snprintf(path, sizeof(path), "%s/" LAUNCH_FILE, dir);
	EXPECT(!unlink(path));
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *conninfo = fuzz_text(data, size);
	const struct options opt = { .conninfo = conninfo };
	char why[WHY_SIZE] = "", moved[2048], small[40];
	struct database dt = { .conninfo = NULL };

	if (database_choose(&dt, &opt, why, sizeof(why))) {
		EXPECT(!dt.conninfo && why[0] && fuzz_line(why));
		free(conninfo);
		return 0;
	}

	EXPECT(dt.conninfo == conninfo && !dt.cluster);
	if (!db_conninfo_move(conninfo, "it's \\new", moved, sizeof(moved)))
		same(conninfo, moved);
	if (!db_conninfo_move(conninfo, "it's \\new", small, sizeof(small)))
		same(conninfo, small);
	launch(conninfo);
	free(conninfo);

	return 0;
}
