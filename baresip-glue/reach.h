/**
 * @file reach.h  Where audio may be sent
 */
#ifndef RINGROUND_REACH_H
#define RINGROUND_REACH_H

#include <stdbool.h>
#include <re.h>

/**
 * May RTP go there? Groups and broadcasts would send a prompt to everybody.
 * Asks the kernel, which knows its networks' broadcast addresses and routes.
 *
 * @param addr  The callee's, with a port; unspecified (hold) is all right
 * @param own   What was offered for this call
 * @param near  The call is with this machine: loopback makes sense
 * @return NULL, or why not, in words for the record (static)
 */
const char *reach_refusal(const struct sa *addr, const struct sa *own,
			  bool near);

#endif
