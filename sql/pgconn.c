/**
 * @file pgconn.c  One asynchronous connection to PostgreSQL on libre's loop
 */
#include "sql/pgconn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <re.h>

enum pgconn_st {
	PG_DOWN,
	PG_CONNECTING,
	PG_UP,
};

/** A statement on its way, in the order in which results come */
struct pgreq {
	struct pgreq *next;
	pgconn_result_h *h;
	void *arg;
	uint64_t sent_ms;       /**< or when it came to the front        */
	uint64_t sent_us;       /**< the same, by the machine's clock    */
	PGresult *res;          /**< until it is committed               */
	int err;
};

struct pgconn {
	PGconn *pg;
	enum pgconn_st st;
	int fd;
	struct pgreq *head;
	struct pgreq **tail;
	size_t reqc;
	uint32_t took_us;       /**< of the last statement               */
	uint64_t now_ms;
	uint64_t since_ms;      /**< of the connection attempt           */
	uint64_t retry_at_ms;
	uint32_t retry_ms;
	bool failed;            /**< to be dropped by the outermost call */
	char why[256];
	char *conninfo;
	char *app;
	pgconn_up_h *uph;
	pgconn_down_h *downh;
	pgconn_notify_h *notifyh;
	void *arg;
};


static void poll_handler(int flags, void *arg);


static uint64_t clock_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static void unwatch(struct pgconn *pc)
{
	if (pc->fd < 0)
		return;

	fd_close(pc->fd);
	pc->fd = -1;
}


/* libpq may swap sockets while connecting: ask again every time. */
static int watch(struct pgconn *pc, int flags)
{
	const int fd = PQsocket(pc->pg);

	if (fd != pc->fd)
		unwatch(pc);

	pc->fd = fd;
	if (fd < 0)
		return ENOTCONN;

	return fd_listen(fd, flags, poll_handler, pc);
}


static void fail(struct pgconn *pc, const char *why)
{
	size_t n;

	if (pc->failed)
		return;

	pc->failed = true;
	n = strcspn(why, "\n");
	if (n >= sizeof(pc->why))
		n = sizeof(pc->why) - 1;
	memcpy(pc->why, why, n);
	pc->why[n] = '\0';
}


static void request_end(struct pgreq *req, int err, const PGresult *res)
{
	if (req->h)
		req->h(err, res, req->arg);
	PQclear(req->res);
	free(req);
}


/* Handlers may send and reset: the list is taken off before they run. */
static void drop(struct pgconn *pc)
{
	struct pgreq *req = pc->head;

	unwatch(pc);
	PQfinish(pc->pg);
	pc->pg = NULL;
	pc->st = PG_DOWN;
	pc->failed = false;
	pc->head = NULL;
	pc->tail = &pc->head;
	pc->reqc = 0;
	pc->retry_at_ms = pc->now_ms + pc->retry_ms;
	pc->retry_ms = pc->retry_ms * 2 < PG_RETRY_MAX_MS
		? pc->retry_ms * 2 : PG_RETRY_MAX_MS;

	if (pc->downh)
		pc->downh(pc->why, pc->arg);

	while (req) {
		struct pgreq *next = req->next;

		request_end(req, ENOTCONN, NULL);
		req = next;
	}
}


static void flush(struct pgconn *pc)
{
	const int n = PQflush(pc->pg);

	if (n < 0)
		fail(pc, PQerrorMessage(pc->pg));
	else if (watch(pc, n ? FD_READ | FD_WRITE : FD_READ))
		fail(pc, "its socket cannot be watched");
}


static void request_done(struct pgconn *pc)
{
	struct pgreq *req = pc->head;

	if (!req)
		return;

	pc->took_us = (uint32_t)(clock_us() - req->sent_us);
	pc->head = req->next;
	if (pc->head) {
		pc->head->sent_ms = pc->now_ms;
		pc->head->sent_us = clock_us();
	}
	else {
		pc->tail = &pc->head;
	}
	--pc->reqc;
	request_end(req, req->res ? req->err : EPROTO, req->res);
}


