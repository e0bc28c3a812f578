/**
 * @file profile.h  The private folder that makes baresip our engine
 *
 * It holds baresip's config, links to the modules, and what the module has
 * to know (core/launch.h). The module removes it once it has read it.
 */
#ifndef RINGROUND_PROFILE_H
#define RINGROUND_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include "core/launch.h"

enum { PROFILE_SIZE = 128 };    /**< baresip's paths are short           */

struct profile {
	char dir[PROFILE_SIZE];
	char baresip[512];      /**< the program to become               */
};

/**
 * See that all is there that an engine is made of
 *
 * @return 0 or ENOENT, with one line in why
 */
int profile_check(char *why, size_t size);

enum { PROFILE_MODULES = 5 };

/** What an engine is made of: places, empty where something is missing */
struct profile_parts {
	char baresip[512];
	char module[512];
	char preload[512];
	struct {
		const char *name;       /**< g711.so and the like        */
		bool needed;            /**< else it is one more         */
		bool found;
	} modulev[PROFILE_MODULES];
};

void profile_look(struct profile_parts *pp);

/**
 * Whom the module is to trust by TLS
 *
 * @param file  PEM, as --ca-file names it; NULL: the system's CAs
 * @return 0 or an errno, with one line in why
 */
int profile_trust(struct launch *la, const char *file,
		  char *why, size_t size);

/**
 * Write it, mode 0700
 *
 * @return 0 or an errno, with one line in why (and nothing left behind)
 */
int profile_make(struct profile *pf, const struct launch *la,
		 char *why, size_t size);

/** Become baresip; returns an errno when that fails. */
int profile_exec(const struct profile *pf);

/** Remove it */
void profile_remove(const struct profile *pf);

#endif
