/**
 * @file check_tables.c  What the tables hold that keeps an engine from dialling
 */
#include "tui/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audio/decode.h"

enum {
	PROMPTS  = 20,          /* that are decoded                      */
	NAME_LEN = 60,
};

struct prompts {
	struct check *ck;
	unsigned n, bad;
	struct {
		char id[16], name[4 * NAME_LEN], digest[80];
	} v[PROMPTS];           /* to be decoded                         */
	unsigned c;
};

struct campaigns {
	struct check *ck;
	unsigned n, paused, closed, bad;
	int64_t due;
};


static bool yes(const char *text)
{
	return text && text[0] == 't';
}


/* Rows of a statement; one that is refused is said. */
static void ask(struct check *ck, const char *part, const char *sql,
		db_row_h *rowh, void *arg)
{
	char why[WHY_SIZE];

	if (db_rows(ck->db, sql, 0, NULL, rowh, arg, why, sizeof(why)))
		check_why(ck, CHECK_WARN, part, why);
}


static void config_row(const char *const *colv, size_t colc, void *arg)
{
	struct check *ck = arg;
	char why[160], todo[128];

	(void)colc;
	if (!settings_set(&ck->set, colv[0], colv[1], colv[2], why,
			  sizeof(why)))
		return;

	snprintf(todo, sizeof(todo), "put another value into config %.30s/"
		 "%.30s, or delete the row", colv[0], colv[1]);
	check_say(ck, CHECK_FAIL, "config", todo, "%s/%s: %s", colv[0],
		  colv[1], why);
}


static void prompts_row(const char *const *colv, size_t colc, void *arg)
{
	struct prompts *ps = arg;

	(void)colc;
	++ps->n;
	if (colv[3]) {
		++ps->bad;
		check_say(ps->ck, CHECK_FAIL, "prompt", "ringround prompt "
			  "replace", "%.60s (%s) cannot be played: %.200s",
			  colv[1], colv[0], colv[3]);
		return;
	}
	if (!yes(colv[4]) || ps->c == PROMPTS)
		return;

	snprintf(ps->v[ps->c].id, sizeof(ps->v[0].id), "%s", colv[0]);
	snprintf(ps->v[ps->c].name, sizeof(ps->v[0].name), "%s", colv[1]);
	snprintf(ps->v[ps->c].digest, sizeof(ps->v[0].digest), "%s",
		 colv[2]);
	++ps->c;
}


static void prompt_decode(struct prompts *ps, unsigned i)
{
	char why[WHY_SIZE];
	struct pcm *pcm = NULL;
	uint8_t *data = NULL;
	size_t len;
	int err;

	err = db_prompt_read(ps->ck->db, ps->v[i].id, ps->v[i].digest, &data,
			     &len, NULL, NULL, why, sizeof(why));
	if (err == EAGAIN)
		return;
	if (!err)
		err = pcm_decode(&pcm, data, len, why, sizeof(why));
	if (err) {
		++ps->bad;
		check_say(ps->ck, CHECK_FAIL, "prompt", "ringround prompt "
			  "replace", "%.60s (%s) cannot be played: %.200s",
			  ps->v[i].name, ps->v[i].id, why);
	}
	pcm_unref(pcm);
	free(data);
}


static void prompts_see(struct check *ck)
{
	struct prompts ps = { .ck = ck };

	ask(ck, "prompt", sql_check_prompts, prompts_row, &ps);
	for (unsigned i = 0; i < ps.c; i++)
		prompt_decode(&ps, i);
	if (!ps.bad)
		check_say(ck, CHECK_OK, "prompt", NULL, "%u in use by "
			  "campaigns, %u of them decoded", ps.n, ps.c);
}


static void schedules_row(const char *const *colv, size_t colc, void *arg)
{
	(void)colc;
	check_say(arg, CHECK_WARN, "schedule", "ringround schedule add makes "
		  "one with records", "%.60s (%s) has no record: it is never "
		  "open; campaigns that have it: %s", colv[1], colv[0],
		  colv[2]);
}


static const char *campaign_fault(const char *const *colv, const char **todo)
{
	if (yes(colv[3])) {
		*todo = "ringround campaign set CAMPAIGN --prompt PROMPT";
		return "it has no prompt";
	}
	if (!strcmp(colv[4], "0")) {
		*todo = "ringround campaign set CAMPAIGN "
			"max_concurrent_calls=20";
		return "max_concurrent_calls is 0";
	}
	if (yes(colv[6])) {
		*todo = "give it another schedule, or that one records";
		return "its schedule never opens";
	}

	return NULL;
}


static void campaigns_row(const char *const *colv, size_t colc, void *arg)
{
	struct campaigns *cs = arg;
	const char *todo = NULL, *fault = campaign_fault(colv, &todo);

	(void)colc;
	++cs->n;
	cs->paused += yes(colv[2]);
	if (yes(colv[2]))
		return;

	cs->bad += fault != NULL;
	cs->closed += !fault && !yes(colv[5]);
	cs->due += strtoll(colv[8], NULL, 10);
	if (fault)
		check_say(cs->ck, CHECK_FAIL, "campaign", todo, "%.60s (%s) "
			  "has %s phones to ring and cannot dial: %s",
			  colv[1], colv[0], colv[7], fault);
}


static void engines_say(struct check *ck, const struct campaigns *cs)
{
	unsigned good = 0, bad = 0;

	for (size_t i = 0; i < ck->nodec; i++) {
		const struct db_node *nd = &ck->nodev[i];

		good += nd->state == NODE_CONNECTED;
		bad += nd->state != NODE_CONNECTED;
		if (nd->state == NODE_SILENT)
			check_say(ck, CHECK_FAIL, "engine", "look into its "
				  "log, and start it again", "%s is "
				  "connected, but has shown no sign of life "
				  "for %" PRId64 " s", nd->node,
				  (nd->now_at - nd->seen_at) / 1000);
		else if (nd->state == NODE_OLDER)
			check_say(ck, CHECK_FAIL, "engine", "start it again "
				  "with the newer program", "%s is of an older "
				  "schema: it does not dial", nd->node);
		else if (nd->state == NODE_GONE)
			check_say(ck, CHECK_WARN, "engine", "start it again, "
				  "or wait: others take up its calls", "%s "
				  "ended without leaving; it has %" PRId64
				  " calls", nd->node, nd->live);
	}

	if (good)
		check_say(ck, CHECK_OK, "engine", NULL, "%u at work", good);
	else if (!bad)
		check_say(ck, cs->due ? CHECK_WARN : CHECK_OK, "engine",
			  cs->due ? "start ringround, or ringround --daemon"
			  : NULL, "none is running; %" PRId64 " phones are "
			  "due", cs->due);
}


void check_tables(struct check *ck)
{
	struct campaigns cs = { .ck = ck };

	if (!ck->schema)
		return;

	ask(ck, "config", sql_config, config_row, ck);
	prompts_see(ck);
	ask(ck, "schedule", sql_check_schedules, schedules_row, ck);
	ask(ck, "campaign", sql_check_campaigns, campaigns_row, &cs);
	if (!cs.bad)
		check_say(ck, CHECK_OK, "campaign", NULL, "%u with phones to "
			  "ring, %u of them paused, %u with their schedule "
			  "closed now", cs.n, cs.paused, cs.closed);
	engines_say(ck, &cs);
}
