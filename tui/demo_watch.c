/**
 * @file demo_watch.c  What becomes of the demonstration's phones
 */
#include "tui/demo_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "tui/prompt_file.h"

enum {
	PHONES_MAX   = 64,
	THRESHOLD_MS = 1000,    /* as in demo_campaign.sql               */
	COLUMNS      = 12,      /* of demo_phones.sql                    */
};

struct watched {
	int64_t id;
	char cld[NUMBER_SIZE];
	char status[24];
	bool finished;
	bool live;
	int calls;
	int max;
	int sip_code;
	char reason[REASON_SIZE];
	int played_ms;
	char outcome[24];
	int ended;              /**< attempts that have                  */
};

struct demo_watch {
	struct watched phonev[PHONES_MAX];
	size_t phonec;
	struct watched readv[PHONES_MAX];       /**< while reading       */
	size_t readc;
};

/** What a phone of the demonstration does, and must end as */
struct behaviour {
	const char *does;
	const char *status;
	const char *outcome;
	int sip_code;           /**< 0: any                              */
	bool once;              /**< one attempt is enough               */
};


static const struct behaviour *behaviour_of(const char *cld)
{
	static const struct behaviour listens =
		{ "answers", "success", "success", 0, true };
	static const struct behaviour busy =
		{ "is busy", "failure", "failure", 486, false };
	static const struct behaviour silent =
		{ "rings out", "failure", "no answer", 0, false };
	static const struct behaviour brief =
		{ "hangs up early", "premature hangup", "premature hangup",
		  0, false };
	static const struct behaviour nobody =
		{ "is not found", "failure", "failure", 404, false };
	const size_t len = strlen(cld);

	switch (len ? cld[len - 1] : '\0') {

	case '7': return &busy;
	case '8': return &silent;
	case '9': return &brief;
	case '0': return &nobody;
	default:  return &listens;
	}
}


int demo_watch_campaign(struct db *db, const char *proxy, const char *prompt,
			char *why, size_t size)
{
	const char *paramv[2];
	char text[16];
	uint8_t *data;
	size_t len;
	int32_t id;
	int err;

	err = prompt_file_read(prompt, &data, &len, why, size);
	if (err)
		return err;

	err = db_prompt_add(db, "demonstration", NULL, data, len, &id, why,
			    size);
	free(data);
	if (err)
		return err;

	snprintf(text, sizeof(text), "%" PRId32, id);
	paramv[0] = proxy;
	paramv[1] = text;

	err = db_rows(db, sql_demo_campaign, 2, paramv, NULL, NULL, why,
		      size);
	if (err)
		return err;

	return db_exec(db, sql_demo_listen, why, size);
}


int demo_watch_alloc(struct demo_watch **dwp)
{
	struct demo_watch *dw = calloc(1, sizeof(*dw));

	if (!dw)
		return ENOMEM;

	*dwp = dw;

	return 0;
}


void demo_watch_free(struct demo_watch *dw)
{
	free(dw);
}


static void row_handler(const char *const *colv, size_t colc, void *arg)
{
	struct demo_watch *dw = arg;
	struct watched *ph;

	if (dw->readc >= PHONES_MAX || colc < COLUMNS)
		return;

	ph = &dw->readv[dw->readc++];
	memset(ph, 0, sizeof(*ph));

	ph->id = strtoll(colv[0], NULL, 10);
	snprintf(ph->cld, sizeof(ph->cld), "%s", colv[1]);
	snprintf(ph->status, sizeof(ph->status), "%s", colv[2]);
	ph->finished = atoi(colv[3]);
	ph->live = atoi(colv[4]);
	ph->calls = atoi(colv[5]);
	ph->max = atoi(colv[6]);
	ph->sip_code = atoi(colv[7]);
	snprintf(ph->reason, sizeof(ph->reason), "%s", colv[8]);
	ph->played_ms = atoi(colv[9]);
	snprintf(ph->outcome, sizeof(ph->outcome), "%s", colv[10]);
	ph->ended = atoi(colv[11]);
}


