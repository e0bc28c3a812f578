/**
 * @file secret.c  A secret that is not on the command line
 */
#include "tui/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>


/* Byte by byte: what stands behind the line is not ours. */
static int line_read(int fd, char *buf, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		const ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (!got || c == '\n')
			break;
		if (n + 1 == size)
			return EMSGSIZE;
		buf[n++] = c;
	}

	if (n && buf[n - 1] == '\r')
		--n;
	buf[n] = '\0';

	return 0;
}


static int terminal_read(char *buf)
{
	struct termios was, mute;
	int err;

	if (tcgetattr(STDIN_FILENO, &was))
		return errno;

	mute = was;
	mute.c_lflag &= (tcflag_t)~ECHO;
	fputs("secret: ", stderr);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &mute))
		return errno;

	err = line_read(STDIN_FILENO, buf, SECRET_SIZE);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	fputc('\n', stderr);

	return err;
}


static int file_read(const char *path, char *buf)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;

	err = line_read(fd, buf, SECRET_SIZE);
	close(fd);

	return err;
}


static int env_read(const char *name, char *buf)
{
	const char *value = getenv(name);

	if (!value)
		return ENOENT;
	if (strlen(value) >= SECRET_SIZE)
		return EMSGSIZE;

	strcpy(buf, value);

	return 0;
}


int secret_read(const char *from, char *buf, char *why, size_t size)
{
	int err = 0;

	if (!from[0])
		buf[0] = '\0';
	else if (!strncmp(from, "env:", 4))
		err = env_read(from + 4, buf);
	else if (strcmp(from, "-"))
		err = file_read(from, buf);
	else if (isatty(STDIN_FILENO) == 1)
		err = terminal_read(buf);
	else
		err = line_read(STDIN_FILENO, buf, SECRET_SIZE);

	if (!err)
		return 0;

	memset(buf, 0, SECRET_SIZE);
	snprintf(why, size, "the secret cannot be read from %.100s: %s; give "
		 "a file, env:NAME, or - to be asked", from,
		 err == EMSGSIZE ? "it is too long" : strerror(err));

	return err == ENOENT ? EINVAL : err;
}
