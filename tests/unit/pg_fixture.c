/**
 * @file pg_fixture.c  A PostgreSQL of the test's own, and libre's loop
 */
#include "tests/unit/pg_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <re.h>
#include "sql/embedded.h"

static char dir[64], bin[256], info[128];
static PGconn *control;
static pid_t janitor = -1, server = -1;
static int life = -1;           /* the janitor's work begins at its end  */
static uint64_t skipped;


static void nap(void)
{
	const struct timespec ts = { .tv_nsec = 2000000 };

	(void)nanosleep(&ts, NULL);
}


static uint64_t steady(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


static bool find_bin(void)
{
	glob_t gl;
	bool found = false;

	if (!glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &gl)) {
		const char *path = gl.gl_pathv[gl.gl_pathc - 1];

		(void)snprintf(bin, sizeof(bin), "%.*s",
			       (int)(strlen(path) - strlen("/initdb")), path);
		found = true;
	}
	globfree(&gl);

	return found;
}


/* PostgreSQL refuses root. */
static void drop_root(void)
{
	const struct passwd *pw = getuid() ? NULL : getpwnam("postgres");

	if (pw && (setgid(pw->pw_gid) || setuid(pw->pw_uid)))
		_exit(126);
}


/* The programs find each other by the path they were started with. */
static pid_t spawn(const char *log, const char *argv[])
{
	const pid_t pid = fork();
	char path[512];
	int fd;

	if (pid)
		return pid;

	if (chdir(dir))
		_exit(125);
	drop_root();
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(125);
	(void)snprintf(path, sizeof(path), "%s/%s", bin, argv[0]);
	argv[0] = path;
	execv(path, (char *const *)(uintptr_t)argv);
	_exit(127);
}


static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;

	return remove(path);
}


static void server_end(pid_t pid)
{
	for (int i = 0; i < 2000; i++) {
		/* a frozen one hears nothing else */
		(void)kill(pid, SIGCONT);
		if (i % 500 == 0)
			(void)kill(pid, i ? SIGKILL : SIGQUIT);
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return;
		nap();
	}
}


static void cluster_make(int tell)
{
	const char *initdb[] = {
		"initdb", "-D", "data", "-U", "postgres", "-EUTF8", "-Atrust",
		"--no-locale", "--no-sync", NULL
	};
	const char *postgres[] = {
		"postgres", "-D", "data", "-F", "-clisten_addresses=",
		"-cunix_socket_directories=..", "-cshared_buffers=16MB",
		"-cmax_connections=30", "-cautovacuum=off", "-ctimezone=UTC",
		NULL
	};
	pid_t pid;
	int status = 1;

	pid = spawn("initdb.log", initdb);
	if (pid > 0)
		(void)waitpid(pid, &status, 0);
	pid = status ? -1 : spawn("server.log", postgres);
	if (write(tell, &pid, sizeof(pid)) != sizeof(pid))
		status = 1;
	server = pid;
}


static void janitor_main(int tell, int wait)
{
	char c;

	(void)setsid();
	(void)signal(SIGPIPE, SIG_IGN);
	cluster_make(tell);
	(void)close(tell);

	while (read(wait, &c, 1) < 0 && errno == EINTR)
		;

	if (server > 0)
		server_end(server);
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	_exit(0);
}


static int janitor_start(void)
{
	int tell[2], wait[2];

	if (pipe2(tell, O_CLOEXEC) || pipe2(wait, O_CLOEXEC))
		return -1;

	(void)fflush(NULL);
	janitor = fork();
	if (janitor < 0)
		return -1;
	if (!janitor) {
		(void)close(tell[0]);
		(void)close(wait[1]);
		janitor_main(tell[1], wait[0]);
	}

	(void)close(tell[1]);
	(void)close(wait[0]);
	life = wait[1];
	if (read(tell[0], &server, sizeof(server)) != sizeof(server))
		server = -1;
	(void)close(tell[0]);

	return server > 0 ? 0 : -1;
}


static int dir_make(void)
{
	const struct passwd *pw = getuid() ? NULL : getpwnam("postgres");

	strcpy(dir, "/tmp/test_pg.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(info, sizeof(info),
		       "host=%s user=postgres dbname=postgres", dir);

	return pw ? chown(dir, pw->pw_uid, pw->pw_gid) : 0;
}


