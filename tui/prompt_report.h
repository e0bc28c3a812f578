/**
 * @file prompt_report.h  What is known of a prompt's audio
 */
#ifndef RINGROUND_PROMPT_REPORT_H
#define RINGROUND_PROMPT_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include "audio/level.h"
#include "audio/loudness.h"

enum {
	REPORT_CELL = 32,
	REPORT_LINE = 288,
};

struct prompt_report {
	struct level level;
	struct loudness loudness;
	unsigned missing;       /**< percent of a file that was cut off  */
};

/** @return 0 or an errno, with why */
int prompt_report_make(struct prompt_report *rp, const uint8_t *data,
		       size_t len, char *why, size_t size);

/** All of it in a line: lengths, levels, and what is wrong */
void prompt_report_line(char *buf, const struct prompt_report *rp);

/** A level as PostgreSQL would write it; NULL for silence */
const char *prompt_report_db(char *buf, double db);

/** Seconds with three digits */
const char *prompt_report_sec(char *buf, uint32_t ms);

#endif
