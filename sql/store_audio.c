/**
 * @file store_audio.c  The audio of prompts, read from the database
 */
#include "sql/store_pg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/embedded.h"
#include "sql/store_priv.h"

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
