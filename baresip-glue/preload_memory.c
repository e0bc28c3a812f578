/**
 * @file preload_memory.c  Zeros that take no memory until they are written to
 *
 * The host has two buffers for the samples of each call, 11 kB apiece, and
 * fills them with zeros; nothing else is ever written there, since our calls
 * send ready payloads and nobody listens to the callee. This function stands
 * before libre's: the pages of a block of that size are given back to the
 * kernel, which has zeros there when somebody looks.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <re_types.h>
#include <re_mem.h>

/* Not called in a program without libre */
#pragma weak mem_alloc

/* Less is not worth a call; what is more are tables, and they are used. */
enum {
	MORE_THAN = 8 << 10,
	LESS_THAN = 16 << 10,
};


/* Memory of malloc() is private and has no file behind it: what is dropped
 * comes back as zeros. Locked memory cannot be dropped. */
static void fill(uint8_t *p, size_t size)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t at = (uintptr_t)p;
	const size_t head = (page - at % page) % page;
	const size_t tail = (at + size) % page;
	const size_t whole = head + tail < size ? size - head - tail : 0;

	if (!whole || madvise(p + head, whole, MADV_DONTNEED)) {
		memset(p, 0, size);
		return;
	}

	memset(p, 0, head);
	memset(p + head + whole, 0, tail);
}


__attribute__((visibility("default")))
void *mem_zalloc(size_t size, mem_destroy_h *dh)
{
	uint8_t *p = mem_alloc(size, dh);

	if (!p)
		return NULL;

	if (size > MORE_THAN && size < LESS_THAN)
		fill(p, size);
	else
		memset(p, 0, size);

	return p;
}
