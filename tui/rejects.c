/**
 * @file rejects.c  The file of the lines that an import left out
 */
#include "tui/rejects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


static int write_some(const char *data, size_t len, void *arg)
{
	struct rejects *rj = arg;

	return fwrite(data, 1, len, rj->f) == len ? 0 : errno;
}


static int name(struct rejects *rj, const char *path, const char *source)
{
	const char *base = strcmp(source, "-") ? source : "stdin";

	if (asprintf(&rj->path, "%s%s", path ? path : base,
		     path ? "" : ".rejects") < 0)
		rj->path = NULL;
	if (!rj->path || asprintf(&rj->part, "%s.part", rj->path) < 0)
		rj->part = NULL;

	return rj->part ? 0 : ENOMEM;
}


static int failed(struct rejects *rj, int err, char *why, size_t size)
{
	snprintf(why, size, "cannot write the rejects to %.200s: %s; "
		 "--rejects names another file",
		 rj->path ? rj->path : "a file", strerror(err));
	rejects_drop(rj);

	/* It is not the command's subject that is not there. */
	return err == ENOENT ? EIO : err;
}


int rejects_write(struct rejects *rj, struct tool *tl, const char *path,
		  const char *source)
{
	int err;

	memset(rj, 0, sizeof(*rj));
	err = name(rj, path, source);
	if (!err) {
		rj->f = fopen(rj->part, "we");
		err = rj->f ? 0 : errno;
	}
	if (err)
		return failed(rj, err, tl->why, sizeof(tl->why));

	tl->why[0] = '\0';
	err = db_copy_out(tl->db, sql_import_rejects, write_some, rj,
			  tl->why, sizeof(tl->why));
	if (err && tl->why[0]) {
		rejects_drop(rj);
		return err;
	}
	if (!err && (fflush(rj->f) || ferror(rj->f) ||
		     fsync(fileno(rj->f))))
		err = errno;

	return err ? failed(rj, err, tl->why, sizeof(tl->why)) : 0;
}


int rejects_keep(struct rejects *rj, char *why, size_t size)
{
	int err;

	if (!rj->f)
		return 0;

	err = fclose(rj->f) || rename(rj->part, rj->path) ? errno : 0;
	rj->f = NULL;
	if (err)
		snprintf(why, size, "all is done, but the rejects are in "
			 "%.200s: %s", rj->part, strerror(err));

	return err == ENOENT ? EIO : err;
}


void rejects_drop(struct rejects *rj)
{
	if (rj->f) {
		fclose(rj->f);
		(void)unlink(rj->part);
	}
	rj->f = NULL;
	rejects_free(rj);
}


void rejects_free(struct rejects *rj)
{
	free(rj->path);
	free(rj->part);
	rj->path = NULL;
	rj->part = NULL;
}
