/**
 * @file store_pg.c  The store of core/ports.h on PostgreSQL
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/engine.h"
#include "sql/array.h"
#include "sql/embedded.h"
#include "sql/rows.h"
#include "sql/store_priv.h"

struct claim_ctx {
	struct store_pg *st;
	store_claim_h *h;
	void *arg;
	size_t reqc;
	struct claim_req reqv[];
};


static void claim_handler(int err, const PGresult *res, void *arg)
{
	struct claim_ctx *ctx = arg;
	struct phone *phonev = NULL;
	size_t n = 0, i;

	if (err == ECANCELED) {
		free(ctx);
		return;
	}
	if (err == EPROTO && store_is_outdated(res))
		(void)store_check_schema(ctx->st);
	else if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot claim phones", res);

	if (!err) {
		n = (size_t)PQntuples(res);
		phonev = calloc(n + 1, sizeof(*phonev));
		if (!phonev) {
			err = ENOMEM;
			pgconn_reset(ctx->st->pc, "out of memory");
		}
	}

	ctx->st->news |= n > 0;
	for (i = 0; !err && i < n; i++)
		rows_phone(&phonev[i], res, (int)i, ctx->reqv, ctx->reqc);

	ctx->h(err, phonev, n, ctx->arg);
	free(phonev);
	free(ctx);
}


static int send_claim(struct store_pg *st, struct claim_ctx *ctx,
		      uint32_t lead_ms, uint32_t room)
{
	struct array arv[5] = {{0}};
	const char *paramv[9];
	char margin[16], lead[16], free_calls[16];
	size_t i;
	int err = 0;

	for (i = 0; i < ctx->reqc; i++) {
		const struct claim_req *req = &ctx->reqv[i];

		array_add_int(&arv[0], req->campaign_id);
		array_add_int(&arv[1], req->limit);
		array_add_int(&arv[2], req->prompt_id);
		array_add_text(&arv[3], req->prompt_digest);
		array_add_int(&arv[4], req->prompt_ms);
	}

	(void)snprintf(margin, sizeof(margin), "%d", LEASE_MARGIN_SEC);
	paramv[0] = st->node;
	for (i = 0; i < 5; i++) {
		paramv[i + 1] = array_text(&arv[i]);
		if (!paramv[i + 1])
			err = ENOMEM;
	}
	(void)snprintf(lead, sizeof(lead), "%" PRIu32, lead_ms);
	(void)snprintf(free_calls, sizeof(free_calls), "%" PRIu32, room);
	paramv[6] = margin;
	paramv[7] = lead;
	paramv[8] = free_calls;

	if (!err)
		err = pgconn_query(st->pc, sql_claim_phones, 9, paramv, NULL,
				   NULL, false, claim_handler, ctx);

	for (i = 0; i < 5; i++)
		array_free(&arv[i]);

	return err;
}


static int store_claim(void *arg, const struct claim_req *reqv, size_t reqc,
		       uint32_t lead_ms, uint32_t room,
		       store_claim_h *h, void *harg)
{
	struct store_pg *st = arg;
	struct claim_ctx *ctx;
	int err;

	if (!st->ready || st->outdated || reports_stuck(st->reports))
		return ENOTCONN;

	ctx = malloc(sizeof(*ctx) + reqc * sizeof(*reqv));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->h = h;
	ctx->arg = harg;
	ctx->reqc = reqc;
	memcpy(ctx->reqv, reqv, reqc * sizeof(*reqv));

	err = send_claim(st, ctx, lead_ms, room);
	if (err)
		free(ctx);

	return err;
}


static int store_reserve(void *arg, size_t n)
{
	struct store_pg *st = arg;

	return reports_reserve(st->reports, n);
}


static int store_report(void *arg, const struct report *rep)
{
	struct store_pg *st = arg;
	const int err = reports_add(st->reports, rep);

	if (!err)
		reports_send(st->reports, st->ready ? st->pc : NULL);
	st->news = true;

	return err;
}


static void extend_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;

	if (err == EPROTO)
		store_log_refusal(st, "cannot extend leases", res);
	else if (err || !rows_int(res, 0, 0, 0))
		return;

	st->prm.leaseh(st->prm.arg);
}


static int store_extend(void *arg, const int64_t *attemptv, size_t n,
			uint32_t sec)
{
	struct store_pg *st = arg;
	struct array ar = {0};
	const char *paramv[3];
	char text[16];
	size_t i;
	int err = ENOMEM;

	if (!st->ready)
		return ENOTCONN;

	for (i = 0; i < n; i++)
		array_add_int(&ar, attemptv[i]);

	(void)snprintf(text, sizeof(text), "%" PRIu32, sec);
	paramv[0] = st->node;
	paramv[1] = array_text(&ar);
	paramv[2] = text;
	if (paramv[1])
		err = pgconn_query(st->pc, sql_extend_leases, 3, paramv,
				   NULL, NULL, false, extend_handler, st);

	array_free(&ar);
	return err;
}


static size_t store_pending(const void *arg)
{
	const struct store_pg *st = arg;

	return reports_pending(st->reports);
}


static void store_trouble(void *arg, int32_t prompt_id, const char *digest,
			  const char *why)
{
	struct store_pg *st = arg;
	char text[16];
	const char *paramv[] = { text, digest, why };

	(void)snprintf(text, sizeof(text), "%" PRId32, prompt_id);
	if (st->ready)
		(void)pgconn_query(st->pc, sql_prompt_trouble, 3, paramv,
				   NULL, NULL, false, NULL, NULL);
}


const struct store_ops store_pg_ops = {
	.load    = store_load,
	.scan    = store_scan,
	.claim   = store_claim,
	.reserve = store_reserve,
	.report  = store_report,
	.extend  = store_extend,
	.trouble = store_trouble,
	.pending = store_pending,
	.health  = store_health,
};
