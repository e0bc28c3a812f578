/**
 * @file porter.h  SIP of strangers: what this engine says to it
 *
 * It takes no calls: an INVITE from outside gets 403, which ends that branch
 * of a forking proxy and none other, and nothing is made for it. OPTIONS gets
 * 200 with what there is, other methods 405, 481 or 501, and what is no good
 * request 400. No answer is sent twice, none is remembered. Responses, and
 * requests in calls, come to the host from parties of the call alone.
 */
#ifndef RINGROUND_PORTER_H
#define RINGROUND_PORTER_H

#include <re.h>

/** Stand before all other listeners. Loop thread. @return 0 or an errno */
int porter_open(void);

void porter_close(void);

/** What a request outside calls is answered; 0: nothing. */
uint16_t porter_code(const struct sip_msg *msg);

#endif
