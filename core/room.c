/**
 * @file room.c  What this machine has for an engine
 */
#include "core/room.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CGROUPS "/sys/fs/cgroup"

enum { PATH_LEN = 1024 };


/* The number behind a word at the beginning of a line; "" is any line. */
static bool number_after(const char *path, const char *word, uint64_t *number)
{
	FILE *f = fopen(path, "re");
	const size_t len = strlen(word);
	bool found = false;
	char line[256];

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, word, len)
			&& sscanf(line + len, "%" SCNu64, number) == 1;
	if (f)
		(void)fclose(f);

	return found;
}


static uint64_t memory_free(void)
{
	uint64_t kb;

	return number_after("/proc/meminfo", "MemAvailable:", &kb)
		? kb * 1024 : CARRY_NONE;
}


static uint64_t space_left(void)
{
	const long page = sysconf(_SC_PAGESIZE);
	struct rlimit rl;
	uint64_t pages;

	if (page <= 0 || getrlimit(RLIMIT_AS, &rl)
	    || rl.rlim_cur == RLIM_INFINITY
	    || !number_after("/proc/self/statm", "", &pages))
		return CARRY_NONE;

	pages *= (uint64_t)page;

	return rl.rlim_cur > pages ? rl.rlim_cur - pages : 0;
}


/* Files that were read are in memory only as long as nobody needs it. */
static uint64_t group_free(const char *group)
{
	char path[PATH_LEN + 32];
	uint64_t max, used, cache = 0;

	(void)snprintf(path, sizeof(path), "%s/memory.max", group);
	if (!number_after(path, "", &max))
		return CARRY_NONE;
	(void)snprintf(path, sizeof(path), "%s/memory.current", group);
	if (!number_after(path, "", &used))
		return CARRY_NONE;
	(void)snprintf(path, sizeof(path), "%s/memory.stat", group);
	(void)number_after(path, "inactive_file ", &cache);

	used -= cache < used ? cache : used;

	return max > used ? max - used : 0;
}


/* Every group above ours has a limit of its own. */
static uint64_t groups_left(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_LEN], path[PATH_LEN] = "";
	uint64_t left = CARRY_NONE;
	char *end;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "0::/", 4)
		    && strlen(CGROUPS) + strlen(line) < sizeof(path))
			(void)snprintf(path, sizeof(path), CGROUPS "%.900s",
				       line + 3);
	}
	if (f)
		(void)fclose(f);

	while (strlen(path) >= strlen(CGROUPS)) {
		const uint64_t here = group_free(path);

		left = here < left ? here : left;
		end = strrchr(path, '/');
		*end = '\0';
	}

	return left;
}


void room_look(struct carry_in *in)
{
	struct rlimit rl;

	in->files = getrlimit(RLIMIT_NOFILE, &rl)
		|| rl.rlim_cur == RLIM_INFINITY ? CARRY_NONE : rl.rlim_cur;
	in->memory = memory_free();
	in->space = space_left();
	in->group = groups_left();
}
