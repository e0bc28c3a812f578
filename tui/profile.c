/**
 * @file profile.c  The private folder that makes baresip our engine
 */
#include "tui/profile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "tui/paths.h"

#define MODULE  "ringround.so"
#define PRELOAD "ringround-preload.so"
#define NEEDED_CODEC "g711.so"

/* Those that there are are used; PCMU and PCMA there must be. */
static const char *const modulev[PROFILE_MODULES] = {
	NEEDED_CODEC, "g722.so", "opus.so", "srtp.so", "dtls_srtp.so",
};

enum {
	STALE_SEC = 60,         /* a profile lives a moment              */
};

struct parts {
	char baresip[PATHS_SIZE];
	char modules[PATHS_SIZE];       /**< baresip's, a folder         */
	char module[PATHS_SIZE];        /**< ours                        */
	char preload[PATHS_SIZE];
};


static int parts_find(struct parts *pt, char *why, size_t size)
{
	char path[PATHS_SIZE + 32];

	if (paths_program(pt->baresip, sizeof(pt->baresip), "baresip")) {
		snprintf(why, size, "baresip is not installed; install the "
			 "package baresip-core");
		return ENOENT;
	}

	if (paths_baresip_modules(pt->modules, sizeof(pt->modules),
				  pt->baresip))
		pt->modules[0] = '\0';

	snprintf(path, sizeof(path), "%s/" NEEDED_CODEC, pt->modules);
	if (!pt->modules[0] || access(path, R_OK)) {
		snprintf(why, size, "%s has no module " NEEDED_CODEC "; "
			 "install the package baresip-core", pt->baresip);
		return ENOENT;
	}

	if (paths_module(pt->module, sizeof(pt->module), MODULE)) {
		snprintf(why, size, "the module " MODULE " is missing; "
			 "build it with make, or install ringround again");
		return ENOENT;
	}

	if (paths_module(pt->preload, sizeof(pt->preload), PRELOAD)) {
		snprintf(why, size, "the library " PRELOAD " is missing; "
			 "build it with make, or install ringround again");
		return ENOENT;
	}

	return 0;
}


int profile_check(char *why, size_t size)
{
	struct parts pt;

	return parts_find(&pt, why, size);
}


void profile_look(struct profile_parts *pp)
{
	char path[PATHS_SIZE + 32], modules[PATHS_SIZE] = "";

	memset(pp, 0, sizeof(*pp));
	if (paths_program(pp->baresip, sizeof(pp->baresip), "baresip"))
		pp->baresip[0] = '\0';
	else if (paths_baresip_modules(modules, sizeof(modules),
				       pp->baresip))
		modules[0] = '\0';
	if (paths_module(pp->module, sizeof(pp->module), MODULE))
		pp->module[0] = '\0';
	if (paths_module(pp->preload, sizeof(pp->preload), PRELOAD))
		pp->preload[0] = '\0';

	for (size_t i = 0; i < PROFILE_MODULES; i++) {
		snprintf(path, sizeof(path), "%s/%s", modules, modulev[i]);
		pp->modulev[i].name = modulev[i];
		pp->modulev[i].needed = !strcmp(modulev[i], NEEDED_CODEC);
		pp->modulev[i].found = modules[0] && !access(path, R_OK);
	}
}


/* The engine reads it again when a proxy is not trusted: from any folder. */
int profile_trust(struct launch *la, const char *file,
		  char *why, size_t size)
{
	char *path;
	int err = 0;

	if (!file)
		return 0;

	path = realpath(file, NULL);
	if (!path || access(path, R_OK))
		err = errno;
	else if (strlen(path) >= sizeof(la->ca_file))
		err = ENAMETOOLONG;
	else
		strcpy(la->ca_file, path);
	free(path);

	if (err)
		snprintf(why, size, "cannot read '%s', the file of --ca-file: "
			 "%s", file, strerror(err));

	return err;
}


/* One that a crash has left behind may hold a password. */
static void stale_remove(const char *base, const char *name)
{
	struct profile old;
	char path[PROFILE_SIZE + 16];
	struct stat sb;
	int n;

	n = snprintf(old.dir, sizeof(old.dir), "%s/%s", base, name);
	if (n < 0 || (size_t)n >= sizeof(old.dir))
		return;

	snprintf(path, sizeof(path), "%s/%s", old.dir, LAUNCH_FILE);
	if (!lstat(path, &sb) && S_ISREG(sb.st_mode) &&
	    sb.st_uid == geteuid() &&
	    time(NULL) - sb.st_mtime > STALE_SEC)
		profile_remove(&old);
}


static void stale_sweep(const char *base)
{
	const size_t len = strlen("ringround-XXXXXX");
	const struct dirent *entry;
	DIR *dir = opendir(base);

	while (dir && (entry = readdir(dir))) {
		if (strlen(entry->d_name) == len &&
		    !strncmp(entry->d_name, "ringround-", 10))
			stale_remove(base, entry->d_name);
	}

	if (dir)
		closedir(dir);
}


/* baresip ends a value at white space, the loader a library at a colon. */
static int dir_try(struct profile *pf, const char *base)
{
	int n;

	if (!base || base[0] != '/' || strpbrk(base, " \t\r\n\":#"))
		return EINVAL;

	n = snprintf(pf->dir, sizeof(pf->dir), "%s/ringround-XXXXXX", base);
	if (n < 0 || (size_t)n >= sizeof(pf->dir))
		return ENAMETOOLONG;

	stale_sweep(base);

	return mkdtemp(pf->dir) ? 0 : errno;
}


