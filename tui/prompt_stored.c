/**
 * @file prompt_stored.c  A prompt, read from the database
 */
#include "tui/prompt_stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static void stored_row(const char *const *colv, size_t colc, void *arg)
{
	struct prompt_stored *sd = arg;

	(void)colc;
	snprintf(sd->digest, sizeof(sd->digest), "%s", colv[0]);
	snprintf(sd->bytes, sizeof(sd->bytes), "%s", colv[1]);
	sd->name = colv[2] ? strdup(colv[2]) : NULL;
	sd->description = colv[3] ? strdup(colv[3]) : NULL;
	sd->trouble = colv[4] ? strdup(colv[4]) : NULL;
	snprintf(sd->campaigns, sizeof(sd->campaigns), "%s", colv[5]);
}


void prompt_stored_free(struct prompt_stored *sd)
{
	free(sd->name);
	free(sd->description);
	free(sd->trouble);
	free(sd->data);
}


static void stepped(size_t len, void *arg)
{
	progress_step(arg, len);
}


int prompt_stored_read(struct prompt_stored *sd, struct tool *tl,
		       const char *word)
{
	const char *const paramv[] = { sd->id };
	int err;

	err = find_prompt(tl, word, sd->id);
	if (!err)
		err = tool_ask(tl, sql_prompt_size, 1, paramv, stored_row,
			       sd);
	if (err)
		return err;

	progress_begin(&sd->pr, "reading", strtoull(sd->bytes, NULL, 10));
	err = db_prompt_read(tl->db, sd->id, sd->digest, &sd->data, &sd->len,
			     stepped, &sd->pr, tl->why, sizeof(tl->why));
	progress_end(&sd->pr);

	return err;
}
