/**
 * @file cluster.h  The embedded PostgreSQL: a private cluster of this user
 *
 * Started by whoever needs it first, stopped by the last who leaves cleanly.
 * It listens on a unix socket only. Every user of the cluster holds a shared
 * flock(2) on one file; the descriptor survives exec. Root's cluster runs
 * under the account postgres, since PostgreSQL refuses root; the service's is
 * its own.
 */
#ifndef RINGROUND_CLUSTER_H
#define RINGROUND_CLUSTER_H

#include <stddef.h>

struct cluster;

enum {
	CONNINFO_SIZE    = 1024,
	CLUSTER_DIR_SIZE = 768,
};

/**
 * Make the cluster when there is none, start it when it is down, enter it
 *
 * @param dir   Its directory; NULL: $XDG_DATA_HOME/ringround, else
 *              ~/.local/share/ringround, root: /var/lib/ringround
 * @param why   Receives one line for the user when it fails
 * @return 0 or an errno
 */
int cluster_enter(struct cluster **clp, const char *dir,
		  char *why, size_t size);

/**
 * Look whether there is one; nothing is made or started
 *
 * @param dir  Receives where it is, or would be: CLUSTER_DIR_SIZE
 * @return 0; ENOENT: there is none, and PostgreSQL is there to make it;
 *         ENOTSUP: it is not, with why
 */
int cluster_look(char *dir, char *why, size_t size);

/** How to connect to it; borrowed */
const char *cluster_conninfo(const struct cluster *cl);

/**
 * Pass the membership over exec: the descriptor stays open there, and the
 * text (fd and directory) goes to cluster_adopt() of the new program.
 */
void cluster_handover(struct cluster *cl, char *text, size_t size);

/** @return 0 or an errno */
int cluster_adopt(struct cluster **clp, const char *text);

/**
 * Start the server again, should it have died. Takes as long as that takes;
 * any one thread.
 *
 * @return 0 or an errno
 */
int cluster_revive(struct cluster *cl, char *why, size_t size);

/** Leave; the last one stops the server and waits. NULL is fine. */
void cluster_leave(struct cluster *cl);

/**
 * Remove a directory and all in it; a missing one is fine
 *
 * @return 0 or an errno
 */
int cluster_remove(const char *dir);

#endif
