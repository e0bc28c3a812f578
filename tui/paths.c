/**
 * @file paths.c  Where our own files and baresip's are
 */
#include "tui/paths.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


/* The folder that this program's file lies in, or "." */
static void program_dir(char *dir, size_t size)
{
	const ssize_t n = readlink("/proc/self/exe", dir, size - 1);
	char *slash;

	dir[n > 0 ? n : 0] = '\0';

	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	else
		strcpy(dir, ".");
}


static int try(char *path, size_t size, const char *dir, const char *sub,
	       const char *name)
{
	const int n = snprintf(path, size, "%s%s/%s", dir, sub, name);

	if (n < 0 || (size_t)n >= size)
		return ENOENT;

	return access(path, R_OK) ? ENOENT : 0;
}


int paths_module(char *path, size_t size, const char *name)
{
	char dir[PATHS_SIZE];

	program_dir(dir, sizeof(dir));

	if (!try(path, size, dir, "", name))
		return 0;
	if (!try(path, size, dir, "/../lib/ringround", name))
		return 0;

	return try(path, size, LIBDIR, "", name);
}


int paths_demo(char *path, size_t size, const char *name)
{
	char dir[PATHS_SIZE];

	program_dir(dir, sizeof(dir));

	if (!try(path, size, dir, "/demo", name))
		return 0;
	if (!try(path, size, dir, "/../share/ringround/demo", name))
		return 0;

	return try(path, size, SHAREDIR, "/demo", name);
}


int paths_program(char *path, size_t size, const char *name)
{
	const char *dir = getenv("PATH");

	if (!dir)
		dir = "/usr/local/bin:/usr/bin:/bin";

	while (*dir) {
		const size_t len = strcspn(dir, ":");
		const int n = snprintf(path, size, "%.*s/%s", (int)len, dir,
				       name);

		if (len && n > 0 && (size_t)n < size && !access(path, X_OK))
			return 0;

		dir += len + (dir[len] == ':');
	}

	return ENOENT;
}


static int folder_find(char *path, size_t size, const char *pattern)
{
	int err = ENOENT;
	glob_t gl;

	if (glob(pattern, 0, NULL, &gl))
		return ENOENT;

	for (size_t i = 0; err && i < gl.gl_pathc; i++)
		err = try(path, size, gl.gl_pathv[i], "", "");

	globfree(&gl);

	return err;
}


/* The folder lib beside the program's bin, if need be by its real place */
int paths_baresip_modules(char *path, size_t size, const char *baresip)
{
	char pattern[PATHS_SIZE + 64];
	char *bin;
	int err;

	bin = realpath(baresip, NULL);
	if (!bin || !strrchr(bin, '/')) {
		free(bin);
		return ENOENT;
	}

	*strrchr(bin, '/') = '\0';

	snprintf(pattern, sizeof(pattern), "%.*s/../lib/baresip/modules",
		 PATHS_SIZE, bin);
	err = folder_find(path, size, pattern);
	if (err) {
		snprintf(pattern, sizeof(pattern),
			 "%.*s/../lib/*/baresip/modules", PATHS_SIZE, bin);
		err = folder_find(path, size, pattern);
	}

	free(bin);

	return err;
}