static void change_print(const struct watched *was, const struct watched *ph)
{
	char clock[16];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);

	printf("%s.%03d  %s  %s -> %s  (attempt %d of %d", clock,
	       (int)(now.tv_nsec / 1000000), ph->cld, was->status,
	       ph->status, ph->calls, ph->max);

	if (!strcmp(ph->status, "failure") && ph->sip_code)
		printf(", SIP %d", ph->sip_code);
	if (ph->finished)
		printf(", finished");
	printf(")\n");
}


static void changes_print(const struct demo_watch *dw)
{
	for (size_t i = 0; i < dw->readc && i < dw->phonec; i++) {
		const struct watched *was = &dw->phonev[i];
		const struct watched *ph = &dw->readv[i];

		if (strcmp(was->status, ph->status) ||
		    was->calls != ph->calls || was->finished != ph->finished)
			change_print(was, ph);
	}

	fflush(stdout);
}


int demo_watch_read(struct demo_watch *dw, struct db *db, bool print,
		    char *why, size_t size)
{
	int err;

	dw->readc = 0;
	err = db_rows(db, sql_demo_phones, 0, NULL, row_handler, dw, why,
		      size);
	if (err)
		return err;

	if (print)
		changes_print(dw);

	memcpy(dw->phonev, dw->readv, sizeof(dw->phonev));
	dw->phonec = dw->readc;

	return 0;
}


/* The call of a phone that is finished may go on, and its row of
 * call_attempts is written last. */
bool demo_watch_done(const struct demo_watch *dw)
{
	for (size_t i = 0; i < dw->phonec; i++) {
		const struct watched *ph = &dw->phonev[i];

		if (!ph->finished || ph->live || ph->ended < ph->calls)
			return false;
	}

	return dw->phonec > 0;
}


static bool as_it_should(const struct watched *ph)
{
	const struct behaviour *bh = behaviour_of(ph->cld);

	return ph->finished && !strcmp(ph->status, bh->status) &&
	       !strcmp(ph->outcome, bh->outcome) &&
	       (!bh->sip_code || ph->sip_code == bh->sip_code) &&
	       ph->calls == (bh->once ? 1 : ph->max) &&
	       (!bh->once || ph->played_ms >= THRESHOLD_MS);
}


static void phone_print(const struct watched *ph, bool right)
{
	const char *verdict = right ? "" : "  WRONG";
	char reason[64] = "-";

	if (ph->reason[0])
		snprintf(reason, sizeof(reason), "%.22s", ph->reason);
	if (ph->sip_code)
		snprintf(reason, sizeof(reason), "%d%s%.18s", ph->sip_code,
			 ph->reason[0] ? " " : "", ph->reason);

	printf("%-12s %-14s %-16s %5d %4.1f s  %s%s\n", ph->cld,
	       behaviour_of(ph->cld)->does, ph->status, ph->calls,
	       ph->played_ms / 1000.0, reason,
	       ph->finished ? verdict : "  not finished");
}


bool demo_watch_table(const struct demo_watch *dw)
{
	size_t heard = 0, right = 0, finished = 0;
	int calls = 0;

	printf("\n%-12s %-14s %-16s %5s %6s  %s\n", "NUMBER", "WHICH",
	       "STATUS", "CALLS", "HEARD", "LAST ANSWER");

	for (size_t i = 0; i < dw->phonec; i++) {
		const struct watched *ph = &dw->phonev[i];
		const bool ok = as_it_should(ph);

		phone_print(ph, ok);
		calls += ph->calls;
		heard += !strcmp(ph->status, "success");
		finished += ph->finished;
		right += ok;
	}

	printf("\n%zu phones, %d calls: %zu heard the prompt, %zu did not; ",
	       dw->phonec, calls, heard, dw->phonec - heard);
	if (finished < dw->phonec)
		printf("%zu not finished\n", dw->phonec - finished);
	else if (right < dw->phonec)
		printf("%zu did not end as they should\n",
		       dw->phonec - right);
	else
		printf("all ended as they should\n");
	fflush(stdout);

	return dw->phonec && right == dw->phonec;
}
