/**
 * @file progress.c  How far something is, on a terminal
 */
#include "tui/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	SILENT_MS = 1000,       /* what is quick shows nothing           */
	REDRAW_MS = 200,
	BAR       = 24,
};


static uint64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


void progress_line(char *buf, size_t size, const struct progress *pr,
		   uint64_t done, uint64_t ms)
{
	const uint64_t rate = ms ? done * 1000 / ms : 0;
	char bar[BAR + 1];
	uint64_t left;
	int n;

	if (!pr->total) {
		snprintf(buf, size, "%s %" PRIu64 " (%" PRIu64 "/s)",
			 pr->what, done, rate);
		return;
	}

	if (done > pr->total)
		done = pr->total;
	n = (int)(done * BAR / pr->total);
	for (int i = 0; i < BAR; i++)
		bar[i] = i < n ? '#' : '.';
	bar[BAR] = '\0';
	left = rate ? (pr->total - done) / rate : 0;

	snprintf(buf, size, "%s [%s] %3" PRIu64 "%% %" PRIu64 ":%02" PRIu64
		 " left", pr->what, bar, done * 100 / pr->total, left / 60,
		 left % 60);
}


void progress_begin(struct progress *pr, const char *what, uint64_t total)
{
	pr->what = what;
	pr->total = total;
	pr->began_ms = now_ms();
	pr->shown_ms = 0;
	pr->terminal = isatty(STDERR_FILENO) == 1;
	pr->shown = false;
}


void progress_step(struct progress *pr, uint64_t done)
{
	const uint64_t now = pr->terminal ? now_ms() : 0;
	char line[128];

	if (!pr->terminal || now < pr->began_ms + SILENT_MS ||
	    now < pr->shown_ms + REDRAW_MS)
		return;

	progress_line(line, sizeof(line), pr, done, now - pr->began_ms);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	pr->shown = true;
	pr->shown_ms = now;
}


void progress_say(struct progress *pr, const char *what)
{
	if (!pr->terminal || !pr->shown)
		return;

	fprintf(stderr, "\r%s ...\033[K", what);
	fflush(stderr);
}


void progress_end(struct progress *pr)
{
	if (pr->shown)
		fputs("\r\033[K", stderr);
	pr->shown = false;
}
