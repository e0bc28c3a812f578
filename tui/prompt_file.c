/**
 * @file prompt_file.c  An audio file that is to become a prompt
 */
#include "tui/prompt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sndfile.h>

enum {
	CHANNELS_MAX = 64,
	FRAMES = 1024,
};

/** The file in memory, as an engine gets it: without a name */
struct memory {
	const uint8_t *data;
	sf_count_t len;
	sf_count_t pos;
};


static sf_count_t memory_len(void *arg)
{
	const struct memory *mem = arg;

	return mem->len;
}


static sf_count_t memory_seek(sf_count_t offset, int whence, void *arg)
{
	struct memory *mem = arg;
	sf_count_t pos = offset;

	if (whence == SEEK_CUR)
		pos += mem->pos;
	else if (whence == SEEK_END)
		pos += mem->len;

	if (pos < 0 || pos > mem->len)
		return -1;

	mem->pos = pos;

	return pos;
}


static sf_count_t memory_read(void *ptr, sf_count_t count, void *arg)
{
	struct memory *mem = arg;
	const sf_count_t left = mem->len - mem->pos;
	const sf_count_t n = count < left ? count : left;

	if (n <= 0)
		return 0;

	memcpy(ptr, mem->data + mem->pos, (size_t)n);
	mem->pos += n;

	return n;
}


static sf_count_t memory_write(const void *ptr, sf_count_t count, void *arg)
{
	(void)ptr;
	(void)count;
	(void)arg;

	return 0;
}


static sf_count_t memory_tell(void *arg)
{
	const struct memory *mem = arg;

	return mem->pos;
}


/* @return NULL when it can be decoded, else words */
static const char *audio_refuse(const uint8_t *data, size_t len)
{
	SF_VIRTUAL_IO vio = {
		memory_len, memory_seek, memory_read, memory_write,
		memory_tell
	};
	struct memory mem = { .data = data, .len = (sf_count_t)len };
	static float samplev[FRAMES * CHANNELS_MAX];
	SF_INFO info = { .format = 0 };
	const char *words = NULL;
	SNDFILE *sf;

	sf = sf_open_virtual(&vio, SFM_READ, &info, &mem);
	if (!sf)
		return "it is not audio that libsndfile reads";

	if (info.channels < 1 || info.channels > CHANNELS_MAX ||
	    info.samplerate < 1)
		words = "its header makes no sense";
	else if (sf_readf_float(sf, samplev, FRAMES) <= 0)
		words = "it holds no sound";

	sf_close(sf);

	return words;
}


static int file_open(const char *path, size_t *lenp, int *fdp,
		     const char **words)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		*words = strerror(errno);
		return errno;
	}

	if (fstat(fd, &st))
		*words = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		*words = "it is not a file";
	else if (!st.st_size)
		*words = "it is empty";
	else if (st.st_size > PROMPT_FILE_MAX)
		*words = "it is larger than 100 MB";
	else
		goto out;

	close(fd);

	return EINVAL;
 out:
	*lenp = (size_t)st.st_size;
	*fdp = fd;

	return 0;
}


static int bytes_read(int fd, uint8_t *data, size_t len)
{
	while (len) {
		const ssize_t n = read(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			return EIO;

		data += n;
		len -= (size_t)n;
	}

	return 0;
}


int prompt_file_read(const char *path, uint8_t **datap, size_t *lenp,
		     char *why, size_t size)
{
	const char *words = NULL;
	uint8_t *data = NULL;
	size_t len = 0;
	int fd = -1, err;

	err = file_open(path, &len, &fd, &words);
	if (err)
		goto out;

	data = malloc(len);
	err = data ? bytes_read(fd, data, len) : ENOMEM;
	if (err) {
		words = strerror(err);
		goto out;
	}

	words = audio_refuse(data, len);
	if (words) {
		err = EINVAL;
		goto out;
	}

	*datap = data;
	*lenp = len;
	data = NULL;
 out:
	if (err)
		snprintf(why, size, "%s cannot be a prompt: %s; give a WAV, "
			 "FLAC or Ogg file", path, words);
	if (fd >= 0)
		close(fd);
	free(data);

	return err;
}
