/**
 * @file report.c  What a campaign came to: its figures, as five charts
 */
#include "tui/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "core/text.h"

/* As GROUPING() in sql/query/report_bars.sql numbers them */
static const int groupingv[REPORT_KINDS] = { 15, 23, 27, 29, 30 };


static uint64_t number(const char *cell)
{
	return cell ? strtoull(cell, NULL, 10) : 0;
}


void report_facts(const char *const *colv, size_t colc, void *arg)
{
	struct report *rp = arg;

	if (colc < 9)
		return;

	snprintf(rp->id, sizeof(rp->id), "%s", colv[0]);
	snprintf(rp->name, sizeof(rp->name), "%s", colv[1]);
	snprintf(rp->zone, sizeof(rp->zone), "%s", colv[2]);
	rp->phones = number(colv[3]);
	rp->finished = number(colv[4]);
	rp->success = number(colv[5]);
	rp->heard_sec = colv[6] ? strtod(colv[6], NULL) : 0;
	rp->threshold_msec = (int64_t)number(colv[7]);
	snprintf(rp->made, sizeof(rp->made), "%s", colv[8]);
}


static struct report_bar *bar_add(struct report_chart *ch)
{
	struct report_bar *barv;

	barv = realloc(ch->barv, (ch->barc + 1) * sizeof(*barv));
	if (!barv)
		return NULL;

	ch->barv = barv;
	memset(&barv[ch->barc], 0, sizeof(*barv));

	return &barv[ch->barc++];
}


void report_bars(const char *const *colv, size_t colc, void *arg)
{
	struct report *rp = arg;
	struct report_bar *bar;
	int kind = 0;

	while (kind < REPORT_KINDS && colc >= 5 &&
	       groupingv[kind] != (int)number(colv[0]))
		++kind;
	if (kind == REPORT_KINDS || colc < 5)
		return;

	bar = bar_add(&rp->chartv[kind]);
	if (!bar) {
		rp->err = ENOMEM;
		return;
	}

	bar->n = number(colv[2]);
	bar->answered = number(colv[3]);
	if (kind == REPORT_OUTCOMES)
		(void)text_clean(bar->words, sizeof(bar->words), colv[1]);
	else
		bar->key = (int64_t)number(colv[1]);
	if (kind == REPORT_CODES && colv[4])
		(void)text_clean(bar->words, sizeof(bar->words), colv[4]);
}


static int64_t bin_width(int64_t most)
{
	static const int64_t widthv[] = {
		1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 86400,
	};
	const size_t n = sizeof(widthv) / sizeof(widthv[0]);
	size_t i = 0;

	while (i + 1 < n && most / widthv[i] >= REPORT_BINS)
		++i;

	return most / widthv[i] < REPORT_BINS ? widthv[i]
		: most / REPORT_BINS + 1;
}


int report_done(struct report *rp)
{
	struct report_chart *ch = &rp->chartv[REPORT_HEARD];
	struct report_bar *barv;
	int64_t most = 0;

	for (size_t i = 0; i < ch->barc; i++)
		most = ch->barv[i].key > most ? ch->barv[i].key : most;
	rp->heard_width = bin_width(most);
	if (rp->err || !ch->barc)
		return rp->err;

	barv = calloc(REPORT_BINS, sizeof(*barv));
	if (!barv)
		return ENOMEM;

	for (size_t i = 0; i < ch->barc; i++) {
		const int64_t bin = ch->barv[i].key / rp->heard_width;

		barv[bin].n += ch->barv[i].n;
		barv[bin].answered += ch->barv[i].answered;
	}
	free(ch->barv);
	ch->barv = barv;
	ch->barc = (size_t)(most / rp->heard_width) + 1;
	for (size_t i = 0; i < ch->barc; i++)
		barv[i].key = (int64_t)i * rp->heard_width;

	return 0;
}


void report_free(struct report *rp)
{
	for (int kind = 0; kind < REPORT_KINDS; kind++)
		free(rp->chartv[kind].barv);
}


static uint64_t sum(const struct report_chart *ch)
{
	uint64_t n = 0;

	for (size_t i = 0; i < ch->barc; i++)
		n += ch->barv[i].n;

	return n;
}


uint64_t report_attempts(const struct report *rp)
{
	return sum(&rp->chartv[REPORT_OUTCOMES]);
}


uint64_t report_answered(const struct report *rp)
{
	return sum(&rp->chartv[REPORT_HEARD]);
}


const char *report_title(enum report_kind kind)
{
	static const char *const titlev[REPORT_KINDS] = {
		"Attempts by outcome", "Attempts by SIP code",
		"Answered, of the attempts of each hour of the day",
		"Answered calls by how much was heard",
		"Successes by the attempts needed",
	};

	return titlev[kind];
}


void report_label(char *buf, size_t size, const struct report *rp,
		  enum report_kind kind, size_t i)
{
	const struct report_bar *bar = &rp->chartv[kind].barv[i];

	switch (kind) {

	case REPORT_CODES:
		if (!bar->key)
			snprintf(buf, size, "no answer of SIP");
		else
			snprintf(buf, size, "%" PRId64 "%s%s", bar->key,
				 bar->words[0] ? " " : "", bar->words);
		return;

	case REPORT_HOURS:
		snprintf(buf, size, "%02" PRId64 ":00 to %02" PRId64 ":59",
			 bar->key, bar->key);
		return;

	case REPORT_HEARD:
		snprintf(buf, size, "%" PRId64 " to %" PRId64 " s", bar->key,
			 bar->key + rp->heard_width);
		return;

	case REPORT_NEEDED:
		snprintf(buf, size, "%" PRId64, bar->key);
		return;

	case REPORT_OUTCOMES:
	case REPORT_KINDS:
		break;
	}

	snprintf(buf, size, "%s", bar->words);
}


double report_share(const struct report *rp, enum report_kind kind, size_t i)
{
	const struct report_chart *ch = &rp->chartv[kind];
	const uint64_t whole = kind == REPORT_HOURS ? ch->barv[i].n : sum(ch);
	const uint64_t part = kind == REPORT_HOURS ? ch->barv[i].answered
		: ch->barv[i].n;

	return whole ? (double)part / (double)whole : 0;
}
