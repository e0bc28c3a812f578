/**
 * @file notify.h  What systemd is told of the engine
 *
 * The protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET
 * names. libsystemd's function may wait for room in that socket; the loop
 * waits for nobody, so that a message for which there is none is dropped.
 * All functions belong to the loop thread; with nobody to tell they do
 * nothing.
 */
#ifndef RINGROUND_NOTIFY_H
#define RINGROUND_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
	NOTIFY_STATUS_MS = 1000,        /**< at most one status within   */
};

struct notify {
	int fd;                 /**< -1: nobody to tell                  */
	struct sockaddr_un to;
	socklen_t to_len;
	uint64_t period_ms;     /**< of signs of life; 0: not asked for  */
	uint64_t sign_ms;       /**< the next one is due                 */
	uint64_t status_ms;     /**< the next status may go              */
	bool ready;
	bool stopping;
	char status[256];       /**< the last that went                  */
};

/**
 * Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and take them out of
 * the environment: they are not our children's.
 *
 * @return 0, also with nobody to tell; an errno when a socket cannot be used
 */
int notify_open(struct notify *nt);

void notify_close(struct notify *nt);

/** The engine does its work. Told once. */
void notify_ready(struct notify *nt);

/** The engine is about to end. Told once. */
void notify_stopping(struct notify *nt);

/** One line on what it does; told when it is news, and not too often */
void notify_status(struct notify *nt, const char *line, uint64_t now);

/** The same at once: there may be no other instant. */
void notify_last(struct notify *nt, const char *line);

/**
 * Is a sign of life due? Twice within what systemd waits for one.
 *
 * It is due once: notify_alive() is to be called, or not.
 */
bool notify_due(struct notify *nt, uint64_t now);

/** The sign of life */
void notify_alive(const struct notify *nt);

#endif
