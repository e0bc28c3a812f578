/**
 * @file store_load.c  Campaigns and config, read from the database
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/array.h"
#include "sql/embedded.h"
#include "sql/rows.h"
#include "sql/store_priv.h"

struct load_ctx {
	struct store_pg *st;
	struct campaign *campv; /**< owned: waits for the config         */
	size_t campc;
	int err;                /**< of the campaigns                    */
	bool come;              /**< the campaigns have                  */
	bool alone;             /**< no config follows                   */
	store_load_h *h;
	void *arg;
};

struct scan_ctx {
	struct store_pg *st;
	store_scan_h *h;
	void *arg;
};


/* Config is read often; each complaint is made once. */
static void complain(struct store_pg *st, char *said, size_t size,
		     const char *line)
{
	const size_t n = strlen(said);

	if (!strstr(st->bad, line))
		store_log(st, true, line);
	(void)snprintf(said + n, size - n, "%s\n", line);
}


/*
 * A value that does not parse leaves the last good one in force. Where none
 * is known yet, a wrong proxy would be worse than none.
 */
static void keep_good(struct store_pg *st, struct settings *set,
		      const char *option)
{
	settings_keep(set, &st->set, option);
	if (!st->config_known && !strcmp(option, "sipproxy"))
		set->proxy[0] = '\0';
}


static void take_config(struct store_pg *st, const PGresult *res)
{
	struct settings set = st->prm.set;
	char why[REASON_SIZE], line[512], said[sizeof(st->bad)] = "";
	int i;

	for (i = 0; i < PQntuples(res); i++) {

		if (!settings_set(&set, PQgetvalue(res, i, 0),
				  PQgetvalue(res, i, 1),
				  PQgetvalue(res, i, 2), why, sizeof(why)))
			continue;

		keep_good(st, &set, PQgetvalue(res, i, 1));
		(void)snprintf(line, sizeof(line), "config %s/%s: %s; %s",
			       PQgetvalue(res, i, 0), PQgetvalue(res, i, 1),
			       why, set.proxy[0]
			       ? "the last good value stays in force"
			       : "nothing is dialled until it is mended");
		complain(st, said, sizeof(said), line);
	}

	st->set = set;
	st->config_known = set.proxy[0] != '\0';
	memcpy(st->bad, said, sizeof(st->bad));
}


static void load_end(struct load_ctx *ctx, int err)
{
	ctx->h(err, ctx->campv, err ? 0 : ctx->campc, &ctx->st->set,
	       ctx->arg);
	free(ctx->campv);
	free(ctx);
}


static void config_handler(int err, const PGresult *res, void *arg)
{
	struct load_ctx *ctx = arg;

	if (err == ECANCELED) {
		free(ctx->campv);
		free(ctx);
		return;
	}
	if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot read config", res);
	else if (!err)
		take_config(ctx->st, res);

	load_end(ctx, ctx->err ? ctx->err : err);
}


static void campaigns_handler(int err, const PGresult *res, void *arg)
{
	struct load_ctx *ctx = arg;
	size_t i;

	if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot read campaigns", res);

	ctx->come = true;
	ctx->err = err;
	if (!err) {
		ctx->campc = (size_t)PQntuples(res);
		ctx->campv = calloc(ctx->campc + 1, sizeof(*ctx->campv));
		ctx->err = ctx->campv ? 0 : ENOMEM;
	}

	for (i = 0; ctx->campv && i < ctx->campc; i++)
		rows_campaign(&ctx->campv[i], res, (int)i);

	if (ctx->alone && err == ECANCELED)
		free(ctx);
	else if (ctx->alone)
		load_end(ctx, err ? err : ENOTCONN);
}


/*
 * Config is read behind the campaigns: a commit between the two may show an
 * old campaign with a new proxy, but no new campaign with an old one.
 */
static int send_load(struct store_pg *st, struct load_ctx *ctx)
{
	int err = store_check_schema(st);

	if (!err)
		err = pgconn_query(st->pc, sql_campaigns, 0, NULL, NULL, NULL,
				   false, campaigns_handler, ctx);
	if (err) {
		free(ctx);
		return err;
	}

	err = pgconn_query(st->pc, sql_config, 0, NULL, NULL, NULL, false,
			   config_handler, ctx);
	if (err && ctx->come) {
		free(ctx->campv);
		free(ctx);
		return err;
	}

	ctx->alone = err != 0;

	return 0;
}


int store_load(void *arg, store_load_h *h, void *harg)
{
	struct store_pg *st = arg;
	struct load_ctx *ctx;

	if (!st->ready || st->outdated)
		return ENOTCONN;

	ctx = calloc(1, sizeof(*ctx));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->h = h;
	ctx->arg = harg;

	return send_load(st, ctx);
}


static void scan_handler(int err, const PGresult *res, void *arg)
{
	struct scan_ctx *ctx = arg;
	struct campaign_due *duev = NULL;
	size_t n = 0, i;

	if (err == ECANCELED) {
		free(ctx);
		return;
	}
	if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot look for phones that are "
				  "due", res);

	if (!err) {
		n = (size_t)PQntuples(res);
		duev = calloc(n + 1, sizeof(*duev));
		if (!duev)
			err = ENOMEM;
	}

	for (i = 0; !err && i < n; i++)
		rows_due(&duev[i], res, (int)i);

	ctx->h(err, duev, n, ctx->arg);
	free(duev);
	free(ctx);
}


static int send_scan(struct store_pg *st, uint32_t ahead_sec,
		     const int32_t *idv, size_t n, struct scan_ctx *ctx)
{
	struct array ar = {0};
	const char *paramv[2];
	char ahead[16];
	size_t i;
	int err = ENOMEM;

	for (i = 0; i < n; i++)
		array_add_int(&ar, idv[i]);

	(void)snprintf(ahead, sizeof(ahead), "%" PRIu32, ahead_sec);
	paramv[0] = ahead;
	paramv[1] = array_text(&ar);
	if (paramv[1])
		err = pgconn_query(st->pc, sql_due_campaigns, 2, paramv, NULL,
				   NULL, false, scan_handler, ctx);

	array_free(&ar);
	return err;
}


int store_scan(void *arg, uint32_t ahead_sec, const int32_t *idv, size_t n,
	       store_scan_h *h, void *harg)
{
	struct store_pg *st = arg;
	struct scan_ctx *ctx;
	int err;

	if (!st->ready || st->outdated)
		return ENOTCONN;

	ctx = malloc(sizeof(*ctx));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->h = h;
	ctx->arg = harg;

	err = send_scan(st, ahead_sec, idv, n, ctx);
	if (err)
		free(ctx);

	return err;
}
