/**
 * @file g711.c  G.711, as the codec of the calls has it
 *
 * Each octave has sixteen steps; what falls on a step is heard as its middle.
 */
#include "audio/g711.h"

#include <stdlib.h>

enum {
	MU_BIAS = 132,          /* puts the first step's octave at 128   */
	MU_MAX  = 32635,
	A_MAX   = 32767,
};


/* The middle of the step of so many bits that a magnitude falls on */
static int middle(int mag, int bits)
{
	return ((mag >> bits) << bits) + (1 << bits) / 2;
}


/* Bits above the five that an octave's first step has */
static int octave(int mag)
{
	int n = 0;

	for (; mag >= 32; mag >>= 1)
		++n;

	return n;
}


int16_t g711_through_ulaw(int16_t x)
{
	const int mag = (abs(x) > MU_MAX ? MU_MAX : abs(x)) + MU_BIAS;
	const int heard = middle(mag, octave(mag)) - MU_BIAS;

	return (int16_t)(x < 0 ? -heard : heard);
}


/* The two lowest octaves have the same steps, of 16. */
int16_t g711_through_alaw(int16_t x)
{
	const int mag = abs(x) > A_MAX ? A_MAX : abs(x);
	const int bits = octave(mag) > 4 ? octave(mag) : 4;
	const int heard = middle(mag, bits);

	return (int16_t)(x < 0 ? -heard : heard);
}
