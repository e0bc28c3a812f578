/**
 * @file launch.c  What the program tells the module across exec
 */
#include "core/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PATH_LEN = 512,
	LINE_LEN = LAUNCH_TEXT_SIZE + 32,
};


void launch_init(struct launch *la)
{
	memset(la, 0, sizeof(*la));
	la->tty_in  = -1;
	la->tty_out = -1;
	la->log_fd  = STDERR_FILENO;
	la->rtp_min = LAUNCH_RTP_MIN;
	la->rtp_max = LAUNCH_RTP_MAX;
}


static int path_make(char *path, size_t size, const char *dir)
{
	const int n = snprintf(path, size, "%s/" LAUNCH_FILE, dir);

	return n < 0 || (size_t)n >= size ? ENAMETOOLONG : 0;
}


static bool texts_ok(const struct launch *la)
{
	const struct launch_call *lc = &la->call;

	return !strpbrk(lc->number, "\r\n") && !strpbrk(lc->cli, "\r\n") &&
	       !strpbrk(lc->username, "\r\n") &&
	       !strpbrk(lc->secret, "\r\n") &&
	       !strpbrk(lc->proxy, "\r\n") &&
	       !strpbrk(la->node, "\r\n") &&
	       !strpbrk(la->conninfo, "\r\n") &&
	       !strpbrk(la->listen.host, "\r\n") &&
	       !strpbrk(la->metrics.host, "\r\n") &&
	       !strpbrk(la->ca_file, "\r\n") &&
	       !strpbrk(la->cluster, "\r\n");
}


static void lines_of_call(FILE *f, const struct launch_call *lc)
{
	if (!lc->wanted)
		return;

	fprintf(f, "call_out_fd %d\n", lc->out_fd);
	fprintf(f, "call_audio_fd %d\n", lc->audio_fd);
	fprintf(f, "call_timeout_sec %d\n", lc->timeout_sec);
	fprintf(f, "call_uri_allowed %d\n", lc->uri_allowed);
	fprintf(f, "call_number %s\n", lc->number);
	fprintf(f, "call_cli %s\n", lc->cli);
	fprintf(f, "call_username %s\n", lc->username);
	fprintf(f, "call_secret %s\n", lc->secret);
	fprintf(f, "call_proxy %s\n", lc->proxy);
	fprintf(f, "call_media %d\n", (int)lc->media);
}


static void lines_print(FILE *f, const struct launch *la)
{
	fprintf(f, "node %s\n", la->node);
	fprintf(f, "conn_given %d\n", la->conn_given);
	fprintf(f, "conninfo %s\n", la->conninfo);
	fprintf(f, "listen_host %s\n", la->listen.host);
	fprintf(f, "listen_port %u\n", (unsigned)la->listen.port);
	fprintf(f, "listen_v6 %d\n", la->listen.v6);
	fprintf(f, "listen_given %d\n", la->listen_given);
	fprintf(f, "max_calls %d\n", la->max_calls);
	fprintf(f, "rtp_min %u\n", (unsigned)la->rtp_min);
	fprintf(f, "rtp_max %u\n", (unsigned)la->rtp_max);
	fprintf(f, "metrics_host %s\n", la->metrics.host);
	fprintf(f, "metrics_port %u\n", (unsigned)la->metrics.port);
	fprintf(f, "metrics_v6 %d\n", la->metrics.v6);
	fprintf(f, "ca_file %s\n", la->ca_file);
	fprintf(f, "verbose %d\n", la->verbose);
	fprintf(f, "console %d\n", la->console);
	fprintf(f, "tty_in %d\n", la->tty_in);
	fprintf(f, "tty_out %d\n", la->tty_out);
	fprintf(f, "log_fd %d\n", la->log_fd);
	fprintf(f, "cluster %s\n", la->cluster);
	lines_of_call(f, &la->call);
}


int launch_write(const struct launch *la, const char *dir)
{
	char path[PATH_LEN];
	FILE *f;
	int fd, err;

	if (!texts_ok(la))
		return EINVAL;

	err = path_make(path, sizeof(path), dir);
	if (err)
		return err;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;

	f = fdopen(fd, "w");
	if (!f) {
		err = errno;
		close(fd);
		goto out;
	}

	lines_print(f, la);

	err = ferror(f) ? EIO : 0;
	if (fclose(f) && !err)
		err = errno;
 out:
	if (err)
		unlink(path);

	return err;
}


static int text_set(char *dst, size_t size, const char *value)
{
	if (strlen(value) >= size)
		return EBADMSG;

	strcpy(dst, value);

	return 0;
}


static int number_set(int *dst, const char *value, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < min || n > max)
		return EBADMSG;

	*dst = (int)n;

	return 0;
}


static int bool_set(bool *dst, const char *value)
{
	int n, err;

	err = number_set(&n, value, 0, 1);
	if (!err)
		*dst = n;

	return err;
}


