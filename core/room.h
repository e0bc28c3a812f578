/**
 * @file room.h  What this machine has for an engine
 */
#ifndef RINGROUND_ROOM_H
#define RINGROUND_ROOM_H

#include "core/carry.h"

/** Fill in what the system tells; what it does not is no limit. */
void room_look(struct carry_in *in);

#endif
