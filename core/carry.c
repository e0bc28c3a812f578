/**
 * @file carry.c  How many calls this machine lets an engine carry, and why
 */
#include "core/carry.h"

#include <inttypes.h>
#include <stdio.h>

enum { MEGABYTE = 1 << 20 };


uint32_t carry_ports(uint16_t port_min, uint16_t port_max)
{
	const uint32_t pairs = port_max > port_min
		? ((uint32_t)port_max - port_min + 1) / 2 : 0;

	return pairs - pairs / 5;
}


static void weigh(struct carry *ca, enum carry_limit limit, uint64_t calls)
{
	if (calls >= ca->calls)
		return;

	ca->calls = (uint32_t)calls;
	ca->limit = limit;
}


void carry_weigh(struct carry *ca, const struct carry_in *in)
{
	ca->calls = CARRY_MAX;
	ca->limit = CARRY_BY_PROGRAM;

	weigh(ca, CARRY_BY_FILES, in->files > CARRY_FDS_REST
	      ? (in->files - CARRY_FDS_REST) / CARRY_FDS : 0);
	weigh(ca, CARRY_BY_PORTS, carry_ports(in->port_min, in->port_max));
	weigh(ca, CARRY_BY_MEMORY, in->memory / CARRY_BYTES);
	weigh(ca, CARRY_BY_SPACE, in->space / CARRY_SPACE);
	weigh(ca, CARRY_BY_GROUP, in->group / CARRY_BYTES);

	/* What was asked for and can be had is no shortage. */
	if (in->asked && in->asked <= ca->calls) {
		ca->calls = in->asked;
		ca->limit = CARRY_BY_ASKED;
	}
	if (!ca->calls)
		ca->calls = 1;
}


static void say_limit(char *buf, size_t size, const struct carry *ca,
		      const struct carry_in *in)
{
	switch (ca->limit) {

	case CARRY_BY_ASKED:
		(void)snprintf(buf, size, "as -c says");
		return;

	case CARRY_BY_FILES:
		(void)snprintf(buf, size, "the limit is %" PRIu64 " open "
			       "files: raise it by ulimit -n, or "
			       "LimitNOFILE= of the unit", in->files);
		return;

	case CARRY_BY_PORTS:
		(void)snprintf(buf, size, "the limit is the RTP ports "
			       "%u-%u: give more by --rtp-ports",
			       in->port_min, in->port_max);
		return;

	case CARRY_BY_MEMORY:
		(void)snprintf(buf, size, "the limit is %" PRIu64 " MB of "
			       "free memory: %d kB a call",
			       in->memory / MEGABYTE, CARRY_BYTES / 1024);
		return;

	case CARRY_BY_SPACE:
		(void)snprintf(buf, size, "the limit is %" PRIu64 " MB of "
			       "address space: raise it by ulimit -v, or "
			       "LimitAS= of the unit", in->space / MEGABYTE);
		return;

	case CARRY_BY_GROUP:
		(void)snprintf(buf, size, "the limit is %" PRIu64 " MB left "
			       "to its cgroup: raise memory.max, or "
			       "MemoryMax= of the unit",
			       in->group / MEGABYTE);
		return;

	case CARRY_BY_PROGRAM:
		(void)snprintf(buf, size, "no engine carries more: start "
			       "another one");
		return;
	}
}


const char *carry_words(char *buf, size_t size, const struct carry *ca,
			const struct carry_in *in)
{
	char limit[160] = "", instead[48] = "";

	say_limit(limit, sizeof(limit), ca, in);
	if (in->asked > ca->calls)
		(void)snprintf(instead, sizeof(instead),
			       ", not the %u of -c", in->asked);
	(void)snprintf(buf, size, "at most %u call%s%s; %s", ca->calls,
		       ca->calls == 1 ? "" : "s", instead, limit);

	return buf;
}
