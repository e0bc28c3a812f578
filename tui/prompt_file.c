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
#include "audio/decode.h"

#define GIVE "give a WAV, FLAC, Ogg or MP3 file"

enum { WORDS_SIZE = 256 };

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


int prompt_file_bytes(const char *path, uint8_t **datap, size_t *lenp,
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

	*datap = data;
	*lenp = len;
	data = NULL;
 out:
	if (err)
		snprintf(why, size, "%s cannot be a prompt: %s; " GIVE, path,
			 words);
	if (fd >= 0)
		close(fd);
	free(data);

	return err;
}


int prompt_file_read(const char *path, uint8_t **datap, size_t *lenp,
		     char *why, size_t size)
{
	uint8_t *data = NULL;
	struct pcm *pcm = NULL;
	char words[WORDS_SIZE];
	size_t len = 0;
	int err;

	err = prompt_file_bytes(path, &data, &len, why, size);
	if (err)
		return err;

	err = pcm_decode(&pcm, data, len, words, sizeof(words));
	pcm_unref(pcm);
	if (err) {
		snprintf(why, size, "%s cannot be a prompt: %s; " GIVE, path,
			 words);
		free(data);
		return err;
	}

	*datap = data;
	*lenp = len;

	return 0;
}
