/**
 * @file find.c  Which campaign, schedule or prompt somebody means
 */
#include "tui/find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LISTED = 5 };            /* numbers that an error names           */

struct found {
	size_t n;
	char id[FIND_ID_SIZE];  /* the first                             */
	char all[LISTED * FIND_ID_SIZE];
};


static void found_row(const char *const *colv, size_t colc, void *arg)
{
	struct found *fd = arg;
	const size_t len = strlen(fd->all);

	(void)colc;
	if (!fd->n)
		snprintf(fd->id, sizeof(fd->id), "%s", colv[0]);
	if (fd->n < LISTED)
		snprintf(fd->all + len, sizeof(fd->all) - len, "%s%s",
			 fd->n ? ", " : "", colv[0]);
	++fd->n;
}


static int find(struct tool *tl, const char *what, const char *sql,
		const char *word, char *id)
{
	struct found fd = { .n = 0 };
	int err;

	err = tool_ask(tl, sql, 1, &word, found_row, &fd);
	if (err)
		return err;

	if (!fd.n) {
		snprintf(tl->why, sizeof(tl->why), "there is no %s '%.100s'; "
			 "see ringround %s list", what, word, what);
		return ENOENT;
	}
	if (fd.n > 1) {
		snprintf(tl->why, sizeof(tl->why), "%zu are named '%.100s': "
			 "numbers %s%s; give the number", fd.n, word, fd.all,
			 fd.n > LISTED ? " and more" : "");
		return EEXIST;
	}

	memcpy(id, fd.id, sizeof(fd.id));

	return 0;
}


int find_campaign(struct tool *tl, const char *word, char *id)
{
	return find(tl, "campaign", sql_campaign_find, word, id);
}


int find_schedule(struct tool *tl, const char *word, char *id)
{
	return find(tl, "schedule", sql_schedule_find, word, id);
}


int find_prompt(struct tool *tl, const char *word, char *id)
{
	return find(tl, "prompt", sql_prompt_find, word, id);
}