static int dir_make(struct profile *pf)
{
	if (!dir_try(pf, getenv("XDG_RUNTIME_DIR")))
		return 0;
	if (!dir_try(pf, getenv("TMPDIR")))
		return 0;

	return dir_try(pf, "/tmp");
}


/* baresip takes even ports below the second number, and the next for RTCP. */
static unsigned ports_end(const struct launch *la)
{
	const unsigned end = la->rtp_max + (la->rtp_max & 1u);

	return end < UINT16_MAX ? end : UINT16_MAX;
}


static void config_print(FILE *f, const struct profile *pf,
			 const struct launch *la, const bool *there)
{
	const struct address *ad = &la->listen;

	/* The module replaces these transports by its own on the address
	 * of -l: baresip would open TLS on the port behind it, too, which
	 * is the proxy's by default. */
	fprintf(f, ad->v6 ? "\nsip_listen [%s]:0\n" : "\nsip_listen %s:0\n",
		ad->host);
	fprintf(f, "net_interface %s\n", ad->host);
	fprintf(f, "rtp_ports %u-%u\n"
		"rtp_timeout 0\n"
		"rtp_stats no\n"
		"rtcp_mux no\n"
		"jitter_buffer_type off\n"
		"jitter_buffer_delay 0-0\n"
		"call_local_timeout 86400\n"
		"audio_txmode poll\n"
		"audio_level no\n"
		"audio_source ringround,-\n"
		"module_path %s\n", (unsigned)la->rtp_min, ports_end(la),
		pf->dir);

	for (size_t i = 0; i < PROFILE_MODULES; i++) {
		if (there[i])
			fprintf(f, "module %s\n", modulev[i]);
	}
	fprintf(f, "module_app " MODULE "\n");
}


static int config_write(const struct profile *pf, const struct launch *la,
			const bool *there)
{
	char path[PROFILE_SIZE + 16];
	int err = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/config", pf->dir);
	f = fopen(path, "wxe");
	if (!f)
		return errno;

	config_print(f, pf, la, there);

	if (ferror(f))
		err = EIO;
	if (fclose(f) && !err)
		err = errno;

	return err;
}


static int link_make(const struct profile *pf, const char *target,
		     const char *name)
{
	char path[PROFILE_SIZE + 32];

	snprintf(path, sizeof(path), "%s/%s", pf->dir, name);

	return symlink(target, path) ? errno : 0;
}


static int links_make(const struct profile *pf, const struct parts *pt,
		      bool *there)
{
	char target[PATHS_SIZE + 32];
	int err;

	for (size_t i = 0; i < PROFILE_MODULES; i++) {
		snprintf(target, sizeof(target), "%s/%s", pt->modules,
			 modulev[i]);
		there[i] = !access(target, R_OK);
		err = there[i] ? link_make(pf, target, modulev[i]) : 0;
		if (err)
			return err;
	}

	err = link_make(pf, pt->module, MODULE);
	if (!err)
		err = link_make(pf, pt->preload, PRELOAD);

	return err;
}


int profile_make(struct profile *pf, const struct launch *la,
		 char *why, size_t size)
{
	bool there[PROFILE_MODULES];
	struct parts pt;
	int err;

	err = parts_find(&pt, why, size);
	if (err)
		return err;

	strcpy(pf->baresip, pt.baresip);
	err = dir_make(pf);
	if (err) {
		snprintf(why, size, "no place for a temporary folder: %s; "
			 "set TMPDIR to one", strerror(err));
		return err;
	}

	err = links_make(pf, &pt, there);
	if (!err)
		err = config_write(pf, la, there);
	if (!err)
		err = launch_write(la, pf->dir);
	if (err) {
		snprintf(why, size, "cannot write to %s: %s; set TMPDIR to "
			 "another place", pf->dir, strerror(err));
		profile_remove(pf);
	}

	return err;
}


/* A preload of the user's stays, behind ours. */
static int env_set(const struct profile *pf)
{
	char preload[2048];
	const char *old = getenv("LD_PRELOAD");
	int n;

	n = snprintf(preload, sizeof(preload), "%s/" PRELOAD "%s%s", pf->dir,
		     old && *old ? ":" : "", old ? old : "");
	if (n < 0 || (size_t)n >= sizeof(preload))
		return ENAMETOOLONG;

	if (setenv(LAUNCH_ENV, pf->dir, 1) ||
	    setenv("LD_PRELOAD", preload, 1))
		return errno;

	return 0;
}


int profile_exec(const struct profile *pf)
{
	char name[] = "baresip", flag[] = "-f";
	char dir[PROFILE_SIZE];
	char *const argv[] = { name, flag, dir, NULL };
	int err;

	strcpy(dir, pf->dir);

	err = env_set(pf);
	if (err)
		return err;

	execv(pf->baresip, argv);

	return errno;
}


/* It is flat. */
void profile_remove(const struct profile *pf)
{
	const struct dirent *entry;
	DIR *dir;

	dir = opendir(pf->dir);
	if (!dir)
		return;

	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}

	closedir(dir);
	(void)rmdir(pf->dir);
}
