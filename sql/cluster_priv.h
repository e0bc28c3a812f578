/**
 * @file cluster_priv.h  What the parts of the embedded cluster share
 *
 * All but cluster_dir_make() expect cluster_tool_enter() to be in force.
 */
#ifndef RINGROUND_CLUSTER_PRIV_H
#define RINGROUND_CLUSTER_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sql/cluster.h"
#include "sql/cluster_tool.h"

enum {
	CLUSTER_FILE_SIZE = CLUSTER_PATH_SIZE + 64,
	CLUSTER_SOCK_SIZE = 108,        /**< sockaddr_un's sun_path      */
};

struct cluster {
	struct cluster_tool tool;
	char dir[CLUSTER_PATH_SIZE];    /**< absolute                    */
	char sock[CLUSTER_SOCK_SIZE];   /**< directory of the socket     */
	char conninfo[CONNINFO_SIZE];
	int users_fd;                   /**< holds a shared lock         */
};

/** The path of a file of the cluster */
void cluster_file(const struct cluster *cl, char *path, size_t size,
		  const char *name);

/** Has the disk below its directory less room than that? */
bool cluster_full(const struct cluster *cl, uint64_t bytes);

/** Find or make the directory, private to the account; sets dir */
int cluster_dir_make(struct cluster *cl, const char *dir,
		     char *why, size_t size);

/** Find or make the socket's directory; sets sock and conninfo */
int cluster_socket_make(struct cluster *cl, char *why, size_t size);

/** Run initdb when there is no data; finds the programs */
int cluster_data_make(struct cluster *cl, int lock_fd,
		      char *why, size_t size);

/** Start the server and wait for it. @return 0, EIO or another errno */
int cluster_server_start(struct cluster *cl);

/** Stop the server and wait for it */
void cluster_server_stop(struct cluster *cl, int lock_fd);

#endif
