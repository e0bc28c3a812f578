/**
 * @file loudness.h  How loud a prompt is, by EBU R 128, and made louder
 */
#ifndef RINGROUND_LOUDNESS_H
#define RINGROUND_LOUDNESS_H

#include <stddef.h>
#include <stdint.h>

/** The true peak that a gain may lead to, in dB of full scale */
#define LOUDNESS_PEAK_DB (-1.0)

struct loudness {
	double lufs;            /**< integrated; -INFINITY: silence, or
				     shorter than 400 ms                 */
	double peak_db;         /**< true peak                           */
	double gain_db;         /**< of loudness_apply()                 */
	int limited;            /**< by the peak: less than was wanted   */
	char format[64];        /**< of the file, in words               */
	int rate;
	int channels;
};

/**
 * Measure a file that pcm_decode() takes
 *
 * @return 0, EBADMSG when it is none, or ENOMEM
 */
int loudness_measure(struct loudness *ld, const uint8_t *data, size_t size);

/**
 * Another copy at another loudness, by one gain over all of it, less than
 * wanted where it would clip. A FLAC file of 16 bits, of the same rate and
 * channels
 *
 * @param ld     What was measured, and the gain, on 0
 * @param datap  For the caller to free, on 0
 * @return 0; ENODATA when it is too short or too quiet to be measured;
 *         EBADMSG, ENOMEM or EIO
 */
int loudness_apply(struct loudness *ld, uint8_t **datap, size_t *lenp,
		   const uint8_t *data, size_t size, double lufs);

#endif
