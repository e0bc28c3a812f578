/**
 * @file help.h  What --help prints
 */
#ifndef RINGROUND_HELP_H
#define RINGROUND_HELP_H

#include "tui/options.h"

/** The text for a command, of several lines; never NULL */
const char *help_text(enum command cmd);

#endif
