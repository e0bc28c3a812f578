/**
 * @file sequence.h  Keys that come as several bytes behind ESC
 *
 * Curses knows those of the terminal that TERM names. What others send is
 * not Esc and some letters: among these are keys that do something.
 */
#ifndef RINGROUND_SEQUENCE_H
#define RINGROUND_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { SEQUENCE_SIZE = 16 };    /**< bytes that tell keys apart          */

/** Can ESC and this byte be the beginning of one? */
bool sequence_begins(int c);

/** Is it whole? CSI and SS3 of ECMA-48, and what Linux has for F1 to F5.
 *
 * @param seq  What came behind ESC, of len bytes
 */
bool sequence_ends(const char *seq, size_t len);

/** @return the key that it is; KEYC_NONE when it is none of ours */
int sequence_key(const char *seq, size_t len);

#endif