static int port_set(uint16_t *dst, const char *value)
{
	int n, err;

	err = number_set(&n, value, 0, UINT16_MAX);
	if (!err)
		*dst = (uint16_t)n;

	return err;
}


static int media_set(enum phone_media *dst, const char *value)
{
	int n, err;

	err = number_set(&n, value, PHONE_MEDIA_NONE, PHONE_MEDIA_DTLS);
	if (!err)
		*dst = (enum phone_media)n;

	return err;
}


/* key is behind "call_" */
static int line_of_call(struct launch_call *lc, const char *key,
		    const char *value)
{
	lc->wanted = true;
	if (!strcmp(key, "out_fd"))
		return number_set(&lc->out_fd, value, 0, INT32_MAX);
	if (!strcmp(key, "audio_fd"))
		return number_set(&lc->audio_fd, value, 0, INT32_MAX);
	if (!strcmp(key, "timeout_sec"))
		return number_set(&lc->timeout_sec, value, 1, INT32_MAX);
	if (!strcmp(key, "uri_allowed"))
		return bool_set(&lc->uri_allowed, value);
	if (!strcmp(key, "number"))
		return text_set(lc->number, sizeof(lc->number), value);
	if (!strcmp(key, "cli"))
		return text_set(lc->cli, sizeof(lc->cli), value);
	if (!strcmp(key, "username"))
		return text_set(lc->username, sizeof(lc->username), value);
	if (!strcmp(key, "secret"))
		return text_set(lc->secret, sizeof(lc->secret), value);
	if (!strcmp(key, "proxy"))
		return text_set(lc->proxy, sizeof(lc->proxy), value);
	if (!strcmp(key, "media"))
		return media_set(&lc->media, value);

	return 0;
}


static int texts_set(struct launch *la, const char *key, const char *value)
{
	if (!strcmp(key, "node"))
		return text_set(la->node, sizeof(la->node), value);
	if (!strcmp(key, "conninfo"))
		return text_set(la->conninfo, sizeof(la->conninfo), value);
	if (!strcmp(key, "listen_host"))
		return text_set(la->listen.host, sizeof(la->listen.host),
				value);
	if (!strcmp(key, "metrics_host"))
		return text_set(la->metrics.host, sizeof(la->metrics.host),
				value);
	if (!strcmp(key, "ca_file"))
		return text_set(la->ca_file, sizeof(la->ca_file), value);
	if (!strcmp(key, "cluster"))
		return text_set(la->cluster, sizeof(la->cluster), value);

	return 0;
}


static int line_set(struct launch *la, const char *key, const char *value)
{
	if (!strcmp(key, "conn_given"))
		return bool_set(&la->conn_given, value);
	if (!strcmp(key, "listen_port"))
		return port_set(&la->listen.port, value);
	if (!strcmp(key, "listen_v6"))
		return bool_set(&la->listen.v6, value);
	if (!strcmp(key, "listen_given"))
		return bool_set(&la->listen_given, value);
	if (!strcmp(key, "max_calls"))
		return number_set(&la->max_calls, value, 0,
				  LAUNCH_CALLS_MAX);
	if (!strcmp(key, "rtp_min"))
		return port_set(&la->rtp_min, value);
	if (!strcmp(key, "rtp_max"))
		return port_set(&la->rtp_max, value);
	if (!strcmp(key, "metrics_port"))
		return port_set(&la->metrics.port, value);
	if (!strcmp(key, "metrics_v6"))
		return bool_set(&la->metrics.v6, value);
	if (!strcmp(key, "verbose"))
		return bool_set(&la->verbose, value);
	if (!strcmp(key, "console"))
		return bool_set(&la->console, value);
	if (!strcmp(key, "tty_in"))
		return number_set(&la->tty_in, value, -1, INT32_MAX);
	if (!strcmp(key, "tty_out"))
		return number_set(&la->tty_out, value, -1, INT32_MAX);
	if (!strcmp(key, "log_fd"))
		return number_set(&la->log_fd, value, -1, INT32_MAX);

	if (!strncmp(key, "call_", 5))
		return line_of_call(&la->call, key + 5, value);

	return texts_set(la, key, value);
}


static int lines_read(struct launch *la, FILE *f)
{
	char line[LINE_LEN];

	while (fgets(line, sizeof(line), f)) {

		char *end = strchr(line, '\n');
		char *value = strchr(line, ' ');

		if (!end || !value)
			return EBADMSG;

		*end = '\0';
		*value++ = '\0';

		if (line_set(la, line, value))
			return EBADMSG;
	}

	return ferror(f) ? EIO : 0;
}


int launch_read(struct launch *la, const char *dir)
{
	char path[PATH_LEN];
	struct launch new;
	FILE *f;
	int err;

	err = path_make(path, sizeof(path), dir);
	if (err)
		return err;

	f = fopen(path, "re");
	if (!f)
		return errno;

	launch_init(&new);
	err = lines_read(&new, f);
	if (!err)
		*la = new;

	fclose(f);

	return err;
}
