/**
 * @file level.h  What a prompt sounds like, in figures
 *
 * Of the mono mix, which is what a callee hears.
 */
#ifndef RINGROUND_LEVEL_H
#define RINGROUND_LEVEL_H

#include <stddef.h>
#include <stdint.h>
#include "audio/decode.h"

/** Below that a window of 10 ms counts as silent */
#define LEVEL_SILENT_DB (-50.0)

struct level {
	uint32_t length_ms;
	double rms_db;          /**< dB of full scale; -INFINITY: nothing
				     but zeros                           */
	double peak_db;
	size_t clipped;         /**< samples at full scale               */
	uint32_t lead_ms;       /**< silence before the first sound      */
	uint32_t trail_ms;      /**< and after the last                  */
	uint32_t silent_ms;     /**< all of it                           */
};

void level_measure(struct level *lv, const struct pcm *pcm);

#endif
