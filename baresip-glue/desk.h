/**
 * @file desk.h  The console of this process: what it sees and what it asks
 *
 * There is one. Loop thread.
 */
#ifndef RINGROUND_DESK_H
#define RINGROUND_DESK_H

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { SNAPSHOT_MS = 250 };

/** Starts the console, if one is wanted. @return 0 or an errno */
int desk_open(struct app *ap);

/** Shows the console the engine when that is due; without one: nothing */
void desk_tick(uint64_t now_ms);

/** Somebody has hung up: the console lets go of its terminal, and the log
 * says so then. @return false: there is none */
bool desk_hangup(void);

/** Orders of the console that have not been looked at yet */
unsigned desk_waiting(void);

/** Ends the console and gives the terminal back; repeats are fine. */
void desk_close(void);

#endif
