/**
 * @file db_words.h  A view of phones in the words of the statements
 */
#ifndef RINGROUND_DB_WORDS_H
#define RINGROUND_DB_WORDS_H

#include <stdbool.h>
#include "core/phone.h"
#include "sql/array.h"
#include "sql/db_console.h"

enum {
	KIND_BEING_RUNG = 6,    /**< of campaign_phones.listed; below it
				     are the statuses                    */
	KEY_SIZE = NUMBER_SIZE + 2,
};

/** All text is valid as a parameter of a statement. */
struct words {
	char campaign[16];
	char id[24];
	char limit[16];
	char kind[16];
	char due[24];
	char key[KEY_SIZE];     /**< the number that the page lies at    */
	char number[KEY_SIZE];
	const char *begins;     /**< of a number                         */
	const char *within;
	struct array kinds;
	struct array statuses;
	bool back;              /**< the page ends at the key, in the
				     ascending order                     */
};

/** @return 0 or ENOMEM; words_free() either way */
int words_fill(struct words *w, const struct db_view *vw);

void words_free(struct words *w);

#endif
