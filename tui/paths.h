/**
 * @file paths.h  Where our own files and baresip's are
 *
 * Ours are beside the program in a build tree, else where the program was
 * installed, even when the whole tree was moved, else where make install
 * put them.
 */
#ifndef RINGROUND_PATHS_H
#define RINGROUND_PATHS_H

#include <stddef.h>

enum { PATHS_SIZE = 512 };

/** A file of the module's folder. @return 0 or ENOENT */
int paths_module(char *path, size_t size, const char *name);

/** A file of the demonstration's folder. @return 0 or ENOENT */
int paths_demo(char *path, size_t size, const char *name);

/** A program in PATH. @return 0 or ENOENT */
int paths_program(char *path, size_t size, const char *name);

/** The folder of the modules of this baresip. @return 0 or ENOENT */
int paths_baresip_modules(char *path, size_t size, const char *baresip);

#endif
