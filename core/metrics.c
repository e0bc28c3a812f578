/**
 * @file metrics.c  An engine's figures as Prometheus reads them
 *
 * Numbers are printed without the C library's floating point: the console's
 * locale may have a comma in it.
 */
#include "core/metrics.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

enum { WORD_SIZE = 32 };


static void head(FILE *f, const char *name, const char *type,
		 const char *help)
{
	fprintf(f, "# HELP ringround_%s %s\n# TYPE ringround_%s %s\n", name,
		help, name, type);
}


static void one(FILE *f, const char *name, const char *type,
		const char *help, uint64_t n)
{
	head(f, name, type, help);
	fprintf(f, "ringround_%s %" PRIu64 "\n", name, n);
}


static void labelled(FILE *f, const char *name, const char *label,
		     const char *value, uint64_t n)
{
	fprintf(f, "ringround_%s{%s=\"%s\"} %" PRIu64 "\n", name, label,
		value, n);
}


/* Without zeros behind: 0.05, 1, 1.5 */
static void print_seconds(FILE *f, uint64_t us)
{
	unsigned part = (unsigned)(us % 1000000), digits = 6;

	fprintf(f, "%" PRIu64, us / 1000000);
	if (!part)
		return;

	while (part % 10 == 0) {
		part /= 10;
		--digits;
	}
	fprintf(f, ".%0*u", (int)digits, part);
}


static void histogram(FILE *f, const char *name, const char *help,
		      const struct histogram *hg)
{
	uint64_t n = 0;

	head(f, name, "histogram", help);
	for (unsigned i = 0; i < HISTOGRAM_BOUNDS && hg->boundv[i]; i++) {
		n += hg->countv[i];
		fprintf(f, "ringround_%s_bucket{le=\"", name);
		print_seconds(f, hg->boundv[i] * 1000ull);
		fprintf(f, "\"} %" PRIu64 "\n", n);
	}

	n += hg->countv[HISTOGRAM_BOUNDS];
	fprintf(f, "ringround_%s_bucket{le=\"+Inf\"} %" PRIu64
		"\nringround_%s_sum ", name, n, name);
	print_seconds(f, hg->sum_ms * 1000);
	fprintf(f, "\nringround_%s_count %" PRIu64 "\n", name, n);
}


/* Label values are words of ours, a version, or a node's name, which has no
 * character that would have to be escaped. */
static void print_engine(FILE *f, const struct metrics *mx)
{
	head(f, "build_info", "gauge",
	     "What this engine is made of; always 1.");
	fprintf(f, "ringround_build_info{version=\"%s\",schema=\"%d\","
		"libre=\"%s\",node=\"%s\"} 1\n", mx->version, mx->schema,
		mx->libre, mx->node);

	head(f, "start_time_seconds", "gauge",
	     "When the engine was started, in seconds since 1970.");
	fputs("ringround_start_time_seconds ", f);
	print_seconds(f, (uint64_t)mx->born_ms * 1000);
	fputc('\n', f);

	one(f, "stopping", "gauge",
	    "Whether it starts no more calls and will leave.", mx->stopping);
	one(f, "start_trouble", "gauge", "Whether this machine or its "
	    "network keeps calls from being started now.", mx->troubled);
	one(f, "database_up", "gauge",
	    "Whether the database is there; without it no call starts.",
	    mx->db_ok);

	head(f, "database_round_trip_seconds", "gauge",
	     "What the last statement took, there and back.");
	fputs("ringround_database_round_trip_seconds ", f);
	print_seconds(f, mx->db_rtt_us);
	fputc('\n', f);
}


static void print_calls(FILE *f, const struct metrics *mx)
{
	head(f, "calls", "gauge", "Live calls by state; queued ones are "
	     "claimed and wait for their turn.");
	for (unsigned i = 0; i < ATT_DONE; i++)
		labelled(f, "calls", "state",
			 attempt_name((enum attempt_st)i), mx->statev[i]);

	one(f, "calls_limit", "gauge",
	    "Calls that this engine carries at a time, at most.",
	    mx->max_calls);
	one(f, "call_starts_per_second_limit", "gauge",
	    "INVITEs that it sends within a second, at most.", mx->rate);
	one(f, "call_starts_total", "counter", "Calls that were started.",
	    mx->started);
	one(f, "call_start_failures_total", "counter", "Calls that this "
	    "machine or its network did not let start; no attempt is spent.",
	    mx->tally.troubles);
}


static void print_ends(FILE *f, const struct metrics *mx)
{
	head(f, "attempts_ended_total", "counter",
	     "Attempts that have ended, by what became of them.");
	for (unsigned i = 0; i <= OUTCOME_LOST; i++)
		labelled(f, "attempts_ended_total", "outcome",
			 outcome_name((enum outcome)i),
			 mx->tally.outcomev[i]);

	head(f, "final_responses_total", "counter",
	     "Final SIP responses to INVITEs by code.");
	for (unsigned i = 0; i < TALLY_CODES; i++) {
		if (mx->tally.codev[i])
			fprintf(f, "ringround_final_responses_total{code="
				"\"%u\"} %" PRIu64 "\n", TALLY_CODE_MIN + i,
				mx->tally.codev[i]);
	}

	histogram(f, "post_dial_delay_seconds", "From the INVITE to a 18x, "
		  "else to the 200 or the refusal.", &mx->tally.post_dial);
	histogram(f, "ring_time_seconds", "From the first 18x to the 200.",
		  &mx->tally.ring);
	histogram(f, "claim_duration_seconds", "What a claim of phones took, "
		  "there and back.", &mx->tally.claim);
}


static void print_queues(FILE *f, const struct metrics *mx)
{
	head(f, "queue_depth", "gauge", "What waits: phones that were claimed "
	     "for their turn, reports for the database, commands of the "
	     "console for the engine.");
	labelled(f, "queue_depth", "queue", "claimed",
		 mx->statev[ATT_QUEUED]);
	labelled(f, "queue_depth", "queue", "reports", mx->reports);
	labelled(f, "queue_depth", "queue", "commands", mx->orders);

	head(f, "campaigns", "gauge",
	     "Campaigns by what keeps them from dialling, or running.");
	for (unsigned i = 0; i <= CAMPAIGN_DONE; i++) {
		const char *name;
		char word[WORD_SIZE] = "";
		size_t n;

		name = campaign_reason_name((enum campaign_reason)i);
		for (n = 0; name[n] && n + 1 < sizeof(word); n++)
			word[n] = (char)tolower((unsigned char)name[n]);
		labelled(f, "campaigns", "reason", word, mx->campaignv[i]);
	}
}


static void print_packets(FILE *f, const struct packet_tally *pt)
{
	uint64_t sent = 0;

	for (unsigned i = 0; i <= HISTOGRAM_BOUNDS; i++)
		sent += pt->late.countv[i];

	one(f, "rtp_packets_sent_total", "counter",
	    "Packets of prompts that were sent.", sent);
	one(f, "rtp_packets_refused_total", "counter",
	    "Packets that the kernel did not take.", pt->refused);
	one(f, "rtp_gaps_total", "counter", "Times that a call's prompt had "
	    "to wait because the sending was more than 200 ms behind.",
	    pt->gaps);
	histogram(f, "rtp_packet_lateness_seconds", "How much later than "
		  "their time packets were sent.", &pt->late);
}


int metrics_print(FILE *f, const struct metrics *mx)
{
	print_engine(f, mx);
	print_calls(f, mx);
	print_ends(f, mx);
	print_queues(f, mx);
	print_packets(f, &mx->packets);

	return ferror(f) ? EIO : 0;
}
