/**
 * @file rig_file.h  Audio files of all kinds, made in memory
 */
#ifndef RINGROUND_RIG_FILE_H
#define RINGROUND_RIG_FILE_H

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sndfile.h>
#include "audio/decode.h"


/* A file under construction, in memory */
struct file {
	uint8_t *data;
	size_t size;
	size_t pos;
};


static inline sf_count_t file_size(void *arg)
{
	return (sf_count_t)((struct file *)arg)->size;
}


static inline sf_count_t file_seek(sf_count_t offset, int whence, void *arg)
{
	struct file *f = arg;

	if (whence == SEEK_CUR)
		offset += (sf_count_t)f->pos;
	else if (whence == SEEK_END)
		offset += (sf_count_t)f->size;

	f->pos = (size_t)offset;

	return offset;
}


static inline sf_count_t file_read(void *ptr, sf_count_t count, void *arg)
{
	(void)ptr;
	(void)count;
	(void)arg;

	return 0;
}


static inline sf_count_t file_write(const void *ptr, sf_count_t count,
				    void *arg)
{
	struct file *f = arg;
	const size_t end = f->pos + (size_t)count;

	if (end > f->size) {
		f->data = realloc(f->data, end);
		assert_non_null(f->data);
		f->size = end;
	}

	memcpy(f->data + f->pos, ptr, (size_t)count);
	f->pos = end;

	return count;
}


static inline sf_count_t file_tell(void *arg)
{
	return (sf_count_t)((struct file *)arg)->pos;
}


/* A tone in all channels; the second one is inverted when asked for */
static inline void make_file(struct file *f, int format, int rate, int ch,
			     size_t framec, double hz, double level,
			     bool invert)
{
	SF_VIRTUAL_IO io = { file_size, file_seek, file_read, file_write,
			     file_tell };
	SF_INFO info = { .samplerate = rate, .channels = ch,
			 .format = format };
	float frame[PCM_MAX_CH + 1];
	SNDFILE *sf;

	memset(f, 0, sizeof(*f));
	sf = sf_open_virtual(&io, SFM_WRITE, &info, f);
	assert_non_null(sf);

	for (size_t i = 0; i < framec; i++) {

		const double s = level * sin(2.0 * M_PI * hz * (double)i /
					     rate);

		for (int c = 0; c < ch; c++)
			frame[c] = (float)(invert && c == 1 ? -s : s);

		assert_int_equal(1, sf_writef_float(sf, frame, 1));
	}

	assert_int_equal(0, sf_close(sf));
}

#endif