/*
 * The commit comes with the sync, behind the result: an error that follows
 * a result takes its place. Takes ownership.
 */
static void take_result(struct pgconn *pc, PGresult *res)
{
	const ExecStatusType st = PQresultStatus(res);
	struct pgreq *req = pc->head;
	int err = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK
		? 0 : EPROTO;

	if (st == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		request_done(pc);
		return;
	}

	/* A server that goes away says so in a result before it does. */
	if (!req || (err && PQstatus(pc->pg) == CONNECTION_BAD)
	    || (req->err && req->res)) {
		PQclear(res);
		return;
	}

	PQclear(req->res);
	req->res = res;
	req->err = err;
}


static void take_notifications(struct pgconn *pc)
{
	PGnotify *no;

	while (!pc->failed && (no = PQnotifies(pc->pg))) {

		if (pc->notifyh)
			pc->notifyh(no->relname, no->extra, pc->arg);
		PQfreemem(no);
	}
}


/* In pipeline mode a NULL stands between statements and at the end. */
static void take_input(struct pgconn *pc)
{
	int nulls = 0;

	if (!PQconsumeInput(pc->pg)) {
		fail(pc, PQerrorMessage(pc->pg));
		return;
	}

	while (!pc->failed && pc->head && nulls < 2 && !PQisBusy(pc->pg)) {
		PGresult *res = PQgetResult(pc->pg);

		nulls = res ? 0 : nulls + 1;
		if (res)
			take_result(pc, res);
	}

	take_notifications(pc);

	if (!pc->failed && PQstatus(pc->pg) == CONNECTION_BAD)
		fail(pc, PQerrorMessage(pc->pg));
}


static void connected(struct pgconn *pc)
{
	if (PQsetnonblocking(pc->pg, 1) || !PQenterPipelineMode(pc->pg)) {
		fail(pc, PQerrorMessage(pc->pg));
		return;
	}

	pc->st = PG_UP;
	flush(pc);
	if (!pc->failed && pc->uph)
		pc->uph(pc->arg);
}


static void connect_step(struct pgconn *pc)
{
	switch (PQconnectPoll(pc->pg)) {

	case PGRES_POLLING_READING:
		if (watch(pc, FD_READ))
			fail(pc, "its socket cannot be watched");
		break;

	case PGRES_POLLING_WRITING:
		if (watch(pc, FD_WRITE))
			fail(pc, "its socket cannot be watched");
		break;

	case PGRES_POLLING_OK:
		connected(pc);
		break;

	case PGRES_POLLING_ACTIVE:
		break;

	case PGRES_POLLING_FAILED:
		fail(pc, PQerrorMessage(pc->pg));
		break;
	}
}


static void poll_handler(int flags, void *arg)
{
	struct pgconn *pc = arg;

	if (pc->st == PG_CONNECTING) {
		connect_step(pc);
	}
	else if (pc->st == PG_UP) {

		if (flags & (FD_READ | FD_EXCEPT))
			take_input(pc);
		if (!pc->failed && (flags & FD_WRITE))
			flush(pc);
	}

	if (pc->failed)
		drop(pc);
}


/* What matters comes as an error; the rest would go to stderr. */
static void notice_handler(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}


/*
 * Of several hosts the one that takes writes is wanted, unless the user says
 * otherwise; and of one that is read-only it is said at once.
 */
static void connect_start(struct pgconn *pc)
{
	const char *keyv[] = {
		"target_session_attrs",
		"dbname", "fallback_application_name", "client_encoding",
		"keepalives_idle", "keepalives_interval", "keepalives_count",
		NULL
	};
	const char *valv[] = {
		getenv("PGTARGETSESSIONATTRS") ? NULL : "read-write",
		pc->conninfo, pc->app, "UTF8", "10", "5", "3", NULL
	};

	pc->since_ms = pc->now_ms;
	pc->st = PG_CONNECTING;
	pc->pg = PQconnectStartParams(keyv, valv, 1);

	if (!pc->pg)
		fail(pc, "out of memory");
	else if (PQstatus(pc->pg) == CONNECTION_BAD)
		fail(pc, PQerrorMessage(pc->pg));
	else if (watch(pc, FD_WRITE))
		fail(pc, "its socket cannot be watched");

	if (pc->pg)
		(void)PQsetNoticeProcessor(pc->pg, notice_handler, NULL);
}


