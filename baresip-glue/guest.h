/**
 * @file guest.h  Calls from outside: this engine takes none
 *
 * They are refused from a timer, never inside the host's own handler. All
 * functions belong to the loop thread.
 */
#ifndef RINGROUND_GUEST_H
#define RINGROUND_GUEST_H

struct list;
struct ua;
struct call;

/** Note a call that has come in. @return 0 or ENOMEM */
int guest_add(struct list *guests, struct ua *ua, struct call *call);

/** The caller has given up: its call is gone. */
void guest_forget(struct list *guests, const struct call *call);

/** Answer 603 Decline (RFC 3261 section 21.6.2) to all of them */
void guest_refuse(struct list *guests);

#endif
