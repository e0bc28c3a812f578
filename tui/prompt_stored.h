/**
 * @file prompt_stored.h  A prompt, read from the database
 */
#ifndef RINGROUND_PROMPT_STORED_H
#define RINGROUND_PROMPT_STORED_H

#include <stdint.h>
#include "tui/find.h"
#include "tui/progress.h"
#include "tui/tool.h"

enum { DIGEST_TEXT = 80 };

/** A prompt as the database has it; sizes are those of its columns' use */
struct prompt_stored {
	char id[FIND_ID_SIZE];
	char digest[DIGEST_TEXT];
	char bytes[FIND_ID_SIZE];
	char campaigns[FIND_ID_SIZE];
	char *name, *description, *trouble;     /**< owned; NULL is NULL */
	uint8_t *data;                          /**< owned               */
	size_t len;
	struct progress pr;
};

/**
 * Read a prompt and its audio, with a progress bar
 *
 * @param sd    All zero; to be freed in any case
 * @param word  Its number or its name
 * @return 0, or an errno as of find_prompt(), with tl->why
 */
int prompt_stored_read(struct prompt_stored *sd, struct tool *tl,
		       const char *word);

void prompt_stored_free(struct prompt_stored *sd);

#endif
