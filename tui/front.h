/**
 * @file front.h  The process that the shell waits for
 *
 * An engine with a console can be left running without one: then its shell
 * has to get the terminal back. So the engine is a child, and what the shell
 * knows is a process that only waits, passes signals on, and ends as the
 * engine does, or when it is left.
 */
#ifndef RINGROUND_FRONT_H
#define RINGROUND_FRONT_H

/**
 * Split in two. Returns in the child alone; the parent ends when it is done.
 *
 * @return 0 or an errno: not split
 */
int front_split(void);

/**
 * In the child, or in what it has become: let the parent end well. Leaves
 * the session, too, so that the terminal's end is no concern any more.
 */
void front_leave(void);

#endif
