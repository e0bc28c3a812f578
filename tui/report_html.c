/**
 * @file report_html.c  A report as a page of its own
 */
#include "tui/report.h"

#include <inttypes.h>
#include "core/text.h"

/* In pixels of the pictures */
enum {
	LINE   = 24,
	LABELS = 240,
	BARS   = 420,
	WIDTH  = LABELS + BARS + 150,
};

static const char head[] =
"<meta http-equiv=\"Content-Security-Policy\" "
"content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
"<meta name=\"viewport\" content=\"width=device-width\">\n"
"<style>\n"
":root { color-scheme: light dark }\n"
"body { font: 15px/1.5 system-ui, sans-serif; max-width: 54em;"
" margin: 2em auto; padding: 0 1em }\n"
"svg { width: 100%; height: auto }\n"
"text { font-size: 14px; fill: currentColor }\n"
"rect { fill: #4078c0 }\n"
"</style>\n";


void report_html_text(FILE *f, const char *text)
{
	while (*text) {
		int fit;
		const size_t len = text_next(text, &fit);

		if (!fit)
			fputs("&#xfffd;", f);
		else if (*text == '&')
			fputs("&amp;", f);
		else if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '>')
			fputs("&gt;", f);
		else if (*text == '"')
			fputs("&quot;", f);
		else if (*text == '\'')
			fputs("&#39;", f);
		else
			fprintf(f, "%.*s", (int)len, text);

		text += len;
	}
}


static void bar_draw(FILE *f, const struct report *rp, enum report_kind kind,
		     size_t i)
{
	const double share = report_share(rp, kind, i);
	const int top = (int)i * LINE;
	char label[REPORT_WORDS];

	report_label(label, sizeof(label), rp, kind, i);
	fprintf(f, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
		LABELS - 8, top + 17);
	report_html_text(f, label);
	fprintf(f, "</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\" "
		"height=\"%d\"/>", LABELS, top + 3, share * BARS, LINE - 6);
	fprintf(f, "<text x=\"%.1f\" y=\"%d\">%" PRIu64 " (%.1f%%)</text>\n",
		LABELS + share * BARS + 8, top + 17,
		rp->chartv[kind].barv[i].n, 100 * share);
}


static void chart_draw(FILE *f, const struct report *rp,
		       enum report_kind kind)
{
	const struct report_chart *ch = &rp->chartv[kind];

	if (!ch->barc)
		return;

	fprintf(f, "<h2>%s</h2>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"%s\">\n", report_title(kind), WIDTH,
		(int)ch->barc * LINE, report_title(kind));
	for (size_t i = 0; i < ch->barc; i++)
		bar_draw(f, rp, kind, i);
	fputs("</svg>\n", f);
}


void report_html(FILE *f, const struct report *rp)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	      "<title>", f);
	report_html_text(f, rp->name);
	fprintf(f, "</title>\n%s<h1>", head);
	report_html_text(f, rp->name);
	fprintf(f, "</h1>\n<p>Campaign %s, %s ", rp->id, rp->made);
	report_html_text(f, rp->zone);
	fprintf(f, "</p>\n<p>%" PRIu64 " phones, %" PRIu64 " finished, %"
		PRIu64 " success; %" PRIu64 " attempts, %" PRIu64
		" answered; %.0f s heard, a success from %.3f s on.</p>\n",
		rp->phones, rp->finished, rp->success, report_attempts(rp),
		report_answered(rp), rp->heard_sec,
		(double)rp->threshold_msec / 1000);

	for (int kind = 0; kind < REPORT_KINDS; kind++)
		chart_draw(f, rp, (enum report_kind)kind);
	fputs("</html>\n", f);
}
