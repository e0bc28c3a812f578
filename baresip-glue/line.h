/**
 * @file line.h  Accounts to call out with: one user agent a set of credentials
 *
 * All functions belong to the loop thread.
 */
#ifndef RINGROUND_LINE_H
#define RINGROUND_LINE_H

#include "core/phone.h"

struct line;
struct lines;
struct ua;

enum { LINES_IDLE_MAX = 32 };   /**< unused ones that are kept           */

/** host is the part of our addresses behind the @; copied */
int lines_alloc(struct lines **lsp, const char *host);

/** The user agents go with them; every line must have been put back. */
void lines_free(struct lines *ls);

/** The host destroys this user agent: it is not to be destroyed again. */
void lines_forget(struct lines *ls, const struct ua *ua);

/**
 * A line with these credentials, made when there is none; both may be empty
 *
 * @param proxy Through which calls to any host go, host[:port][;transport=];
 *              "": straight to the host of the request URI
 * @param media Demanded of its calls
 * @return 0 or an errno; ENOSYS: the host has no module for the media
 */
int line_get(struct line **lnp, struct lines *ls, const char *username,
	     const char *secret, const char *proxy, enum phone_media media);

/** Not from a handler of one of its calls. */
void line_put(struct line *ln);

/** Borrowed while the line is held */
struct ua *line_ua(const struct line *ln);

#endif
