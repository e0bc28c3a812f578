/**
 * @file events.h  The host's event numbers, which differ by version
 */
#ifndef RINGROUND_EVENTS_H
#define RINGROUND_EVENTS_H

enum host_event {
	HOST_OTHER,
	HOST_RINGING,
	HOST_PROGRESS,
	HOST_ESTABLISHED,
	HOST_CLOSED,
	HOST_REMOTE_SDP,
	HOST_SHUTDOWN,
	HOST_MENC,              /**< of a call alone                     */
};

/**
 * Learn the numbers from the running program
 *
 * @return 0, or ENOSYS when it lacks an event that is needed
 */
int events_init(void);

/** What a number of enum ua_event means here */
enum host_event events_ua(unsigned ev);

/** What a number of enum call_event means here */
enum host_event events_call(unsigned ev);

#endif