int pgconn_alloc(struct pgconn **pcp, const struct pgconn_prm *prm)
{
	struct pgconn *pc = calloc(1, sizeof(*pc));

	if (!pc)
		return ENOMEM;

	pc->fd = -1;
	pc->tail = &pc->head;
	pc->retry_ms = PG_RETRY_MIN_MS;
	pc->uph = prm->uph;
	pc->downh = prm->downh;
	pc->notifyh = prm->notifyh;
	pc->arg = prm->arg;
	pc->app = strdup(prm->app);
	if (prm->conninfo)
		pc->conninfo = strdup(prm->conninfo);

	if (!pc->app || (prm->conninfo && !pc->conninfo)) {
		pgconn_free(pc);
		return ENOMEM;
	}

	*pcp = pc;
	return 0;
}


void pgconn_free(struct pgconn *pc)
{
	struct pgreq *req;

	if (!pc)
		return;

	unwatch(pc);
	PQfinish(pc->pg);
	pc->st = PG_DOWN;

	while ((req = pc->head)) {
		pc->head = req->next;
		request_end(req, ECANCELED, NULL);
	}

	free(pc->conninfo);
	free(pc->app);
	free(pc);
}


void pgconn_tick(struct pgconn *pc, uint64_t now_ms)
{
	pc->now_ms = now_ms;

	switch (pc->st) {

	case PG_DOWN:
		if (now_ms >= pc->retry_at_ms)
			connect_start(pc);
		break;

	case PG_CONNECTING:
		if (now_ms - pc->since_ms > PG_CONNECT_MS)
			fail(pc, "no answer to the connection");
		break;

	case PG_UP:
		if (now_ms - pc->since_ms > PG_CONNECT_MS)
			pc->retry_ms = PG_RETRY_MIN_MS;
		if (pc->head && now_ms - pc->head->sent_ms > PG_QUERY_MS)
			fail(pc, "no answer to a statement");
		break;
	}

	if (pc->failed)
		drop(pc);
}


int pgconn_query(struct pgconn *pc, const char *sql, int paramc,
		 const char *const *paramv, const int *lenv,
		 const int *formatv, bool binary,
		 pgconn_result_h *h, void *arg)
{
	struct pgreq *req;

	if (pc->st != PG_UP || pc->failed)
		return ENOTCONN;

	req = calloc(1, sizeof(*req));
	if (!req)
		return ENOMEM;

	if (!PQsendQueryParams(pc->pg, sql, paramc, NULL, paramv, lenv,
			       formatv, binary)
	    || !PQpipelineSync(pc->pg)) {
		fail(pc, PQerrorMessage(pc->pg));
		free(req);
		return ENOTCONN;
	}

	req->h = h;
	req->arg = arg;
	req->sent_ms = pc->now_ms;
	req->sent_us = clock_us();
	*pc->tail = req;
	pc->tail = &req->next;
	++pc->reqc;

	flush(pc);
	return 0;
}


void pgconn_reset(struct pgconn *pc, const char *why)
{
	if (pc->st != PG_DOWN)
		fail(pc, why);
}


size_t pgconn_pending(const struct pgconn *pc)
{
	return pc->reqc;
}


uint32_t pgconn_took_us(const struct pgconn *pc)
{
	return pc->took_us;
}


int64_t pgconn_retry_ms(const struct pgconn *pc)
{
	if (pc->st != PG_DOWN)
		return -1;

	return pc->retry_at_ms > pc->now_ms
		? (int64_t)(pc->retry_at_ms - pc->now_ms) : 0;
}
