/**
 * @file prompt_report.c  What is known of a prompt's audio
 */
#include "tui/prompt_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "audio/decode.h"

enum { WORDS_SIZE = 256 };


int prompt_report_make(struct prompt_report *rp, const uint8_t *data,
		       size_t len, char *why, size_t size)
{
	char words[WORDS_SIZE];
	struct pcm *pcm;
	int err;

	err = pcm_decode(&pcm, data, len, words, sizeof(words));
	if (err) {
		snprintf(why, size, "the audio cannot be decoded: %s", words);
		return err;
	}

	level_measure(&rp->level, pcm);
	rp->missing = pcm->claimed
		? (unsigned)(100 - pcm->sampc * 100 / pcm->claimed) : 0;
	pcm_unref(pcm);

	err = loudness_measure(&rp->loudness, data, len);
	if (err)
		snprintf(why, size, "the audio cannot be measured: %s",
			 strerror(err));

	return err;
}


const char *prompt_report_db(char *buf, double db)
{
	if (!isfinite(db))
		return NULL;

	snprintf(buf, REPORT_CELL, "%.1f", db);

	return buf;
}


const char *prompt_report_sec(char *buf, uint32_t ms)
{
	snprintf(buf, REPORT_CELL, "%" PRIu32 ".%03" PRIu32, ms / 1000,
		 ms % 1000);

	return buf;
}


void prompt_report_line(char *buf, const struct prompt_report *rp)
{
	const struct level *lv = &rp->level;
	char rms[REPORT_CELL], peak[REPORT_CELL], lufs[REPORT_CELL];
	char cut[2 * REPORT_CELL] = "";
	const char *loud = prompt_report_db(lufs, rp->loudness.lufs);
	int n;

	if (rp->missing)
		snprintf(cut, sizeof(cut), "CUT OFF, %u%% are missing: ",
			 rp->missing);
	if (!prompt_report_db(rms, lv->rms_db)) {
		snprintf(buf, REPORT_LINE, "%s%.1f s of nothing but silence",
			 cut, lv->length_ms / 1000.0);
		return;
	}

	(void)prompt_report_db(peak, lv->peak_db);
	n = snprintf(buf, REPORT_LINE, "%s%.1f s, level %s dBFS, peak %s "
		     "dBFS, loudness %s%s, silence %.1f s in front, %.1f s "
		     "behind, %.1f s in all", cut, lv->length_ms / 1000.0, rms,
		     peak, loud ? loud : "not known", loud ? " LUFS" : "",
		     lv->lead_ms / 1000.0, lv->trail_ms / 1000.0,
		     lv->silent_ms / 1000.0);
	if (lv->clipped && n > 0 && n < REPORT_LINE)
		snprintf(buf + n, REPORT_LINE - (size_t)n, "; clipped: %zu "
			 "samples at full scale", lv->clipped);
}
