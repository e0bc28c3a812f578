/**
 * @file memfile.h  A file in memory, as libsndfile reads and writes it
 */
#ifndef RINGROUND_MEMFILE_H
#define RINGROUND_MEMFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sndfile.h>

struct memfile {
	const uint8_t *data;    /**< what is read, borrowed              */
	uint8_t *own;           /**< what was written, for the caller to
				     free; NULL: it is read              */
	sf_count_t size;
	sf_count_t pos;
	sf_count_t room;
	int failed;             /**< there was no memory to write to     */
};

/** For sf_open_virtual(), with a struct memfile */
extern SF_VIRTUAL_IO memfile_io;

#endif
