/**
 * @file db.h  The database as the program and its console use it
 *
 * Synchronous, one connection a thread. Every function that can fail for a
 * reason an operator can mend writes one line into why: what is wrong and
 * what to do. conninfo NULL means the PG* environment.
 */
#ifndef RINGROUND_DB_H
#define RINGROUND_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/launch.h"
#include "core/phone.h"
#include "sql/embedded.h"      /* the statements of db_rows()           */

struct db;

enum {
	WHY_SIZE = 512,
	DB_CONNECT_SEC = 4,     /**< then a server counts as unreachable */
};

/** @return 0 or an errno, with why */
int db_open(struct db **dbp, const char *conninfo, char *why, size_t size);

/** NULL is fine. */
void db_close(struct db *db);

/**
 * Is this a connection string of libpq, key=value or a postgresql:// URI?
 *
 * @return 0, or EINVAL with why, which repeats nothing of a bad string: it
 *         may hold a password
 */
int db_conninfo_check(const char *conninfo, char *why, size_t size);

/**
 * The same connection to another database on that server
 *
 * @param buf  Receives a connection string with all that was given
 * @return 0; EINVAL; ENOMEM; EOVERFLOW
 */
int db_conninfo_move(const char *conninfo, const char *database,
		     char *buf, size_t size);

/** Is the connection still good? Reconnects are the caller's: open again. */
bool db_alive(const struct db *db);

/**
 * Is it a session of its own? A pooler in front of the server may take it
 * away between transactions, and with it LISTEN, settings and locks. May
 * take a second connection, and seconds.
 *
 * @param conninfo  What the connection was opened with
 * @return 0 also when nothing speaks against it; ENOTSUP when sessions are
 *         shared
 */
int db_session_check(struct db *db, const char *conninfo,
		     char *why, size_t size);

/** @return 0; ENOENT without a schema; EPROTO when it is newer or older */
int db_schema_check(struct db *db, char *why, size_t size);

/**
 * Create or upgrade the schema in one transaction; safe to repeat
 *
 * @param roles Make the roles and grant them their rights; where that was
 *              done before, what is new is granted either way
 * @param from  The version that was there, 0: none
 * @param to    The version that is there now
 */
int db_schema_init(struct db *db, bool roles, int *from, int *to,
		   char *why, size_t size);

/**
 * Add a prompt as uploaded
 *
 * @param description  NULL: none
 * @param id           Its i_ivr_prompt, on 0
 */
int db_prompt_add(struct db *db, const char *name, const char *description,
		  const void *data, size_t len, int32_t *id,
		  char *why, size_t size);

/** Put other audio under a prompt's number. @return ENOENT: it is gone */
int db_prompt_replace(struct db *db, const char *id, const void *data,
		      size_t len, char *why, size_t size);

/**
 * Read a prompt's audio
 *
 * @param digest   The one that is wanted
 * @param datap    For the caller to free, on 0
 * @param stepped  Told how many bytes there are so far; may be NULL
 * @return EAGAIN when it has another digest meanwhile
 */
int db_prompt_read(struct db *db, const char *id, const char *digest,
		   uint8_t **datap, size_t *lenp,
		   void (*stepped)(size_t len, void *arg), void *arg,
		   char *why, size_t size);

/** Run one statement without parameters and without rows of interest */
int db_exec(struct db *db, const char *sql, char *why, size_t size);

/** The first column of the first row, as a whole number; 0 for NULL */
int db_number(struct db *db, const char *sql, int64_t *n,
	      char *why, size_t size);

/** One row in text form, NULL for NULL; borrowed */
typedef void (db_row_h)(const char *const *colv, size_t colc, void *arg);

enum { DB_COLUMNS = 32 };       /**< that a row handler gets at most */

/** Run one statement with text parameters; rowh may be NULL */
int db_rows(struct db *db, const char *sql, int paramc,
	    const char *const *paramv, db_row_h *rowh, void *arg,
	    char *why, size_t size);

/**
 * The same for any number of rows: they are handed on as they come, and none
 * is kept. An error may come after some of them.
 */
int db_stream(struct db *db, const char *sql, int paramc,
	      const char *const *paramv, db_row_h *rowh, void *arg,
	      char *why, size_t size);

/** What an operator has to know of an engine */
enum node_state {
	NODE_CONNECTED,
	NODE_SILENT,            /**< connected, but no sign of life      */
	NODE_OLDER,             /**< of an older schema: it does not dial */
	NODE_GONE,              /**< neither connected nor stopped       */
};

enum { NODE_SILENT_MS = 15000 };        /**< a sign of life comes each 5 s */

/**
 * An engine, as the view nodes has it. Instants are milliseconds since 1970
 * (UTC) by the server's clock, 0: not known, like all but node and live of
 * one that has only left calls behind.
 */
struct db_node {
	char node[LAUNCH_NODE_SIZE];
	bool connected;
	enum node_state state;
	int64_t live;           /**< its claimed rows                    */
	int32_t max_calls;
	int64_t dialled;        /**< INVITEs since it was started        */
	char version[32];
	int32_t schema;         /**< the version it was made for         */
	int32_t schema_now;     /**< the one of the database             */
	char host[64];
	int32_t pid;
	char address[128];      /**< of its SIP: host:port               */
	int64_t started_at;
	int64_t seen_at;
	int64_t now_at;         /**< the server's clock at the reading   */
};

/**
 * All engines, by name: those that are connected, and those that are gone
 * without having left
 *
 * @param nodev  Set to an array that the caller frees; its texts hold no
 *               control characters
 */
int db_nodes(struct db *db, struct db_node **nodev, size_t *nodec,
	     char *why, size_t size);

/** Run one statement with text parameters. @param n Rows that it touched */
int db_affect(struct db *db, const char *sql, int paramc,
	      const char *const *paramv, int64_t *n, char *why, size_t size);

/** Begin a COPY ... FROM STDIN; what fails leaves the transaction broken */
int db_copy_begin(struct db *db, const char *sql, char *why, size_t size);

/** Send some of its data */
int db_copy_put(struct db *db, const char *data, size_t len,
		char *why, size_t size);

/** All was sent */
int db_copy_end(struct db *db, char *why, size_t size);

/** Some of the data of a COPY ... TO STDOUT. @return 0, or an errno */
typedef int (db_copy_h)(const char *data, size_t len, void *arg);

/** Run a COPY ... TO STDOUT; what the handler returns ends it, without why */
int db_copy_out(struct db *db, const char *sql, db_copy_h *copyh, void *arg,
		char *why, size_t size);

/**
 * The descriptor to poll for news (LISTEN ringround and ringround_status);
 * -1 when the connection is down
 */
int db_fd(const struct db *db);

/** Take up what arrived. @return true when something changed since */
bool db_changed(struct db *db);

/* What the console asks: it may include no other header of this folder. */
#include "sql/db_console.h"

#endif
