/**
 * @file ask.h  A question on a terminal before something is lost
 */
#ifndef RINGROUND_ASK_H
#define RINGROUND_ASK_H

#include <stdbool.h>

/** Can anybody be asked? */
bool ask_possible(void);

/** Ask on stderr; only y and yes agree */
bool ask_yes(const char *question);

#endif
