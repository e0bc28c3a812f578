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

struct load_ctx {
	struct store_pg *st;
	store_load_h *h;
	void *arg;
};

struct claim_ctx {
	struct store_pg *st;
	store_claim_h *h;
	void *arg;
	size_t reqc;
	struct claim_req reqv[];
};

enum { AUDIO_SLICE = 262144 };

struct audio_ctx {
	struct store_pg *st;
	int32_t id;
	char digest[DIGEST_SIZE];
	uint8_t *data;          /**< owned: what has come so far         */
	size_t size;
	bool last;
	store_audio_h *h;
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


static void config_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;

	if (err == EPROTO)
		store_log_refusal(st, "cannot read config", res);
	else if (!err)
		take_config(st, res);
}


static void campaigns_handler(int err, const PGresult *res, void *arg)
{
	struct load_ctx *ctx = arg;
	struct campaign *campv = NULL;
	size_t n = 0, i;

	if (err == ECANCELED) {
		free(ctx);
		return;
	}
	if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot read campaigns", res);

	if (!err) {
		n = (size_t)PQntuples(res);
		campv = calloc(n + 1, sizeof(*campv));
		if (!campv)
			err = ENOMEM;
	}

	for (i = 0; !err && i < n; i++)
		rows_campaign(&campv[i], res, (int)i);

	ctx->h(err, campv, n, &ctx->st->set, ctx->arg);
	free(campv);
	free(ctx);
}


static int store_load(void *arg, store_load_h *h, void *harg)
{
	struct store_pg *st = arg;
	struct load_ctx *ctx;
	int err;

	if (!st->ready)
		return ENOTCONN;

	ctx = malloc(sizeof(*ctx));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->h = h;
	ctx->arg = harg;

	err = pgconn_query(st->pc, sql_config, 0, NULL, NULL, NULL, false,
			   config_handler, st);
	if (!err)
		err = pgconn_query(st->pc, sql_campaigns, 0, NULL, NULL, NULL,
				   false, campaigns_handler, ctx);
	if (err)
		free(ctx);

	return err;
}


static void claim_handler(int err, const PGresult *res, void *arg)
{
	struct claim_ctx *ctx = arg;
	struct phone *phonev = NULL;
	size_t n = 0, i;

	if (err == ECANCELED) {
		free(ctx);
		return;
	}
	if (err == EPROTO)
		store_log_refusal(ctx->st, "cannot claim phones", res);

	if (!err) {
		n = (size_t)PQntuples(res);
		phonev = calloc(n + 1, sizeof(*phonev));
		if (!phonev) {
			err = ENOMEM;
			pgconn_reset(ctx->st->pc, "out of memory");
		}
	}

	for (i = 0; !err && i < n; i++)
		rows_phone(&phonev[i], res, (int)i, ctx->reqv, ctx->reqc);

	ctx->h(err, phonev, n, ctx->arg);
	free(phonev);
	free(ctx);
}


static int send_claim(struct store_pg *st, struct claim_ctx *ctx)
{
	struct array arv[5] = {{0}};
	const char *paramv[7];
	char margin[16];
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
	paramv[6] = margin;

	if (!err)
		err = pgconn_query(st->pc, sql_claim_phones, 7, paramv, NULL,
				   NULL, false, claim_handler, ctx);

	for (i = 0; i < 5; i++)
		array_free(&arv[i]);

	return err;
}


static int store_claim(void *arg, const struct claim_req *reqv, size_t reqc,
		       store_claim_h *h, void *harg)
{
	struct store_pg *st = arg;
	struct claim_ctx *ctx;
	int err;

	if (!st->ready)
		return ENOTCONN;

	ctx = malloc(sizeof(*ctx) + reqc * sizeof(*reqv));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->h = h;
	ctx->arg = harg;
	ctx->reqc = reqc;
	memcpy(ctx->reqv, reqv, reqc * sizeof(*reqv));

	err = send_claim(st, ctx);
	if (err)
		free(ctx);

	return err;
}


static int store_report(void *arg, const struct report *rep)
{
	struct store_pg *st = arg;
	const int err = reports_add(st->reports, rep);

	if (!err)
		reports_send(st->reports, st->ready ? st->pc : NULL);

	return err;
}


static void extend_handler(int err, const PGresult *res, void *arg)
{
	struct store_pg *st = arg;

	if (err != EPROTO)
		return;

	store_log_refusal(st, "cannot extend leases", res);
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
	.claim   = store_claim,
	.report  = store_report,
	.extend  = store_extend,
	.trouble = store_trouble,
	.pending = store_pending,
};


static int ask_slice(struct audio_ctx *ctx);


static void audio_end(struct audio_ctx *ctx, int err, const char *why)
{
	ctx->h(err, err ? NULL : ctx->data, err ? 0 : ctx->size, why,
	       ctx->arg);
	free(ctx->data);
	free(ctx);
}


static int take_slice(struct audio_ctx *ctx, const PGresult *res)
{
	const size_t len = (size_t)PQgetlength(res, 0, 0);
	uint8_t *data = realloc(ctx->data, ctx->size + len + 1);

	if (!data)
		return ENOMEM;

	memcpy(data + ctx->size, PQgetvalue(res, 0, 0), len);
	ctx->data = data;
	ctx->size += len;
	ctx->last = len < AUDIO_SLICE;

	return 0;
}


static void audio_handler(int err, const PGresult *res, void *arg)
{
	struct audio_ctx *ctx = arg;

	if (err)
		audio_end(ctx, err, "the database did not answer");
	else if (!PQntuples(res))
		audio_end(ctx, ENOENT, "the prompt is gone");
	else if (take_slice(ctx, res))
		audio_end(ctx, ENOMEM, "out of memory");
	else if (ctx->last)
		audio_end(ctx, 0, NULL);
	else if (ask_slice(ctx))
		audio_end(ctx, ENOTCONN, "the database went away");
}


/* A large file in one piece would hold up everything else. */
static int ask_slice(struct audio_ctx *ctx)
{
	char id[16], from[24], len[16];
	const char *paramv[] = { id, ctx->digest, from, len };

	(void)snprintf(id, sizeof(id), "%" PRId32, ctx->id);
	(void)snprintf(from, sizeof(from), "%zu", ctx->size + 1);
	(void)snprintf(len, sizeof(len), "%d", AUDIO_SLICE);

	return pgconn_query(ctx->st->pc, sql_prompt_audio, 4, paramv, NULL,
			    NULL, true, audio_handler, ctx);
}


int store_pg_audio(struct store_pg *st, int32_t id, const char *digest,
		   store_audio_h *h, void *arg)
{
	struct audio_ctx *ctx;
	int err;

	if (!st->ready)
		return ENOTCONN;

	ctx = calloc(1, sizeof(*ctx));
	if (!ctx)
		return ENOMEM;

	ctx->st = st;
	ctx->id = id;
	ctx->h = h;
	ctx->arg = arg;
	(void)snprintf(ctx->digest, sizeof(ctx->digest), "%s", digest);

	err = ask_slice(ctx);
	if (err)
		free(ctx);

	return err;
}
