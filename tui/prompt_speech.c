/**
 * @file prompt_speech.c  A text spoken by espeak-ng, where it is installed
 *
 * It is run without a shell; the text and the sound go by files in memory,
 * and nothing of the text is seen among the processes.
 */
#include "tui/prompt_speech.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WORDS_SIZE  = 128,
	NOT_THERE   = 127,      /* the child's status, as a shell has it */
	FD_SOUND    = 3,        /* in the child                          */
};

struct files {
	int text, sound, words;
};


static int files_open(struct files *fs, const char *text)
{
	const size_t len = strlen(text);

	fs->text = memfd_create("text", MFD_CLOEXEC);
	fs->sound = memfd_create("sound", MFD_CLOEXEC);
	fs->words = memfd_create("words", MFD_CLOEXEC);
	if (fs->text < 0 || fs->sound < 0 || fs->words < 0)
		return errno;

	if (write(fs->text, text, len) != (ssize_t)len ||
	    lseek(fs->text, 0, SEEK_SET) < 0)
		return errno ? errno : EIO;

	return 0;
}


static void files_close(const struct files *fs)
{
	const int fdv[] = { fs->text, fs->sound, fs->words };

	for (size_t i = 0; i < sizeof(fdv) / sizeof(fdv[0]); i++) {
		if (fdv[i] >= 0)
			close(fdv[i]);
	}
}


_Noreturn
static void child(const struct files *fs, const char *voice,
		  const char *speed)
{
	const char *argv[] = {
		"espeak-ng", "--stdin", "-w", "/dev/fd/3", NULL, NULL, NULL,
		NULL, NULL,
	};
	int n = 4;
	char *copyv[9] = { NULL };

	if (voice) {
		argv[n++] = "-v";
		argv[n++] = voice;
	}
	if (speed) {
		argv[n++] = "-s";
		argv[n++] = speed;
	}
	for (int i = 0; i < n; i++)
		copyv[i] = strdup(argv[i]);

	if (dup2(fs->text, STDIN_FILENO) < 0 ||
	    dup2(fs->words, STDOUT_FILENO) < 0 ||
	    dup2(fs->words, STDERR_FILENO) < 0)
		_exit(1);
	/* Its own number may be the wanted one, closed on exec. */
	if (fs->sound == FD_SOUND)
		(void)fcntl(FD_SOUND, F_SETFD, 0);
	else if (dup2(fs->sound, FD_SOUND) < 0)
		_exit(1);

	execvp(copyv[0], copyv);
	_exit(errno == ENOENT ? NOT_THERE : 1);
}


/* The first line that it complains with */
static void words_read(char *buf, int fd)
{
	const ssize_t n = pread(fd, buf, WORDS_SIZE - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
}


static int sound_read(int fd, uint8_t **datap, size_t *lenp)
{
	struct stat st;
	uint8_t *data;

	if (fstat(fd, &st))
		return errno;
	if (st.st_size <= 0)
		return ENODATA;

	data = malloc((size_t)st.st_size);
	if (!data)
		return ENOMEM;
	if (pread(fd, data, (size_t)st.st_size, 0) != st.st_size) {
		free(data);
		return EIO;
	}

	*datap = data;
	*lenp = (size_t)st.st_size;

	return 0;
}


/* @return its exit status, or -1 */
static int run(const struct files *fs, const char *voice, const char *speed)
{
	const pid_t pid = fork();
	int status;

	if (pid < 0)
		return -1;
	if (!pid)
		child(fs, voice, speed);

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}


int prompt_speech(uint8_t **datap, size_t *lenp, const char *text,
		  const char *voice, const char *speed,
		  char *why, size_t size)
{
	struct files fs = { -1, -1, -1 };
	char words[WORDS_SIZE] = "";
	int status, err;

	if (!text[strspn(text, " \t\r\n")]) {
		snprintf(why, size, "there is no text to be spoken");
		return EINVAL;
	}

	err = files_open(&fs, text);
	if (err) {
		snprintf(why, size, "cannot speak: %s", strerror(err));
		goto out;
	}

	status = run(&fs, voice, speed);
	words_read(words, fs.words);
	if (status == NOT_THERE) {
		snprintf(why, size, "espeak-ng is not installed; install the "
			 "package espeak-ng, or give a file");
		err = ENOSYS;
	}
	else if (status || sound_read(fs.sound, datap, lenp)) {
		snprintf(why, size, "espeak-ng does not speak it: %s; "
			 "espeak-ng --voices lists its voices",
			 words[0] ? words : "it gave no sound");
		err = EIO;
	}
 out:
	files_close(&fs);

	return err;
}
