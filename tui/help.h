/**
 * @file help.h  What --help and the completion of shells print
 */
#ifndef RINGROUND_HELP_H
#define RINGROUND_HELP_H

#include <stdio.h>
#include "tui/command.h"

/** Help on a command, from its definition */
void help_print(FILE *f, enum command cmd);

/** The script that completes commands and options in bash */
void help_completion(FILE *f);

#endif
