/**
 * @file pg_fixture.h  A PostgreSQL of the test's own, and libre's loop
 *
 * The server listens on a unix socket in a new directory under /tmp. A
 * helper process ends it and removes the directory when the test ends, in
 * whatever way.
 */
#ifndef RINGROUND_PG_FIXTURE_H
#define RINGROUND_PG_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PG_WAIT_MS = 20000 };    /**< no wait of a test is longer         */

/** cmocka group set-up and tear-down: server, and libre */
int pg_fixture_start(void **state);
int pg_fixture_stop(void **state);

/** cmocka set-up: an empty database with the schema */
int pg_fixture_fresh(void **state);

const char *pg_conninfo(void);

/** The server's first process */
pid_t pg_server(void);

/** Run SQL on a connection of the test's own; it must succeed. */
__attribute__((format(printf, 1, 2)))
void pg_do(const char *fmt, ...);

/** The same as an engine would: guards keep much of it from others. */
__attribute__((format(printf, 1, 2)))
void pg_engine(const char *fmt, ...);

/** The first value that SQL yields as a number; 0 for NULL and no row */
__attribute__((format(printf, 1, 2)))
int64_t pg_number(const char *fmt, ...);

/** The first value as text, borrowed until the next; "NULL", "no row" */
__attribute__((format(printf, 1, 2)))
const char *pg_text(const char *fmt, ...);

/** Pids of the server's processes for an application_name. @return n */
int pg_backends(const char *app, pid_t *pidv, int size);

/** A steady clock in milliseconds, and how to move it */
uint64_t pg_now(void);
void pg_skip(uint64_t ms);

/**
 * Run libre's loop until done() or the longest wait
 *
 * @param tick Called every few milliseconds
 * @return whether it was done
 */
bool pg_loop(bool (*done)(void *arg), void *arg,
	     void (*tick)(uint64_t now_ms));

#endif
