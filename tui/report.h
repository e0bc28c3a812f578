/**
 * @file report.h  What a campaign came to: its figures, as five charts
 */
#ifndef RINGROUND_REPORT_H
#define RINGROUND_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdbool.h>

enum {
	REPORT_WORDS = 128,
	REPORT_NAME  = 512,
	REPORT_BINS  = 20,      /**< of what was heard, at most          */
};

enum report_kind {
	REPORT_OUTCOMES,
	REPORT_CODES,           /**< of SIP                              */
	REPORT_HOURS,           /**< of the day                          */
	REPORT_HEARD,           /**< seconds, of those who answered      */
	REPORT_NEEDED,          /**< the attempt that succeeded          */
	REPORT_KINDS
};

struct report_bar {
	char words[REPORT_WORDS];       /**< an outcome, or a reason     */
	int64_t key;            /**< a code, 0: none; an hour; the first
				     second; an attempt                  */
	uint64_t n;             /**< attempts                            */
	uint64_t answered;      /**< of them                             */
};

struct report_chart {
	struct report_bar *barv;        /**< owned                       */
	size_t barc;
};

struct report {
	char id[16];
	char name[REPORT_NAME];
	char zone[REPORT_WORDS];        /**< of hours and made           */
	char made[32];
	uint64_t phones, finished, success;
	double heard_sec;
	int64_t threshold_msec;
	int64_t heard_width;    /**< seconds of a bar                    */
	struct report_chart chartv[REPORT_KINDS];
	int err;                /**< of a handler                        */
};

/** Take up rows: db_row_h, with the report as arg */
void report_facts(const char *const *colv, size_t colc, void *arg);
void report_bars(const char *const *colv, size_t colc, void *arg);

/** All rows are there: put seconds heard into few bars. @return 0 or ENOMEM */
int report_done(struct report *rp);

void report_free(struct report *rp);

uint64_t report_attempts(const struct report *rp);
uint64_t report_answered(const struct report *rp);

/** What a chart shows */
const char *report_title(enum report_kind kind);

/** What a bar is of. @param size REPORT_WORDS will do */
void report_label(char *buf, size_t size, const struct report *rp,
		  enum report_kind kind, size_t i);

/** How long it is, 0 to 1: a share of all; of hours, who answered */
double report_share(const struct report *rp, enum report_kind kind,
		    size_t i);

/**
 * A bar for a terminal: so many cells, in eighths where UTF-8 has them.
 * What is not nothing is to be seen.
 */
void report_stroke(char *buf, size_t size, double share, int cells,
		   bool utf8);

void report_text(FILE *f, const struct report *rp, bool utf8);
void report_json(FILE *f, const struct report *rp);

/** A page by itself: no script, nothing from anywhere else */
void report_html(FILE *f, const struct report *rp);

/** Text of others in HTML */
void report_html_text(FILE *f, const char *text);

#endif