int pg_fixture_start(void **state)
{
	const uint64_t end = steady() + PG_WAIT_MS;

	if (!find_bin() || dir_make() || janitor_start()) {
		print_error("PostgreSQL's server cannot be started\n");
		(void)pg_fixture_stop(state);
		return -1;
	}

	do {
		PQfinish(control);
		nap();
		control = PQconnectdb(info);
	} while (PQstatus(control) != CONNECTION_OK && steady() < end);

	if (PQstatus(control) != CONNECTION_OK || libre_init()) {
		print_error("%s\n", PQerrorMessage(control));
		(void)pg_fixture_stop(state);
		return -1;
	}

	return 0;
}


int pg_fixture_stop(void **state)
{
	(void)state;

	PQfinish(control);
	control = NULL;
	libre_close();
	if (life >= 0)
		(void)close(life);
	if (janitor > 0)
		(void)waitpid(janitor, NULL, 0);
	life = janitor = server = -1;

	return 0;
}


const char *pg_conninfo(void)
{
	return info;
}


pid_t pg_server(void)
{
	return server;
}


static PGresult *run(const char *sql)
{
	PGresult *res = PQexec(control, sql);
	const ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		print_error("%s\n%s", sql, PQerrorMessage(control));
		PQclear(res);
		fail();
	}

	return res;
}


static PGresult *run_args(const char *fmt, va_list ap)
{
	char sql[4096];
	const int n = vsnprintf(sql, sizeof(sql), fmt, ap);

	assert_in_range(n, 0, sizeof(sql) - 1);

	return run(sql);
}


void pg_do(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	PQclear(run_args(fmt, ap));
	va_end(ap);
}


void pg_engine(const char *fmt, ...)
{
	va_list ap;

	pg_do("SET ringround.node = 'test'");
	va_start(ap, fmt);
	PQclear(run_args(fmt, ap));
	va_end(ap);
	pg_do("RESET ringround.node");
}


int64_t pg_number(const char *fmt, ...)
{
	int64_t n = 0;
	PGresult *res;
	va_list ap;

	va_start(ap, fmt);
	res = run_args(fmt, ap);
	va_end(ap);
	if (PQntuples(res))
		n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);

	return n;
}


const char *pg_text(const char *fmt, ...)
{
	static char text[4096];
	PGresult *res;
	va_list ap;

	va_start(ap, fmt);
	res = run_args(fmt, ap);
	va_end(ap);
	(void)snprintf(text, sizeof(text), "%s",
		       !PQntuples(res) ? "no row"
		       : PQgetisnull(res, 0, 0) ? "NULL"
		       : PQgetvalue(res, 0, 0));
	PQclear(res);

	return text;
}


int pg_fixture_fresh(void **state)
{
	(void)state;

	pg_do("SET client_min_messages = error");
	pg_do("ROLLBACK");      /* of a test that has failed            */
	pg_do("RESET ringround.node");
	pg_do("DROP SCHEMA public CASCADE");
	pg_do("CREATE SCHEMA public");
	for (int i = 0; i < schema_version; i++) {
		PQclear(run(schema_steps[i]));
		pg_do("INSERT INTO schema_version (version) VALUES (%d)",
		      i + 1);
	}

	return 0;
}


int pg_backends(const char *app, pid_t *pidv, int size)
{
	PGresult *res;
	char sql[256];
	int n;

	(void)snprintf(sql, sizeof(sql), "SELECT pid FROM pg_stat_activity "
		       "WHERE application_name = '%s' ORDER BY 1", app);
	res = run(sql);
	n = PQntuples(res);
	for (int i = 0; i < n && i < size; i++)
		pidv[i] = (pid_t)strtol(PQgetvalue(res, i, 0), NULL, 10);
	PQclear(res);

	return n;
}


uint64_t pg_now(void)
{
	return steady() + skipped;
}


void pg_skip(uint64_t ms)
{
	skipped += ms;
}


struct loop {
	struct tmr tmr;
	bool (*done)(void *arg);
	void *arg;
	void (*tick)(uint64_t now_ms);
	uint64_t end;
	bool ok;
};


static void loop_tick(void *arg)
{
	struct loop *lo = arg;

	lo->tick(pg_now());
	lo->ok = lo->done(lo->arg);
	if (lo->ok || steady() > lo->end)
		re_cancel();
	else
		tmr_start(&lo->tmr, 2, loop_tick, lo);
}


bool pg_loop(bool (*done)(void *arg), void *arg,
	     void (*tick)(uint64_t now_ms))
{
	struct loop lo = {
		.done = done,
		.arg  = arg,
		.tick = tick,
		.end  = steady() + PG_WAIT_MS,
	};

	tmr_init(&lo.tmr);
	tmr_start(&lo.tmr, 0, loop_tick, &lo);
	assert_int_equal(0, re_main(NULL));
	tmr_cancel(&lo.tmr);

	return lo.ok;
}
