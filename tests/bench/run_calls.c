/**
 * @file run_calls.c  Calls without SIP, as fast as the store writes them
 *
 * Claims as many phones as shall be live at once, and reports of each what a
 * call would: for each of the given steps (answer, success, end, retry) every
 * phone once, in the order of the claims. So many reports wait or are on
 * their way at the most: no report takes the place of another, since the
 * next step begins when all of the last are committed. Then the next round.
 *
 * Prints for each claim "claim MICROSECONDS PHONES", for each step "STEP
 * MICROSECONDS REPORTS", before and after each of these "at LSN" where WAL is
 * asked for, and last "cpu MICROSECONDS MICROSECONDS": the processor time for
 * reports of this program, and of the server's process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/bench/bed.h"

enum {
	CLAIM   = 100,          /* phones a claim                        */
	SECONDS = 3600,
};

struct feed {
	struct bed *bd;
	const char *step;
	size_t next;            /* phone to report                       */
	size_t most;            /* pending                               */
};


static void facts(struct report *rep, const struct phone *ph,
		  const char *step)
{
	const uint64_t now = bed_usec() / 1000;
	const bool failed = !strcmp(step, "retry");

	memset(rep, 0, sizeof(*rep));
	rep->phone_id = ph->id;
	rep->attempt_id = ph->attempt_id;
	rep->campaign_id = ph->campaign_id;
	rep->attempt_no = ph->attempt_no;
	rep->setup_ms = now - 9000;
	rep->ring_ms = now - 8000;
	rep->connect_ms = failed ? 0 : now - 5000;
	rep->kind = REPORT_END;
	rep->status = failed ? PHONE_FAILURE : PHONE_SUCCESS;
	rep->outcome = failed ? OUTCOME_FAILURE : OUTCOME_SUCCESS;
	rep->finished = !failed;
	if (!strcmp(step, "answer")) {
		rep->kind = REPORT_ANSWER;
		rep->status = PHONE_ANSWER;
		rep->finished = false;
		return;
	}

	rep->prompt_ms = failed ? 0 : now - 4990;
	rep->played_ms = failed ? 0 : 3000;
	if (!strcmp(step, "success")) {
		rep->kind = REPORT_SUCCESS;
		return;
	}

	rep->ended_ms = now;
	rep->retry = failed;
	rep->backoff_sec = ph->backoff_sec;
}


static void words(struct report *rep, const struct phone *ph)
{
	memcpy(rep->cld, ph->cld, sizeof(rep->cld));
	memcpy(rep->cli, ph->cld, sizeof(rep->cli));
	strcpy(rep->proxy, "192.0.2.1:5060");
	(void)snprintf(rep->call_id, sizeof(rep->call_id),
		       "%016llx@192.0.2.2",
		       (unsigned long long)ph->attempt_id);
	rep->ended_by = ENDED_REMOTE;
	rep->sip_code = rep->outcome == OUTCOME_FAILURE ? 486 : 200;
	strcpy(rep->reason, rep->outcome == OUTCOME_FAILURE
	       ? "Busy Here" : "OK");
}


static bool feed(void *arg)
{
	struct feed *fd = arg;
	struct store_pg *st = fd->bd->st;
	struct report rep;

	while (fd->next < fd->bd->phonec
	       && store_pg_ops.pending(st) < fd->most) {
		const struct phone *ph = &fd->bd->phonev[fd->next++];

		facts(&rep, ph, fd->step);
		words(&rep, ph);
		if (store_pg_ops.report(st, &rep))
			bed_die("a report cannot be added");
	}

	return fd->next == fd->bd->phonec && !store_pg_ops.pending(st);
}


static void run_step(struct bed *bd, const char *step, size_t most)
{
	struct feed fd = { .bd = bd, .step = step, .most = most };
	const uint64_t start = bed_usec();

	bed_run(bd, feed, &fd, SECONDS);
	(void)printf("%s %llu %zu\n", step,
		     (unsigned long long)(bed_usec() - start), bd->phonec);
}


/* Where the WAL ends */
static void tell_lsn(struct bed *bd, bool wal)
{
	if (wal)
		(void)printf("at %s\n", bed_ask(bd, "SELECT "
			     "pg_current_wal_insert_lsn()", 0, NULL).text);
}


static void claim_round(struct bed *bd, const struct bed_campaign *camp,
			size_t wanted)
{
	bd->phonec = 0;
	while (bd->phonec < wanted) {
		const size_t had = bd->phonec, lack = wanted - had;
		const uint64_t usec = bed_claim(bd, camp, 1, (uint32_t)
						(lack < CLAIM ? lack : CLAIM));

		if (bd->phonec == had)
			bed_die("no phone is due, or the campaign is full");
		(void)printf("claim %llu %zu\n", (unsigned long long)usec,
			     bd->phonec - had);
	}
}


int main(int argc, char *argv[])
{
	const bool wal = argc > 1 && !strcmp(argv[1], "-w");
	char **arg = argv + wal, **step;
	struct bed_campaign camp;
	struct bed bd;
	uint32_t calls, live, most, done;
	uint64_t cpu = 0, server = 0, start, server_start;

	if (argc - wal < 7)
		bed_die("usage: run_calls [-w] CONNINFO NODE CAMPAIGN CALLS "
			"LIVE PENDING [STEP ...]");

	camp = bed_campaign(arg[3]);
	calls = bed_number(arg[4], 1);
	live = bed_number(arg[5], 1);
	most = bed_number(arg[6], 1);
	for (step = arg + 7; *step; step++) {
		if (!strstr(" answer success end retry ", *step))
			bed_die("%s: no such step", *step);
	}

	bed_open(&bd, arg[1], arg[2]);
	for (done = 0; done < calls; done += live) {
		tell_lsn(&bd, wal);
		claim_round(&bd, &camp, live);
		start = bed_cpu_usec();
		server_start = bed_server_usec(&bd);
		for (step = arg + 7; *step; step++) {
			tell_lsn(&bd, wal);
			run_step(&bd, *step, most);
		}
		cpu += bed_cpu_usec() - start;
		server += bed_server_usec(&bd) - server_start;
		tell_lsn(&bd, wal);
	}
	(void)printf("cpu %llu %llu\n", (unsigned long long)cpu,
		     (unsigned long long)server);

	bed_close(&bd);
	return 0;
}
