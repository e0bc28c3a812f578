/**
 * @file carry.h  How many calls this machine lets an engine carry, and why
 */
#ifndef RINGROUND_CARRY_H
#define RINGROUND_CARRY_H

#include <stdint.h>
#include <stddef.h>

enum {
	CARRY_MAX      = 20000, /**< calls, whatever there is room for   */
	CARRY_FDS      = 2,     /**< descriptors a call: RTP and RTCP    */
	CARRY_FDS_REST = 64,    /**< descriptors for all but calls       */
	CARRY_BYTES    = 102400, /**< memory a call: what one by Opus was
				     seen to add, the host's encoder and
				     decoder, and some more. G.711 takes a
				     quarter of it, but the callee chooses */
	CARRY_SPACE    = 114688, /**< address space a call: zeros are
				     there without being in memory      */
};

/** When there is no such limit */
#define CARRY_NONE UINT64_MAX

/** What there is */
struct carry_in {
	uint32_t asked;         /**< by -c; 0: not given                 */
	uint64_t files;         /**< descriptors that may be open        */
	uint16_t port_min;      /**< of RTP, even                        */
	uint16_t port_max;      /**< the last one                        */
	uint64_t memory;        /**< bytes that are free on the machine  */
	uint64_t space;         /**< left of the address space (ulimit -v) */
	uint64_t group;         /**< left to the cgroup                  */
};

enum carry_limit {
	CARRY_BY_ASKED,
	CARRY_BY_FILES,
	CARRY_BY_PORTS,
	CARRY_BY_MEMORY,
	CARRY_BY_SPACE,
	CARRY_BY_GROUP,
	CARRY_BY_PROGRAM,       /**< CARRY_MAX                           */
};

struct carry {
	uint32_t calls;         /**< at least 1                          */
	enum carry_limit limit; /**< why not more                        */
};

/**
 * Calls for which a range has RTP ports. The host takes them by chance, 64
 * times at the most, and a range that is nearly full would be missed: a fifth
 * of it stays free.
 */
uint32_t carry_ports(uint16_t port_min, uint16_t port_max);

/** Weigh up */
void carry_weigh(struct carry *ca, const struct carry_in *in);

/**
 * A line on it: how many, what the limit is and what to do for more
 *
 * @return buf
 */
const char *carry_words(char *buf, size_t size, const struct carry *ca,
			const struct carry_in *in);

#endif
