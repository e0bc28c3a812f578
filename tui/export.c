/**
 * @file export.c  The table of a screen, to a file
 */
#include "tui/export.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "tui/table.h"


static const char *const names[SCREENS] = {
	[SCREEN_CAMPAIGNS] = "campaigns",
	[SCREEN_PHONES]    = "phones",
	[SCREEN_CALL]      = "call",
	[SCREEN_LIVE]      = "live",
	[SCREEN_LOG]       = "log",
	[SCREEN_NODES]     = "engines",
	[SCREEN_HELP]      = "help",
};


int export_open(enum screen_id screen, int64_t wall_ms, char *path,
		size_t size)
{
	const char *home = getenv("HOME");
	const char *const folders[] = { ".", home ? home : ".", "/tmp" };
	time_t t = (time_t)(wall_ms / 1000);
	char stamp[32], cwd[EXPORT_PATH / 2];
	struct tm tm;
	int fd = -1;

	(void)localtime_r(&t, &tm);
	(void)strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);

	for (size_t i = 0; i < 3 && fd < 0; i++) {
		const char *folder = folders[i];

		if (!i)
			folder = getcwd(cwd, sizeof(cwd)) ? cwd : "/tmp";
		(void)snprintf(path, size, "%s/ringround-%s-%s.csv", folder,
			       names[screen], stamp);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
			  O_NOFOLLOW, 0600);
		if (fd < 0 && errno == EEXIST)
			break;
	}

	return fd;
}


int export_file(const struct view *v, char *path, size_t size, size_t *rowsp)
{
	const struct table *tb = view_table(v->m->screen);
	struct view raw = *v;
	size_t n, rows = 0;
	FILE *f;
	int fd, err = 0;

	if (!tb)
		return ENOTSUP;

	fd = export_open(v->m->screen, v->wall_ms, path, size);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		err = errno;
		if (fd >= 0)
			close(fd);
		return err;
	}

	n = model_shown(v->m)->cu.n;
	raw.raw = true;
	table_csv_head(f, tb);
	for (size_t i = 0; i < n && tb->rowh(v->m, i); i++) {
		table_csv_row(f, &raw, tb, tb->rowh(v->m, i));
		++rows;
	}

	if (ferror(f))
		err = EIO;
	if (fclose(f) && !err)
		err = errno;
	*rowsp = rows;

	return err;
}
