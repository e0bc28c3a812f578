/**
 * @file memfile.c  A file in memory, as libsndfile reads and writes it
 */
#include "audio/memfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static sf_count_t mem_size(void *arg)
{
	const struct memfile *mf = arg;

	return mf->size;
}


static sf_count_t mem_seek(sf_count_t offset, int whence, void *arg)
{
	struct memfile *mf = arg;
	sf_count_t base = 0;

	if (whence == SEEK_CUR)
		base = mf->pos;
	else if (whence == SEEK_END)
		base = mf->size;

	/* Damaged headers ask for places far outside of the file. */
	if (offset < -base || offset > mf->size - base)
		return -1;

	mf->pos = base + offset;

	return mf->pos;
}


static sf_count_t mem_read(void *ptr, sf_count_t count, void *arg)
{
	struct memfile *mf = arg;
	const uint8_t *data = mf->own ? mf->own : mf->data;
	sf_count_t n = mf->size - mf->pos;

	if (count < n)
		n = count;
	if (n <= 0)
		return 0;

	memcpy(ptr, data + mf->pos, (size_t)n);
	mf->pos += n;

	return n;
}


static sf_count_t mem_write(const void *ptr, sf_count_t count, void *arg)
{
	struct memfile *mf = arg;
	const sf_count_t end = mf->pos + count;

	if (mf->data || count <= 0)
		return 0;

	if (end > mf->room) {
		const sf_count_t room = 2 * end + 4096;
		uint8_t *own = realloc(mf->own, (size_t)room);

		if (!own) {
			mf->failed = 1;
			return 0;
		}
		mf->own = own;
		mf->room = room;
	}

	memcpy(mf->own + mf->pos, ptr, (size_t)count);
	mf->pos = end;
	if (end > mf->size)
		mf->size = end;

	return count;
}


static sf_count_t mem_tell(void *arg)
{
	const struct memfile *mf = arg;

	return mf->pos;
}


SF_VIRTUAL_IO memfile_io = {
	mem_size, mem_seek, mem_read, mem_write, mem_tell
};
