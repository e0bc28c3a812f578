/**
 * @file cluster_tool.h  PostgreSQL's own programs, run for a cluster
 *
 * They run under the account that owns the cluster: for root that is ringround
 * where the service runs, else postgres; for everybody else the user's own.
 */
#ifndef RINGROUND_CLUSTER_TOOL_H
#define RINGROUND_CLUSTER_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	CLUSTER_PATH_SIZE = 768,
	CLUSTER_GROUPS    = 64,
	CLUSTER_ARGS      = 16,         /**< argv with its NULL, at most */
};

struct cluster_tool {
	bool root;                      /**< then become the account     */
	uid_t uid;                      /**< the account                 */
	gid_t gid;
	gid_t groupv[CLUSTER_GROUPS];
	int groupc;
	char bin[CLUSTER_PATH_SIZE];    /**< where the programs are      */
};

/**
 * Find out the account
 *
 * @return 0, or ENOENT with why when root has no account postgres
 */
int cluster_tool_account(struct cluster_tool *tool, char *why, size_t size);

/**
 * A folder that the service's account ringround owns stays with it: root
 * works on the service's database then.
 */
void cluster_tool_follow(struct cluster_tool *tool, const char *dir);

/**
 * Find the programs
 *
 * @param version  The major version that they must have; 0: the newest
 * @return 0, or ENOENT with why
 */
int cluster_tool_find(struct cluster_tool *tool, int version,
		      char *why, size_t size);

/**
 * Make the calling thread's file operations those of the account, and its
 * own again. Only root needs it; it nests not.
 */
void cluster_tool_enter(const struct cluster_tool *tool);
void cluster_tool_leave(const struct cluster_tool *tool);

/**
 * Run a program and wait for it: in a session of its own, in /, with a bare
 * environment (PGDATA is data), its output in log, all else closed
 *
 * @param argv    argv[0] is the program's name without a directory
 * @param log_fd  Its standard output and error
 * @param keep_fd Stays open in it too; -1: none
 * @return 0; EIO when it failed; or another errno
 */
int cluster_tool_run(const struct cluster_tool *tool, char *const argv[],
		     const char *data, int log_fd, int keep_fd);


#endif
