/**
 * @file scrape.h  One page over HTTP, for who comes to read the figures
 *
 * libre's own HTTP server takes any number of connections, keeps half a
 * megabyte for each and lets it stay for ten minutes; here it is libre's
 * sockets and its parser, with little for everybody: few connections, one
 * request each, a small one, within some seconds. Who comes when all places
 * are taken gets that of whoever has been there the longest. All functions
 * belong to the loop thread.
 */
#ifndef RINGROUND_SCRAPE_H
#define RINGROUND_SCRAPE_H

#include <stdio.h>

struct address;
struct scrape;

enum {
	SCRAPE_VISITORS    = 8,         /**< at a time                   */
	SCRAPE_MS          = 5000,      /**< from the connection to the
					     last byte of the answer     */
	SCRAPE_REQUEST_MAX = 4096,      /**< bytes                       */
};

/** Prints the page. @return 0 or an errno */
typedef int (scrape_page_h)(FILE *f, void *arg);

/**
 * Listen
 *
 * @param path  Of the page; all others are not found. Static
 * @param type  Its content type; static
 * @return 0 or an errno
 */
int scrape_open(struct scrape **scp, const struct address *addr,
		const char *path, const char *type, scrape_page_h *pageh,
		void *arg);

/** NULL is fine. */
void scrape_close(struct scrape *sc);

#endif
