/**
 * @file level.c  What a prompt sounds like, in figures
 */
#include "audio/level.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { WINDOWS_SEC = 100 };     /* windows in a second                   */

/* 16 bits have no 1.0; what is nearer to it was cut off, too. */
static const double full_scale = 32767.0 / 32768.0;


static double to_db(double x)
{
	return x > 0.0 ? 20.0 * log10(x) : -INFINITY;
}


static uint32_t to_ms(size_t sampc, uint32_t rate)
{
	return (uint32_t)((uint64_t)sampc * 1000 / rate);
}


/* @return the sum of squares */
static double window_measure(struct level *lv, double *peak, const float *v,
			     size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++) {
		const double x = fabs((double)v[i]);

		sum += x * x;
		if (x > *peak)
			*peak = x;
		lv->clipped += x >= full_scale;
	}

	return sum;
}


void level_measure(struct level *lv, const struct pcm *pcm)
{
	const size_t window = pcm->rate / WINDOWS_SEC;
	size_t silent = 0, lead = 0, trail = 0;
	double sum = 0.0, peak = 0.0;
	bool heard = false;

	memset(lv, 0, sizeof(*lv));

	for (size_t i = 0; i < pcm->sampc; i += window) {
		const size_t left = pcm->sampc - i;
		const size_t n = left < window ? left : window;
		const double w = window_measure(lv, &peak, pcm->sampv + i, n);

		sum += w;
		if (to_db(sqrt(w / (double)n)) < LEVEL_SILENT_DB) {
			silent += n;
			trail += n;
			lead += heard ? 0 : n;
		}
		else {
			heard = true;
			trail = 0;
		}
	}

	lv->length_ms = pcm_length(pcm);
	lv->rms_db = to_db(sqrt(sum / (double)pcm->sampc));
	lv->peak_db = to_db(peak);
	lv->lead_ms = to_ms(lead, pcm->rate);
	lv->trail_ms = to_ms(trail, pcm->rate);
	lv->silent_ms = to_ms(silent, pcm->rate);
}
