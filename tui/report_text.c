/**
 * @file report_text.c  A report on a terminal, and as JSON
 */
#include "tui/report.h"

#include <inttypes.h>
#include <string.h>
#include "core/text.h"
#include "tui/sheet.h"

enum {
	LABEL_CELLS = 26,
	BAR_CELLS   = 32,
	BAR_SIZE    = 3 * BAR_CELLS + 1,
};


void report_stroke(char *buf, size_t size, double share, int cells, bool utf8)
{
	const int fine = utf8 ? 8 : 1;
	int eighths = (int)(share * cells * fine + 0.5);
	size_t len = 0;

	if (!eighths && share > 0)
		eighths = 1;

	buf[0] = '\0';
	for (; eighths > 0 && len + 4 <= size; eighths -= fine) {
		if (!utf8)
			buf[len++] = '#';
		else {
			const int part = eighths < 8 ? 8 - eighths : 0;

			/* U+2588, full, to U+258F, an eighth of it */
			memcpy(buf + len, "\xe2\x96\x88", 3);
			buf[len + 2] = (char)(0x88 + part);
			len += 3;
		}
		buf[len] = '\0';
	}
}


/* In cells of a terminal, cut and filled to so many */
static void label_print(FILE *f, const char *text, bool utf8)
{
	int cells = 0;

	while (*text && cells < LABEL_CELLS) {
		int fit;
		const size_t len = text_next(text, &fit);

		if (fit && (utf8 || len == 1))
			fprintf(f, "%.*s", (int)len, text);
		else
			fputc('?', f);
		text += len;
		++cells;
	}
	fprintf(f, "%*s", LABEL_CELLS - cells, "");
}


static void chart_print(FILE *f, const struct report *rp,
			enum report_kind kind, bool utf8)
{
	const struct report_chart *ch = &rp->chartv[kind];
	char label[REPORT_WORDS], bar[BAR_SIZE];

	if (!ch->barc)
		return;

	fprintf(f, "\n%s\n", report_title(kind));
	for (size_t i = 0; i < ch->barc; i++) {
		const double share = report_share(rp, kind, i);

		report_label(label, sizeof(label), rp, kind, i);
		report_stroke(bar, sizeof(bar), share, BAR_CELLS, utf8);
		fputs("  ", f);
		label_print(f, label, utf8);
		fprintf(f, "%9" PRIu64 " %5.1f%%%s%s\n", ch->barv[i].n,
			100 * share, bar[0] ? " " : "", bar);
	}
}


void report_text(FILE *f, const struct report *rp, bool utf8)
{
	const uint64_t attempts = report_attempts(rp);
	char name[REPORT_NAME];

	(void)text_clean(name, sizeof(name), rp->name);
	fprintf(f, "%s (campaign %s), %s %s\n\n", name, rp->id, rp->made,
		rp->zone);
	fprintf(f, "phones    %9" PRIu64 ", %" PRIu64 " finished, %" PRIu64
		" success\n", rp->phones, rp->finished, rp->success);
	fprintf(f, "attempts  %9" PRIu64 ", %" PRIu64 " answered",
		attempts, report_answered(rp));
	if (attempts)
		fprintf(f, " (%.1f%%)", 100.0 * (double)report_answered(rp) /
			(double)attempts);
	fprintf(f, "\nheard     %9.0f s, a success from %.3f s on\n",
		rp->heard_sec, (double)rp->threshold_msec / 1000);

	for (int kind = 0; kind < REPORT_KINDS; kind++)
		chart_print(f, rp, (enum report_kind)kind, utf8);
}


static void bar_json(FILE *f, const struct report *rp, enum report_kind kind,
		     const struct report_bar *bar)
{
	switch (kind) {

	case REPORT_OUTCOMES:
		fputs("\"outcome\": ", f);
		sheet_json_text(f, bar->words);
		break;

	case REPORT_CODES:
		if (bar->key)
			fprintf(f, "\"sip_code\": %" PRId64, bar->key);
		else
			fputs("\"sip_code\": null", f);
		fputs(", \"sip_reason\": ", f);
		if (bar->words[0])
			sheet_json_text(f, bar->words);
		else
			fputs("null", f);
		break;

	case REPORT_HOURS:
		fprintf(f, "\"hour\": %" PRId64 ", \"answered\": %" PRIu64,
			bar->key, bar->answered);
		break;

	case REPORT_HEARD:
		fprintf(f, "\"from_sec\": %" PRId64 ", \"to_sec\": %" PRId64,
			bar->key, bar->key + rp->heard_width);
		break;

	case REPORT_NEEDED:
	case REPORT_KINDS:
		fprintf(f, "\"attempt\": %" PRId64, bar->key);
		break;
	}

	fprintf(f, ", \"attempts\": %" PRIu64, bar->n);
}


void report_json(FILE *f, const struct report *rp)
{
	static const char *const namev[REPORT_KINDS] = {
		"outcomes", "sip_codes", "hours", "heard", "attempts_needed",
	};

	fprintf(f, "{\n  \"i_campaign\": %s,\n  \"name\": ", rp->id);
	sheet_json_text(f, rp->name);
	fputs(",\n  \"time_zone\": ", f);
	sheet_json_text(f, rp->zone);
	fprintf(f, ",\n  \"phones\": %" PRIu64 ",\n  \"finished\": %" PRIu64
		",\n  \"success\": %" PRIu64, rp->phones, rp->finished,
		rp->success);
	fprintf(f, ",\n  \"attempts\": %" PRIu64 ",\n  \"answered\": %" PRIu64
		",\n  \"heard_sec\": %.3f", report_attempts(rp),
		report_answered(rp), rp->heard_sec);

	for (int kind = 0; kind < REPORT_KINDS; kind++) {
		const struct report_chart *ch = &rp->chartv[kind];

		fprintf(f, ",\n  \"%s\": [", namev[kind]);
		for (size_t i = 0; i < ch->barc; i++) {
			fprintf(f, "%s\n    { ", i ? "," : "");
			bar_json(f, rp, (enum report_kind)kind,
				 &ch->barv[i]);
			fputs(" }", f);
		}
		fprintf(f, "%s]", ch->barc ? "\n  " : "");
	}
	fputs("\n}\n", f);
}
