/**
 * @file find.h  Which campaign, schedule or prompt somebody means
 */
#ifndef RINGROUND_FIND_H
#define RINGROUND_FIND_H

#include "tui/tool.h"

enum { FIND_ID_SIZE = 16 };

/**
 * The number of what a word names: by its number, else by its name
 *
 * @param id  FIND_ID_SIZE characters
 * @return 0; ENOENT when it is not there, EEXIST when several have the name,
 *         or an errno of the database; with tl->why
 */
int find_campaign(struct tool *tl, const char *word, char *id);
int find_schedule(struct tool *tl, const char *word, char *id);
int find_prompt(struct tool *tl, const char *word, char *id);

#endif
