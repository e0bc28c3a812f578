/**
 * @file dial.h  Numbers as people write them, as E.164 has them
 *
 * Spaces, dashes, dots, slashes, parentheses and "(0)" go. What begins with
 * + or 00 names its country; anything else is read as it would be dialled in
 * a country that is known: with its prefix for abroad, with its trunk prefix
 * or without, or with the country's own code in front. The country's plan
 * then has to have numbers that begin so and are as long.
 */
#ifndef RINGROUND_DIAL_H
#define RINGROUND_DIAL_H

#include <stddef.h>
#include <stdint.h>
#include "core/number.h"

/** A country's numbering plan; countries that share a code have several */
struct dial_plan {
	char region[3];         /**< of ISO 3166; "": no country's       */
	uint16_t code;          /**< its calling code                    */
	const char *numberv;    /**< first digits and lengths, in groups:
				     "123:9,10 8:7,9"                    */
	const char *trunk;      /**< prefixes within the country         */
	const char *abroad;     /**< prefixes for other countries        */
};

/** By code as text, so that those of one code are together */
extern const struct dial_plan dial_planv[];
extern const size_t dial_planc;

/** @return the plan of a country by its two letters; NULL: there is none */
const struct dial_plan *dial_plan(const char *region);

/**
 * A number in the form of E.164, with a + in front. Without a country, what
 * names none stays as it is, but for what stands between its digits; * and #
 * are kept in it.
 *
 * @param buf   NUMBER_MAX + 1 characters
 * @param home  Where a number is dialled that names no country, or NULL
 * @param text  UTF-8
 * @return NULL, or words that say what is wrong with it (buf undefined)
 */
const char *dial_number(char *buf, const struct dial_plan *home,
			const char *text);

#endif
