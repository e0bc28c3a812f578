/**
 * @file csv_file.h  Records of a file of separated values
 *
 * RFC 4180 as spreadsheets write it: with LF, CRLF or CR, with or without a
 * byte order mark, separated by commas, semicolons or tabs, in UTF-8 or
 * Latin-1. Memory does not grow with the file.
 */
#ifndef RINGROUND_CSV_FILE_H
#define RINGROUND_CSV_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CSV_FIELDS = 1024,              /**< of a record, at most        */
	CSV_LINE   = 256 * 1024,        /**< of a line, in bytes         */
};

struct csv_prm {
	int fd;                 /**< borrowed                            */
	const char *name;       /**< of the file, for messages           */
	bool latin1;            /**< else UTF-8                          */
	char delimiter;         /**< 0: found out                        */
};

/**
 * A record
 *
 * @param line   Where it begins, from 1 on
 * @param bytes  How many of the file have been read
 * @param fieldv UTF-8, borrowed
 * @return 0, or an errno that ends the reading
 */
typedef int (csv_record_h)(uint64_t line, uint64_t bytes,
			   const char *const *fieldv, size_t fieldc,
			   void *arg);

/**
 * Read all records; lines without anything are none
 *
 * @param why  Receives one line unless the error is the handler's
 * @return 0 or an errno; EILSEQ when it is no text of its encoding
 */
int csv_file_read(const struct csv_prm *prm, csv_record_h *recordh,
		  void *arg, char *why, size_t size);

#endif
