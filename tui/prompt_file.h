/**
 * @file prompt_file.h  An audio file that is to become a prompt
 */
#ifndef RINGROUND_PROMPT_FILE_H
#define RINGROUND_PROMPT_FILE_H

#include <stddef.h>
#include <stdint.h>

enum { PROMPT_FILE_MAX = 100 * 1000 * 1000 };

/**
 * Read a file and see that it is audio which an engine can decode
 *
 * @param datap  The file as it is; the caller frees it
 * @return 0 or an errno, with one line in why
 */
int prompt_file_read(const char *path, uint8_t **datap, size_t *lenp,
		     char *why, size_t size);

/** Read a file, whatever it holds */
int prompt_file_bytes(const char *path, uint8_t **datap, size_t *lenp,
		      char *why, size_t size);

#endif
