/**
 * @file g711.h  G.711, as the codec of the calls has it
 */
#ifndef RINGROUND_G711_H
#define RINGROUND_G711_H

#include <stdint.h>

/** What is left of a sample that goes through mu-law (ITU-T G.711) */
int16_t g711_through_ulaw(int16_t x);

/** The same for A-law */
int16_t g711_through_alaw(int16_t x);

#endif
