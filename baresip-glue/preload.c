/**
 * @file preload.c  Raise the host's table of descriptors before it is made
 *
 * libre holds 1,024 descriptors, a call takes two, and a module comes too
 * late to change that: this is preloaded. The reference is weak, so that it
 * does nothing in a program without libre.
 */
#include <sys/resource.h>

enum { DESCRIPTORS_MAX = 65536 };

int fd_setsize(int maxfds) __attribute__((weak));


__attribute__((constructor))
static void raise_descriptors(void)
{
	struct rlimit rl;

	if (!fd_setsize || getrlimit(RLIMIT_NOFILE, &rl))
		return;

	rl.rlim_cur = rl.rlim_max < DESCRIPTORS_MAX
		? rl.rlim_max : DESCRIPTORS_MAX;
	if (!setrlimit(RLIMIT_NOFILE, &rl))
		(void)fd_setsize((int)rl.rlim_cur);
}
